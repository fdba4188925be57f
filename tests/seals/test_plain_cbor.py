"""Of CBOR only what is plain is read, in its one form, and nothing else does anything but be refused."""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.contract.seals.plain_cbor import NotPlain, load_plain

LEAVES = st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=300) | st.text(max_size=90) | st.booleans()
ITEMS = LEAVES | st.lists(LEAVES, max_size=30) | st.dictionaries(LEAVES, st.lists(LEAVES), max_size=5)


@given(ITEMS)
def test_plain_items_are_read(item: object) -> None:
    assert load_plain(cbor2.dumps(item)) == item


@given(ITEMS, st.binary(min_size=1, max_size=3))
def test_nothing_may_stand_behind_or_be_cut_off(item: object, more: bytes) -> None:
    data = cbor2.dumps(item)
    for spoilt in (data + more, data[:-1]):
        with pytest.raises(NotPlain):
            load_plain(spoilt)


@pytest.mark.parametrize(
    "data",
    [
        "1800 f6 f7 f90000 fa00000000 fb0000000000000000 c000 d82361 e0 f814 1c 3f",
        "5f4100ff 7f6100ff 9f00ff bf0000ff 61ff 41 4201 81 a100 8181818180 9bffffffffffffffff",
        "1817 190018 19001f 1a0000ffff 1b00000000ffffffff 580100 780161 980100 b8010000 5bffffffffffffffff",
        # A pattern of a list: cbor2 5.9 raises a `TypeError` here.
        "d82380",
    ],
)
def test_what_is_not_plain_is_refused(data: str) -> None:
    for one in data.split():
        with pytest.raises(NotPlain):
            load_plain(bytes.fromhex(one))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        item = load_plain(data)
    except NotPlain:
        return
    assert load_plain(cbor2.dumps(item)) == item
