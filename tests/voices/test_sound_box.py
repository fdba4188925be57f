"""The virtual sound box itself: its protocol, its control port, what it keeps."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest
from fixtures.pcsc import wait_until
from hypothesis import given
from hypothesis import strategies as st
from voice_bench import SoundBoxProcess, silence

from drivers.virtual.control_port import BadAnswer, RequestRefused
from drivers.virtual.sound_box import main
from drivers.virtual.sound_box_control import SoundBoxControl
from drivers.virtual.sound_box_mechanism import UnplayableSound, seconds_of
from drivers.virtual.sound_box_state import Said, SoundBoxState
from drivers.voices.box_lines import BadLine, Ended, Headphones, Play, Refused, Stop, read_line
from drivers.voices.voice import Outlet

WAIT_S = 10.0


class Terminal:
    """A bare connection."""

    def __init__(self, box: SoundBoxProcess) -> None:
        self._socket = socket.create_connection((box.address.host, box.address.port), WAIT_S)
        self._lines = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def hears(self) -> object:
        """What the box says next; None where it has ended the connection."""
        line = self._lines.readline()
        return read_line(line) if line else None

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


def play(number: int, text: str = "您好", seconds: float = 30.0) -> bytes:
    return Play(number, Outlet.LOUDSPEAKER, text, "zh", silence(seconds)).line()


def test_it_says_whether_headphones_are_in_when_a_sound_has_ended_and_when_they_change(
    quick: SoundBoxProcess,
) -> None:
    terminal = Terminal(quick)
    assert terminal.hears() == Headphones(plugged=False)
    terminal.send(play(7))
    assert terminal.hears() == Ended(7)
    assert quick.control.headphones(plugged=True).headphones
    assert terminal.hears() == Headphones(plugged=True)
    quick.control.headphones(plugged=True)
    quick.control.headphones(plugged=False)
    assert terminal.hears() == Headphones(plugged=False)
    terminal.close()


def test_a_stop_is_answered_whatever_is_played(box: SoundBoxProcess) -> None:
    terminal = Terminal(box)
    terminal.send(Stop(1).line() + play(2) + Stop(1).line())
    assert [terminal.hears() for _ in range(3)] == [Headphones(plugged=False), Ended(1), Ended(1)]
    assert box.saying() == "您好"
    terminal.send(play(3, "再见"))
    assert terminal.hears() == Ended(2)
    terminal.send(Stop(3).line())
    assert terminal.hears() == Ended(3)
    terminal.close()


def test_a_terminal_that_has_gone_is_silent_and_no_others_sound_ends(box: SoundBoxProcess) -> None:
    first, second = Terminal(box), Terminal(box)
    second.hears()
    first.send(play(1, "一"))
    wait_until(lambda: box.saying() == "一")
    second.close()
    time.sleep(0.05)
    assert box.saying() == "一"
    assert box.control.state().connected
    first.close()
    wait_until(lambda: not box.control.state().connected)
    assert box.saying() == ""
    (said,) = box.logged()
    assert said.stopped_after is not None
    assert 0 < said.stopped_after < WAIT_S


def test_a_sound_lasts_as_long_as_it_is(box: SoundBoxProcess) -> None:
    terminal = Terminal(box)
    terminal.hears()
    began = time.monotonic()
    terminal.send(play(1, seconds=0.3))
    assert terminal.hears() == Ended(1)
    assert time.monotonic() - began >= 0.3
    (said,) = box.logged()
    assert (said.seconds, said.stopped_after) == (0.3, None)
    terminal.close()


def test_it_keeps_what_was_said_and_the_sounds(quick: SoundBoxProcess) -> None:
    terminal = Terminal(quick)
    terminal.hears()
    before = quick.control.state().ended
    for number, text in enumerate(("一", "二"), start=1):
        terminal.send(play(number, text, 0.5))
        terminal.hears()
    said = quick.control.said_since(before)
    assert [each.text for each in said] == ["一", "二"]
    assert quick.logged() == list(said)
    kept = quick.said.parent / "sounds" / f"{said[-1].number:04}.wav"
    assert kept.read_bytes() == silence(0.5)
    terminal.close()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"{}\n",
        b'{"play": {"number": 1}}\n',
        b'{"headphones": true}\n',
        b"[" * 5_000 + b"\n",
        b'{"play": {"number": 1, "outlet": "ceiling", "text": "", "language": "zh", "wav": ""}}\n',
        b'{"play": {"number": 1, "outlet": "headphones", "text": "", "language": "zh", "wav": "%"}}\n',
    ],
)
def test_who_speaks_another_protocol_is_left(quick: SoundBoxProcess, rubbish: bytes) -> None:
    terminal = Terminal(quick)
    terminal.hears()
    terminal.send(rubbish)
    assert terminal.hears() is None
    terminal.close()


@pytest.mark.parametrize("wav", [b"", b"RIFF", silence(0.0), silence(1.0)[:-1]])
def test_what_is_no_sound_or_shorter_than_it_says_is_refused(quick: SoundBoxProcess, wav: bytes) -> None:
    with pytest.raises(UnplayableSound):
        seconds_of(wav)
    terminal = Terminal(quick)
    terminal.hears()
    terminal.send(Play(4, Outlet.HEADPHONES, "", "zh", wav).line())
    refused = terminal.hears()
    assert isinstance(refused, Refused)
    assert refused.number == 4
    terminal.close()


TEXTS = st.text(max_size=20)
LINES = (
    st.builds(Play, st.integers(), st.sampled_from(Outlet), TEXTS, TEXTS, st.binary(max_size=50))
    | st.builds(Stop, st.integers())
    | st.builds(Ended, st.integers())
    | st.builds(Refused, st.integers(), TEXTS)
    | st.builds(Headphones, st.booleans())
)


@given(LINES)
def test_a_line_is_read_as_it_was_written(said: Play | Stop | Ended | Refused | Headphones) -> None:
    line = said.line()
    assert line.count(b"\n") == 1
    assert read_line(line) == said


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.booleans() | TEXTS, st.lists).map(repr).map(str.encode)
)
def test_any_other_line_is_bad_and_not_quoted(line: bytes) -> None:
    with pytest.raises(BadLine, match="none of a sound box's protocol"):
        read_line(line)


def test_what_its_panel_does_not_understand_it_says(quick: SoundBoxProcess) -> None:
    for request in ("dance", "headphones", "said"):
        with pytest.raises(RequestRefused, match="not understood"):
            quick.control.ask(request)


def test_states_are_read_as_they_were_written_and_nothing_else_is() -> None:
    said = Said(3, "2026-11-20T09:30:00.000+08:00", Outlet.HEADPHONES, "您好", "zh", 1.25, 0.5)
    for state in (SoundBoxState(True, True, said, 0.25, 2), SoundBoxState(False, False, None, 0.0, 0)):
        assert SoundBoxState.from_json(state.to_json()) == state
    for line in ("", "[]", "null", '{"saying": 3}', '{"saying": {"outlet": "ceiling"}}'):
        with pytest.raises(BadAnswer):
            SoundBoxState.from_json(line)


def test_it_does_not_start_on_a_provisioned_terminal_or_where_another_listens(
    quick: SoundBoxProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--said", str(tmp_path / "said.jsonl"), "--control", "0"]
    assert main([*arguments, "--port", str(quick.address.port)]) == 1
    assert "already in use" in capsys.readouterr().err
    mark = tmp_path / "provisioned"
    mark.touch()
    monkeypatch.setattr("drivers.virtual.guard.refuse_on_provisioned_terminal.__defaults__", (mark,))
    assert main([*arguments, "--port", "0"]) == 1
    assert "provisioned" in capsys.readouterr().err


def test_its_log_is_one_line_a_sound(quick: SoundBoxProcess) -> None:
    lines = quick.said.read_text(encoding="utf-8").splitlines()
    with SoundBoxControl(quick.address.host, quick.control._socket.getpeername()[1]) as control:
        assert len(lines) == control.state().ended
    keys = ["number", "at", "outlet", "text", "language", "seconds", "stopped_after"]
    assert all(list(json.loads(line)) == keys for line in lines)
