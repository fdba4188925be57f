"""The terminal's settings: one TOML file, read once into frozen values.

Environment variables override it (`BIANMIN_CENTRE__URL=…`). A bad file stops the start with its name, the
line and what is allowed.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as BadSource

from drivers.pin_pads.connection import PinPadAddress
from drivers.printers.address import parse_address
from drivers.printers.profile import PrinterProfile, standard
from drivers.printers.profile_file import profile_called
from drivers.voices.address import parse_address as parse_voice_address
from kiosk.front_pipe import FirstPage
from offline_cache.entries import Caps
from offline_cache.key_source import KeyBackend, KeySource

DEFAULT_FILE = Path("/etc/bianmin/terminal.toml")
ENVIRONMENT_PREFIX = "BIANMIN_"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HEADING = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"""\s*(?:([\w.-]+)|["']([^"']+)["'])\s*=""")


class SettingsError(Exception):
    """The settings cannot be used; the message names file, line and what is allowed."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _https_or_loopback(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url.rstrip("/")
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return url.rstrip("/")
    raise ValueError("https://HOST, or http:// on this machine itself")


def _printer_address(text: str) -> str:
    return str(parse_address(text))


def _printer_profile(text: str) -> str:
    """Raises `ValueError` for what is neither a shipped profile nor a file that describes one."""
    if text:
        profile_called(text)
    return text


def _voice_address(text: str) -> str:
    return str(parse_voice_address(text))


def _pin_pad_address(text: str) -> str:
    return str(PinPadAddress.parse(text))


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("a whole path, as /dev/serial/by-id/…")
    return path


class ScreenSettings(_Part):
    """The screen as it was measured at provisioning: sizes on it come from millimetres."""

    width_px: Annotated[int, Field(ge=800, le=8000)]
    height_px: Annotated[int, Field(ge=800, le=8000)]
    width_mm: Annotated[float, Field(ge=150, le=2000)]
    height_mm: Annotated[float, Field(ge=150, le=2000)]


class TerminalSettings(_Part):
    id: Annotated[str, Field(pattern=r"^[A-Z0-9]{4,16}$")]
    """终端编号"""
    place: Annotated[str, Field(min_length=1, max_length=24)]
    """Where it stands, as residents call it."""
    run_dir: Path = Path("/run/bianmin")
    """Locks and the device status; gone after a restart."""


class CentreSettings(_Part):
    url: Annotated[str, AfterValidator(_https_or_loopback)]
    device_key: Path
    """The terminal's Ed25519 key, PEM."""
    ca_file: Path | None = None
    """The authority that signed the centre's certificate, where it is not a public one."""
    connect_s: Annotated[float, Field(gt=0, le=30)] = 2.0
    read_s: Annotated[float, Field(gt=0, le=60)] = 5.0


class VaultSettings(_Part):
    path: Path = Path("/var/lib/bianmin/vault.db")
    key_backend: KeyBackend = KeyBackend.SYSTEMD_CREDENTIALS
    key_name: str = "bianmin-vault-key"
    key_file: Path | None = None
    """Only with `demo-key-file`."""
    snapshot_days: Annotated[int, Field(ge=1, le=366)] = 90
    """How long a snapshot may be shown."""

    @model_validator(mode="after")
    def _names_a_key(self) -> Self:
        """Raises the `ValueError` of `KeySource`, which says what is allowed."""
        self.key_source()
        return self

    def key_source(self) -> KeySource:
        return KeySource(self.key_backend, self.key_name, self.key_file)


class PrinterSettings(_Part):
    address: Annotated[str, AfterValidator(_printer_address)]
    """`tcp://HOST:PORT`, `usb://VID:PID`, `serial:///dev/…?baud=9600` or `file:///dev/usb/lp0`"""
    columns: Annotated[int, Field(ge=32, le=48)] = 48
    """Half-width columns; where `profile` is given, that one's count."""
    profile: Annotated[str, AfterValidator(_printer_profile)] = ""
    """打印机型号: the name of a profile that comes with the program, or the path of a file; empty: a printer
    whose font has every character and that proves what it printed."""

    @cached_property
    def model(self) -> PrinterProfile:
        """The printer as the settings know it."""
        return profile_called(self.profile) if self.profile else standard(self.columns)


class PinPadSettings(_Part):
    """密码键盘: takes bank cards, over a line of its own to the bank."""

    address: Annotated[str, AfterValidator(_pin_pad_address)]
    """`tcp://HOST:PORT`"""
    poi_id: Annotated[str, Field(pattern=r"^[!-~]{1,64}$")]
    """What the pad calls itself (nexo POIID): another one's word is not believed."""
    charge_s: Annotated[float, Field(ge=10, le=75)] = 75.0
    """How long it may wait for a card."""


class OutboxSettings(_Part):
    """The caps on what may wait here for the centre; beyond them no money is taken."""

    max_waiting: Annotated[int, Field(ge=1, le=10_000)] = 500
    max_sum_yuan: Annotated[int, Field(ge=1, le=10_000_000)] = 200_000
    max_age_days: Annotated[int, Field(ge=1, le=366)] = 60

    def caps(self) -> Caps:
        return Caps(self.max_waiting, self.max_sum_yuan * 100, timedelta(days=self.max_age_days))


class ReaderSettings(_Part):
    name_contains: str = ""
    """Only PC/SC readers whose name holds this are residents' readers."""
    id_module_in: str = ""
    """PC/SC readers whose name holds this have the police's SAM-V module in them and read ID cards; empty:
    none. In any other reader a programmable card could pass for an ID card."""
    authenticator: Annotated[str, Field(pattern=r"^[\w.-]{0,64}$")] = ""
    """The installed plug-in that speaks to the PSAM or HSM; empty: cards are read without a key."""

    def has_id_module(self, reader: str) -> bool:
        """Whether this PC/SC reader has the police's module in it."""
        return bool(self.id_module_in) and self.id_module_in in reader


class IdReaderSettings(_Part):
    """身份证阅读模块: a police SAM-V module on a serial line of its own."""

    device: Annotated[Path, AfterValidator(_absolute)]
    """`/dev/serial/by-id/…`: a name that stays the same whatever else is plugged in."""


class ScannerSettings(_Part):
    """扫描器: sends each code that it reads as a line; one on USB is set to look like a serial line."""

    device: Annotated[Path, AfterValidator(_absolute)]
    """`/dev/serial/by-id/…`"""
    baud: Annotated[int, Field(ge=1_200, le=115_200)] = 9_600


class VoiceSettings(_Part):
    """语音: says the pages, for whom they are hard to see (无障碍环境建设法 Art. 33)."""

    address: Annotated[str, AfterValidator(_voice_address)]
    """`alsa:DEVICE?headphones=DEVICE&jack=/dev/input/…`, `alsa:DEVICE`, or `tcp://HOST:PORT`"""
    unasked: bool = True
    """A page is said as soon as it opens; else only when asked for, in headphones, or by the arrows."""


class PaceSettings(_Part):
    """Times of a session in seconds (docs/facts/people-and-screen.md)."""

    idle_s: Annotated[float, Field(ge=5, le=600)] = 60.0
    warning_s: Annotated[float, Field(ge=5, le=600)] = 30.0


class _Environment(EnvSettingsSource):
    """Only the variables that name a setting: `BIANMIN_NOW` and its like are not settings."""

    def __call__(self) -> dict[str, Any]:
        known = super().__call__()
        return {name: value for name, value in known.items() if name in self.settings_cls.model_fields}


class Settings(BaseSettings):
    """Everything a terminal is told; nothing else configures it."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__"
    )

    terminal: TerminalSettings
    screen: ScreenSettings
    centre: CentreSettings
    vault: VaultSettings
    printer: PrinterSettings
    pin_pad: PinPadSettings | None = None
    """None: this terminal takes no bank cards."""
    reader: ReaderSettings = ReaderSettings()
    id_reader: IdReaderSettings | None = None
    """None: this terminal reads no ID cards, unless a PC/SC reader has the module."""
    scanner: ScannerSettings | None = None
    """None: codes are typed, unless a scanner types them as a keyboard does."""
    voice: VoiceSettings | None = None
    """None: this terminal says nothing."""
    outbox: OutboxSettings = OutboxSettings()
    pace: PaceSettings = PaceSettings()
    demo: bool = False
    """演示: a demo key file and virtual devices are allowed, and the screen tells what it shows."""

    @model_validator(mode="after")
    def _speaks_here(self) -> Self:
        """A sound box beyond this machine would hear names and sums in clear."""
        if self.voice is not None and not self.demo and self.voice.address.startswith("tcp://"):
            raise ValueError("[voice] address: a sound box on TCP is the demo's; write alsa:DEVICE")
        return self

    @property
    def reads_id_cards(self) -> bool:
        """Whether this terminal has a police module, of its own or in a PC/SC reader."""
        return self.id_reader is not None or bool(self.reader.id_module_in)

    @property
    def first_page(self) -> FirstPage:
        screen = self.screen
        return FirstPage(
            self.terminal.place,
            screen.width_px,
            screen.height_px,
            screen.width_mm,
            screen.height_mm,
            id_reader=self.reads_id_cards,
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then what the file told; no other source."""
        return _Environment(settings_cls), init_settings


def load_settings(file: Path) -> Settings:
    """The settings of `file`, overridden by the environment. Raises `SettingsError`."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(
            f"{file}: no such file. Copy packaging/terminal.example.toml there and fill it in."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}") from error
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not TOML: {error}") from error

    try:
        return Settings(**told)
    except BadSource as error:
        raise SettingsError(f"the environment ({ENVIRONMENT_PREFIX}…): {error}") from None
    except ValidationError as error:
        raise SettingsError(_explain(file, text, error)) from None


def made_run_dir(settings: Settings) -> Path:
    """The run directory, made where it is missing. Raises `SettingsError`."""
    run_dir = settings.terminal.run_dir
    try:
        run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"[terminal] run_dir {run_dir} cannot be made: {error.strerror}") from error
    return run_dir


def _explain(file: Path, text: str, error: ValidationError) -> str:
    return "\n".join(_problem(file, text, one) for one in error.errors(include_url=False))


def _problem(file: Path, text: str, one: ErrorDetails) -> str:
    where = [str(part) for part in one["loc"]]
    name, place = ".".join(where), _place(file, text, where)
    match one["type"]:
        case "missing":
            return f"{place}: {name} is missing: " + (
                f"add it to [{'.'.join(where[:-1])}]" if where[1:] else f"add the table [{name}]"
            )
        case "extra_forbidden":
            return f"{place}: {name} is no setting; allowed there: {', '.join(_allowed(where))}"
        case "model_type":
            return f"{place}: {name}: write it as a table, [{name}]"
        case _:
            return f"{place}: {name}: {one['msg'].removeprefix('Value error, ')}"


def _place(file: Path, text: str, where: list[str]) -> str:
    """`file:line`, or the variable that overrides the file."""
    given = {name.upper() for name in os.environ}
    for depth in range(len(where), 0, -1):
        variable = ENVIRONMENT_PREFIX + "__".join(where[:depth]).upper()
        if variable in given:
            return f"the environment ({variable})"
    line = _line_of(text, where)
    return f"{file}:{line}" if line is not None else str(file)


def _allowed(where: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in where[:-1]:
        tables = [one for one in _alternatives(model.model_fields[part].annotation) if _is_table(one)]
        if not tables:
            break
        model = tables[0]
    return sorted(model.model_fields)


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    """What an annotation allows: itself, or the members of a union."""
    return get_args(annotation) or (annotation,)


def _is_table(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _line_of(text: str, where: list[str]) -> int | None:
    """The line on which `where` is set, or the nearest key or table that holds it; None where none does."""
    table, nearest, depth = "", None, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if opened := _HEADING.match(line):
            table = opened[1]
            named = table
        elif key := _KEY.match(line):
            named = ".".join(filter(None, (table, key[1] or key[2])))
        else:
            continue
        parts = re.split(r"\s*\.\s*", named)
        if parts == where[: len(parts)] and len(parts) > depth:
            nearest, depth = number, len(parts)
    return nearest
