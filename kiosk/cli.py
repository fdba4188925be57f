"""`kioskctl`: a technician's view of the terminal, without a screen."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from drivers.cards.authentication import (
    AuthenticatorUnavailable,
    GuardedAuthenticator,
)
from drivers.cards.pcsc import NoReader, PcscError
from drivers.printers.address import parse_address
from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport
from drivers.printers.printer import Printer
from drivers.printers.sample import test_print
from drivers.tcp_address import BadAddress
from kiosk import outbox_commands, pin_command, printer_command, verify_command
from kiosk.card_report import Asked, as_json, report_cards
from kiosk.centre_line import DeviceKeyError
from kiosk.clock import BadStart, clock_of
from kiosk.logs import configure_logs
from kiosk.not_done import NotDone
from kiosk.printer_remedies import remedy
from kiosk.selftest import selftest
from kiosk.settings import DEFAULT_FILE, SettingsError, load_settings
from kiosk.settings_there import settings_there
from kiosk.status_command import status
from kiosk.stopped_proofs import authenticator_of
from kiosk.vault_jobs import VAULT_TROUBLE
from offline_cache.errors import UnsafeSqlite
from offline_cache.keys import NoVaultKey

PRINT_LIMIT_S = 60.0
INTERRUPTED: Final = 130
"""As shells say it of a program that Ctrl-C ended."""


class NoLog:
    """A job log for a test print: nobody asks tomorrow whether it came out."""

    def begin(self, job: PrintJob) -> None:
        """Not kept."""

    def finish(self, job_id: JobId, report: PrintReport) -> None:
        """Not kept."""

    def unfinished(self) -> Sequence[PrintJob]:
        return ()


def main(arguments: Sequence[str] | None = None) -> int:
    """0: done and good; 1: something is not good; 2: it could not be done, stderr says why; 130: Ctrl-C."""
    given = _parser().parse_args(arguments)
    configure_logs("kioskctl")
    try:
        match given.command:
            case "card":
                return _card(given)
            case "pin":
                return pin_command.run(given)
            case "print-test":
                return _print_test(given.printer, given.columns)
            case "printer-probe":
                return printer_command.run(given)
            case "verify":
                return verify_command.run(given)
            case "status":
                return status(given.config, in_json=given.json)
            case "outbox" | "payments":
                return outbox_commands.run(given)
            case _:
                return _selftest(given.config)
    except KeyboardInterrupt:
        print("kioskctl: interrupted", file=sys.stderr)
        return INTERRUPTED
    except (
        *VAULT_TROUBLE,
        BadAddress,
        BadStart,
        DeviceKeyError,
        NoReader,
        NoVaultKey,
        NotDone,
        PcscError,
        SettingsError,
        UnsafeSqlite,
        ValueError,
    ) as error:
        print(f"kioskctl: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kioskctl", description="便民: looks after a terminal.")
    commands = parser.add_subparsers(dest="command", required=True)
    card = commands.add_parser("card", help="what card is in which reader")
    card.add_argument("--reveal", action="store_true", help="show names and numbers whole")
    card.add_argument("--json", action="store_true")
    card.add_argument("--bank", action="store_true", help="the bank application too; its number stays masked")
    card.add_argument("--id-device", type=Path, help="the ID card module's line; else that of --config")
    card.add_argument(
        "--config", type=Path, help=f"the terminal's settings; else {DEFAULT_FILE}, if it is there"
    )
    pin_command.add_command(commands)
    test = commands.add_parser("print-test", help="print a test page and say whether it came out")
    test.add_argument("--printer", required=True, metavar=printer_command.FORMS)
    test.add_argument("--columns", type=int, default=48, choices=(32, 48))
    printer_command.add_command(commands)
    verify_command.add_command(commands)
    outbox_commands.add_commands(commands)
    for name, what in (("status", "how the terminal is"), ("selftest", "ask every part of the terminal")):
        command = commands.add_parser(name, help=what)
        command.add_argument("--config", type=Path, default=DEFAULT_FILE)
        if name == "status":
            command.add_argument("--json", action="store_true")
    return parser


def _card(given: argparse.Namespace) -> int:
    reports = report_cards(_asked(given))
    if given.json:
        print(json.dumps(as_json(reports), ensure_ascii=False, indent=2))
    else:
        print("\n".join(line for report in reports for line in report.lines()))
    return 0 if any(report.outcome == "read" for report in reports) else 1


def _asked(given: argparse.Namespace) -> Asked:
    """What the command line asks for, and the terminal's own module and keys where it is set up.

    Raises `NotDone` for settings that are named and not there.
    """
    asked = Asked(reveal=given.reveal, bank=given.bank, id_device=given.id_device)
    settings = settings_there(given.config, "cards are read without these settings")
    if settings is None:
        return asked
    reader = settings.reader
    authenticator = _authenticator(reader.authenticator, settings.terminal.run_dir)
    asked = replace(asked, authenticator=authenticator, readers=reader)
    own = None if settings.id_reader is None else settings.id_reader.device
    if own is None or (given.id_device is not None and given.id_device.resolve() != own.resolve()):
        return asked
    return replace(asked, id_device=own, run_dir=settings.terminal.run_dir)


def _authenticator(name: str, run_dir: Path) -> GuardedAuthenticator | None:
    try:
        return authenticator_of(name, run_dir) if name else None
    except AuthenticatorUnavailable as error:
        print(f"kioskctl: {error}; cards are read without a key", file=sys.stderr)
        return None


def _print_test(address: str, columns: int) -> int:
    target = parse_address(address)
    with Printer(target, NoLog(), columns=columns) as printer:
        report = printer.print(test_print(str(target))).result(PRINT_LIMIT_S)
        trouble = printer.last_status.line_trouble
    why = f": {report.reason.value}; {remedy(report.reason, trouble)}" if report.reason is not None else ""
    print(f"{target}: {report.outcome.value}{why}")
    if report.substituted:
        print(f"not printable here, printed as 〓: {' '.join(report.substituted)}")
    return 0 if report.outcome is PrintOutcome.PRINTED else 1


def _selftest(config: Path) -> int:
    checks = list(selftest(load_settings(config), clock_of(os.environ)))
    print("\n".join(check.line() for check in checks))
    return 0 if all(check.good for check in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
