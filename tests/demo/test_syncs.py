"""What a process did is read from a strace, also where its threads came between each other's calls."""

from __future__ import annotations

from demo.syncs import Traced, done_by

PORTS = {9100: Traced.PAPER, 8443: Traced.CENTRE}


def sent(thread: int, port: int, size: int, end: str) -> str:
    return f'{thread} sendto(9<TCP:[127.0.0.1:40000->127.0.0.1:{port}]>, ""..., {size}, 0, NULL, 0{end}'


def test_a_sync_counts_when_it_is_over_and_a_message_when_it_begins() -> None:
    lines = [
        "7 fdatasync(5</t/vault.db-wal> <unfinished ...>",
        sent(8, 8443, 300, " <unfinished ...>"),
        "7 <... fdatasync resumed>) = 0",
        "8 <... sendto resumed>) = 300",
        "8 fsync(5</t/vault.db-wal>) = 0",
        sent(9, 9100, 900, ") = 900"),
    ]
    assert done_by(lines, PORTS) == [Traced.CENTRE, Traced.SYNC, Traced.SYNC, Traced.PAPER]


def test_what_promises_nothing_does_not_count() -> None:
    lines = [
        "7 fsync(5</t/vault>) = 0",
        "7 fsync(6</t/devices.json>) = 0",
        "8 <... fsync resumed>) = 0",
        sent(9, 9100, 3, ") = 3"),
        sent(9, 50, 300, ") = 300"),
        sent(9, 8443, 300, ") = 300"),
        sent(9, 8443, 200, ") = 200"),
        "a line that is not whole",
    ]
    assert done_by(lines, PORTS) == [Traced.CENTRE]
