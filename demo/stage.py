"""All the parts of a terminal and its centre, each a process of its own, on this machine.

The stage owns the processes: it starts them in the order in which they need each other, knows how to cut the
centre or the power, and takes everything down at the end, however that comes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from demo.parts import START_LIMIT_S, Part, StageError, XServer
from drivers.virtual.pcsc_service import PrivatePcscd
from kiosk.clock import with_shared_start
from kiosk.front_pipe import FirstPage
from offline_cache.key_source import KeyBackend, KeySource
from offline_cache.keys import create_key

__all__ = [
    "DEMO_NOW",
    "HERE",
    "LANDSCAPE",
    "PLACE",
    "PORTRAIT",
    "REGION",
    "TERMINAL",
    "ScreenSize",
    "Stage",
    "StageError",
    "wait_for",
]

HERE = Path(__file__).parent
REGION = HERE.parent / "central" / "regions" / "demo.toml"
DEMO_NOW = "2026-11-20T09:30+08:00"
TERMINAL = "T001"
PLACE = "示例村服务站"
POI_ID = "VIRTUAL-PAD-1"
"""What the virtual pin pad calls itself."""


@dataclass(frozen=True, slots=True)
class ScreenSize:
    """A screen in pixels and millimetres."""

    width_px: int
    height_px: int
    width_mm: float
    height_mm: float


LANDSCAPE = ScreenSize(1280, 1024, 338, 270)
PORTRAIT = ScreenSize(1080, 1920, 268, 476)


class Stage:
    """A context manager; `directory` is emptied first and keeps logs, papers and the vault."""

    def __init__(
        self,
        directory: Path,
        *,
        screen: ScreenSize = LANDSCAPE,
        region: Path = REGION,
        virtual_screen: bool = True,
        sound_pace: float = 0.0,
        settings: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """`virtual_screen`: an X server of its own; False: that of DISPLAY. `sound_pace`: seconds
        that a second of sound lasts; 0: nobody waits for its end. `settings` adds to the file."""
        self.directory = directory.resolve()
        self.screen = screen
        self._region = region
        self._virtual_screen = virtual_screen
        self._sound_pace = sound_pace
        self._more_settings = settings or {}
        self._parts = ExitStack()
        self._environment = with_shared_start(os.environ, os.environ.get("BIANMIN_NOW", DEMO_NOW))
        self._pcscd: PrivatePcscd | None = None
        self._printer = self._part("printer", "drivers.virtual.printer")
        self._pad = self._part("pad", "drivers.virtual.pin_pad")
        self._id_module = self._part("id-module", "drivers.virtual.sam_v_pty")
        self._sound_box = self._part("sound-box", "drivers.virtual.sound_box")
        self._scanner = self._part("scanner", "drivers.virtual.scanner")
        self._gateway = self._part("gateway", "central.virtual_gateway")
        self._centre = self._part("centre", "central.cli")
        self._agent = self._part("agent", "kiosk.agent")
        self._supervisor = self._part("supervisor", "kiosk.supervisor")
        self._centre_port = 0
        self._gateway_config = ""
        self.slot_ports: tuple[int, ...] = ()
        """The two slots of the reader."""
        self.printer_port = self.printer_control = 0
        self.pad_port = self.pad_control = 0
        self.gateway_control = 0
        self.id_control = 0
        self._voice_port = self.voice_control = 0

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the stage runs with: clock, PC/SC service, display."""
        return dict(self._environment)

    @property
    def run_dir(self) -> Path:
        return self.directory / "run"

    @property
    def papers(self) -> Path:
        return self.directory / "printer"

    @property
    def said(self) -> Path:
        """What the terminal said, and where it was heard: a `sound_box_state.Said` a line."""
        return self.directory / "said.jsonl"

    @property
    def sounds(self) -> Path:
        """How it sounded: `0001.wav` and on, by the numbers of `said`; none at a `sound_pace` of 0."""
        return self.directory / "sounds"

    @property
    def config(self) -> Path:
        return self.directory / "terminal.toml"

    @property
    def centre_url(self) -> str:
        return f"http://127.0.0.1:{self._centre_port}"

    def __enter__(self) -> Self:
        try:
            self._set_up()
        except BaseException:
            self._parts.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    def start_terminal(self) -> None:
        """The agent, and the supervisor, which starts the front."""
        self.start_agent()
        self._supervisor.start("--config", str(self.config))

    def start_agent(self) -> None:
        """Nothing happens where it is running."""
        self._agent.start("--config", str(self.config))

    def kill_agent(self) -> None:
        """SIGKILL: what it was doing is not finished."""
        self._agent.kill()

    def cut_centre(self) -> None:
        """The centre is gone from one moment to the next, as when a line is cut."""
        self._centre.kill()

    def restore_centre(self) -> None:
        """The same centre, with what it knew, at the same address."""
        if self.centre_is_there:
            return
        arguments = ["--region", str(self._region), "--county", "demo", "--database-url", self._database]
        served = ["--port", str(self._centre_port), "--with-parent", "--allow-faults"]
        kept = ["--gateway-config", self._gateway_config, "--demo-seals", str(self.directory / "seals")]
        line = self._centre.start_and_hear("serve", *arguments, *served, *kept)
        self._centre_port = int(line.rstrip("/").rpartition(":")[2])

    @property
    def centre_is_there(self) -> bool:
        return self._centre.pid is not None

    def cut_pad(self) -> None:
        """The pin pad's power is gone from one moment to the next."""
        self._pad.kill()

    def restore_pad(self) -> None:
        """The same pin pad, with its ledger, at the same address."""
        if self._pad.pid is not None:
            return
        ports = ("--port", str(self.pad_port), "--control", str(self.pad_control))
        ledger = ("--ledger", str(self.directory / "pad.jsonl"), "--poi-id", POI_ID)
        told = json.loads(self._pad.start_and_hear(*ports, *ledger, "--with-parent"))
        self.pad_port, self.pad_control = told["port"], told["control"]

    def scan(self, text: str) -> None:
        """A code is held before the scanner."""
        # It ends where nobody takes what it reads: the terminal was away for long.
        self._restore_scanner()
        self._scanner.say(text)

    def _restore_scanner(self) -> None:
        if self._scanner.pid is None:
            self._scanner.start_and_hear("--link", str(self._scanner_device))

    def pids(self) -> dict[str, int]:
        """Every part that is running, by its name."""
        parts = {
            "pcscd": None if self._pcscd is None else self._pcscd.pid,
            "printer": self._printer.pid,
            "pad": self._pad.pid,
            "id module": self._id_module.pid,
            "sound box": self._sound_box.pid,
            "scanner": self._scanner.pid,
            "gateway": self._gateway.pid,
            "centre": self._centre.pid,
            "agent": self._agent.pid,
            "supervisor": self._supervisor.pid,
        }
        return {name: pid for name, pid in parts.items() if pid is not None}

    def _part(self, name: str, module: str) -> Part:
        return Part(name, module, self.directory, self._environment)

    def _set_up(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)
        for made in (self.directory, self.run_dir, self.papers):
            made.mkdir(mode=0o700, parents=True)
        self._pcscd = self._parts.enter_context(PrivatePcscd(readers=1))
        self._environment |= self._pcscd.environment
        self.slot_ports = self._pcscd.ports
        if self._virtual_screen:
            screen = XServer(self.screen.width_px, self.screen.height_px)
            self._environment["DISPLAY"] = self._parts.enter_context(screen).display
        self._environment["QT_QPA_PLATFORM"] = "xcb"
        # Put away in the other order: the terminal, the agent, the centre, then what they stand on.
        for part in (
            self._printer,
            self._pad,
            self._id_module,
            self._sound_box,
            self._scanner,
            self._gateway,
            self._centre,
            self._agent,
            self._supervisor,
        ):
            self._parts.callback(part.close)
        self._start_devices()
        self._enrol()
        self.restore_centre()
        self._configure()
        if self._virtual_screen:
            self._paint_root_window()

    def _start_devices(self) -> None:
        """What is somebody else's: printer, pin pad, ID card's module, sound box, scanner, gateway."""
        any_ports = ("--port", "0", "--control", "0", "--with-parent")
        told = json.loads(
            self._printer.start_and_hear(*any_ports, "--out", str(self.papers), "--mm-per-s", "250")
        )
        self.printer_port, self.printer_control = told["port"], told["control"]
        self.restore_pad()
        told = json.loads(
            self._id_module.start_and_hear("--link", str(self._id_device), "--control", "0", "--with-parent")
        )
        self.id_control = told["control"]
        heard = ("--said", str(self.said), "--pace", str(self._sound_pace))
        kept = ("--keep", str(self.sounds)) if self._sound_pace else ()
        told = json.loads(self._sound_box.start_and_hear(*any_ports, *heard, *kept))
        self._voice_port, self.voice_control = told["port"], told["control"]
        self._restore_scanner()
        ledger = str(self.directory / "gateway.jsonl")
        told = json.loads(self._gateway.start_and_hear(*any_ports, "--ledger", ledger))
        self.gateway_control, self._gateway_config = told["control"], told["config"]

    def _paint_root_window(self) -> None:
        """As on a terminal: between two fronts the attract picture is seen, not a black screen."""
        picture = self.directory / "attract.png"
        size = self.screen
        mm = (size.width_mm, size.height_mm)
        page = FirstPage(PLACE, size.width_px, size.height_px, *mm, id_reader=True)
        for command in (
            [sys.executable, "-m", "ui.attract_picture", str(picture), "--first-page", page.to_argument()],
            ["hsetroot", "-cover", str(picture)],
        ):
            try:
                subprocess.run(
                    command,
                    env=self._environment,
                    stdout=subprocess.DEVNULL,
                    check=True,
                    timeout=START_LIMIT_S,
                )
            except (OSError, subprocess.CalledProcessError) as error:
                raise StageError(f"the root window was not painted: {error}; apt install hsetroot") from error

    @property
    def _id_device(self) -> Path:
        return self.directory / "id-reader"

    @property
    def _scanner_device(self) -> Path:
        return self.directory / "scanner"

    @property
    def _database(self) -> str:
        return f"sqlite:///{self.directory / 'central.sqlite3'}"

    def _enrol(self) -> None:
        enrolled = subprocess.run(
            [
                *(sys.executable, "-m", "central.cli", "demo-enrol", "--terminal", TERMINAL),
                *("--key-out", str(self.directory / "device-key.pem"), "--database-url", self._database),
            ],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=START_LIMIT_S,
            check=False,
        )
        if enrolled.returncode != 0:
            raise StageError(f"the terminal was not enrolled: {enrolled.stderr}")

    def _configure(self) -> None:
        key = KeySource(KeyBackend.DEMO_KEY_FILE, "vault-key", self.directory / "vault-key")
        create_key(key, demo=True)
        told: dict[str, dict[str, object]] = {
            "terminal": {"id": TERMINAL, "place": PLACE, "run_dir": str(self.run_dir)},
            "screen": {name: getattr(self.screen, name) for name in ScreenSize.__slots__},
            "centre": {"url": self.centre_url, "device_key": str(self.directory / "device-key.pem")},
            "vault": {
                "path": str(self.directory / "vault" / "vault.db"),
                "key_backend": key.backend.value,
                "key_name": key.name,
                "key_file": str(key.file),
            },
            "printer": {"address": f"tcp://127.0.0.1:{self.printer_port}"},
            "id_reader": {"device": str(self._id_device)},
            "scanner": {"device": str(self._scanner_device)},
            "voice": {"address": f"tcp://127.0.0.1:{self._voice_port}"},
            "pin_pad": {"address": f"tcp://127.0.0.1:{self.pad_port}", "poi_id": POI_ID},
        }
        for table, more in self._more_settings.items():
            told.setdefault(table, {}).update(more)
        self.config.write_text(f"demo = true\n{_toml(told)}", encoding="utf-8")


def wait_for(condition: Callable[[], bool], limit_s: float, what: str) -> None:
    """Looks until `condition` holds; raises `StageError` naming `what` after `limit_s`."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise StageError(f"waited {limit_s:g} s for {what}")
        time.sleep(0.01)


def _toml(tables: Mapping[str, Mapping[str, object]]) -> str:
    """Strings, numbers and booleans in tables: all that the settings hold."""
    lines = []
    for table, values in tables.items():
        lines.append(f"\n[{table}]")
        lines.extend(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    return "\n".join(lines) + "\n"
