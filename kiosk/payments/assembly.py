"""From settings to a till: the composition root's part that is about money."""

from __future__ import annotations

from collections.abc import Callable

from drivers.pin_pads.connection import PinPadAddress
from drivers.pin_pads.pin_pad import PinPad
from kiosk.central_client import CentralClient
from kiosk.clock import Clock
from kiosk.payments.card import CardPayments, Pad
from kiosk.payments.qr import QrPayments
from kiosk.payments.recovery import CardRecovery
from kiosk.payments.sending import Sender
from kiosk.payments.till import CardTaking, Till
from kiosk.settings import PinPadSettings, Settings
from offline_cache.cache import OfflineCache
from offline_cache.vault_thread import VaultThread


def make_till(
    settings: Settings,
    vault: VaultThread[OfflineCache],
    client: CentralClient,
    clock: Clock,
    *,
    has_paper: Callable[[], bool],
    centre_is_there: Callable[[], bool],
) -> Till:
    """A till over an open vault; nothing is asked yet."""
    terminal, caps = settings.terminal.id, settings.outbox.caps()
    card = None
    if settings.pin_pad is not None:
        pad = make_pad(settings.pin_pad, terminal)
        sender = Sender(vault, client, clock)
        payments = CardPayments(vault, pad, sender, clock, terminal=terminal, caps=caps)
        recovery = CardRecovery(
            vault, pad, clock, terminal=terminal, in_progress=lambda: payments.in_progress
        )
        card = CardTaking(pad, payments, recovery)
    return Till(
        vault,
        QrPayments(vault, client, clock, terminal=terminal),
        card,
        clock=clock,
        caps=caps,
        has_paper=has_paper,
        centre_is_there=centre_is_there,
    )


def make_pad(told: PinPadSettings, terminal: str) -> Pad:
    """The pad's driver; its thread waits until it is asked for something."""
    driver = PinPad(PinPadAddress.parse(told.address), sale_id=terminal, poi_id=told.poi_id)
    return Pad(driver, told.poi_id, told.charge_s)
