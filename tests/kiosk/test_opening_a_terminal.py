"""Opening a terminal: what is missing is said to the technician, and what can be mended mends itself."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fixtures.centre import Centre
from fixtures.printer import PrinterProcess
from resident import Resident, Visit, make_settings

from drivers.virtual.pcsc_service import PrivatePcscd
from kiosk.clock import clock_of
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Condition
from kiosk.device_status import read_device_status
from kiosk.settings import Settings
from kiosk.terminal import Terminal, TerminalUnavailable, open_terminal

Make = Callable[..., Settings]


@pytest.fixture
def make(tmp_path: Path, centre: Centre, printer: PrinterProcess) -> Make:
    def settings(**more: Any) -> Settings:
        return make_settings(
            tmp_path,
            centre_url=centre.base_url,
            device_key=centre.key_file,
            printer=str(printer.address),
            more=more,
        )

    return settings


def opened(settings: Settings, centre: Centre) -> Terminal:
    clock = clock_of(centre.environment)
    ignored: queue.Queue[object] = queue.Queue()
    return open_terminal(settings, clock, on_event=ignored.put, on_status=ignored.put)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"vault": {"key_file": "/nonexistent/key"}}, "NoVaultKey: no vault key from demo-key-file.*create"),
        ({"vault": {"path": "/proc/no/vault.db"}}, "/proc/no"),
        ({"centre": {"device_key": "/nonexistent/key.pem"}}, "DeviceKeyError: .*enrol this terminal first"),
        (
            {"centre": {"url": "https://127.0.0.1:1", "ca_file": "/nonexistent/ca.pem"}},
            r"region's rules were never fetched.*/nonexistent/ca\.pem",
        ),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(
    make: Make, centre: Centre, more: dict[str, dict[str, object]], says: str
) -> None:
    with pytest.raises(TerminalUnavailable, match=says):
        opened(make(**more), centre)


def test_a_vault_under_another_key_is_not_opened_and_not_replaced(
    make: Make, centre: Centre, tmp_path: Path
) -> None:
    opened(make(), centre).close()
    vault = tmp_path / "vault" / "vault.db"
    before = vault.read_bytes()
    (tmp_path / "vault-key").unlink()
    with pytest.raises(TerminalUnavailable, match="written under another key"):
        opened(make(), centre)
    assert vault.read_bytes() == before


def test_a_region_kept_by_another_program_is_asked_for_again(make: Make, centre: Centre) -> None:
    first = opened(make(), centre)
    now = clock_of(centre.environment).now()
    first._vault.submit(
        lambda cache: cache.documents.keep("region", "old", b'{"from": "another version"}', now)
    ).result(5)
    first.close()
    second = opened(make(), centre)
    assert second._region.name == "示例县"
    second.close()


def test_a_snapshot_of_another_program_counts_as_none(at_terminal: Visit, centre: Centre) -> None:
    with at_terminal() as resident:
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        spoil(resident, "overview")
    centre.arm("500", "/v1/me/", times=20)
    with at_terminal() as resident:
        resident.insert("liu-guilan")
        resident.wait_for("centre-faulty")


def spoil(resident: Resident, name: str) -> None:
    assert resident.terminal is not None
    records = resident.terminal._records
    tape = resident.runner._session.conversation
    assert tape is not None
    visitor = tape.frames[-1].about[0]
    now = resident.terminal._clock.now()
    records._snapshots.put(visitor.card.subjects, name, b"{}", now, now + timedelta(days=1))  # type: ignore[attr-defined]


def test_a_snapshot_that_has_expired_is_not_shown(at_terminal: Visit, centre: Centre) -> None:
    with at_terminal(more={"vault": {"snapshot_days": 1}}) as resident:
        resident.insert("liu-guilan")
        resident.wait_for("overview")
    centre.arm("500", "/v1/me/", times=20)
    centre.arm("500", "/v1/residents/", times=20)
    visit = at_terminal()
    visit._clock._shift += timedelta(days=2)  # type: ignore[attr-defined]
    with visit as resident:
        resident.insert("liu-guilan")
        resident.wait_for("unknown-here")


@contextmanager
def no_reader(pcscd: PrivatePcscd) -> Iterator[None]:
    pcscd.restart(readers=0)
    try:
        yield
    finally:
        pcscd.restart()


def test_no_reader_is_told_and_one_that_is_plugged_in_is_used(
    at_terminal: Visit, pcscd: PrivatePcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.reader_watch.READER_LIMIT_S", 0.3)
    visit = at_terminal(more={"reader": {"name_contains": ""}})
    with no_reader(pcscd), visit as resident:
        resident.wait(lambda sight: sight.view.status.reader is Condition.BAD, "the reader missed")
        status = read_device_status(tmp_path / "run")
        assert status is not None
        assert "no card reader is plugged in" in status.why
        pcscd.restart()
        resident.wait(lambda sight: sight.view.status.reader is Condition.GOOD, "the reader found")
        resident.insert("liu-guilan")
        resident.wait_for("overview")


def test_no_pcsc_service_is_told_and_when_it_comes_cards_are_read(
    at_terminal: Visit, restarted_pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    visit = at_terminal()
    restarted_pcscd.kill()
    with visit as resident:
        resident.wait(lambda sight: sight.view.status.reader is Condition.BAD, "the service missed")
        status = read_device_status(tmp_path / "run")
        assert status is not None
        assert "systemctl start pcscd.socket" in status.why
        restarted_pcscd.start()
        resident.wait(lambda sight: sight.view.status.reader is Condition.GOOD, "the service found")
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        assert status.front_pid == os.getpid()


def test_the_pcsc_service_dying_in_the_middle_of_a_session_ends_it(
    at_terminal: Visit, restarted_pcscd: PrivatePcscd
) -> None:
    visit = at_terminal()
    with visit as resident:
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        restarted_pcscd.kill()
        over = resident.wait_for_phase(Phase.OVER)
        assert over.view.due is None
        restarted_pcscd.start()


def test_the_printers_state_stands_in_the_status(
    at_terminal: Visit, printer: PrinterProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.terminal.ASK_PRINTER_EVERY_S", 0.1)
    with at_terminal() as resident:
        resident.wait(lambda sight: sight.view.status.paper is Condition.GOOD)
        printer.control.near_end()
        resident.wait(lambda sight: sight.view.status.paper is Condition.LOW)
        printer.control.cover(open_=True)
        resident.wait(lambda sight: sight.view.status.paper is Condition.BAD)
        status = read_device_status(tmp_path / "run")
        assert status is not None
        assert status.why == "printer: cover-open"


def test_the_session_is_ended_at_the_centre_when_the_terminal_closes(
    at_terminal: Visit, centre: Centre
) -> None:
    with at_terminal() as resident:
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        assert resident.terminal is not None
        token = resident.terminal._records._token
    assert token is not None
    answer = centre.call("GET", "/v1/me/overview", session=token.get_secret_value())
    assert answer.json()["type"] == "/problems/session-over"


def test_a_closed_vault_holds_no_plain_text_of_the_resident(at_terminal: Visit, tmp_path: Path) -> None:
    with at_terminal() as resident:
        resident.insert("liu-guilan")
        resident.wait_for("overview")
        resident.touch("查缴费")
        resident.wait_for("grid")
    kept = b"".join(file.read_bytes() for file in (tmp_path / "vault").iterdir())
    assert len(kept) > 4096
    for secret in ("刘桂兰", "青石纺织", "800100198103120242", "2019-01"):
        assert secret.encode() not in kept
