"""The tactile pad of the demo's terminal: the bench's keys become keys of the X server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from typing import Final

KEYS: Final = frozenset({"Up", "Down", "Left", "Right", "Return"})
"""The X server's names; no other key is pressed for the bench."""
_LIMIT_S: Final = 5.0


class TactilePad:
    """Its keys go to the terminal's window: whoever clicked on the bench took the focus from it."""

    def __init__(self, environment: Mapping[str, str], front_pid: Callable[[], int | None]) -> None:
        """`environment` names the screen; `front_pid` gives the process whose window it is, None where there
        is none."""
        self._environment = environment
        self._front_pid = front_pid

    def press(self, key: str) -> None:
        """It goes down, where a terminal's window is. Raises `ValueError` for a key that the pad has not."""
        pid = self._front_pid()
        if pid is None:
            return
        window = ("search", "--all", "--onlyvisible", "--pid", str(pid), "--name", ".*")
        self._xdotool(*window, "windowfocus", "--sync")
        self._xdotool("keydown", _known(key))

    def release(self, key: str) -> None:
        """It comes up, wherever the focus is by then. Raises as `press` does."""
        self._xdotool("keyup", _known(key))

    def _xdotool(self, *arguments: str) -> None:
        # Where a front has just gone there is no window: it answers 1, and the key is nobody's.
        subprocess.run(["xdotool", *arguments], env=self._environment, check=False, timeout=_LIMIT_S)


def _known(key: str) -> str:
    if key not in KEYS:
        raise ValueError(f"{key!r} is no key of the pad")
    return key
