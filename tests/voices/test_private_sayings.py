"""What is private is heard in headphones and nowhere else, whatever happens when."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fixtures.pcsc import wait_until
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from voice_bench import WITHHELD, SoundBoxProcess, Tones, page, voice_of

from drivers.voices.sound import Discreet, Loud, PrivateAloud, Sound
from drivers.voices.speaker import Speaker
from drivers.voices.voice import Outlet, Saying, Utterance, Volume

LOUD, QUIET = "loudspeaker", "headphones"


def test_without_headphones_what_is_private_is_left_out_and_that_is_said(quick: SoundBoxProcess) -> None:
    with voice_of(quick.address.output(), Tones()) as voice:
        voice.speak(page("您好", "🔒王小明", "请选择"))
        wait_until(lambda: len(quick.heard()) == 3)
        wait_until(lambda: not voice.state.speaking)
    assert quick.heard() == [(LOUD, "您好"), (LOUD, "请选择"), (LOUD, WITHHELD.text)]


def test_with_headphones_all_is_said_in_them(quick: SoundBoxProcess) -> None:
    quick.control.headphones(plugged=True)
    with voice_of(quick.address.output(), Tones()) as voice:
        voice.speak(page("您好", "🔒王小明"))
        wait_until(lambda: len(quick.heard()) == 2)
        wait_until(lambda: not voice.state.speaking)
        assert voice.state.headphones
    assert quick.heard() == [(QUIET, "您好"), (QUIET, "🔒王小明")]


def test_pulled_out_in_a_private_sentence_it_ends_at_once_and_the_public_rest_goes_on(
    box: SoundBoxProcess,
) -> None:
    took = []
    with voice_of(box.address.output(), Tones()) as voice:
        for _ in range(3):  # a machine that is busy is not a fault
            box.fresh().control.headphones(plugged=True)
            voice.speak(page("🔒王小明", "🔒四百元", "请选择"))
            wait_until(lambda: box.saying() == "🔒王小明")
            pulled_after = box.control.headphones(plugged=False).heard_s
            wait_until(lambda: box.saying() == "请选择")
            assert not voice.state.headphones
            cut = box.logged()[-1]
            assert (cut.outlet, cut.text) == (Outlet.HEADPHONES, "🔒王小明")
            assert cut.stopped_after is not None
            took.append(cut.stopped_after - pulled_after)
            state = box.control.state()
            assert state.saying is not None
            assert state.saying.outlet is Outlet.LOUDSPEAKER
    assert min(took) < 0.1


def test_pulled_out_in_a_public_sentence_it_is_said_aloud_instead(box: SoundBoxProcess) -> None:
    box.control.headphones(plugged=True)
    with voice_of(box.address.output(), Tones()) as voice:
        voice.speak(page("您好", "🔒王小明"))
        wait_until(lambda: box.saying() == "您好")
        box.control.headphones(plugged=False)
        wait_until(lambda: bool(box.heard()) and box.saying() == "您好")
        voice.stop()
        wait_until(lambda: len(box.heard()) == 2)
    assert box.heard() == [(QUIET, "您好"), (LOUD, "您好")]


def test_plugged_in_the_page_is_said_anew_and_whole(box: SoundBoxProcess) -> None:
    with voice_of(box.address.output(), Tones()) as voice:
        voice.speak(page("🔒王小明", "请选择"))
        wait_until(lambda: box.saying() == "请选择")
        box.control.headphones(plugged=True)
        wait_until(lambda: box.saying() == "🔒王小明")
        assert voice.state.headphones
    assert box.heard()[0] == (LOUD, "请选择")


def test_plugged_in_when_the_page_is_at_its_end_it_is_said_anew_too(quick: SoundBoxProcess) -> None:
    with voice_of(quick.address.output(), Tones()) as voice:
        voice.speak(page("您好", "🔒王小明"))
        wait_until(lambda: len(quick.heard()) == 2)
        wait_until(lambda: not voice.state.speaking)
        quick.control.headphones(plugged=True)
        wait_until(lambda: len(quick.heard()) == 4)
    assert quick.heard()[2:] == [(QUIET, "您好"), (QUIET, "🔒王小明")]


def test_after_a_stop_headphones_begin_nothing(quick: SoundBoxProcess) -> None:
    with voice_of(quick.address.output(), Tones()) as voice:
        voice.speak(page("🔒王小明"))
        wait_until(lambda: quick.heard() == [(LOUD, WITHHELD.text)])
        voice.stop()
        wait_until(lambda: not voice.state.speaking)
        quick.control.headphones(plugged=True)
        wait_until(lambda: voice.state.headphones)
        voice.speak(page("下一页"))
        wait_until(lambda: len(quick.heard()) == 2)
    assert quick.heard()[1] == (QUIET, "下一页")


class Slow(Tones):
    """Takes its time over a sound, while which something else happens."""

    def __init__(self) -> None:
        super().__init__()
        self.is_at_it, self.may_end = threading.Event(), threading.Event()

    def render(self, saying: Saying, language: str, volume: Volume) -> Iterator[Sound]:
        for sound in super().render(saying, language, volume):
            self.is_at_it.set()
            assert self.may_end.wait(10.0)
            yield sound


def test_what_happens_while_a_sound_is_made_comes_first(box: SoundBoxProcess) -> None:
    slow = Slow()
    box.control.headphones(plugged=True)
    with voice_of(box.address.output(), slow) as voice:
        voice.speak(page("🔒王小明", "您好"))
        assert slow.is_at_it.wait(10.0)
        box.control.headphones(plugged=False)
        slow.may_end.set()
        wait_until(lambda: box.saying() == "您好")
        slow.is_at_it.clear()
        slow.may_end.clear()
        voice.speak(page("一"))
        assert slow.is_at_it.wait(10.0)
        voice.speak(page("二"))
        slow.may_end.set()
        wait_until(lambda: box.saying() == "二")
    heard = box.heard()
    assert (LOUD, "一") not in heard
    assert all(outlet != LOUD or "🔒" not in text for outlet, text in heard)


def test_no_loud_sound_can_be_made_of_what_is_private() -> None:
    sound = Sound(Saying("王小明", private=True), "zh", b"", 1.0)
    with pytest.raises(PrivateAloud) as raised:
        Loud(sound)
    assert "王小明" not in str(raised.value)
    assert Discreet(sound).outlet is Outlet.HEADPHONES
    assert Loud(replace(sound, saying=Saying("您好", private=False))).outlet is Outlet.LOUDSPEAKER


PAGES = st.lists(st.booleans(), min_size=1, max_size=4)
"""Whether each sentence is private."""
ACTS = st.lists(
    PAGES | st.sampled_from(["plug", "unplug", "stop", "repeat"]) | st.floats(0.0, 0.02),
    min_size=1,
    max_size=10,
)
Acts = list[list[bool] | str | float]


class Forgetful(Speaker):
    """Forgets what is private."""

    def speak(self, utterance: Utterance) -> None:
        sayings = tuple(replace(saying, private=False) for saying in utterance.sayings)
        super().speak(replace(utterance, sayings=sayings))


def carried_out(acts: Acts, box: SoundBoxProcess, kind: type[Speaker]) -> list[tuple[str, str]]:
    """What is heard where while all this happens, and after it."""
    box.fresh()
    tones = Tones(0.01)
    with voice_of(box.address.output(), tones, kind=kind) as voice:
        for number, act in enumerate(acts):
            match act:
                case list():
                    voice.speak(page(*(f"{'🔒' if private else ''}{number}" for private in act)))
                case "plug" | "unplug":
                    box.control.headphones(plugged=act == "plug")
                case "stop":
                    voice.stop()
                case "repeat":
                    voice.repeat()
                case float():
                    time.sleep(act)
        voice.speak(page("末"))
        wait_until(lambda: "末" in [text for _, text in box.heard()])
    return box.heard()


def aloud(heard: list[tuple[str, str]]) -> list[str]:
    return [text for outlet, text in heard if outlet == LOUD and "🔒" in text]


@settings(max_examples=40)
@given(ACTS)
def test_nothing_private_ever_comes_out_of_the_loudspeaker(
    real_time_box: SoundBoxProcess, acts: Acts
) -> None:
    assert not aloud(carried_out(acts, real_time_box, Speaker))


def test_the_search_for_what_is_private_aloud_finds_a_voice_that_forgets(
    real_time_box: SoundBoxProcess,
) -> None:
    found: list[Acts] = []

    # Not `find`: it wants to see again what it has found, and threads need not do the same twice.
    @settings(max_examples=60, database=None, phases=[Phase.generate])
    @given(ACTS)
    def search(acts: Acts) -> None:
        if not found and aloud(carried_out(acts, real_time_box, Forgetful)):
            found.append(acts)

    search()
    assert any(isinstance(act, list) and any(act) for acts in found for act in acts)


def test_what_is_private_is_searched_for_where_it_is_said(real_time_box: SoundBoxProcess) -> None:
    heard = carried_out(["plug", [True, True], 0.1], real_time_box, Speaker)
    assert heard.count((QUIET, "🔒1")) == 2
