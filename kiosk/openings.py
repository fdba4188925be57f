"""From settings to what every process of a terminal opens: the vault, and the line to the centre."""

from __future__ import annotations

from collections.abc import Callable

from drivers.voices.address import parse_address
from drivers.voices.espeak import EspeakRenderer
from drivers.voices.speaker import Speaker
from drivers.voices.voice import Voice, VoiceState
from kiosk.central_client import CentralClient
from kiosk.centre_line import Limits, load_device_key
from kiosk.clock import Clock
from kiosk.settings import Settings
from kiosk.vault_jobs import VAULT_LIMIT_S
from offline_cache.cache import OfflineCache
from offline_cache.keys import load_key
from offline_cache.vault_thread import VaultThread

OPENING_LIMIT_S = 2 * VAULT_LIMIT_S


def open_vault(settings: Settings) -> VaultThread[OfflineCache]:
    """Begins to open the vault on its own thread, under the key of the pinned backend."""
    told = settings.vault
    return VaultThread(lambda: OfflineCache.open(told.path, load_key(told.key_source(), demo=settings.demo)))


def open_voice(settings: Settings, on_state: Callable[[VoiceState], None]) -> Voice | None:
    """The terminal's voice, which begins at once to look for its devices; None where it has none.

    `on_state` is called on the voice's own thread.
    """
    if settings.voice is None:
        return None
    return Speaker(EspeakRenderer(), parse_address(settings.voice.address).output(), on_state)


def open_client(
    settings: Settings, clock: Clock, *, on_reached: Callable[[bool], None] = lambda _: None
) -> CentralClient:
    """The line to the centre; raises `DeviceKeyError`. Nothing is asked yet."""
    centre = settings.centre
    return CentralClient(
        centre.url,
        settings.terminal.id,
        load_device_key(centre.device_key),
        clock,
        ca_file=centre.ca_file,
        limits=Limits(centre.connect_s, centre.read_s),
        on_reached=on_reached,
    )
