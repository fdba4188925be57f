"""Where a voice comes out, as it is written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.tcp_address import BadAddress
from drivers.voices.address import BadVoiceAddress, VoiceAddress, parse_address
from drivers.voices.alsa import AlsaAddress, AlsaOutput
from drivers.voices.box_output import BoxAddress, BoxOutput

DEVICES = st.from_regex(r"(plug)?hw:(CARD=)?[A-Za-z0-9_]{1,8}(,(DEV=)?[0-9])?", fullmatch=True)
SOCKETS = st.from_regex(r"/dev/input/(by-path/)?[a-z0-9:.-]{1,20}", fullmatch=True)


@given(
    st.builds(AlsaAddress, DEVICES)
    | st.builds(AlsaAddress, DEVICES.map("plug:".__add__), DEVICES, SOCKETS)
    | st.builds(BoxAddress, st.just("box.local"), st.integers(1, 65535))
)
def test_every_address_is_read_as_it_is_written(address: VoiceAddress) -> None:
    assert parse_address(str(address)) == address


def test_an_address_leads_to_what_plays_there() -> None:
    assert isinstance(parse_address("alsa:default").output(), AlsaOutput)
    assert isinstance(parse_address("tcp://127.0.0.1:7785").output(), BoxOutput)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "begins with neither"),
        ("default", "begins with neither"),
        ("alsa:", "'' is no device of ALSA's; aplay -L lists them"),
        ("alsa:a b", "'a b' is no device"),
        ("alsa:default?", "'' is no option"),
        ("alsa:default?volume=3", "'volume' is no option"),
        ("alsa:a?jack=/dev/input/event1&jack=/dev/input/event1", "'jack' is no option, or said twice"),
        ("alsa:a?headphones=b", "jack is missing"),
        ("alsa:a?jack=/dev/input/event1", "headphones is missing"),
        ("alsa:a?headphones=&jack=/dev/input/event1", "'' is no device"),
        ("alsa:a?headphones=b&jack=event1", "jack is a device file in /dev/input"),
        ("alsa:a?headphones=a&jack=/dev/input/event1", "would be heard by everybody"),
    ],
)
def test_what_is_no_address_says_what_to_write(text: str, problem: str) -> None:
    with pytest.raises(BadVoiceAddress, match=problem) as raised:
        parse_address(text)
    assert "write it as one of alsa:default" in str(raised.value)


def test_a_box_without_a_port_is_named() -> None:
    with pytest.raises(BadAddress, match=r"voice address .* the port is missing"):
        parse_address("tcp://box.local")
