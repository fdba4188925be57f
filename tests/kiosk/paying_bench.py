"""A terminal that takes money: a pin pad with a ledger of its own, a centre of the test's own, a vault."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fixtures.local_centre import KEY, LocalCentre
from fixtures.pin_pad import POI_ID, PinPadProcess
from resident import Hand, Resident, make_settings

from central.store import bills as stored_bills
from drivers.virtual.pin_pad_ledger import EntryKind
from kiosk.clock import Clock, clock_of
from kiosk.openings import open_client, open_vault
from kiosk.payments.sending import Sender
from kiosk.settings import Settings
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import Entry, EntryState
from offline_cache.intents import Intent
from offline_cache.vault_thread import VaultThread

PATIENCE_S = 20.0
CHARGE_S = 12.0
"""How long a silent pad is waited for in tests; the driver aborts eight seconds before."""


@dataclass(frozen=True)
class Shop:
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
        key_file = self.directory / "device-key.pem"
        if not key_file.exists():
            pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            key_file.touch(0o600)
            key_file.write_bytes(pem)
        told: dict[str, Mapping[str, object]] = {
            "pin_pad": {"address": str(self.pad.address), "poi_id": POI_ID, "charge_s": CHARGE_S}
        }
        return make_settings(
            self.directory,
            centre_url=self.centre.base_url,
            device_key=key_file,
            printer=self.printer,
            more=told | more,
        )

    def visit(self, **more: Mapping[str, object]) -> Resident:
        """The next resident's session; the terminal keeps its vault."""
        hand = self.free_hand()
        settings = self.settings_with(reader={"name_contains": hand.reader}, **more)
        return Resident(settings, self.environment, hand)

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
    def sender(self) -> Iterator[Sender]:
        from_settings = self.settings
        client = open_client(from_settings, self.clock)
        with self.vault() as vault:
            yield Sender(vault, client, self.clock)
        client.close()

    @property
    def clock(self) -> Clock:
        return clock_of(self.environment)

    def charged(self) -> int:
        """What the pad's own ledger says was charged and not taken back, in fen."""
        entries = self.pad.control.ledger()
        charged = sum(e.amount for e in entries if e.kind is EntryKind.AUTHORISED)
        return charged - sum(e.amount for e in entries if e.kind is EntryKind.REVERSED)

    def posted(self) -> list[str]:
        """The bills that the centre has marked paid."""
        with self.centre.state.database.reading() as connection:
            found = connection.execute(stored_bills.bills.select()).all()
        return [row.bill for row in found if row.paid_by is not None]


def sooner_or_later(happens: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
    give_up = time.monotonic() + limit_s
    while not happens():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.02)


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
