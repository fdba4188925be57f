"""A terminal that takes money: a pin pad with a ledger of its own, a centre of the test's own, a vault."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fixtures.local_centre import KEY, OTHER_KEY, OTHER_TERMINAL, LocalCentre
from fixtures.pin_pad import POI_ID, PinPadProcess
from fixtures.premiums import body_of, entry, file_children
from resident import Hand, Resident, make_settings, write_settings
from wire import Wire

from central.bills import Bills
from central.store import bills as stored_bills
from drivers.virtual.pin_pad_ledger import EntryKind
from kiosk.agent.agent import Agent
from kiosk.agent.orders import OpenOrders
from kiosk.central_client import CentralClient
from kiosk.clock import Clock, clock_of
from kiosk.contract.transactions import BankCardWire
from kiosk.domain.bills import Bill
from kiosk.domain.money import Money
from kiosk.domain.sales import Premium
from kiosk.openings import open_client, open_vault
from kiosk.payments.numbers import new_key, new_payment_number
from kiosk.payments.sending import Sender
from kiosk.payments.stored import StoredEntry, StoredPremium
from kiosk.seal_books import SealBooks
from kiosk.settings import Settings, load_settings
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import Caps, Entry, EntryState
from offline_cache.intents import Intent
from offline_cache.vault_thread import VaultThread

PATIENCE_S = 45.0
CHARGE_S = 12.0
"""How long a silent pad is waited for in tests; the driver aborts eight seconds before."""


class Terminal(ABC):
    """What lies in one terminal's directory, and what its centre knows; made anew whenever it is asked."""

    centre: LocalCentre

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """Its file, read anew."""

    @property
    @abstractmethod
    def clock(self) -> Clock:
        """What time it is there."""

    @contextmanager
    def vault(self) -> Iterator[VaultThread[OfflineCache]]:
        vault = open_vault(self.settings)
        try:
            yield vault
        finally:
            vault.close()

    def entries(self) -> list[Entry]:
        with self.vault() as vault:
            return in_vault(vault, lambda cache: cache.outbox.recent(100))

    def unsettled(self) -> list[Intent]:
        with self.vault() as vault:
            return in_vault(vault, lambda cache: cache.intents.unsettled())

    def intents(self) -> list[Intent]:
        with self.vault() as vault:
            return in_vault(vault, lambda cache: cache.intents.recent(100))

    @contextmanager
    def client(self) -> Iterator[CentralClient]:
        client = open_client(self.settings, self.clock)
        try:
            yield client
        finally:
            client.close()

    @contextmanager
    def sender(self) -> Iterator[Sender]:
        with self.client() as client, self.vault() as vault:
            yield Sender(vault, client, self.clock)

    @contextmanager
    def agent(self) -> Iterator[VaultThread[OfflineCache]]:
        """An agent at work in this process, at whose vault the test can get."""
        stopping = threading.Event()
        with self.client() as client, self.vault() as vault:
            books = SealBooks(vault, self.clock)
            agent = Agent(
                vault,
                Sender(vault, client, self.clock),
                OpenOrders(vault, client, self.clock),
                self.clock,
                renew_lists=lambda: books.renew_revocations(client),
            )
            thread = threading.Thread(target=agent.run, args=(stopping,), name="agent")
            thread.start()
            try:
                yield vault
            finally:
                stopping.set()
                thread.join(PATIENCE_S)

    def posted(self) -> list[str]:
        """The bills that the centre has marked paid."""
        with self.centre.state.database.reading() as connection:
            found = connection.execute(stored_bills.bills.select()).all()
        return [row.bill for row in found if row.paid_by is not None]


def write_device_key(directory: Path) -> Path:
    """The key of the terminal that every local centre knows."""
    key_file = directory / "device-key.pem"
    if not key_file.exists():
        pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        key_file.touch(0o600)
        key_file.write_bytes(pem)
    return key_file


@dataclass(frozen=True)
class Shop(Terminal):
    """One terminal's directory, its pad and its centre; visits come and go."""

    directory: Path
    pad: PinPadProcess
    centre: LocalCentre
    environment: Mapping[str, str]
    free_hand: Callable[[], Hand]
    printer: str

    @property
    def settings(self) -> Settings:
        return self.settings_with()

    def settings_with(self, **more: Mapping[str, object]) -> Settings:
        told: dict[str, Mapping[str, object]] = {
            "pin_pad": {"address": str(self.pad.address), "poi_id": POI_ID, "charge_s": CHARGE_S}
        }
        return make_settings(
            self.directory,
            centre_url=self.centre.base_url,
            device_key=write_device_key(self.directory),
            printer=self.printer,
            more=told | more,
        )

    def visit(self, **more: Mapping[str, object]) -> Resident:
        """The next resident's session; the terminal keeps its vault."""
        hand = self.free_hand()
        settings = self.settings_with(**({"reader": {"name_contains": hand.reader}} | more))
        return Resident(settings, self.environment, hand)

    @property
    def clock(self) -> Clock:
        return clock_of(self.environment)

    def charged(self) -> int:
        """What the pad's own ledger says was charged and not taken back, in fen."""
        entries = self.pad.control.ledger()
        charged = sum(e.amount for e in entries if e.kind is EntryKind.AUTHORISED)
        return charged - sum(e.amount for e in entries if e.kind is EntryKind.REVERSED)


@dataclass(frozen=True)
class BackOffice(Terminal):
    """A terminal without screen and devices: a vault, and a line that the test holds; its clock is the
    centre's."""

    directory: Path
    centre: LocalCentre
    wire: Wire
    environment: Mapping[str, str]
    """For processes: they read about the same time, where it is not moved."""
    ordinals: Iterator[int] = field(default_factory=lambda: count(1000, 200))

    @property
    def settings(self) -> Settings:
        return load_settings(self.settings_file())

    def settings_file(self, **more: Mapping[str, object]) -> Path:
        return write_settings(
            self.directory,
            centre_url=self.wire.url,
            device_key=write_device_key(self.directory),
            printer="tcp://127.0.0.1:9",
            more={"centre": {"connect_s": 5.0, "read_s": 5.0}} | more,
        )

    @property
    def clock(self) -> Clock:
        return self.centre.clock

    def bills(self, how_many: int) -> tuple[Bill, ...]:
        """Of as many made-up children that nobody has met yet, drawn up at the centre."""
        state = self.centre.state
        books = Bills(state.database, state.region.to_domain(), self.clock)
        children = file_children(state.database, next(self.ordinals), how_many)
        return tuple(books.of_resident(one)[0] for one in children)

    def sell(self, *bills: Bill, **how: object) -> list[Entry]:
        """As a pad's charges leave them: entries that wait."""
        with self.vault() as vault:
            return [append(vault, bill, self.clock.now(), **how) for bill in bills]

    def rejected(self) -> Entry:
        """An entry that the centre refused: its bill was paid at another terminal."""
        [bill] = self.bills(1)
        other = entry(bill.reference, paid_at=self.clock.now())
        answer = self.centre.call(
            "POST",
            "/v1/transactions",
            body=body_of([other]),
            token=self.centre.token(OTHER_KEY, OTHER_TERMINAL),
        )
        assert answer.json()["entries"][0]["result"] == "applied", answer.text
        self.sell(bill)
        with self.sender() as sender:
            batch = sender.lease("test", 30)
            sender.send(batch.entries, batch.lease)
        return self.entries()[0]


AMPLE = Caps(10_000, 10**12, timedelta(days=400))


def append(
    vault: VaultThread[OfflineCache],
    bill: Bill,
    now: datetime,
    *,
    key: str | None = None,
    paid_at: datetime | None = None,
    amount: Money | None = None,
    payload: bytes | None = None,
) -> Entry:
    """One premium that was charged to a bank card, under the next receipt number."""
    premium = replace(Premium.of(bill), amount=bill.amount if amount is None else amount)
    stored = StoredEntry(
        premium=StoredPremium.of(premium, new_key() if key is None else key),
        payer="黄*仓",
        tender=BankCardWire(masked_pan="621700******0015", acquirer_reference="B00000042", poi=POI_ID),
        paid_at=now if paid_at is None else paid_at,
        payment=new_payment_number("T001"),
    )
    draft = stored.to_draft("T001")
    if payload is not None:
        draft = replace(draft, payload=payload)
    return in_vault(vault, lambda cache: cache.outbox.append(draft, now, AMPLE))


def sooner_or_later(happens: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
    give_up, pause_s = time.monotonic() + limit_s, 0.02
    while not happens():
        assert time.monotonic() < give_up, "it did not happen"
        # Who looks by opening the vault again and again keeps the one out who is waited for.
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.3, 0.3)


def present_card(pad: PinPadProcess) -> None:
    """Puts a card in as soon as the pad asks for one."""
    sooner_or_later(lambda: pad.control.state().waiting_amount is not None)
    pad.control.present_card()


def states(entries: list[Entry]) -> list[EntryState]:
    return [entry.state for entry in entries]


def up_to_how(resident: Resident, card: str, payee: str) -> None:
    """From the card to the question how to pay."""
    resident.insert(card)
    resident.wait_for("overview")
    resident.touch("缴居民医保")
    resident.wait_for("who")
    resident.touch(payee)
    resident.wait_for("check")
    resident.touch("没有错")
    resident.wait_for("how:")


def code_of(resident: Resident) -> str:
    """What the code on the screen says."""
    sight = resident.wait(lambda sight: bool(getattr(sight.view.paying, "code", "")), "the code")
    assert sight.view.paying is not None
    return sight.view.paying.code
