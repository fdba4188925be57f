"""Sealed papers at a terminal: what is printed, what is refused, and what is known of void papers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import zxingcpp
from fixtures.centre import DEMO_NOW, TERMINAL, Centre, serving
from fixtures.gateway import RunningClock
from fixtures.local_centre import KEY, NOW, LocalCentre, Opened
from fixtures.printer import PrinterProcess
from fixtures.sealing import issuer_keys, write_seal_keys
from paying_bench import BackOffice, sooner_or_later, write_device_key
from PIL import Image
from pydantic import SecretStr
from resident import Visit, words_on

from central.county.builders import DemoResident
from central.revocations import RevocationBooks
from central.seals.sealing import Sealer
from drivers.printers.paper import Code
from kiosk.central_client import CentralClient, IssuedPaper
from kiosk.clock import clock_of, with_shared_start
from kiosk.contract.papers import PaperAnswer, PaperRequest, PaperType, SealWire
from kiosk.contract.seals.keys import SealKey
from kiosk.contract.seals.verdicts import DemoKey, Revoked, UnknownKey, Valid
from kiosk.kept import KeptRevocations
from kiosk.openings import open_vault
from kiosk.seal_books import IssuedPapers, SealBooks, SealDoesNotHold
from offline_cache.cache import OfflineCache
from offline_cache.secret import VaultKey
from offline_cache.vault_thread import VaultThread

LIU = "liu-guilan"


def test_a_sealed_record_says_so_and_its_seals_hold_here_without_the_centre(
    at_terminal: Visit, printer: PrinterProcess, tmp_path: Path
) -> None:
    directory = tmp_path / "centre"
    directory.mkdir()
    keys = str(write_seal_keys(directory / "seals"))
    with serving(directory, "--seal-keys", keys) as own, at_terminal(at=own) as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        preview = resident.wait_for("preview:masked")
        assert "出国、买房、办事时可用" in preview.text
        said = list(words_on(preview.sheet))
        assert "已盖电子印章，不用再到窗口盖章。" in said
        assert "【未盖章】" not in said
        _, *seals = (row.payload for row in preview.sheet.rows if isinstance(row, Code))
        resident.touch("打印")
        resident.wait_for("printed")
        settings, clock = resident.settings, clock_of(own.environment)
    with Image.open(printer.png(printer.settle())) as picture:
        assert set(seals) <= {one.text for one in zxingcpp.read_barcodes(picture)}
    vault = open_vault(settings)
    try:
        books = SealBooks(vault, clock)
        for text in seals:
            checked = books.check(text)
            assert isinstance(checked.verdict, Valid)
            assert checked.revocations_known_to is None, "no list has come here yet"
    finally:
        vault.close()


def test_demo_seals_are_printed_with_a_warning(at_terminal: Visit, tmp_path: Path) -> None:
    directory = tmp_path / "centre"
    directory.mkdir()
    with serving(directory, "--demo-seals", str(directory / "seals")) as own, at_terminal(at=own) as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        preview = resident.wait_for("preview:masked")
        assert "只作演示" in preview.text
        assert "【演示】" in list(words_on(preview.sheet))


@dataclass(frozen=True)
class Stand:
    """What a terminal keeps, at a centre of the test's own."""

    centre: LocalCentre
    client: CentralClient
    vault: VaultThread[OfflineCache]
    books: SealBooks
    papers: IssuedPapers

    def issued(self, resident: DemoResident) -> IssuedPaper:
        token = SecretStr(self.centre.open_session(resident))
        request = PaperRequest(type=PaperType.RIGHTS_RECORD, years=(2026,))
        return self.client.issue_paper(token, request)


@pytest.fixture
def stand_at(tmp_path: Path) -> Iterator[Callable[[LocalCentre], Stand]]:
    """A terminal, whichever centre it is at: it keeps its vault."""
    path = tmp_path / "vault" / "vault.db"
    vault = VaultThread(lambda: OfflineCache.open(path, VaultKey.random()))
    clients = []

    def stand(centre: LocalCentre) -> Stand:
        client = CentralClient(centre.base_url, TERMINAL, KEY, centre.clock)
        clients.append(client)
        books = SealBooks(vault, centre.clock)
        return Stand(centre, client, vault, books, IssuedPapers(books, client, centre.clock))

    yield stand
    for client in clients:
        client.close()
    vault.close()


StandAt = Callable[[LocalCentre], Stand]


def test_a_bureaus_new_key_is_fetched_when_its_first_seal_comes(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    before = stand_at(open_centre(sealer=Sealer(issuer_keys())))
    before.books.renew_keys(before.client)
    stand = stand_at(open_centre(sealer=Sealer(issuer_keys())))
    issued = stand.issued(county["刘桂兰"])
    seal = issued.answer.seals[0].text
    assert isinstance(stand.books.check(seal).verdict, UnknownKey)
    assert not stand.papers.is_demo(issued)
    assert isinstance(stand.books.check(seal).verdict, Valid)


class AnotherPapersSeal(Sealer):
    """Seals as if it were another paper."""

    def seal(self, **told: Any) -> str:
        return super().seal(**told | {"code": "2222-3333-4444-5555-6666"})


class AnotherContent(Sealer):
    """Seals another content than the paper's."""

    def seal(self, **told: Any) -> str:
        return super().seal(**told | {"content": told["content"].model_copy(update={"name": "刘桂芳"})})


class Expiring(Sealer):
    """Seals what has expired already."""

    def seal(self, **told: Any) -> str:
        return super().seal(**told | {"issued_at": NOW - timedelta(days=2), "expires": NOW})


class Unpublished(Sealer):
    """Seals with keys that it keeps to itself."""

    @property
    def public_keys(self) -> Sequence[SealKey]:
        return Sealer(issuer_keys()).public_keys


@pytest.mark.parametrize(
    ("lying", "why"),
    [
        (AnotherPapersSeal, "another paper's"),
        (AnotherContent, "another paper's"),
        (Expiring, "Expired"),
        (Unpublished, "UnknownKey"),
    ],
)
def test_a_seal_that_does_not_hold_is_not_printed(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident], lying: type[Sealer], why: str
) -> None:
    stand = stand_at(open_centre(sealer=lying(issuer_keys())))
    with pytest.raises(SealDoesNotHold, match=why):
        stand.papers.is_demo(stand.issued(county["刘桂兰"]))


def test_a_void_paper_is_known_to_be_void_after_the_centre_has_gone(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    stand = stand_at(open_centre(sealer=Sealer(issuer_keys(demo=True))))
    issued = stand.issued(county["刘桂兰"])
    assert stand.papers.is_demo(issued)
    answer = issued.answer
    stand.books.renew_revocations(stand.client)
    checked = stand.books.check(answer.seals[0].text)
    assert checked.verdict == DemoKey(Valid(checked.verdict.otherwise.claims))  # type: ignore[union-attr]
    assert checked.revocations_known_to == NOW
    stand.centre.clock.advance(timedelta(minutes=10))
    stand.books.renew_revocations(stand.client)
    known_to = stand.books.check(answer.seals[0].text).revocations_known_to
    assert known_to == NOW + timedelta(minutes=10), "nothing is new, and that is news"
    stand.centre.clock.advance(timedelta(minutes=10))
    RevocationBooks(stand.centre.state.database, stand.centre.clock).revoke(answer.code)
    stand.centre.clock.advance(timedelta(minutes=1))
    stand.books.renew_revocations(stand.client)
    verdict = stand.books.check(answer.seals[0].text).verdict
    assert isinstance(verdict, DemoKey)
    assert isinstance(verdict.otherwise, Revoked)


def test_an_older_answer_does_not_take_the_place_of_a_newer_one(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    """Front and agent ask at once, and write in any order."""
    stand = stand_at(open_centre(sealer=Sealer(issuer_keys())))
    answer = stand.issued(county["刘桂兰"]).answer
    seal = answer.seals[0]
    stand.books.renew_keys(stand.client)
    before = stand.client.revocations()
    stand.centre.clock.advance(timedelta(minutes=1))
    nothing_new = stand.client.revocations(before.version)
    RevocationBooks(stand.centre.state.database, stand.centre.clock).revoke(answer.code)
    stand.centre.clock.advance(timedelta(minutes=1))
    kept = KeptRevocations(stand.vault, stand.centre.clock)
    kept.keep(stand.client.revocations(before.version))
    kept.keep(nothing_new)
    kept.keep(before)
    checked = stand.books.check(seal.text)
    assert isinstance(checked.verdict, Revoked)
    assert checked.revocations_known_to == NOW + timedelta(minutes=2)


def test_a_list_that_lies_ahead_of_the_clock_does_not_stay_for_ever(
    stand_at: StandAt, open_centre: Opened
) -> None:
    stand = stand_at(open_centre())
    kept = KeptRevocations(stand.vault, stand.centre.clock)
    now = stand.client.revocations()
    kept.keep(now.model_copy(update={"known_to": NOW + timedelta(days=400)}))
    kept.keep(now)
    revocations = stand.books.revocations()
    assert revocations is not None
    assert revocations.known_to == NOW


def test_a_list_that_is_not_complete_is_taken_for_none(stand_at: StandAt, open_centre: Opened) -> None:
    stand = stand_at(open_centre())
    heard = stand.client.revocations()
    KeptRevocations(stand.vault, stand.centre.clock).keep(heard.model_copy(update={"complete": False}))
    assert stand.books.revocations() is None


def other_seals(answer: PaperAnswer) -> dict[str, tuple[SealWire, ...]]:
    one, other = answer.seals
    return {
        "one of two": (one,),
        "the same twice": (one, one),
        "named for each other": (
            one.model_copy(update={"text": other.text}),
            other.model_copy(update={"text": one.text}),
        ),
    }


@pytest.mark.parametrize("which", ["one of two", "the same twice", "named for each other"])
def test_half_a_seal_or_another_bureaus_is_no_seal(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident], which: str
) -> None:
    stand = stand_at(open_centre(sealer=Sealer(issuer_keys())))
    issued = stand.issued(county["刘桂兰"])
    assert not stand.papers.is_demo(issued)
    seals = other_seals(issued.answer)[which]
    told = replace(issued, answer=issued.answer.model_copy(update={"seals": seals}))
    with pytest.raises(SealDoesNotHold):
        stand.papers.is_demo(told)


@pytest.mark.parametrize("changed", ["issued_at", "valid_until"])
def test_a_date_on_the_paper_that_was_not_sealed_is_seen(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident], changed: str
) -> None:
    stand = stand_at(open_centre(sealer=Sealer(issuer_keys())))
    issued = stand.issued(county["刘桂兰"])
    later = getattr(issued.answer, changed) + timedelta(days=1)
    told = replace(issued, answer=issued.answer.model_copy(update={changed: later}))
    with pytest.raises(SealDoesNotHold):
        stand.papers.is_demo(told)


def test_who_gets_a_seal_that_does_not_hold_is_told_so_and_nothing_is_printed(
    at_terminal: Visit, open_centre: Opened, printer: PrinterProcess, tmp_path: Path
) -> None:
    before = printer.settle()
    environment = with_shared_start(os.environ, DEMO_NOW)
    clock = RunningClock(clock_of(environment))
    centre = open_centre(clock=clock, sealer=Unpublished(issuer_keys()))
    at = cast(
        "Centre",
        SimpleNamespace(
            base_url=centre.base_url, key_file=write_device_key(tmp_path), environment=environment
        ),
    )
    with at_terminal(at=at) as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        page = resident.wait_for("seal-does-not-hold").text
        assert "电子印章核对不上" in page
        assert "没有扣款" in page
    assert printer.settle() == before


def test_the_agent_fetches_the_list_by_itself(office: BackOffice) -> None:
    with office.agent() as vault:
        books = SealBooks(vault, office.clock)
        sooner_or_later(lambda: books.revocations() is not None)
