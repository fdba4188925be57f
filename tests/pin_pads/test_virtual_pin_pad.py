"""The virtual pin pad itself: its ledger, its control port, what it does by itself."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.pin_pad import WAIT_S, PinPadProcess
from hypothesis import given
from hypothesis import strategies as st
from pad_bench import AMOUNT, new_charge, pin_pad_at

from drivers.pin_pads.nexo import ErrorCondition
from drivers.pin_pads.outcomes import Charged, NotCharged, Refusal
from drivers.pin_pads.references import Reference
from drivers.virtual.control_port import BadAnswer, RequestRefused
from drivers.virtual.pin_pad import main
from drivers.virtual.pin_pad_ledger import BadLedger, EntryKind, Ledger, LedgerEntry
from drivers.virtual.pin_pad_mechanism import Auto
from drivers.virtual.pin_pad_state import VirtualPinPadState

ASKED = LedgerEntry(EntryKind.ASKED, Reference("S", "1"), "2026-11-20T01:30:00Z", AMOUNT, "V00000001", "T-1")
AUTHORISED = LedgerEntry(
    EntryKind.AUTHORISED, Reference("S", "1"), "2026-11-20T01:30:05Z", AMOUNT, "V00000001", "T-1"
)


def test_it_charges_or_declines_by_itself_where_it_is_told_to(start: Callable[..., PinPadProcess]) -> None:
    virtual = start("--auto", "approve", "--after-ms", "50")
    with pin_pad_at(virtual.address) as pad:
        assert isinstance(pad.pay(new_charge(), WAIT_S).result(WAIT_S), Charged)
        virtual.control.auto(Auto.DECLINE)
        assert pad.pay(new_charge(), WAIT_S).result(WAIT_S) == NotCharged(Refusal.REFUSED)


def test_it_waits_for_a_card_only_so_long(start: Callable[..., PinPadProcess]) -> None:
    virtual = start("--card-s", "0.1")
    with pin_pad_at(virtual.address) as pad:
        assert pad.pay(new_charge(), WAIT_S).result(WAIT_S) == NotCharged(Refusal.ABORTED)


def test_a_card_or_key_that_nothing_waits_for_is_refused(virtual: PinPadProcess) -> None:
    for press in (virtual.control.present_card, virtual.control.cancel_key, virtual.control.decline):
        with pytest.raises(RequestRefused, match="no charge waits"):
            press()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"nonsense",
        b'{"do": "dance"}',
        b'{"do": "fault", "what": "plague"}',
        b'{"do": "fault", "what": "silent", "at_byte": -1}',
        b'{"do": "decline", "condition": "Tired"}',
        b'{"do": "auto", "with": "luck"}',
        b"[" * 2_000,
    ],
)
def test_what_its_panel_does_not_understand_it_says(virtual: PinPadProcess, line: bytes) -> None:
    control = virtual.control._socket.getpeername()
    with socket.create_connection(control, WAIT_S) as connected, connected.makefile("rb") as lines:
        connected.sendall(line + b"\n")
        assert "error" in json.loads(lines.readline())


def test_bytes_of_another_protocol_do_not_disturb_it(virtual: PinPadProcess) -> None:
    for rubbish in (b"GET / HTTP/1.1\r\n\r\n", b"\x00\x00\x00\x02{}", b"\x00\x00\x00\x05[]"):
        with socket.create_connection((virtual.address.host, virtual.address.port), WAIT_S) as connected:
            connected.sendall(rubbish)
    assert virtual.control.state() == VirtualPinPadState(None, None, None, False, None, 0, 0)


def test_a_ledger_is_read_as_it_was_written(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.write(ASKED)
    ledger.write(AUTHORISED)
    assert Ledger(tmp_path / "ledger.jsonl").entries == (ASKED, AUTHORISED)


def test_an_entry_cut_by_the_power_is_dropped_and_the_next_one_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(ASKED.to_json().encode() + b"\n" + AUTHORISED.to_json().encode()[:40])

    asked, ended = Ledger(file).entries

    assert asked == ASKED
    assert (ended.kind, ended.condition) == (EntryKind.NOT_AUTHORISED, ErrorCondition.ABORTED)
    assert Ledger(file).entries == (asked, ended)


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"kind": "asked", "reference": 1, "condition": null}'])
def test_a_ledger_of_something_else_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_text(f"{line}\n")
    with pytest.raises(BadLedger):
        Ledger(file)
    assert main(["--ledger", str(file)]) == 1
    assert file.read_text() == f"{line}\n"


@given(st.text(max_size=60))
def test_any_text_is_an_entry_and_a_state_or_neither(text: str) -> None:
    with pytest.raises(BadLedger):
        LedgerEntry.from_json(text)
    with pytest.raises(BadAnswer):
        VirtualPinPadState.from_json(text)


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "drivers.virtual.pin_pad",
        "--port",
        "0",
        "--control",
        "0",
        "--with-parent",
    ]
    with subprocess.Popen(
        [*command, "--ledger", str(tmp_path / "ledger.jsonl")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(WAIT_S) == 0


def test_it_does_not_start_on_a_provisioned_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "provisioned"
    mark.touch()
    monkeypatch.setattr("drivers.virtual.guard.refuse_on_provisioned_terminal.__defaults__", (mark,))
    assert main(["--ledger", str(tmp_path / "ledger.jsonl")]) == 1
    assert "provisioned" in capsys.readouterr().err
    assert not (tmp_path / "ledger.jsonl").exists()
