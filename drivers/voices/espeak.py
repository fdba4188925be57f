"""Words to sounds by espeak-ng (GPL-3; a program of its own, `docs/facts/voice.md` §2)."""

from __future__ import annotations

import io
import subprocess
import wave
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from drivers.voices.clauses import clauses
from drivers.voices.mandarin import as_read
from drivers.voices.sound import RendererError, Sound
from drivers.voices.voice import Saying, Volume

VOICES: Final[Mapping[str, tuple[str, ...]]] = {"zh": ("cmn-latn-pinyin", "cmn"), "en": ("en-us",)}
"""By language: espeak-ng's voices, the best first. In its version 1.51 `cmn` reads 请 as the English "king
three"; versions that have no other Mandarin read it right."""
_MANDARIN: Final = "cmn"
_WORDS_A_MINUTE: Final = 160
_AMPLITUDE: Final = {Volume.OFF: 0, Volume.LOW: 25, Volume.NORMAL: 50, Volume.HIGH: 100}
"""Twice as much each. From 100 on, its loudest vowels are cut off."""
_LIMIT_S: Final = 3.0
_MOST_CACHED_BYTES: Final = 16 * 1024 * 1024
_PHONEMES: Final = str.maketrans("[]", "  ")
"""espeak-ng takes [[…]] for sounds, not for words."""

_Key = tuple[str, str, Volume]


class UnknownLanguage(RendererError):
    """No voice speaks it."""

    def __init__(self, language: str, known: Sequence[str]) -> None:
        super().__init__(f"no voice for the language {language!r}; there are {', '.join(known)}")
        self.language = language


class EspeakRenderer:
    """A process a clause; the words go in by its standard input, where nobody can list them.

    The sounds of public sayings are kept in memory, the oldest going first; of private ones none is.
    """

    def __init__(self, program: str = "espeak-ng", voices: Mapping[str, tuple[str, ...]] = VOICES) -> None:
        self._program = program
        self._wanted = voices
        self._voices: Mapping[str, str] = {}
        """By language; empty until it is known which are installed."""
        self._cached: OrderedDict[_Key, Sound] = OrderedDict()

    def check(self) -> None:
        """See `Renderer.check`. What was found is not looked for again."""
        if self._voices:
            return
        listed = self._run(["--voices"], b"").decode(errors="replace").splitlines()[1:]
        installed = frozenset(columns[1] for line in listed if len(columns := line.split()) > 1)
        voices = {}
        for language, wanted in self._wanted.items():
            voice = next((each for each in wanted if each in installed), None)
            if voice is None:
                raise RendererError(
                    f"{self._program} has no voice {' or '.join(wanted)}; install its data anew"
                )
            voices[language] = voice
        self._voices = voices

    def render(self, saying: Saying, language: str, volume: Volume) -> Iterator[Sound]:
        """See `Renderer.render`: a sound a clause.

        Raises:
            UnknownLanguage: no voice speaks it.
            RendererError: espeak-ng is missing, fails, or takes more than 3 s.
        """
        self.check()
        voice = self._voice(language)
        for clause in clauses(saying.text.translate(_PHONEMES)):
            part, key = replace(saying, text=clause), (clause, language, volume)
            kept = self._cached.get(key)
            # Whether it is private is this saying's, not the one's that had the same words.
            sound = replace(kept, saying=part) if kept else self._sound(part, language, voice, volume)
            if not saying.private:
                self._keep(key, sound)
            yield sound

    def _voice(self, language: str) -> str:
        primary = language.partition("-")[0]
        voice = self._voices.get(language) or self._voices.get(primary)
        if voice is None:
            raise UnknownLanguage(language, tuple(self._voices))
        return voice

    def _sound(self, part: Saying, language: str, voice: str, volume: Volume) -> Sound:
        options = ["-v", voice, "-b", "1", "-s", str(_WORDS_A_MINUTE), "-a", str(_AMPLITUDE[volume])]
        words = as_read(part.text) if voice.startswith(_MANDARIN) else part.text
        streamed = self._run([*options, "--stdin", "--stdout"], words.encode())
        return Sound(part, language, *mended(streamed))

    def _run(self, options: Sequence[str], words: bytes) -> bytes:
        try:
            done = subprocess.run(
                [self._program, *options], input=words, capture_output=True, check=True, timeout=_LIMIT_S
            )
        except FileNotFoundError as missing:
            raise RendererError(f"{self._program} is not installed; apt install espeak-ng") from missing
        except (OSError, subprocess.SubprocessError) as error:
            # Not with its cause, which holds what it had made of the words.
            raise RendererError(f"{self._program}: {_why(error)}") from None
        return done.stdout

    def _keep(self, key: _Key, sound: Sound) -> None:
        self._cached[key] = sound
        self._cached.move_to_end(key)
        while sum(len(each.wav) for each in self._cached.values()) > _MOST_CACHED_BYTES:
            self._cached.popitem(last=False)


def mended(streamed: bytes) -> tuple[bytes, float]:
    """A WAV file whose header was written before its length was known, put right; and its seconds.

    Raises:
        RendererError: it is no WAV file, or one without sound.
    """
    try:
        with wave.open(io.BytesIO(streamed)) as read:
            frames = read.readframes(read.getnframes())
            width, rate = read.getsampwidth() * read.getnchannels(), read.getframerate()
            whole = io.BytesIO()
            with wave.open(whole, "wb") as written:
                written.setnchannels(read.getnchannels())
                written.setsampwidth(read.getsampwidth())
                written.setframerate(rate)
                written.writeframes(frames)
    except (wave.Error, EOFError) as error:
        raise RendererError(f"no sound came of the words: {str(error) or 'it is too short'}") from error
    if not frames or not rate:
        raise RendererError("no sound came of the words: it is empty")
    return whole.getvalue(), len(frames) / (width * rate)


def _why(error: OSError | subprocess.SubprocessError) -> str:
    match error:
        case subprocess.TimeoutExpired():
            return f"it did not end within {_LIMIT_S:g} s"
        case subprocess.CalledProcessError(returncode=code):
            return f"it ended with {code}"
        case OSError(strerror=str() as words):
            return words
        case _:
            return type(error).__name__
