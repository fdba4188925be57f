"""A terminal's own sound devices, up to the device: a script is aplay, and a pipe the socket's switch."""

from __future__ import annotations

import itertools
import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.pcsc import wait_until
from hypothesis import given
from hypothesis import strategies as st
from voice_bench import Tones, page, silence, voice_of

from drivers.voices import alsa
from drivers.voices.alsa import AlsaAddress, AlsaOutput
from drivers.voices.jack import Jack, SwitchEvents
from drivers.voices.sound import Loud, OutputError, Sound
from drivers.voices.voice import Saying

ADDRESS = AlsaAddress("plughw:0,0", "plughw:1,0", "/dev/input/event5")
HELLO = Loud(Sound(Saying("您好", private=False), "zh", silence(0.1), 0.1))


def event(kind: int, code: int, value: int) -> bytes:
    """struct input_event, as linux/input.h has it on 64 bits."""
    return struct.pack("@qqHHi", 1, 2, kind, code, value)


IN, OUT, SYN, DROPPED = event(5, 2, 1), event(5, 2, 0), event(0, 0, 0), event(0, 3, 0)


class Aplay:
    """A program in aplay's place, and what it was given."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "aplay"
        self.directory = directory
        self.does("exit 0")

    def does(self, *lines: str) -> None:
        begun = [f'echo "$@" >> {self.directory}/arguments', f"cat >> {self.directory}/sounds"]
        unfinished = self.path.with_suffix(".new")
        unfinished.write_text("#!/bin/sh\n" + "\n".join([*begun, *lines]))
        unfinished.chmod(0o755)
        unfinished.rename(self.path)

    @property
    def devices(self) -> list[str]:
        """Where it was to play, in order."""
        path = self.directory / "arguments"
        return [line.split()[2] for line in path.read_text().splitlines()] if path.exists() else []


class Switch:
    """A pipe in an input device's place."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "event5"
        os.mkfifo(self.path)
        self._end = os.open(self.path, os.O_RDWR)
        self.is_in = False

    def jack(self) -> Jack:
        return Jack(str(self.path), lambda _device: self.is_in)

    def send(self, data: bytes) -> None:
        os.write(self._end, data)

    def close(self) -> None:
        os.close(self._end)


@pytest.fixture
def aplay(tmp_path: Path) -> Aplay:
    return Aplay(tmp_path)


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Switch]:
    switch = Switch(tmp_path)
    yield switch
    switch.close()


def test_a_sound_goes_to_the_loudspeakers_device_by_standard_input(aplay: Aplay) -> None:
    output = AlsaOutput(ADDRESS, str(aplay.path))
    output.play(HELLO)
    wait_until(lambda: not output.busy())
    assert (aplay.directory / "arguments").read_text() == "-q -D plughw:0,0 -\n"
    assert (aplay.directory / "sounds").read_bytes() == HELLO.sound.wav
    output.stop()
    output.close()


def test_stopped_it_is_killed_at_once(aplay: Aplay) -> None:
    aplay.does("exec sleep 30")
    output = AlsaOutput(ADDRESS, str(aplay.path))
    output.play(HELLO)
    wait_until(lambda: aplay.devices == ["plughw:0,0"])
    assert output.busy()
    began = time.monotonic()
    output.stop()
    assert time.monotonic() - began < 1.0
    assert not output.busy()
    output.close()


def test_what_aplay_complains_of_is_told(
    aplay: Aplay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aplay.does("echo 'aplay: main:831: audio open error: Device or resource busy' >&2", "exit 1")
    output = AlsaOutput(ADDRESS, str(aplay.path))
    output.play(HELLO)
    with pytest.raises(
        OutputError, match="ended with 1: aplay: main:831: audio open error: Device or resource"
    ):
        wait_until(lambda: not output.busy())
    aplay.does("exec sleep 30")
    monkeypatch.setattr(alsa, "_MARGIN_S", 0.1)
    output.play(HELLO)
    with pytest.raises(OutputError, match="does not end a sound"):
        wait_until(lambda: not output.busy())
    assert not output.busy()
    with pytest.raises(OutputError, match="apt install alsa-utils"):
        AlsaOutput(ADDRESS, str(tmp_path / "none")).play(HELLO)


def test_headphones_pulled_out_end_what_is_private(aplay: Aplay, switch: Switch) -> None:
    aplay.does("exec sleep 30")
    switch.is_in = True
    with voice_of(AlsaOutput(ADDRESS, str(aplay.path), switch.jack()), Tones()) as voice:
        wait_until(lambda: voice.state.headphones)
        voice.speak(page("🔒王小明", "请选择"))
        wait_until(lambda: aplay.devices == ["plughw:1,0"])
        switch.send(OUT + SYN)
        wait_until(lambda: aplay.devices == ["plughw:1,0", "plughw:0,0"])
        assert not voice.state.headphones
        switch.send(IN + SYN)
        wait_until(lambda: aplay.devices[2:] == ["plughw:1,0"])


def test_a_switch_that_cannot_be_read_is_told_and_the_loudspeaker_works(aplay: Aplay, switch: Switch) -> None:
    # The real question to the device: a pipe has no switches.
    with voice_of(AlsaOutput(ADDRESS, str(aplay.path), Jack(str(switch.path))), Tones()) as voice:
        wait_until(lambda: "headphone socket" in voice.state.why)
        assert voice.state.works
        voice.speak(page("🔒王小明", "您好"))
        wait_until(lambda: aplay.devices == ["plughw:0,0", "plughw:0,0"])


def test_without_a_socket_there_are_no_headphones(aplay: Aplay) -> None:
    output = AlsaOutput(AlsaAddress("default"), str(aplay.path))
    output.open(lambda: None)
    assert not output.headphones
    assert not output.trouble
    output.close()


def test_after_lost_events_the_switch_is_asked(switch: Switch) -> None:
    jack = switch.jack()
    jack.watch(lambda: None)
    try:
        switch.send(IN)
        wait_until(lambda: jack.inserted)
        switch.send(DROPPED)
        wait_until(lambda: not jack.inserted)
    finally:
        jack.close()


@given(
    st.lists(st.sampled_from([(IN, True), (OUT, False), (DROPPED, None), (SYN, "-"), (event(5, 4, 1), "-")])),
    st.lists(st.integers(0, 400)),
)
def test_events_come_whole_however_the_bytes_come(
    events: list[tuple[bytes, bool | str | None]], cuts: list[int]
) -> None:
    data = b"".join(data for data, _ in events)
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    reader = SwitchEvents()
    seen = [each for first, last in itertools.pairwise(places) for each in reader.take(data[first:last])]
    assert seen == [meaning for _, meaning in events if meaning != "-"]
