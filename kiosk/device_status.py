"""What the front knows of its devices, in a file of the run directory for `kioskctl status` and the agent."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FILE_NAME = "devices.json"


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """One reading; every word is one of `good`, `low`, `bad`, `unknown`. Nothing personal."""

    at: str
    """RFC 3339"""
    front_pid: int
    network: str
    paper: str
    reader: str
    why: str = ""
    """Why something is bad, for a technician."""
    pin_pad: str = "unknown"
    """Also where the terminal has none."""
    id_reader: str = "unknown"
    """The ID card's module; also where the terminal has none."""
    voice: str = "unknown"
    """Loudspeaker and headphones; also where the terminal has none."""


def write_device_status(run_dir: Path, status: DeviceStatus) -> None:
    """Replaces the file at once: a reader finds the old reading or the new one, never half."""
    file = run_dir / FILE_NAME
    beside = file.with_suffix(f".{status.front_pid}.new")
    beside.write_text(json.dumps(asdict(status), ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(file)


def read_device_status(run_dir: Path) -> DeviceStatus | None:
    """The last reading; None where no front has written one. Raises `ValueError` for a file that is none."""
    try:
        text = (run_dir / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return DeviceStatus(**json.loads(text))
    except (TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{run_dir / FILE_NAME}: not a device status: {error}") from error


def age_s(status: DeviceStatus, now: datetime) -> float:
    return (now - datetime.fromisoformat(status.at)).total_seconds()
