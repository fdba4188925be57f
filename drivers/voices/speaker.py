"""The voice: one thread that decides, sound by sound, what is said and where it comes out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from drivers.voices.page import Page
from drivers.voices.sound import Discreet, Loud, OutputGone, Renderer, SoundOutput, VoiceError
from drivers.voices.voice import Utterance, VoiceState, Volume

_LOG = logging.getLogger(__name__)
_SLICE_S: Final = 0.05
"""Between two looks at a sound that is played: not every output can tell when it ends."""
_IDLE_S: Final = 1.0
_CLOSE_LIMIT_S: Final = 6.0
"""A clause that is being rendered is not interrupted."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was asked of the voice last."""

    volume: Volume
    time: int = 0
    """Counts the times that something was to be begun anew, or to end."""
    utterance: Utterance | None = None
    stopped: bool = False


class Speaker:
    """A `Voice`, of something that makes sounds of words and something that plays them.

    Headphones that are plugged in have the page said anew, whole, in them, also where it was at its end.
    Where they are pulled out, what is private ends at once, and the public rest goes on aloud
    (`docs/facts/voice.md` §1).

    `on_state` is called on the voice's thread at every change, and must return soon. That nothing can be
    heard is told by the state and in the log, without a word of it, and the next page is tried. An exception
    that nobody foresaw ends the thread and goes to `threading.excepthook`.
    """

    def __init__(
        self,
        renderer: Renderer,
        output: SoundOutput,
        on_state: Callable[[VoiceState], None],
        *,
        volume: Volume = Volume.NORMAL,
    ) -> None:
        """Begins at once to look for the output and what makes the sounds."""
        self._renderer, self._output, self._on_state = renderer, output, on_state
        self._changed = threading.Condition()
        self._has_changed = False
        self._closing = self._is_telling = False
        self._wanted = self._done = _Wanted(volume)
        self._page: Page | None = None
        self._playing: Loud | Discreet | None = None
        self._headphones = False
        self._broken: VoiceError | None = None
        self._state = VoiceState(headphones=False, speaking=False, works=False, why="it has just begun")
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    @property
    def state(self) -> VoiceState:
        """See `Voice.state`."""
        return self._state

    def speak(self, utterance: Utterance) -> None:
        """See `Voice.speak`."""
        with self._changed:
            self._want(replace(self._wanted, utterance=utterance, stopped=False))

    def repeat(self) -> None:
        """See `Voice.repeat`."""
        with self._changed:
            self._want(replace(self._wanted, stopped=False))

    def stop(self) -> None:
        """See `Voice.stop`."""
        with self._changed:
            self._want(replace(self._wanted, stopped=True))

    def set_volume(self, volume: Volume) -> None:
        """See `Voice.set_volume`. A sentence that is being said begins again."""
        with self._changed:
            off_or_on = Volume.OFF in (volume, self._wanted.volume) and volume is not self._wanted.volume
            wanted = replace(self._wanted, volume=volume)
            if off_or_on:
                self._want(wanted)
            else:
                self._wanted = wanted
                self._wake()

    def close(self, within_s: float = _CLOSE_LIMIT_S) -> None:
        """See `Voice.close`."""
        with self._changed:
            self._closing = True
            self._wake()
        self._thread.join(within_s)
        if self._thread.is_alive():
            raise TimeoutError(f"the voice did not end within {within_s:g} s")

    def _want(self, wanted: _Wanted) -> None:
        self._wanted = replace(wanted, time=wanted.time + 1)
        self._wake()

    def _wake(self) -> None:
        """The lock is held."""
        self._has_changed = True
        self._changed.notify()

    def _output_changed(self) -> None:
        with self._changed:
            self._wake()

    def _run(self) -> None:
        try:
            self._try(self._renderer.check)
            while not self._closing:
                self._try(self._turn)
                self._tell()
                self._wait()
        except BaseException as error:
            # Only what kind it is: its text may hold what was to be said.
            why = f"the voice has ended by a {type(error).__name__}: restart the terminal"
            self._state = VoiceState(headphones=False, speaking=False, works=False, why=why)
            if not self._is_telling:
                self._on_state(self._state)
            raise
        finally:
            self._output.close()

    def _wait(self) -> None:
        with self._changed:
            if not self._has_changed:
                self._changed.wait(_IDLE_S if self._page is None else _SLICE_S)
            self._has_changed = False

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except VoiceError as error:
            self._page = self._playing = None
            if str(error) != str(self._broken):
                _LOG.error("nothing can be heard: %s", error)
            self._broken = error

    def _turn(self) -> None:
        """Look what has changed, and do what follows from it."""
        wanted = self._wanted
        plugged_in = self._look_at_socket()
        if wanted.time != self._done.time or plugged_in:
            self._hush()
            self._done = wanted
            self._turn_to_page(wanted)
        elif wanted.volume is not self._done.volume:
            self._done = wanted
            self._interrupt()
        if self._playing is not None and not self._output.busy():
            self._playing = None
        if self._page is not None and self._playing is None:
            self._go_on(self._page)
        if self._page is None:
            # What has gone comes back unnoticed otherwise, and headphones with it.
            self._open()

    def _look_at_socket(self) -> bool:
        """Whether headphones were plugged in since the last look. Where they were pulled out: be silent."""
        before, self._headphones = self._headphones, self._output.headphones
        if before and not self._headphones and self._playing is not None:
            self._interrupt()
        return self._headphones and not before

    def _turn_to_page(self, wanted: _Wanted) -> None:
        self._page = None
        if wanted.utterance is None or wanted.stopped or wanted.volume is Volume.OFF:
            return
        self._open()
        self._headphones = self._output.headphones
        self._page = Page(wanted.utterance, self._renderer)

    def _open(self) -> None:
        self._output.open(self._output_changed)
        if isinstance(self._broken, OutputGone):
            self._broken = None

    def _interrupt(self) -> None:
        self._hush()
        if self._page is not None:
            self._page.say_again(self._done.volume)

    def _hush(self) -> None:
        if self._playing is not None:
            self._playing = None
            self._output.stop()

    def _go_on(self, page: Page) -> None:
        """Begin the next sound, unless something changed while it was made: then that comes first."""
        sound = page.next_sound(self._done.volume, headphones=self._headphones)
        if sound is None:
            self._page = None
        elif self._wanted != self._done or self._output.headphones != self._headphones:
            page.say_again(self._done.volume)
            self._output_changed()
        else:
            self._playing = Discreet(sound) if self._headphones else Loud(sound)
            self._output.play(self._playing)
            self._broken = None

    def _tell(self) -> None:
        state = VoiceState(
            headphones=self._headphones,
            speaking=self._page is not None,
            works=self._broken is None,
            why=self._output.trouble if self._broken is None else str(self._broken),
        )
        if state != self._state:
            self._state = state
            self._is_telling = True
            self._on_state(state)
            self._is_telling = False
