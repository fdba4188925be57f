"""Where a terminal's voice comes out: its own sound devices, or a sound box on the network."""

from __future__ import annotations

import re
from typing import Final, Protocol

from drivers.voices.alsa import AlsaAddress
from drivers.voices.box_output import BoxAddress
from drivers.voices.sound import SoundOutput

ALLOWED: Final = (
    "alsa:default",
    "alsa:plughw:0,0?headphones=plughw:1,0&jack=/dev/input/by-path/…-event",
    BoxAddress.example,
)
_DEVICE: Final = re.compile(r"[A-Za-z0-9_:=,.-]+")
"""ALSA's names have commas and colons themselves."""
_INPUT: Final = re.compile(r"/dev/input/[^?&\s]+")
_OPTIONS: Final = ("headphones", "jack")


class VoiceAddress(Protocol):
    """An address that can be written down: `parse_address(str(address)) == address`."""

    def output(self) -> SoundOutput:
        """What plays there, not opened yet."""

    def __str__(self) -> str:
        """As a technician writes it."""


class BadVoiceAddress(ValueError):
    """Text that is no voice's address; the message says what is wrong and what to write."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(f"voice address {text!r}: {problem}; write it as one of {', '.join(ALLOWED)}")
        self.text = text


def parse_address(text: str) -> VoiceAddress:
    """Read `tcp://host:port` or `alsa:DEVICE?headphones=DEVICE&jack=/dev/input/…`.

    Raises:
        BadAddress: it begins with tcp:// and is no such address.
        BadVoiceAddress: it is anything else.
    """
    if text.startswith("tcp://"):
        return BoxAddress.parse(text)
    if text.startswith("alsa:"):
        return _alsa(text)
    raise BadVoiceAddress(text, "it begins with neither alsa: nor tcp://")


def _alsa(text: str) -> AlsaAddress:
    loudspeaker, asked, options = text.removeprefix("alsa:").partition("?")
    given: dict[str, str] = {}
    for option in options.split("&") if asked else ():
        name, _, value = option.partition("=")
        if name not in _OPTIONS or name in given:
            raise BadVoiceAddress(
                text, f"{name!r} is no option, or said twice; there are headphones and jack"
            )
        given[name] = value
    if given and len(given) < len(_OPTIONS):
        (missing,) = set(_OPTIONS) - given.keys()
        problem = f"{missing} is missing: headphones need a device and the switch that tells that they are in"
        raise BadVoiceAddress(text, problem)
    headphones, jack = given.get("headphones"), given.get("jack")
    for device in (loudspeaker, headphones):
        if device is not None and not _DEVICE.fullmatch(device):
            raise BadVoiceAddress(text, f"{device!r} is no device of ALSA's; aplay -L lists them")
    if jack is not None and not _INPUT.fullmatch(jack):
        raise BadVoiceAddress(text, "jack is a device file in /dev/input; evtest lists them")
    if headphones == loudspeaker:
        raise BadVoiceAddress(
            text, "what is said in headphones would be heard by everybody: two devices it takes"
        )
    return AlsaAddress(loudspeaker, headphones or "", jack or "")
