"""Terminals that were in use: a directory and a centre's database, made once and copied for each case."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from fixtures.gateway import RunningClock, RunningGateway
from fixtures.local_centre import LocalCentre, serve_locally
from fixtures.pin_pad import PinPadProcess
from fixtures.premiums import PREMIUM, bills_of_children, file_children
from paying_bench import Shop
from resident import Hand

from central.faults import Faults
from kiosk.clock import START_VARIABLE, clock_of
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.sales import Paid, Premium, Sale, TenderKind
from kiosk.domain.tenders import QrChannel
from kiosk.openings import open_client, open_vault
from kiosk.payments.assembly import make_till

AWAY = "http://127.0.0.1:9"
"""Where no centre answers."""


@dataclass(frozen=True)
class Buyer:
    """Who pays for whom: a card, the words to touch, the payees' names in the centre's records."""

    card: str
    payee: str
    names: tuple[str, ...]


FARMER = Buyer("huang-mancang", "本人 黄*仓", ("黄满仓",))
FIRST_CHILD = 7000
CHILDREN = tuple(f"童{FIRST_CHILD + i}" for i in range(6))
"""Made-up, each with a bill of its own."""
MOTHER = Buyer("liu-guilan", "一起缴", ("陈小禾", "陈小麦"))


@dataclass(frozen=True)
class Stand:
    """What all terminals share: the reader's slots, and a printer."""

    free_hand: Callable[[], Hand]
    printer: str


@dataclass(frozen=True)
class Template:
    """A terminal's directory and its centre's database, to be copied; made in use, by visits."""

    directory: Path
    gateway: RunningGateway
    stand: Stand

    @property
    def database(self) -> Path:
        return self.directory / "central.sqlite3"

    @contextmanager
    def centre(self, database: Path) -> Iterator[LocalCentre]:
        centre, close = serve_locally(
            database,
            clock=RunningClock(clock_of(self.gateway.environment)),
            gateways={QrChannel.WECHATPAY: self.gateway.adapter()},
            faults=Faults(),
        )
        try:
            yield centre
        finally:
            close()

    def shop(self, directory: Path, pad: PinPadProcess, centre: LocalCentre) -> Shop:
        environment = os.environ | {START_VARIABLE: self.gateway.environment[START_VARIABLE]}
        return Shop(directory, pad, centre, environment, self.stand.free_hand, self.stand.printer)

    @classmethod
    def visited(cls, directory: Path, filled_database: Path, gateway: RunningGateway, stand: Stand) -> Self:
        """Farmer and mother have seen what is due: the terminal keeps it, and the bills are drawn up."""
        shutil.copy(filled_database, directory / "central.sqlite3")
        template = cls(directory, gateway, stand)
        template._let_in(FARMER, MOTHER)
        return template

    @classmethod
    def sold(cls, directory: Path, filled_database: Path, gateway: RunningGateway, stand: Stand) -> Self:
        """The premiums of `CHILDREN` were charged in pairs while the centre was away: they wait."""
        shutil.copy(filled_database, directory / "central.sqlite3")
        template = cls(directory, gateway, stand)
        pad = PinPadProcess(directory / "pad.jsonl", "--auto", "approve", "--after-ms", "0")
        try:
            with template.centre(template.database) as centre:
                children = file_children(centre.state.database, FIRST_CHILD, len(CHILDREN))
                bills = list(bills_of_children(centre.state.database, children).values())
                shop = template.shop(directory, pad, centre)
                for pair in zip(bills[::2], bills[1::2], strict=True):
                    _sell(shop, pair)
        finally:
            pad.close()
        return template

    def _let_in(self, *buyers: Buyer) -> None:
        pad = PinPadProcess(self.directory / "pad.jsonl")
        try:
            with self.centre(self.database) as centre:
                for buyer in buyers:
                    with self.shop(self.directory, pad, centre).visit() as resident:
                        resident.insert(buyer.card)
                        resident.wait_for("overview")
        finally:
            pad.close()


def _sell(shop: Shop, bills: tuple[str, ...]) -> None:
    """One charge for all of them, by the terminal's own till; the centre does not answer."""
    settings = shop.settings_with(centre={"url": AWAY})
    vault, client = open_vault(settings), open_client(settings, shop.clock)
    till = make_till(
        settings, vault, client, shop.clock, has_paper=lambda: True, centre_is_there=lambda: False
    )
    premiums = tuple(
        Premium(bill, Kind.MEDICAL_RESIDENT, 2027, PREMIUM, "童*", ForWhom.DEPENDANT) for bill in bills
    )
    try:
        paid = till.pay(Sale(premiums, "童*", TenderKind.BANK_CARD), lambda _: None)
        assert isinstance(paid, Paid)
    finally:
        till.close()
        client.close()
        vault.close()
