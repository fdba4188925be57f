"""BER-TLV, strictly: what is written is read back, and nothing else is accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.tlv import Tlv, TlvError, encode, parse

PRIMITIVE_TAGS = st.sampled_from([0x01, 0x09, 0x4E, 0x5A, 0x84, 0x86, 0x9F0C, 0x9F38, 0x5F2D, 0xDF8101])
CONSTRUCTED_TAGS = st.sampled_from([0x61, 0x6F, 0x70, 0xA5, 0xBF0C, 0x7F49])
PRIMITIVES = st.builds(Tlv, PRIMITIVE_TAGS, st.binary(max_size=300))
OBJECTS = st.recursive(
    PRIMITIVES,
    lambda inner: st.builds(Tlv, CONSTRUCTED_TAGS, st.lists(inner, max_size=4).map(tuple)),
    max_leaves=12,
)


@given(st.lists(OBJECTS, max_size=4).map(tuple))
def test_what_is_encoded_is_parsed_back(objects: tuple[Tlv, ...]) -> None:
    assert parse(encode(objects)) == objects


@given(st.binary(max_size=80))
def test_any_bytes_are_objects_or_an_error_with_its_offset(data: bytes) -> None:
    try:
        objects = parse(data)
    except TlvError as error:
        assert 0 <= error.offset <= len(data)  # noqa: PT017  the property holds in both branches
    else:
        assert parse(encode(objects)) == objects


@given(OBJECTS, st.data())
def test_an_object_cut_short_is_an_error(item: Tlv, data: st.DataObject) -> None:
    whole = item.encode()
    with pytest.raises(TlvError):
        parse(whole[: data.draw(st.integers(1, len(whole) - 1))])


@pytest.mark.parametrize(
    ("data", "offset", "reason"),
    [
        ("0002", 0, "no tag"),
        ("01020A", 1, "a value longer than the 1 bytes that are left"),
        ("01", 1, "without a length"),
        ("0180", 1, "no definite length"),
        ("018201", 1, "does not end"),
        ("9F", 0, "within three bytes"),
        ("9F818181", 0, "within three bytes"),
        ("010100 FF00", 3, "no tag"),
        ("6F03 84020A", 3, "a value longer than the 1 bytes that are left"),
        ("6F03 84020A 840101", 3, "a value longer than the 1 bytes that are left"),
    ],
)
def test_an_error_says_where_and_what(data: str, offset: int, reason: str) -> None:
    with pytest.raises(TlvError, match=reason) as caught:
        parse(bytes.fromhex(data))
    assert caught.value.offset == offset


def test_nesting_is_bounded() -> None:
    data = b""
    for _ in range(40):
        data = Tlv(0x6F, parse(data)).encode() if len(data) < 30 else b"\x6f" + bytes([len(data)]) + data
    with pytest.raises(TlvError, match="deep"):
        parse(data)


def test_a_tag_is_found_by_structure_not_by_its_bytes() -> None:
    value = bytes.fromhex("9F0C03860103")
    (fci,) = parse(Tlv(0x6F, (Tlv(0x84, value),)).encode())
    assert [item.tag for item in fci.walk()] == [0x6F, 0x84]
