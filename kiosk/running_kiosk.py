"""A kiosk that runs beside a command of `kioskctl`: what it has is not taken from it."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.cards.sam_module import LineError
from kiosk.device_status import read_device_status

_TAKEN: Final = frozenset({errno.EAGAIN, errno.EBUSY})


@dataclass(frozen=True, slots=True)
class Unopened:
    """A line that could not be opened."""

    says: str
    """Why, and what to do."""
    by_kiosk: bool = False
    """Whether it is the kiosk that has it."""
    good: bool = False
    """Whether what is behind the line was well when the kiosk last said so."""


def runs(front_pid: int) -> bool:
    return Path(f"/proc/{front_pid}").exists()


def unopened(device: Path, error: LineError, run_dir: Path | None) -> Unopened:
    """What `error` means where the kiosk of this run directory may be the one that has the module's line."""
    if run_dir is None or getattr(error.__cause__, "errno", None) not in _TAKEN:
        return Unopened(str(error))
    try:
        found = read_device_status(run_dir)
    except (OSError, ValueError) as unread:
        return Unopened(f"{error}, unless it is the kiosk, of which nothing can be read: {unread}")
    if found is None or not runs(found.front_pid):
        return Unopened(str(error))
    good = found.id_reader == "good"
    why = f" ({found.why})" if found.why and not good else ""
    says = f"the kiosk that runs (pid {found.front_pid}) has {device} and found it {found.id_reader}{why}"
    return Unopened(says, by_kiosk=True, good=good)
