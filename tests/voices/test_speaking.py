"""What a voice says, and what ends it; what it tells where nothing can be heard."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest
from fixtures.pcsc import wait_until
from voice_bench import WITHHELD, SoundBoxProcess, Tones, page, voice_of

from drivers.voices import speaker
from drivers.voices.box_output import BoxOutput
from drivers.voices.espeak import EspeakRenderer
from drivers.voices.sound import OutputError
from drivers.voices.voice import (
    LONGEST_SAYING,
    MOST_SAYINGS,
    Saying,
    Silent,
    Utterance,
    VoiceState,
    Volume,
)

LOUD = "loudspeaker"


def test_a_page_is_said_sentence_by_sentence_and_then_it_is_silent(quick: SoundBoxProcess) -> None:
    states: list[VoiceState] = []
    with voice_of(quick.address.output(), Tones(), states.append) as voice:
        voice.speak(page("您好", "请选择"))
        wait_until(lambda: quick.heard() == [(LOUD, "您好"), (LOUD, "请选择")])
        wait_until(lambda: not voice.state.speaking)
    assert [state.speaking for state in states] == [False, True, False]
    assert all(state == VoiceState(headphones=False, speaking=state.speaking, works=True) for state in states)


def test_the_newest_page_wins_and_nothing_waits(box: SoundBoxProcess) -> None:
    with voice_of(box.address.output(), Tones()) as voice:
        voice.speak(page("一", "二"))
        wait_until(lambda: box.saying() == "一")
        for text in "三四五":
            voice.speak(page(text))
        wait_until(lambda: box.saying() == "五")
    wait_until(lambda: box.saying() == "")
    texts = [said.text for said in box.logged()]
    assert texts[0] == "一"
    assert texts[-1] == "五"
    assert "二" not in texts
    assert all(said.stopped_after is not None for said in box.logged())


def test_stopped_it_is_silent_within_a_tenth_of_a_second(box: SoundBoxProcess) -> None:
    took = []
    with voice_of(box.address.output(), Tones()) as voice:
        for _ in range(3):  # a machine that is busy is not a fault
            voice.speak(page("很长的一句话", "还有一句"))
            wait_until(lambda: box.control.state().heard_s > 0)
            before = box.control.state().heard_s
            voice.stop()
            wait_until(lambda: box.saying() == "")
            stopped_after = box.logged()[-1].stopped_after
            assert stopped_after is not None
            took.append(stopped_after - before)
        wait_until(lambda: not voice.state.speaking)
    assert min(took) < 0.1
    assert {said.text for said in box.logged()} == {"很长的一句话"}


def test_a_page_is_repeated_from_its_beginning_at_its_end_and_after_a_stop(box: SoundBoxProcess) -> None:
    with voice_of(box.address.output(), Tones(0.05)) as voice:
        voice.repeat()
        voice.speak(page("一", "二"))
        wait_until(lambda: len(box.heard()) == 2)
        voice.repeat()
        wait_until(lambda: len(box.heard()) == 4)
        voice.stop()
        voice.repeat()
        wait_until(lambda: len(box.heard()) == 6)
        voice.speak(Utterance((), "zh"))
        voice.repeat()
        voice.speak(page("末"))
        wait_until(lambda: len(box.heard()) == 7)
    assert [text for _, text in box.heard()] == ["一", "二"] * 3 + ["末"]


def test_louder_says_the_sentence_again_and_off_is_silent_until_it_is_on(box: SoundBoxProcess) -> None:
    with voice_of(box.address.output(), Tones()) as voice:
        voice.speak(page("一句"))
        wait_until(lambda: box.saying() == "一句")
        first = box.control.state().saying
        voice.set_volume(Volume.HIGH)
        wait_until(lambda: box.control.state().saying not in (None, first))
        voice.set_volume(Volume.OFF)
        wait_until(lambda: box.saying() == "" and not voice.state.speaking)
        voice.speak(page("下一页"))
        voice.set_volume(Volume.LOW)
        wait_until(lambda: box.saying() == "下一页")
        voice.stop()
        wait_until(lambda: not voice.state.speaking)
        voice.set_volume(Volume.OFF)
        voice.set_volume(Volume.NORMAL)
    assert [text for _, text in box.heard()] == ["一句", "一句", "下一页"]


def test_a_program_that_is_missing_is_told_and_nothing_else_breaks(
    quick: SoundBoxProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program = tmp_path / "espeak-ng"
    states: list[VoiceState] = []
    with voice_of(quick.address.output(), EspeakRenderer(str(program)), states.append) as voice:
        wait_until(lambda: not voice.state.works)
        assert "apt install espeak-ng" in voice.state.why
        voice.speak(page("🔒王小明"))
        voice.speak(page("您好"))
        quick.control.headphones(plugged=True)
        wait_until(lambda: voice.state.headphones)
        program.symlink_to("/usr/bin/espeak-ng")
        voice.speak(page("您好"))
        wait_until(lambda: voice.state.works and bool(quick.heard()))
    assert len([each for each in caplog.records if each.levelno == logging.ERROR]) == 1
    assert "王小明" not in caplog.text + repr(states)


def test_a_language_without_a_voice_is_told_and_the_next_page_is_said(quick: SoundBoxProcess) -> None:
    with voice_of(quick.address.output(), EspeakRenderer()) as voice:
        voice.speak(Utterance((Saying("བོད་", private=False),), "bo"))
        wait_until(lambda: "'bo'; there are zh, en" in voice.state.why)
        voice.speak(Utterance((Saying("Hello.", private=False),), "en-GB"))
        wait_until(lambda: quick.heard() == [(LOUD, "Hello.")])
        wait_until(lambda: voice.state.works)


def test_a_box_that_goes_is_told_and_used_again_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaker, "_IDLE_S", 0.05)
    first = SoundBoxProcess(tmp_path / "first.jsonl")
    with voice_of(BoxOutput(first.address), Tones()) as voice:
        voice.speak(page("一", "二"))
        wait_until(lambda: first.saying() == "一")
        first.close()
        wait_until(lambda: "cannot be reached" in voice.state.why)
        assert not voice.state.works
        assert not voice.state.speaking
        voice.speak(page("三"))
        port = str(first.address.port)
        second = SoundBoxProcess(tmp_path / "second.jsonl", "--port", port)
        try:
            wait_until(lambda: voice.state.works)
            second.control.headphones(plugged=True)
            wait_until(lambda: voice.state.headphones)
            voice.speak(page("四"))
            wait_until(lambda: second.saying() == "四")
        finally:
            second.close()


def test_what_the_box_does_not_play_is_told(quick: SoundBoxProcess) -> None:
    tones = Tones()
    with voice_of(quick.address.output(), tones) as voice:
        whole, tones.wav = tones.wav, tones.wav[:100]
        voice.speak(page("一"))
        wait_until(lambda: "not as long as it says" in voice.state.why)
        tones.wav = whole
        voice.speak(page("二"))
        wait_until(lambda: quick.heard() == [(LOUD, "二")])
        wait_until(lambda: voice.state.works)


def test_closed_it_is_silent_and_its_thread_has_ended(box: SoundBoxProcess) -> None:
    with voice_of(box.address.output(), Tones()) as voice:
        voice.speak(page("一"))
        wait_until(lambda: box.saying() == "一")
    wait_until(lambda: box.saying() == "")
    assert not {"voice", "sound-box"} & {thread.name for thread in threading.enumerate()}


def test_a_listener_that_fails_ends_the_voice_and_is_not_hidden(
    box: SoundBoxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: raised.append(told.exc_type))

    def fail(state: VoiceState) -> None:
        if state.speaking:
            raise ZeroDivisionError

    with voice_of(box.address.output(), Tones(), fail) as voice:
        voice.speak(page("一"))
        wait_until(lambda: "restart the terminal" in voice.state.why)
    assert raised == [ZeroDivisionError]
    wait_until(lambda: box.saying() == "")


def test_a_terminal_without_a_voice_says_why() -> None:
    voice = Silent("voice is not set")
    voice.speak(page("一"))
    voice.repeat()
    voice.set_volume(Volume.HIGH)
    voice.stop()
    voice.close()
    assert voice.state == VoiceState(headphones=False, speaking=False, works=False, why="voice is not set")


def test_what_is_too_long_or_contradicts_itself_is_no_utterance() -> None:
    short = Saying("一", private=False)
    with pytest.raises(ValueError, match=str(LONGEST_SAYING)):
        Saying("一" * (LONGEST_SAYING + 1), private=False)
    with pytest.raises(ValueError, match=str(MOST_SAYINGS)):
        Utterance((short,) * (MOST_SAYINGS + 1), "zh")
    with pytest.raises(ValueError, match="is public"):
        Utterance((short,), "zh", Saying("一", private=True))
    assert "秘密" not in repr(Utterance((Saying("秘密", private=True),), "zh", WITHHELD))


def test_an_output_that_was_never_opened_says_so(quick: SoundBoxProcess) -> None:
    with pytest.raises(OutputError, match="not connected"):
        quick.address.output().stop()
