"""Proofs in processes of their own: they limit themselves, and need a PC/SC service that nobody else has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_HERE: Final = Path(__file__).resolve().parent
_ROOT: Final = _HERE.parents[1]


class ProofChild:
    """`python tests/cards/PROGRAM …`, which writes what it found as one line of JSON."""

    def __init__(self, program: str, *arguments: object) -> None:
        path = os.pathsep.join([str(_ROOT), str(_HERE.parent)])
        self._process = subprocess.Popen(
            [sys.executable, str(_HERE / program), *map(str, arguments)],
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def found(self, limit_s: float) -> Mapping[str, Any]:
        """What it wrote. Fails with its own words where it ended otherwise or not in time."""
        try:
            said, complained = self._process.communicate(timeout=limit_s)
        finally:
            self.end()
        assert self._process.returncode == 0, complained
        assert complained == "", complained
        answer: Mapping[str, Any] = json.loads(said)
        return answer

    def end(self) -> None:
        """It is gone, whatever it was doing."""
        self._process.kill()
        self._process.communicate()


def together(children: Sequence[ProofChild], limit_s: float) -> list[Mapping[str, Any]]:
    """What each of them found."""
    try:
        return [child.found(limit_s) for child in children]
    finally:
        for child in children:
            child.end()
