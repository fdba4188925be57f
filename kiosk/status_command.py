"""`kioskctl status`: how the terminal is now, as its front last saw it, and what waits in its vault."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.clock import CHINA, clock_of
from kiosk.device_status import DeviceStatus, age_s, read_device_status
from kiosk.domain.money import Money
from kiosk.openings import OPENING_LIMIT_S, open_vault
from kiosk.running_kiosk import runs
from kiosk.seal_books import SealBooks
from kiosk.settings import Settings, load_settings
from kiosk.vault_jobs import in_vault
from offline_cache.entries import Standing

_WELL = ("good", "low")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the vault says of money."""

    standing: Standing
    unknown_payments: int
    void_papers_known_to: datetime | None
    """作废名单截至"""


def status(config: Path, *, in_json: bool) -> int:
    """0: everything is good; 1: something is not; 2: no front has run. Raises what opening the vault does."""
    settings = load_settings(config)
    found = read_device_status(settings.terminal.run_dir)
    if found is None:
        run_dir = settings.terminal.run_dir
        print(f"kioskctl: no front has run since the start ({run_dir}); start `kiosk`", file=sys.stderr)
        return 2
    kept = _kept(settings)
    alive = runs(found.front_pid)
    sends = _agent_runs(settings)
    age = age_s(found, clock_of(os.environ).now())
    words = [found.network, found.paper, found.reader]
    if settings.pin_pad is not None:
        words.append(found.pin_pad)
    if settings.reads_id_cards:
        words.append(found.id_reader)
    if settings.voice is not None:
        words.append(found.voice)
    well = alive and sends and all(word in _WELL for word in words)
    good = well and not (kept.standing.unacknowledged or kept.unknown_payments)
    if in_json:
        _print_json(settings, found, kept, alive=alive, sends=sends, age=age, good=good)
    else:
        _print(settings, found, kept, alive=alive, sends=sends, age=age)
    return 0 if good else 1


def _kept(settings: Settings) -> Kept:
    vault = open_vault(settings)
    try:
        vault.opened.result(OPENING_LIMIT_S)
        standing = in_vault(vault, lambda cache: cache.outbox.standing())
        unknown = in_vault(vault, lambda cache: [*cache.intents.unsettled(), *cache.intents.damaged()])
        voids = SealBooks(vault, clock_of(os.environ)).revocations()
        return Kept(standing, len(unknown), None if voids is None else voids.known_to)
    finally:
        vault.close()


def _second(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(CHINA).isoformat(timespec="seconds")


def _agent_runs(settings: Settings) -> bool:
    """By the pid in its lock file; taking the lock to find out could keep an agent from starting."""
    try:
        holder = (settings.terminal.run_dir / "agent.lock").read_text("ascii").strip()
        command = Path(f"/proc/{int(holder)}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False
    return b"agent" in command


def _print_json(
    settings: Settings,
    found: DeviceStatus,
    kept: Kept,
    *,
    alive: bool,
    sends: bool,
    age: float,
    good: bool,
) -> None:
    oldest = kept.standing.oldest
    told = {
        "terminal": settings.terminal.id,
        "alive": alive,
        "agent": sends,
        "age_s": round(age),
        "good": good,
        "network": found.network,
        "paper": found.paper,
        "reader": found.reader,
        "id_reader": found.id_reader,
        "pin_pad": found.pin_pad,
        "voice": found.voice,
        "why": found.why,
        "waiting": kept.standing.waiting,
        "waiting_fen": kept.standing.amount,
        "oldest": _second(oldest),
        "rejected": kept.standing.unacknowledged,
        "unknown_payments": kept.unknown_payments,
        "void_papers_known_to": _second(kept.void_papers_known_to),
    }
    print(json.dumps(told, ensure_ascii=False))


def _print(
    settings: Settings, found: DeviceStatus, kept: Kept, *, alive: bool, sends: bool, age: float
) -> None:
    standing = kept.standing
    since = f", oldest of {standing.oldest.astimezone(CHINA):%m-%d %H:%M}" if standing.oldest else ""
    print(f"terminal  {settings.terminal.id} {settings.terminal.place}")
    print(f"front     {'runs' if alive else 'does not run'}, last change {round(age)} s ago")
    print(f"agent     {'runs' if sends else 'does not run: nothing is sent; start `kiosk-agent`'}")
    print(f"network   {found.network}\npaper     {found.paper}\nreader    {found.reader}")
    print(f"id reader {found.id_reader if settings.reads_id_cards else 'none'}")
    print(f"pin pad   {found.pin_pad if settings.pin_pad is not None else 'none'}")
    print(f"voice     {found.voice if settings.voice is not None else 'none'}")
    print(f"waiting   {standing.waiting} entries, {Money(standing.amount)}{since}")
    if standing.unacknowledged:
        print(f"rejected  {standing.unacknowledged}: see `kioskctl outbox list`")
    print(f"void list known to {_second(kept.void_papers_known_to) or '—: it has never come here'}")
    if kept.unknown_payments:
        print(f"unknown   {kept.unknown_payments} payments: see `kioskctl payments list`")
    if found.why:
        print(f"why       {found.why}")
