"""`kiosk-agent`: the agent's process. It has no screen and no devices, and ends on SIGTERM."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import structlog

from kiosk.agent.agent import Agent
from kiosk.agent.orders import OpenOrders
from kiosk.centre_line import DeviceKeyError
from kiosk.clock import BadStart, clock_of
from kiosk.front_pipe import EX_CONFIG
from kiosk.logs import configure_logs
from kiosk.openings import OPENING_LIMIT_S, open_client, open_vault
from kiosk.payments.sending import Sender
from kiosk.seal_books import SealBooks
from kiosk.service_manager import beat
from kiosk.settings import DEFAULT_FILE, Settings, SettingsError, load_settings, made_run_dir
from offline_cache.errors import UnsafeSqlite, VaultError
from offline_cache.keys import NoVaultKey
from offline_cache.locks import LockHeld, ProcessLock


class _ToldToStop(BaseException):
    """By the service manager, or a person."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="kiosk-agent", description="便民: sends what waits to the centre.")
    parser.add_argument("--config", type=Path, default=DEFAULT_FILE, help="the settings (%(default)s)")
    given = parser.parse_args(arguments)
    configure_logs("agent")
    try:
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, _stop)
        settings = load_settings(given.config)
        with ProcessLock(made_run_dir(settings) / "agent.lock"):
            _run(settings)
    except _ToldToStop:
        return 0
    except (SettingsError, BadStart, LockHeld, NoVaultKey, DeviceKeyError, UnsafeSqlite) as error:
        print(f"kiosk-agent: {error}", file=sys.stderr)
        return EX_CONFIG
    except (VaultError, TimeoutError) as error:
        # Started again, it may find the vault well: only a person's doing mends the others.
        print(f"kiosk-agent: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _stop(_signal: int, _frame: object) -> NoReturn:
    """Wherever it is: no exchange with the centre is waited for, what it was about is sent again. (An event
    set here could wait for ever for a lock that the interrupted main thread itself holds.)"""
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, signal.SIG_IGN)
    raise _ToldToStop


def _run(settings: Settings) -> None:
    clock = clock_of(os.environ)
    client = open_client(settings, clock)
    vault = open_vault(settings)
    try:
        vault.opened.result(OPENING_LIMIT_S)
        structlog.get_logger().info("agent started", pid=os.getpid())
        sender = Sender(vault, client, clock, beat=beat)
        orders = OpenOrders(vault, client, clock, beat=beat)
        books = SealBooks(vault, clock)
        agent = Agent(vault, sender, orders, clock, renew_lists=lambda: books.renew_revocations(client))
        agent.run(stopping=threading.Event())
    finally:
        client.close()
        vault.close()


if __name__ == "__main__":
    sys.exit(main())
