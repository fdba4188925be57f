"""The word to systemd, where it started us (sd_notify(3))."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """Tells the service manager; nothing where there is none."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
        to_systemd.connect("\0" + address[1:] if address.startswith("@") else address)
        to_systemd.sendall(state.encode())


def beat() -> None:
    """Says that this process lives, to the service manager's watchdog."""
    notify("WATCHDOG=1")
