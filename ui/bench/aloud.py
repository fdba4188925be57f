"""The sound box made heard: what it plays, this machine's own sound device plays too, by aplay."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from drivers.virtual.sound_box_state import Said
from ui.bench.voice_hand import VoiceSeen

_SOUND_CARDS: Final = Path("/proc/asound/cards")
_STOP_MS: Final = 500


def sound_program(cards: Path = _SOUND_CARDS) -> str | None:
    """What plays a sound on this machine; None where that is not there, or no sound device."""
    program = shutil.which("aplay")
    if program is None or not cards.exists():
        return None
    # A line of a device begins with its number; "--- no soundcards ---" with none.
    has_card = any(line.split("[")[0].strip().isdigit() for line in cards.read_text("utf-8").splitlines())
    return program if has_card else None


class Aloud(QObject):
    """Follows the box: begins with a sound, and breaks off where the box did. Off until it is turned on."""

    failed = Signal(str)
    """The program could not play; its words. It is off now."""

    def __init__(self, sounds: Path, program: str) -> None:
        """`sounds`: where the box keeps them, `0001.wav` and on."""
        super().__init__()
        self._sounds, self._program = sounds, program
        self._on = False
        self._number = 0
        self._player = QProcess(self)
        self._player.errorOccurred.connect(self._could_not_start)
        self._player.finished.connect(self._ended)

    @property
    def on(self) -> bool:
        return self._on

    def turn(self, *, on: bool) -> None:
        self._on = on
        if not on:
            self._stop()

    @Slot(object)
    def follow(self, seen: VoiceSeen) -> None:
        """What the box plays now, or did since the last look."""
        ended = seen.ended
        if ended is not None and ended.number == self._number and ended.stopped_after is not None:
            self._stop()
        heard = seen.state.saying or ended
        if heard is None or heard.number <= self._number:
            return
        self._number = heard.number
        if self._on:
            self._play(heard)

    def close(self) -> None:
        """Be silent, and play nothing any more."""
        self.turn(on=False)

    def _play(self, said: Said) -> None:
        self._stop()
        self._player.start(self._program, ["-q", str(self._sounds / f"{said.number:04}.wav")])

    def _stop(self) -> None:
        if self._player.state() is not QProcess.ProcessState.NotRunning:
            self._player.kill()
            self._player.waitForFinished(_STOP_MS)

    @Slot(int, QProcess.ExitStatus)
    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        if status is QProcess.ExitStatus.NormalExit and code != 0:
            self._fail(bytes(self._player.readAllStandardError().data()).decode(errors="replace").strip())

    @Slot(QProcess.ProcessError)
    def _could_not_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._fail(self._player.errorString())

    def _fail(self, why: str) -> None:
        self._on = False
        self.failed.emit(why)
