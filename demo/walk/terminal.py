"""The terminal of a walk: real vault, records and services; and devices that are as they are told to be."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from demo.stage import PLACE, TERMINAL
from demo.walk.cards import Hands, WalkCard
from demo.walk.centre import Asked, LineTrouble, Sealing, StandingClock, WalkCentre
from drivers.printers.paper import Paper
from kiosk.card_reading import Places
from kiosk.central_client import CentralClient
from kiosk.centre_line import load_device_key
from kiosk.domain.money import Money
from kiosk.domain.region import Region
from kiosk.domain.sales import TenderKind
from kiosk.kept import KeptSnapshots
from kiosk.offered import Parts, compose
from kiosk.paper_checks import PaperChecks
from kiosk.payments.qr import QrPayments
from kiosk.payments.till import Hindrance, Till, Ways
from kiosk.records import Records, Visitor
from kiosk.seal_books import IssuedPapers, SealBooks
from offline_cache.cache import OfflineCache
from offline_cache.entries import Caps
from offline_cache.key_source import KeyBackend, KeySource
from offline_cache.keys import create_key, load_key
from offline_cache.vault_thread import InboxFull, VaultThread

SNAPSHOT_LIFE: Final = timedelta(days=90)
CAPS: Final = Caps(10_000, 10**12, timedelta(days=400))
T = TypeVar("T")


_ALL_PLACES: Final = Places(2, id_area=True)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How devices and line are while something is looked up."""

    line: LineTrouble | None = None
    sealing: Sealing = Sealing.GENUINE
    vault_full: bool = False
    paper_fits: bool = True
    has_paper: bool = True
    pad: Hindrance | None = None
    places: Places = _ALL_PLACES
    scanner: bool = True


AS_USUAL: Final = Circumstances()


class Part(Enum):
    """What a look may ask, beside the centre."""

    VAULT = "vault"
    PRINTER = "printer"
    PAD = "pad"
    PLACES = "places"


@dataclass(frozen=True, slots=True)
class Touched:
    """What a look asked."""

    calls: frozenset[Asked]
    parts: frozenset[Part]


class _Vault(VaultThread[OfflineCache]):
    """Tells that it was asked; its inbox is full where it shall be."""

    def __init__(self, opening: Callable[[], OfflineCache], asked: Callable[[Part], None]) -> None:
        self._asked = asked
        self.is_full = False
        super().__init__(opening)

    def submit(self, job: Callable[[OfflineCache], T]) -> Future[T]:
        self._asked(Part.VAULT)
        if self.is_full:
            raise InboxFull(0)
        return super().submit(job)


class _Till(Till):
    """Without a pad: whether one could be used is as it is told."""

    pad: Hindrance | None = None
    asked: Callable[[Part], None]

    def ways(self, region: Region, amount: Money, premiums: int) -> Ways:
        self.asked(Part.PAD)
        ways = super().ways(region, amount, premiums)
        return replace(ways, hindrances={**ways.hindrances, TenderKind.BANK_CARD: self.pad})


class WalkTerminal:
    """A context manager over one vault in `directory`, at the centre that is handed in."""

    def __init__(
        self, directory: Path, centre: WalkCentre, clock: StandingClock, cards: tuple[WalkCard, ...]
    ) -> None:
        self._centre = centre
        self._clock = clock
        self._parts: set[Part] = set()
        self._now = Circumstances()
        self.hands = Hands(cards)
        key = KeySource(KeyBackend.DEMO_KEY_FILE, "vault-key", directory / "vault-key")
        create_key(key, demo=True)
        vault_file = directory / "vault.db"
        self.vault = _Vault(lambda: OfflineCache.open(vault_file, load_key(key, demo=True)), self._parts.add)
        self.client = CentralClient(centre.url, TERMINAL, load_device_key(centre.key_file), clock)
        self.books = SealBooks(self.vault, clock)
        papers = IssuedPapers(self.books, self.client, clock)
        self._snapshots = KeptSnapshots(self.vault)
        self.records = Records(self.client, self._snapshots, clock, SNAPSHOT_LIFE, papers)
        self._till = _Till(
            self.vault,
            QrPayments(self.vault, self.client, clock, terminal=TERMINAL),
            None,
            clock=clock,
            caps=CAPS,
            has_paper=lambda: self._now.has_paper,
            centre_is_there=lambda: self._now.line is None,
        )
        self._till.asked = self._parts.add
        self.desks = compose(
            Parts(
                TERMINAL,
                PLACE,
                clock,
                self.hands,
                self._places,
                self._fits,
                scanner_is_here=lambda: self._now.scanner,
                records=self.records,
                checks=PaperChecks(self.books, self.client),
                till=self._till,
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.vault.is_full = False
        self.vault.close()
        self.client.close()

    def set(self, now: Circumstances) -> None:
        """Devices and line are so from now on; what was asked before is forgotten."""
        self._now = now
        self._centre.set(now.line, now.sealing)
        self.vault.is_full = now.vault_full
        self._till.pad = now.pad
        self._centre.take_asked()
        self._parts.clear()

    def forget(self, visitor: Visitor, name: str) -> None:
        """The snapshot of this name is gone."""
        self._snapshots.forget(visitor.card.subjects, (name,))

    def now(self) -> datetime:
        return self._clock.now()

    def touched(self) -> Touched:
        """What was asked since `set`."""
        return Touched(self._centre.take_asked(), frozenset(self._parts))

    def _places(self) -> Places:
        self._parts.add(Part.PLACES)
        return self._now.places

    def _fits(self, _paper: Paper) -> bool:
        self._parts.add(Part.PRINTER)
        return self._now.paper_fits
