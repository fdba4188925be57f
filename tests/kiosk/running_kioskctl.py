"""`kioskctl` as a technician starts it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fixtures.forks import run_forked
from fixtures.pcsc import wait_until
from resident import CARDS

from drivers.cards.authentication import PLUG_INS
from drivers.cards.pcsc import look_at_readers
from drivers.virtual.card_file import load_card
from drivers.virtual.slot import VirtualSlot

Put = Callable[..., None]

_PLUG_INS = """
from drivers.virtual.software_authenticator import SoftwareAuthenticator

def good():
    return SoftwareAuthenticator(bytes(range(16)))

def broken():
    raise RuntimeError("no slot /dev/psam0")
"""


def kioskctl(
    *arguments: str | Path, environment: Mapping[str, str] = os.environ, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    ended = run_forked("kiosk.cli", *arguments, environment=environment, typed=typed)
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


def put_cards(slots: Sequence[VirtualSlot], *cards: str | Path) -> None:
    """Cards of the tray, or of a file, into the slots, as the service sees it."""
    wait_until(lambda: not any(state.holds_card for state in look_at_readers()))
    for slot, card in zip(slots, cards, strict=False):
        slot.insert(load_card(card if isinstance(card, Path) else CARDS / f"{card}.toml"))
    wait_until(lambda: sum(state.holds_card for state in look_at_readers()) == len(cards))


def with_plug_ins(directory: Path) -> dict[str, str]:
    """An environment in which the card authenticators `good` and `broken` are installed."""
    installed = directory / "keys-1.dist-info"
    installed.mkdir(parents=True)
    (directory / "card_keys_of_a_test.py").write_text(_PLUG_INS, "utf-8")
    (installed / "METADATA").write_text("Name: keys\nVersion: 1\n", "utf-8")
    lines = (f"[{PLUG_INS}]", *(f"{name} = card_keys_of_a_test:{name}" for name in ("good", "broken")))
    (installed / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return os.environ | {"PYTHONPATH": str(directory)}
