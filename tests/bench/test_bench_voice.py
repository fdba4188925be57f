"""The voice at the bench: what the sound box plays stands in the bubble, and headphones are plugged in."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench_stage import SOON_MS, Bench, OpenBench
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from voices.voice_bench import SoundBoxProcess, silence

from drivers.virtual.sound_box_state import Said, SoundBoxState
from drivers.voices.box_lines import Play
from drivers.voices.voice import Outlet
from ui.bench.aloud import Aloud, sound_program
from ui.bench.bubble import Spoken
from ui.bench.look import bench_style
from ui.bench.voice_hand import VoiceHand, VoiceSeen
from ui.bench.voice_panel import ONLY_THE_WEARER, VoicePanel

LONG_S = 60.0


class Aplay:
    """A program in aplay's place: it writes down what it was given, and plays for as long as it is let."""

    def __init__(self, directory: Path, ending: str = "exec sleep 60") -> None:
        self.path = directory / "aplay"
        self.played = directory / "played"
        self.path.write_text(f'#!/bin/sh\necho "$$ $2" >> {self.played}\n{ending}\n')
        self.path.chmod(0o755)

    def files(self) -> list[str]:
        return [line.split("/")[-1] for line in self._lines()]

    def alive(self) -> list[bool]:
        """Whether each is still playing."""
        return [Path(f"/proc/{line.split()[0]}").exists() for line in self._lines()]

    def _lines(self) -> list[str]:
        return self.played.read_text().splitlines() if self.played.exists() else []


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SoundBoxProcess]:
    one = SoundBoxProcess(tmp_path / "said.jsonl")
    yield one
    one.close()


class Terminal:
    """It has words played: what it says instead of the last ones ends them."""

    def __init__(self, box: SoundBoxProcess) -> None:
        self._line = socket.create_connection((box.address.host, box.address.port), timeout=SOON_MS / 1000)
        self._numbers = itertools.count(1)

    def says(self, words: str, outlet: Outlet = Outlet.LOUDSPEAKER, seconds: float = LONG_S) -> None:
        self._line.sendall(Play(next(self._numbers), outlet, words, "zh", silence(seconds)).line())

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def terminal(box: SoundBoxProcess) -> Iterator[Terminal]:
    one = Terminal(box)
    yield one
    one.close()


def control_port(box: SoundBoxProcess) -> int:
    port: int = box.control._socket.getpeername()[1]
    return port


@pytest.fixture
def bench(open_bench: OpenBench, box: SoundBoxProcess, qtbot: QtBot) -> Bench:
    bench = open_bench(voice=control_port(box))
    wait(qtbot, lambda: panel(bench).headphones.plugged is False)
    return bench


def panel(bench: Bench) -> VoicePanel:
    voice = bench.window.voice
    assert voice is not None
    return voice


def wait(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=SOON_MS)


def test_a_bench_without_a_sound_box_has_no_voice(open_bench: OpenBench) -> None:
    assert open_bench().window.voice is None


def test_the_bubble_holds_what_is_said_until_the_next_words_or_the_end(
    qtbot: QtBot, bench: Bench, terminal: Terminal
) -> None:
    bubble = panel(bench).bubble
    assert bubble.spoken is None
    terminal.says("请放入社保卡")
    wait(qtbot, lambda: bubble.spoken == Spoken("请放入社保卡"))
    terminal.says("请取走卡")
    wait(qtbot, lambda: bubble.spoken == Spoken("请取走卡"))
    terminal.close()
    wait(qtbot, lambda: bubble.spoken is None)
    wait(qtbot, lambda: panel(bench).said.words == "终端没有接上音箱")


def test_a_click_plugs_the_headphones_in_and_what_they_say_is_marked_as_the_wearers(
    qtbot: QtBot, bench: Bench, terminal: Terminal, box: SoundBoxProcess
) -> None:
    voice = panel(bench)
    qtbot.mouseClick(voice.headphones, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: voice.headphones.plugged is True)
    assert box.control.state().headphones
    terminal.says("账户余额三百元", Outlet.HEADPHONES)
    wait(qtbot, lambda: voice.bubble.spoken == Spoken("账户余额三百元", ONLY_THE_WEARER))
    qtbot.mouseClick(voice.headphones, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: voice.headphones.plugged is False)
    assert not box.control.state().headphones


def test_words_that_are_over_before_the_next_look_are_seen_too(
    qtbot: QtBot, box: SoundBoxProcess, terminal: Terminal
) -> None:
    terminal.says("早先说的")
    wait(qtbot, lambda: box.saying() == "早先说的")
    seen: list[VoiceSeen] = []
    hand = VoiceHand("127.0.0.1", control_port(box))
    hand.saw.connect(seen.append)
    hand.start()
    try:
        wait(qtbot, lambda: any(one.state.saying is not None for one in seen))
        terminal.says("好", seconds=0.02)
        wait(qtbot, lambda: any(one.ended is not None and one.ended.text == "好" for one in seen))
    finally:
        hand.close()
    assert seen[0].ended is None


def test_a_sound_box_that_goes_leaves_no_plug_to_pull(
    qtbot: QtBot, bench: Bench, box: SoundBoxProcess
) -> None:
    box.close()
    wait(qtbot, lambda: panel(bench).headphones.plugged is None)
    assert not panel(bench).headphones.isEnabled()
    assert panel(bench).said.words == "音箱不在：没有回答"


@pytest.fixture
def aplay(tmp_path: Path) -> Aplay:
    return Aplay(tmp_path)


def heard(number: int, *, now: bool, stopped_after: float | None = None) -> VoiceSeen:
    at = "2026-11-20T01:30:00+00:00"
    said = Said(number, at, Outlet.LOUDSPEAKER, "您好", "zh", LONG_S, stopped_after)
    state = SoundBoxState(
        headphones=False, connected=True, saying=said if now else None, heard_s=0.1, ended=number - now
    )
    return VoiceSeen(state, None if now else said)


def test_this_machine_plays_what_the_box_plays_and_breaks_off_with_it(
    qtbot: QtBot, tmp_path: Path, aplay: Aplay
) -> None:
    aloud = Aloud(tmp_path / "sounds", str(aplay.path))
    aloud.turn(on=True)
    aloud.follow(heard(1, now=True))
    wait(qtbot, lambda: aplay.files() == ["0001.wav"])
    aloud.follow(heard(1, now=True))
    aloud.follow(heard(2, now=True))
    wait(qtbot, lambda: aplay.files() == ["0001.wav", "0002.wav"])
    assert aplay.alive() == [False, True]
    aloud.follow(heard(2, now=False, stopped_after=0.4))
    wait(qtbot, lambda: aplay.alive() == [False, False])
    aloud.follow(heard(3, now=False))
    wait(qtbot, lambda: aplay.files() == ["0001.wav", "0002.wav", "0003.wav"])
    aloud.close()
    wait(qtbot, lambda: not any(aplay.alive()))


def test_turned_off_this_machine_is_silent_and_turned_on_again_it_begins_with_the_next_words(
    qtbot: QtBot, tmp_path: Path, aplay: Aplay
) -> None:
    aloud = Aloud(tmp_path / "sounds", str(aplay.path))
    aloud.follow(heard(1, now=True))
    aloud.turn(on=True)
    aloud.follow(heard(1, now=True))
    aloud.follow(heard(2, now=True))
    wait(qtbot, lambda: aplay.files() == ["0002.wav"])
    aloud.close()


@pytest.mark.parametrize("there", [True, False])
def test_a_sound_device_that_fails_is_not_tried_again(qtbot: QtBot, tmp_path: Path, *, there: bool) -> None:
    program = str(Aplay(tmp_path, "echo no such device >&2; exit 1").path if there else tmp_path / "none")
    aloud = Aloud(tmp_path / "sounds", program)
    aloud.turn(on=True)
    with qtbot.waitSignal(aloud.failed, timeout=SOON_MS) as failed:
        aloud.follow(heard(1, now=True))
    assert failed.args[0]
    assert not aloud.on


def test_a_machine_without_a_sound_device_has_nothing_to_play_on(
    tmp_path: Path, aplay: Aplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    cards = tmp_path / "cards"
    assert sound_program(cards) is None
    cards.write_text("--- no soundcards ---\n")
    assert sound_program(cards) is None
    cards.write_text(" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH\n")
    assert sound_program(cards) == str(aplay.path)
    aplay.path.unlink()
    assert sound_program(cards) is None


def test_words_fade_when_they_end_and_others_stop_the_fading(qtbot: QtBot) -> None:
    voice = VoicePanel(bench_style(), motion=True)
    qtbot.addWidget(voice)
    said = Said(1, "2026-11-20T01:30:00+00:00", Outlet.LOUDSPEAKER, "您好", "zh", 1.0)
    silent = SoundBoxState(headphones=False, connected=True, saying=None, heard_s=0.0, ended=1)
    voice.show_seen(VoiceSeen(silent, said))
    assert voice.bubble.spoken == Spoken("您好")
    assert voice.bubble.fading
    speaking = SoundBoxState(headphones=False, connected=True, saying=said, heard_s=0.1, ended=1)
    voice.show_seen(VoiceSeen(speaking))
    assert not voice.bubble.fading
