"""`kioskctl outbox`: what waits for the centre.

It opens the vault as the agent does and sends by the agent's own code under leases of its own, so it may run
while the terminal works. Nothing is shown but what is masked already.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.centre_line import CentreError
from kiosk.clock import CHINA, Clock, clock_of
from kiosk.domain.money import Money
from kiosk.not_done import NotDone
from kiosk.openings import OPENING_LIMIT_S, open_client, open_vault
from kiosk.payment_commands import add_payments, list_payments, settle
from kiosk.payments.here import receipt_of
from kiosk.payments.sending import Sender, Sent
from kiosk.settings import DEFAULT_FILE, Settings, load_settings
from kiosk.vault_jobs import StoredUnreadable, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import Applied, Entry, Lease, NoSuchEntry, NothingToAcknowledge
from offline_cache.vault_thread import VaultThread

MOST_LISTED = 200
_LEASE_S = 60.0
_MOST_BATCHES = 200


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry, as a technician may see it."""

    number: int
    receipt: str
    state: str
    amount_fen: int
    appended_at: str
    what: str
    detail: str = ""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `outbox` and `payments` to `kioskctl`."""
    outbox = commands.add_parser("outbox", help="what waits for the centre").add_subparsers(
        dest="action", required=True
    )
    listing = outbox.add_parser("list", help="what waits, and what was rejected; --all: the last ones too")
    listing.add_argument("--all", action="store_true", dest="everything")
    showing = outbox.add_parser("show", help="one entry")
    verifying = outbox.add_parser("verify", help="check the whole hash chain")
    sending = outbox.add_parser("send", help="send now; a number sends that entry, even one that was sent")
    taking = outbox.add_parser("acknowledge", help="a person takes charge of a rejected entry")
    for command in (showing, taking):
        command.add_argument("number", type=int, help="the entry's number")
    sending.add_argument("number", type=int, nargs="?", help="the entry's number")
    taking.add_argument("--by", required=True, metavar="NAME", help="who")
    for command in (listing, showing, verifying, sending, taking, *add_payments(commands)):
        command.add_argument("--config", type=Path, default=DEFAULT_FILE)
        command.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """0: done and good; 1: something is not good. Raises `NotDone`, and the vault's errors."""
    settings = load_settings(given.config)
    clock = clock_of(os.environ)
    with _opened(settings) as vault:
        match given.command, given.action:
            case "outbox", "list":
                return _list(vault, everything=given.everything, in_json=given.json)
            case "outbox", "show":
                return _show(vault, given.number, in_json=given.json)
            case "outbox", "verify":
                return _verify(vault, in_json=given.json)
            case "outbox", "send":
                return _send(settings, vault, clock, given.number, in_json=given.json)
            case "outbox", "acknowledge":
                return _acknowledge(vault, clock, given.number, given.by)
            case "payments", "list":
                return list_payments(vault, in_json=given.json)
            case _:
                return settle(vault, clock, given, settings.terminal.id)


@contextmanager
def _opened(settings: Settings) -> Iterator[VaultThread[OfflineCache]]:
    vault = open_vault(settings)
    try:
        vault.opened.result(OPENING_LIMIT_S)
        yield vault
    finally:
        vault.close()


def _list(vault: VaultThread[OfflineCache], *, everything: bool, in_json: bool) -> int:
    standing = in_vault(vault, lambda cache: cache.outbox.standing())
    if everything:
        entries = in_vault(vault, lambda cache: cache.outbox.recent(MOST_LISTED))
    else:
        entries = [
            *in_vault(vault, lambda cache: cache.outbox.waiting(MOST_LISTED)),
            *in_vault(vault, lambda cache: cache.outbox.unacknowledged(MOST_LISTED)),
        ]
    lines = [_line(entry) for entry in entries]
    damaged = in_vault(vault, lambda cache: cache.outbox.damaged(MOST_LISTED))
    if in_json:
        head = {
            "damaged": damaged,
            "waiting": standing.waiting,
            "amount_fen": standing.amount,
            "oldest": None if standing.oldest is None else standing.oldest.astimezone(CHINA).isoformat(),
            "rejected": standing.unacknowledged,
        }
        print(json.dumps(head | {"entries": [asdict(line) for line in lines]}, ensure_ascii=False))
    else:
        print(f"waiting   {standing.waiting}, {Money(standing.amount)}")
        print(f"rejected  {standing.unacknowledged} that nobody has taken charge of")
        for line in lines:
            print(_told(line))
        if damaged:
            print(f"damaged   {', '.join(map(str, damaged))}: keep the vault, see `kioskctl outbox verify`")
    return 0 if standing.unacknowledged == 0 and not damaged else 1


def _show(vault: VaultThread[OfflineCache], number: int, *, in_json: bool) -> int:
    line = _line(_entry(vault, number))
    print(json.dumps(asdict(line), ensure_ascii=False) if in_json else _told(line))
    return 0


def _verify(vault: VaultThread[OfflineCache], *, in_json: bool) -> int:
    report = in_vault(vault, lambda cache: cache.outbox.verify())
    findings = [(finding.fault.value, finding.first, finding.last) for finding in report.findings]
    if in_json:
        print(json.dumps({"entries": report.entries, "link": report.link.hex(), "findings": findings}))
    else:
        state = "whole" if report.whole else "NOT WHOLE: keep the vault, tell the centre"
        print(f"{report.entries} entries, the chain is {state}; its end is {report.link.hex()[:16]}")
        for fault, first, last in findings:
            print(f"{fault}: entries {first} to {last}")
    return 0 if report.whole else 1


def _send(
    settings: Settings,
    vault: VaultThread[OfflineCache],
    clock: Clock,
    number: int | None,
    *,
    in_json: bool,
) -> int:
    client = open_client(settings, clock)
    sender = Sender(vault, client, clock)
    try:
        sent = _send_all(sender) if number is None else _send_one(vault, sender, clock, number)
    except CentreError as error:
        raise NotDone(f"the centre did not take all: {error}; what it did not take waits on") from error
    finally:
        client.close()
    if in_json:
        print(json.dumps(asdict(sent)))
    else:
        for what, numbers in asdict(sent).items():
            print(f"{what:9} {len(numbers)}" + (f": {', '.join(map(str, numbers))}" if numbers else ""))
    return 0 if not (sent.rejected or sent.parked or sent.failed) else 1


def _send_all(sender: Sender) -> Sent:
    sent = Sent()
    for _ in range(_MOST_BATCHES):
        batch = sender.lease("kioskctl", _LEASE_S)
        if not batch.entries:
            break
        sent += sender.send(batch.entries, batch.lease)
        if sent.failed:
            break
    return sent


def _send_one(vault: VaultThread[OfflineCache], sender: Sender, clock: Clock, number: int) -> Sent:
    """Also an entry that was applied: sent again, it is the same answer."""
    entry = _entry(vault, number)
    if entry.payload is None:
        raise NotDone(f"entry {number} is {entry.state} and has shrunk: nothing of it is left to send")
    return sender.send((entry,), Lease.begin("kioskctl", clock.now(), _LEASE_S))


def _acknowledge(vault: VaultThread[OfflineCache], clock: Clock, number: int, by: str) -> int:
    now = clock.now()
    try:
        entry = in_vault(vault, lambda cache: cache.outbox.acknowledge(number, by, now))
    except (NoSuchEntry, NothingToAcknowledge) as error:
        raise NotDone(str(error)) from error
    print(_told(_line(entry)))
    return 0


def _entry(vault: VaultThread[OfflineCache], number: int) -> Entry:
    try:
        return in_vault(vault, lambda cache: cache.outbox.get(number))
    except NoSuchEntry as error:
        raise NotDone(str(error)) from error


def _line(entry: Entry) -> EntryLine:
    match entry.end:
        case Applied(far_number, _, at):
            detail = f"{far_number} {at.astimezone(CHINA).isoformat(timespec='seconds')}"
        case None:
            detail = f"held by {entry.lease.holder}" if entry.lease is not None else ""
        case other:
            taken = f", {entry.acknowledged.by} has taken charge" if entry.acknowledged is not None else ""
            detail = f"{other.reason}{taken}"
    return EntryLine(
        entry.number,
        entry.receipt_number,
        entry.state.value,
        entry.amount,
        entry.appended_at.astimezone(CHINA).isoformat(timespec="seconds"),
        _what(entry),
        detail,
    )


def _what(entry: Entry) -> str:
    try:
        receipt = receipt_of(entry)
    except StoredUnreadable:
        return f"{entry.kind}, not understood by this program"
    if receipt is None:
        return entry.kind
    return f"{receipt.premium.kind.short_name} {receipt.premium.year} {receipt.premium.payee}"


def _told(line: EntryLine) -> str:
    amount = Money(line.amount_fen)
    return (
        f"{line.receipt}  {line.state:8}  {amount}  {line.appended_at}  {line.what}  {line.detail}".rstrip()
    )
