"""The bare minimum that each benchmark stands beside: the same bytes, calls and page, and nothing else."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import cast

import requests

from demo.stage import PLACE, TERMINAL, Stage, StageError, wait_for
from drivers.cards.channel import CardChannel
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.cards.social_security import CardRead, read_social_security_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.slot import VirtualSlot
from kiosk.card_reading import identity_of
from kiosk.central_client import CentralClient, load_device_key
from kiosk.clock import clock_of
from kiosk.contract.bills import BillsAnswer
from kiosk.contract.device import SESSION_HEADER
from kiosk.contract.ledger import OverviewAnswer
from kiosk.contract.residents import CardSaid, IdentifyAnswer, IdentifyRequest
from kiosk.conversation.desk import Desk
from kiosk.conversation.engine import Entry, Finished, Ok, play
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Icon
from kiosk.conversation.steps import Step
from kiosk.conversation.view import Condition, Status, View
from kiosk.domain.ledger import Ledger
from kiosk.domain.region import Region
from kiosk.domain.text import say
from kiosk.premiums import Due, FrontPage, Premiums
from kiosk.records import CardIdentity, Dated, Records, Visitor
from kiosk.services.help import Help
from kiosk.services.not_done import NotDone
from kiosk.services.overview import Offered, Overview

TRIES = 30
LIMIT_S = 20.0


class _Recorder:
    """A channel that notes what is sent over another."""

    def __init__(self, channel: CardChannel) -> None:
        self._channel = channel
        self.atr = channel.atr
        self.sent: list[bytes] = []

    def send_and_receive(self, apdu: bytes | bytearray, /) -> bytes:
        self.sent.append(bytes(apdu))
        return self._channel.send_and_receive(apdu)


def minimal_window_ms(stage: Stage, arguments: Sequence[str]) -> float:
    """From the start of a process to the line that it writes when its window is painted."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=stage.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        if process.stdout is None or not process.stdout.readline():
            raise StageError(f"{arguments[1]} painted nothing")
        return (time.perf_counter() - began) * 1000
    finally:
        process.kill()
        process.communicate()


def apdus_ms(stage: Stage, card: VirtualCard) -> tuple[float, CardIdentity]:
    """Connecting to the card and exchanging the very APDUs of a reading; and what the reading gives."""
    with VirtualSlot(stage.slot_ports[0]) as slot:
        slot.insert(card)
        wait_for(lambda: any(state.holds_card for state in look_at_readers()), LIMIT_S, "the card")
        reader = next(state.reader for state in look_at_readers() if state.holds_card)
        sent, identity = with_card(reader, _recorded)
        took = []
        for _ in range(TRIES):
            began = time.perf_counter()
            with_card(reader, lambda channel: [channel.send_and_receive(apdu) for apdu in sent])
            took.append((time.perf_counter() - began) * 1000)
        slot.remove()
        wait_for(lambda: not any(state.holds_card for state in look_at_readers()), LIMIT_S, "no card")
    return median(took), identity


def _recorded(channel: CardChannel) -> tuple[list[bytes], CardIdentity]:
    recorder = _Recorder(channel)
    outcome = read_social_security_card(recorder)
    if not isinstance(outcome, CardRead):
        raise StageError(f"the card of the benchmark was not read: {outcome}")
    return recorder.sent, identity_of(outcome.card)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the centre said to the three calls, and of the region."""

    identified: IdentifyAnswer
    overview: OverviewAnswer
    bills: BillsAnswer
    region: Region


def calls_ms(stage: Stage, card: CardIdentity) -> tuple[float, Answers]:
    """Identify, overview and bills, one after the other on a connection that stands, the tokens signed
    beforehand; and the answers."""
    clock = clock_of(stage.environment)
    client = CentralClient(
        stage.centre_url, TERMINAL, load_device_key(stage.directory / "device-key.pem"), clock
    )
    said = CardSaid(
        card_id=card.card_id,
        card_number=card.card_number,
        citizen_number=card.citizen_number,
        name=card.name,
    )
    body = IdentifyRequest(card=said, evidence=card.evidence).model_dump_json()
    http, took = requests.Session(), []
    identified = overview = bills = requests.Response()
    for _ in range(TRIES):
        tokens = iter([client.device_token() for _ in range(3)])

        def mine(what: str, session: str, tokens: Iterator[str] = tokens) -> requests.Response:
            return http.get(
                f"{stage.centre_url}/v1/me/{what}",
                headers={"Authorization": f"Bearer {next(tokens)}", SESSION_HEADER: session},
                timeout=LIMIT_S,
            )

        began = time.perf_counter()
        identified = http.post(
            f"{stage.centre_url}/v1/residents/identify",
            data=body,
            headers={"Authorization": f"Bearer {next(tokens)}", "Content-Type": "application/json"},
            timeout=LIMIT_S,
        )
        session = identified.json()["session"]["token"]
        overview, bills = mine("overview", session), mine("bills", session)
        took.append((time.perf_counter() - began) * 1000)
    news = client.region()
    if news is None:
        raise StageError("the centre gave no region")
    answers = Answers(
        IdentifyAnswer.model_validate_json(identified.content),
        OverviewAnswer.model_validate_json(overview.content),
        BillsAnswer.model_validate_json(bills.content),
        news.region.to_domain(),
    )
    return median(took), answers


def paint_ms(stage: Stage, card: CardIdentity, answers: Answers) -> float:
    """One paint of the very page, in a window of its own process."""
    file = stage.directory / "views.pickle"
    status = Status("示例村服务站", Condition.GOOD, Condition.GOOD, Condition.GOOD)
    page = View(
        Phase.TALKING,
        status,
        2,
        _overview_page(stage, card, answers),
        where=(say("便民社保"), say("我的社保")),
    )
    file.write_bytes(pickle.dumps((View(Phase.WAITING, status, 1), page)))
    asked = subprocess.run(
        [sys.executable, "-m", "ui.measure.page", str(file)],
        env=stage.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if asked.returncode != 0:
        raise StageError(f"the page was not painted: {asked.stderr}")
    return float(asked.stdout)


def _overview_page(stage: Stage, card: CardIdentity, answers: Answers) -> Step[object]:
    """What the overview service shows for these answers; its look is answered from them."""
    now = clock_of(stage.environment).now()
    visitor = Visitor(card, answers.identified.to_resident(), answers.identified.session.token)
    ledger = Ledger(tuple(one.to_domain() for one in answers.overview.standings))
    dues = tuple(Due(one.to_domain(), None) for one in answers.bills.bills)
    page = FrontPage(Dated(ledger, now, live=True), Dated(dues, now, live=True))
    no_calls = _NoCalls()
    not_done = NotDone(TERMINAL, PLACE)
    explains = Help(not_done)
    tiles = (
        Offered(explains, say("查缴费"), say("每年每月缴了没有"), Icon.LEDGER),
        Offered(explains, say("缴居民医保"), say("给自己和家人缴"), Icon.WALLET),
        Offered(explains, say("打印权益记录"), say("每月明细，可验证"), Icon.PAPER),
        Offered(explains, say("打印缴费回单"), say("在便民终端缴过的"), Icon.RECEIPT),
        Offered(explains, say("验真"), say("核对一张纸的真伪"), Icon.SEAL),
        Offered(not_done, say("办不成事？"), say("找谁、怎么说"), Icon.QUESTION),
    )
    overview = Overview(
        cast("Records", no_calls),
        cast("Premiums", no_calls),
        explains=explains,
        pays=explains,
        offered=tiles,
    )
    desk = Desk(now, answers.region)
    look = play(overview, desk, (visitor,), ())
    if isinstance(look, Finished):
        raise StageError("the overview asks for nothing")
    shown = play(overview, desk, (visitor,), (Entry(look, Ok(page)),))
    if isinstance(shown, Finished):
        raise StageError("the overview shows nothing")
    return shown


class _NoCalls:
    """Names the looks of the overview; the benchmark answers them itself, so none is made."""

    def front_page(self, visitor: Visitor) -> FrontPage:
        raise StageError(f"{visitor.resident.reference} was looked up while a page was measured")

    def identify(self, card: CardIdentity) -> Visitor:
        raise StageError(f"{card.evidence} was looked up while a page was measured")
