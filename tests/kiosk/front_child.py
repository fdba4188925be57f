"""A front without a screen, or an agent, as a process of its own: for whoever traces or kills it.

Usage: front_child.py SETTINGS pay|return|agent [--payee LABEL] [--tender LABEL] [--variant NAME]

The card is in the parent's hand. What the resident sees is told as lines of JSON, each in one write. Before
he says how he pays, it waits for a line.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import sys
import threading
import time
from pathlib import Path

from broken_variants import VARIANTS
from resident import Hand, Resident, Sight, parts_of

from kiosk.agent.__main__ import main as run_agent
from kiosk.conversation.content import Offer
from kiosk.conversation.view import View
from kiosk.logs import configure_logs
from kiosk.settings import load_settings
from kiosk.vault_jobs import in_vault

LIFE_S = 100.0
"""Whoever started it may have been killed himself."""
_RECEIPT = re.compile(r"\bT001-\d{8}\b|\b20\d{6}[2-9A-HJ-NP-Z]{12}\b")
"""凭证号 of a payment by bank card, or 支付单号 of one by code."""
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)


def tell(**what: object) -> None:
    """One write call: what a killed process said before is whole."""
    os.write(1, json.dumps(what, ensure_ascii=False).encode() + b"\n")


class _CardElsewhere:
    """The slot is the parent's, and so is the pulling."""

    def remove(self) -> None:
        """Nothing."""


class Watched(Resident):
    """Tells each page as he sees it."""

    def __init__(self, settings_file: Path) -> None:
        super().__init__(load_settings(settings_file), os.environ, Hand(_CardElsewhere(), ""))
        self._told: dict[str, object] = {}
        self.runner._show = self._see

    def _see(self, view: View) -> None:
        self.views.append(view)
        sight = Sight(view)
        told: dict[str, object] = {"step": sight.key, "receipts": sorted(set(_RECEIPT.findall(sight.text)))}
        if view.paying is not None:
            told |= {"stage": view.paying.stage.value, "code": view.paying.code}
        if sight.key and told != self._told:
            self._told = told
            tell(**told)

    def walk(self, *way: tuple[str, str]) -> None:
        """From page to page: the step's key, and the words he touches there."""
        for key, words in way:
            self.wait_for(key)
            if key == "how:":
                # From here on money may move.
                tell(now="confirms")
                sys.stdin.readline()
            self.touch(words)

    def open_questions(self) -> int:
        """What nobody knows yet, or the centre was not told."""
        assert self.terminal is not None
        return in_vault(
            self.terminal._vault,
            lambda cache: len(cache.intents.unsettled()) + cache.outbox.standing().waiting,
        )


def pay(resident: Watched, payee: str, tender: str) -> None:
    """One visit, to the paper."""
    resident.walk(("overview", "缴居民医保"), ("who", payee), ("check", "没有错"), ("how:", tender))
    resident.wait_for("printed")


def come_back(resident: Watched, payee: str, tender: str, patience_s: float) -> None:
    """Once all is known and sent, or he waits no longer, he comes again, and pays what he is asked for."""
    give_up = time.monotonic() + patience_s
    while (questions := resident.open_questions()) and time.monotonic() < give_up:
        time.sleep(0.02)
    tell(now="unsettled" if questions else "settled")
    resident.walk(("overview", "缴居民医保"))
    offers = parts_of(resident.wait_for("who").view.due, Offer)
    if any(str(one.label).startswith(payee) and one.unavailable is None for one in offers):
        resident.walk(("who", payee), ("check", "没有错"), ("how:", tender))
        resident.wait_for("printed")
    tell(now="leaves")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("settings", type=Path)
    parser.add_argument("role", choices=("pay", "return", "agent"))
    parser.add_argument("--payee", default="")
    parser.add_argument("--tender", default="")
    parser.add_argument("--patience", type=float, default=20.0)
    parser.add_argument("--variant", choices=sorted(VARIANTS))
    given = parser.parse_args()
    # A tracer is no parent of it, and Yama lets only parents trace.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
    guard = threading.Timer(LIFE_S, os._exit, args=(3,))
    guard.daemon = True
    guard.start()
    if given.variant is not None:
        VARIANTS[given.variant]()
    if given.role == "agent":
        sys.exit(run_agent(["--config", str(given.settings)]))
    configure_logs("front")
    with Watched(given.settings) as resident:
        tell(now="there")
        if given.role == "pay":
            pay(resident, given.payee, given.tender)
        else:
            come_back(resident, given.payee, given.tender, given.patience)
    # As the front ends: nothing is torn down after the terminal has closed.
    os._exit(0)


if __name__ == "__main__":
    main()
