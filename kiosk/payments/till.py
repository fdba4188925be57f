"""收银台: what a terminal can take money with, and who takes it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from drivers.pin_pads.nexo import GlobalStatus
from drivers.pin_pads.outcomes import Diagnosis, Unknown
from kiosk.clock import Clock
from kiosk.domain.money import Money
from kiosk.domain.region import Region
from kiosk.domain.sales import NotPaid, Payment, PayProgress, Sale, TenderKind, WhyNotPaid
from kiosk.domain.tenders import QrChannel
from kiosk.payments.card import CardPayments, Pad
from kiosk.payments.here import PaidHere, paid_here
from kiosk.payments.made_by import Made, made_by
from kiosk.payments.qr import QrPayments
from kiosk.payments.recovery import CardRecovery
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import Caps, Standing
from offline_cache.vault_thread import VaultThread

DIAGNOSIS_LIMIT_S = 4.0
ASK_PAD_EVERY_S = 30.0
ASK_PAD_SOON_S = 2.0
"""While it may know in a moment what became of a payment."""


class Hindrance(StrEnum):
    """Why a tender cannot be used now."""

    NO_PAD = "no-pad"
    """This terminal has no pin pad."""
    PAD_AWAY = "pad-away"
    PAD_BUSY = "pad-busy"
    BANK_AWAY = "bank-away"
    """The pad does not reach its bank."""
    NO_GATEWAY = "no-gateway"
    """The region's centre takes no payments through this channel."""
    CENTRE_AWAY = "centre-away"
    ONE_ONLY = "one-only"
    """By code one premium is paid at a time."""
    TOO_MUCH_WAITS = "too-much-waits"
    """The caps on what may wait here are reached."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What can be paid with now: None where nothing is in the way. `paper` False: no receipt can be printed
    now, which is said before the money moves."""

    hindrances: Mapping[TenderKind, Hindrance | None]
    paper: bool


@dataclass(frozen=True, slots=True)
class CardTaking:
    """The pin pad, who takes payments with it, and who asks it what became of earlier ones."""

    pad: Pad
    payments: CardPayments
    recovery: CardRecovery


class Till:
    """One terminal's till. `pay` is called by one thread at a time; everything else from any."""

    def __init__(
        self,
        vault: VaultThread[OfflineCache],
        qr: QrPayments,
        card: CardTaking | None,
        *,
        clock: Clock,
        caps: Caps,
        has_paper: Callable[[], bool],
        centre_is_there: Callable[[], bool],
    ) -> None:
        """`card` None: the terminal has no pin pad."""
        self._vault = vault
        self._qr = qr
        self._card = card
        self._clock = clock
        self._caps = caps
        self._has_paper = has_paper
        self._centre_is_there = centre_is_there

    def pay(self, sale: Sale, tell: Callable[[PayProgress], None]) -> Payment:
        """Takes the money for `sale`; what is known of it, in a bounded time."""
        match sale.tender:
            case TenderKind.BANK_CARD:
                if self._card is None:
                    return NotPaid(WhyNotPaid.PAD_AWAY, "this terminal has no pin pad")
                return self._card.payments.pay(sale, tell)
            case TenderKind.WECHATPAY:
                return self._qr.pay(sale, tell)

    def give_up(self) -> None:
        """The payment that is being asked is wanted no more."""
        if self._card is not None:
            self._card.payments.give_up()
        self._qr.give_up()

    def ways(self, region: Region, amount: Money, premiums: int) -> Ways:
        """What a sale of `premiums` premiums for `amount` can be paid with now. Raises `VaultError` and its
        like."""
        standing = in_vault(self._vault, lambda cache: cache.outbox.standing())
        return Ways(
            {
                TenderKind.BANK_CARD: self._card_hindrance(standing, amount, premiums),
                TenderKind.WECHATPAY: self._qr_hindrance(region, premiums),
            },
            self._has_paper(),
        )

    def paid_here(self, bills: Iterable[str]) -> Mapping[str, PaidHere]:
        """Of these bills, those that something is known of here. Raises `VaultError` and its like."""
        wanted = tuple(bills)
        return in_vault(self._vault, lambda cache: paid_here(cache, wanted))

    def made_by(self, payer: str) -> tuple[Made, ...]:
        """What a payer paid here, latest first. Raises `VaultError` and its like."""
        return in_vault(self._vault, lambda cache: made_by(cache, payer))

    def close(self) -> None:
        """Has what the pad is at given up; asks nothing more."""
        if self._card is not None:
            self._card.pad.driver.close()

    def watch(self, stopping: threading.Event, tell: Callable[[Hindrance | None], None]) -> None:
        """Until told to stop: asks the pad at once what became of payments that are not known, then now and
        then how it is, and tells that. Nothing where there is no pad."""
        pause = 0.0
        while self._card is not None and not stopping.wait(pause):
            soon = self._resolved(self._card.recovery)
            if self._card.payments.in_progress is None:
                tell(self._pad_hindrance(self._card.pad))
            pause = ASK_PAD_SOON_S if soon else ASK_PAD_EVERY_S

    @staticmethod
    def _resolved(recovery: CardRecovery) -> int:
        try:
            return recovery.resolve()
        except Exception as error:  # noqa: BLE001 the watch must not end with it: nobody else asks the pad
            structlog.get_logger().error("the recovery failed", exc_info=error)
            return 0

    def _card_hindrance(self, standing: Standing, amount: Money, premiums: int) -> Hindrance | None:
        if self._card is None:
            return Hindrance.NO_PAD
        if self._caps.reached(standing, amount.fen, self._clock.now(), premiums) is not None:
            return Hindrance.TOO_MUCH_WAITS
        return self._pad_hindrance(self._card.pad)

    @staticmethod
    def _pad_hindrance(pad: Pad) -> Hindrance | None:
        try:
            found = pad.driver.diagnose().result(DIAGNOSIS_LIMIT_S)
        except TimeoutError:
            return Hindrance.PAD_AWAY
        match found:
            case Unknown():
                return Hindrance.PAD_AWAY
            case Diagnosis(status=GlobalStatus.BUSY):
                return Hindrance.PAD_BUSY
            case Diagnosis(status=GlobalStatus.MAINTENANCE | GlobalStatus.UNREACHABLE):
                return Hindrance.PAD_AWAY
            case Diagnosis(hosts=hosts) if hosts and not any(host.reachable for host in hosts):
                return Hindrance.BANK_AWAY
            case _:
                return None

    def _qr_hindrance(self, region: Region, premiums: int) -> Hindrance | None:
        if not self._centre_is_there():
            return Hindrance.CENTRE_AWAY
        if QrChannel.WECHATPAY not in region.qr_channels:
            return Hindrance.NO_GATEWAY
        return Hindrance.ONE_ONLY if premiums > 1 else None
