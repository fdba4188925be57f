"""Frames of the ID card module: bytes that public drivers agree on, and whatever else a line can carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.records import Garbled
from drivers.cards.sam_v import (
    LONGEST_REPLY,
    BadFrame,
    Content,
    Flaw,
    FrameReader,
    Reply,
    SamCommand,
    SamStatus,
    content_bytes,
    frame,
    meaning,
    parse_content,
    parse_text,
)

CONTENTS = st.binary(min_size=1, max_size=80)


def _read(data: bytes) -> list[bytes]:
    """All frames in these bytes."""
    reader = FrameReader()
    reader.feed(data)
    found = []
    while (content := reader.next()) is not None:
        found.append(content)
    return found


def _first(data: bytes) -> bytes | Flaw | None:
    """The first frame in these bytes, or what is wrong with it; None where it does not end."""
    reader = FrameReader()
    reader.feed(data)
    try:
        return reader.next()
    except BadFrame as bad:
        return bad.flaw


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (SamCommand.RESET, "AAAAAA9669 0003 10FF EC"),
        (SamCommand.STATUS, "AAAAAA9669 0003 11FF ED"),
        (SamCommand.MODULE_ID, "AAAAAA9669 0003 12FF EE"),
        (SamCommand.FIND, "AAAAAA9669 0003 2001 22"),
        (SamCommand.SELECT, "AAAAAA9669 0003 2002 21"),
        (SamCommand.READ, "AAAAAA9669 0003 3001 32"),
        (SamCommand.READ_WITH_FINGERPRINTS, "AAAAAA9669 0003 3010 23"),
        (SamCommand.READ_EXTRA_ADDRESS, "AAAAAA9669 0003 3003 30"),
    ],
)
def test_a_command_is_the_frame_that_modules_know(command: SamCommand, data: str) -> None:
    assert command.encode() == bytes.fromhex(data)


@pytest.mark.parametrize(
    ("data", "reply"),
    [
        ("AAAAAA9669 0004 000090 94", Reply(0x90)),
        ("AAAAAA9669 0008 00009F 00000000 97", Reply(0x9F, bytes(4))),
        ("AAAAAA9669 000C 000090 0000000000000000 9C", Reply(0x90, bytes(8))),
        ("AAAAAA9669 0004 000080 84", Reply(0x80)),
        ("AAAAAA9669 0004 000081 85", Reply(0x81)),
        ("AAAAAA9669 0004 000041 45", Reply(0x41)),
    ],
)
def test_an_answer_that_modules_give_is_understood(data: str, reply: Reply) -> None:
    assert _read(bytes.fromhex(data)) == [bytes([0, 0, reply.sw3]) + reply.data]
    assert Reply.parse(_read(bytes.fromhex(data))[0]) == reply
    assert reply.encode() == bytes.fromhex(data)


def test_the_answer_to_a_read_has_1295_bytes_and_with_fingerprints_1297_1809_or_2321() -> None:
    content = Content(bytes(256), bytes(1024))
    assert len(Reply(0x90, content_bytes(content)).encode()) == 1295
    with_fingers = [content_bytes(content, bytes(size)) for size in (0, 512, 1024)]
    assert [len(Reply(0x90, data).encode()) for data in with_fingers] == [1297, 1809, 2321]


@given(st.lists(CONTENTS, max_size=5), st.data())
def test_frames_come_out_as_they_went_in_however_the_line_cuts_them(
    contents: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(frame(content) for content in contents)
    reader, found = FrameReader(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        reader.feed(stream[:size])
        stream = stream[size:]
        while (content := reader.next()) is not None:
            found.append(content)
    assert found == contents
    assert not reader.in_frame


@given(CONTENTS, st.data())
def test_no_changed_byte_gives_the_same_content(content: bytes, data: st.DataObject) -> None:
    whole = bytearray(frame(content))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    assert _first(bytes(whole)) != content


@given(st.binary(max_size=200), CONTENTS)
def test_a_frame_is_found_behind_any_rubbish_that_is_no_frame(rubbish: bytes, content: bytes) -> None:
    # Each byte of a preamble in the rubbish could begin a frame that swallows the true one.
    rubbish = rubbish.replace(b"\xaa", b"\x55")
    reader = FrameReader()
    reader.feed(rubbish + frame(content))
    if rubbish:
        with pytest.raises(BadFrame) as refused:
            reader.next()
        assert refused.value.flaw is Flaw.PREAMBLE
    assert reader.next() == content


def test_one_byte_of_a_preamble_too_many_is_rubbish_and_the_frame_is_found() -> None:
    reader = FrameReader()
    reader.feed(b"\xaa" + frame(b"123"))
    with pytest.raises(BadFrame):
        reader.next()
    assert reader.next() == b"123"


@pytest.mark.parametrize("length", [0, 1, LONGEST_REPLY + 1, 0xFFFF])
def test_a_length_that_no_frame_has_is_refused_at_once(length: int) -> None:
    reader = FrameReader()
    reader.feed(b"\xaa\xaa\xaa\x96\x69" + length.to_bytes(2, "big"))
    with pytest.raises(BadFrame) as refused:
        reader.next()
    assert refused.value.flaw is Flaw.LENGTH


def test_a_wrong_checksum_is_refused_and_its_text_says_nothing_of_the_content() -> None:
    whole = frame("王小明".encode("utf-16-le"))
    reader = FrameReader()
    reader.feed(whole[:-1] + bytes([whole[-1] ^ 1]) + frame(b"next"))
    with pytest.raises(BadFrame) as refused:
        reader.next()
    assert refused.value.flaw is Flaw.CHECKSUM
    assert "王" not in str(refused.value)
    assert reader.next() == b"next"


def test_an_answer_without_sw3_is_no_answer() -> None:
    with pytest.raises(BadFrame):
        Reply.parse(b"\x00\x00")


def test_every_status_has_its_own_meaning() -> None:
    meanings = {meaning(status) for status in SamStatus}
    assert len(meanings) == len(SamStatus) == 18
    assert meaning(0x55) == "unknown status"


@given(
    st.binary(min_size=256, max_size=256),
    st.binary(min_size=1024, max_size=1024),
    st.sampled_from([0, 512, 1024]),
)
def test_text_and_photo_come_out_of_a_read_and_fingerprints_do_not(
    text: bytes, photo: bytes, fingers: int
) -> None:
    content = Content(text, photo)
    assert parse_content(content_bytes(content)) == content
    assert parse_content(content_bytes(content, b"\x5a" * fingers)) == content


@given(st.binary(max_size=40) | st.integers(0, 2400).map(bytes))
def test_other_bytes_are_no_content(data: bytes) -> None:
    with pytest.raises(Garbled):
        parse_content(data)


@pytest.mark.parametrize("at", range(4))
def test_a_content_whose_lengths_are_wrong_is_garbled(at: int) -> None:
    data = bytearray(content_bytes(Content(bytes(256), bytes(1024))))
    data[at] ^= 0x03
    with pytest.raises(Garbled):
        parse_content(bytes(data))


@given(st.binary(min_size=256, max_size=256), st.integers(0, 1024))
def test_the_text_comes_out_of_the_beginning_of_a_read(text: bytes, photo: int) -> None:
    data = content_bytes(Content(text, bytes(1024)))[: 260 + photo]
    assert parse_text(data) == Content(text, b"")


@given(
    st.binary(max_size=300)
    | st.integers(0, 259).map(lambda size: content_bytes(Content(bytes(256), bytes(1024)))[:size])
)
def test_another_beginning_is_no_text(data: bytes) -> None:
    with pytest.raises(Garbled):
        parse_text(data)
