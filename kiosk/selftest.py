"""`kioskctl selftest`: every part that a terminal needs, asked one by one; each answer says what to do."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.cards.authentication import AuthenticatorUnavailable
from drivers.cards.pcsc import NoReader, PcscError, look_at_readers
from drivers.cards.records import Garbled
from drivers.cards.sam_module import LineError, SamModule, SamRefused, SamSilent
from drivers.cards.sam_serial import SerialLine
from drivers.cards.sam_v import BadFrame
from drivers.printers.address import parse_address
from drivers.printers.printer import Printer
from drivers.tcp_address import BadAddress
from drivers.voices.voice import Saying, Utterance
from kiosk.central_client import CentreAway, CentreError, DeviceKeyError, NotAdmitted
from kiosk.clock import Clock
from kiosk.domain.text import CHINESE, say
from kiosk.kept import PrintLog
from kiosk.openings import OPENING_LIMIT_S, open_client, open_vault, open_voice
from kiosk.printer_remedies import remedy
from kiosk.running_kiosk import unopened
from kiosk.settings import ScannerSettings, Settings
from kiosk.stopped_proofs import authenticator_of
from offline_cache.cache import OfflineCache
from offline_cache.errors import VaultError
from offline_cache.keys import NoVaultKey
from offline_cache.vault_thread import VaultThread

_HEARD = say("便民社保，声音正常")
_VOICE_LIMIT_S = 6.0
_LISTEN_EVERY_S = 0.1
TYPEFACE = "Noto Sans CJK SC"


@dataclass(frozen=True, slots=True)
class Check:
    """One part and how it is."""

    part: str
    good: bool
    says: str

    def line(self) -> str:
        return f"{'ok  ' if self.good else 'FAIL'} {self.part:10} {self.says}"


class CheckFailed(Exception):
    """The part does not work; the message says what to do."""


def selftest(settings: Settings, clock: Clock) -> Iterator[Check]:
    """Asks every part; one that fails does not keep the next from being asked."""
    vault = open_vault(settings)
    device = None if settings.id_reader is None else settings.id_reader.device
    run_dir = settings.terminal.run_dir
    keys = settings.reader.authenticator
    scanner = settings.scanner
    try:
        checks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("vault", lambda: _vault(vault)),
            ("reader", lambda: _reader(settings)),
            *((("key-module", lambda: _key_module(keys, settings.terminal.run_dir)),) if keys else ()),
            *((("id-card", lambda: _id_module(device, run_dir)),) if device is not None else ()),
            *((("scanner", lambda: _scanner(scanner)),) if scanner is not None else ()),
            *((("voice", lambda: _voice(settings)),) if settings.voice is not None else ()),
            ("printer", lambda: _printer(settings, vault, clock)),
            ("centre", lambda: _centre(settings, clock)),
            ("font", _font),
        )
        for part, check in checks:
            yield _checked(part, check)
    finally:
        vault.close()


def _checked(part: str, check: Callable[[], str]) -> Check:
    try:
        return Check(part, good=True, says=check())
    except (
        AuthenticatorUnavailable,
        CheckFailed,
        NoVaultKey,
        VaultError,
        PcscError,
        NoReader,
        BadAddress,
        CentreError,
        DeviceKeyError,
        LineError,
        TimeoutError,
    ) as error:
        return Check(part, good=False, says=str(error) or type(error).__name__)


def _vault(vault: VaultThread[OfflineCache]) -> str:
    vault.opened.result(OPENING_LIMIT_S)
    damage = vault.submit(lambda cache: cache.vault.damage()).result(OPENING_LIMIT_S)
    if damage:
        raise CheckFailed(f"damaged: {'; '.join(damage)}")
    return "opens under its key, and is whole"


def _reader(settings: Settings) -> str:
    wanted = settings.reader.name_contains
    readers = [state.reader for state in look_at_readers() if wanted in state.reader]
    if not readers:
        raise CheckFailed(f"no reader's name holds {wanted!r} ([reader] name_contains)")
    return ", ".join(readers)


def _key_module(name: str, run_dir: Path) -> str:
    """Nothing is enciphered for a card that there is not: a module may count what it is asked."""
    authenticator_of(name, run_dir)
    return f"{name} loads and is ready; whether its keys fit, a card that has some tells"


def _id_module(device: Path, run_dir: Path) -> str:
    """Where the kiosk has the line, its word counts."""
    try:
        line = SerialLine(device)
    except LineError as error:
        why = unopened(device, error, run_dir)
        if not why.good:
            raise CheckFailed(why.says) from error
        return why.says
    try:
        return f"{device}: module {SamModule(line).wake()}"
    except (SamRefused, SamSilent, BadFrame, Garbled) as error:
        raise CheckFailed(f"{device}: {error}; is this the module's line, and has it power?") from error
    finally:
        line.close()


def _scanner(told: ScannerSettings) -> str:
    """Its line is the kiosk's, and it says nothing before it has read something."""
    if not told.device.is_char_device():
        raise CheckFailed(f"{told.device}: no such device; is it plugged in, and set to be a serial line?")
    return f"{told.device}: plugged in; whether it reads, a code scanned at 验真 tells"


def _voice(settings: Settings) -> str:
    """Says a sentence, for the technician to hear; what was heard only he knows."""
    told = settings.voice
    spoken = threading.Event()
    voice = open_voice(settings, lambda state: spoken.set() if state.speaking else None)
    if voice is None or told is None:
        raise CheckFailed("[voice] names no device")
    try:
        voice.speak(Utterance((Saying(_HEARD.render(CHINESE), private=False),), CHINESE.code))
        if not spoken.wait(_VOICE_LIMIT_S):
            raise CheckFailed(f"{told.address}: {voice.state.why or 'nothing is said'}")
        while voice.state.speaking and voice.state.works and spoken.wait(_LISTEN_EVERY_S):
            time.sleep(_LISTEN_EVERY_S)
        state = voice.state
    finally:
        voice.close()
    if not state.works or state.why:
        raise CheckFailed(f"{told.address}: {state.why}")
    plugged = "headphones are plugged in" if state.headphones else "no headphones are plugged in"
    return f"{told.address}: a sentence was said, did you hear it? {plugged}"


def _printer(settings: Settings, vault: VaultThread[OfflineCache], clock: Clock) -> str:
    address = parse_address(settings.printer.address)
    with Printer(address, PrintLog(vault, clock), profile=settings.printer.model) as printer:
        status = printer.status()
    if status.obstacle is not None:
        what_to_do = remedy(status.obstacle, status.line_trouble)
        raise CheckFailed(f"{address}: {status.obstacle.value}; {what_to_do}")
    return f"{address}: paper {status.paper.value}, cover {status.cover.value}, cutter {status.cutter.value}"


def _centre(settings: Settings, clock: Clock) -> str:
    client = open_client(settings, clock)
    try:
        news = client.region()
    except CentreAway as error:
        raise CheckFailed(
            f"{settings.centre.url}: {error}; check the network, [centre] url and the centre"
        ) from error
    except NotAdmitted as error:
        raise CheckFailed(
            f"{settings.centre.url}: {error}; is {settings.terminal.id} enrolled, is the clock right?"
        ) from error
    finally:
        client.close()
    if news is None:
        raise CheckFailed("answered 304 to a request without an ETag")
    return f"{settings.centre.url}: region {news.region.name}, version {news.region.version}"


def _font() -> str:
    match_font = shutil.which("fc-match")
    if match_font is None:
        raise CheckFailed("fc-match is missing: apt install fontconfig fonts-noto-cjk")
    found = subprocess.run(
        [match_font, "-f", "%{family}", TYPEFACE], capture_output=True, text=True, timeout=10, check=False
    ).stdout
    if TYPEFACE not in found:
        raise CheckFailed(f"{TYPEFACE} is not installed (found {found!r}): apt install fonts-noto-cjk")
    return TYPEFACE
