"""A seal's text: what changes in it is found, and no change makes a second seal of one."""

from __future__ import annotations

import functools

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seal_building import CODE, LATER, any_claims, claims, seal_key, sealed, signer

from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.claims import SealClaims, encode_claims
from kiosk.contract.seals.keys import SealKeys, key_id_of
from kiosk.contract.seals.sealed import (
    MAX_TEXT,
    PREFIX,
    UnreadableSeal,
    read_seal,
    seal_text,
    seal_token,
    sign,
)
from kiosk.contract.seals.verdicts import (
    Altered,
    Checked,
    UnknownKey,
    Unreadable,
    Valid,
    check_seal,
)

BOTH = list(Algorithm)
FORGED = (Altered, UnknownKey, Unreadable)


@functools.cache
def text_of(algorithm: Algorithm) -> str:
    return sealed(signer(algorithm))


def check(text: str) -> Checked:
    return check_seal(text, KEYS, None, LATER)


KEYS = SealKeys(seal_key(signer(algorithm)) for algorithm in BOTH)


@settings(max_examples=60)
@given(any_claims(), st.sampled_from(BOTH))
def test_a_seal_says_what_was_sealed(one: SealClaims, algorithm: Algorithm) -> None:
    text = sign(one, signer(algorithm), key_id_of(signer(algorithm).public_key))
    seal = read_seal(text)
    assert len(text) < MAX_TEXT
    assert seal.payload == encode_claims(one)
    assert seal.verified_by(seal_key(signer(algorithm)).verifier)


@pytest.mark.parametrize("algorithm", BOTH)
def test_two_signatures_of_one_paper_are_one_seal(algorithm: Algorithm) -> None:
    first, second = sealed(signer(algorithm)), sealed(signer(algorithm))
    assert read_seal(first).identity == read_seal(second).identity
    other = sealed(signer(algorithm), code=CODE.replace("7", "8"))
    assert read_seal(other).identity != read_seal(first).identity
    # SM2 takes a random number for each signature, Ed25519 none.
    assert (first == second) is (algorithm is Algorithm.EDDSA)


def test_no_flipped_bit_of_the_text_passes() -> None:
    text = text_of(Algorithm.EDDSA).encode()
    found = set()
    for place in range(len(text)):
        for bit in range(8):
            flipped = bytearray(text)
            flipped[place] ^= 1 << bit
            found.add(_outcome_of_forgery(flipped.decode("latin-1")))
    assert found == set(FORGED)


def test_no_flipped_bit_of_the_bytes_passes() -> None:
    token = seal_token(text_of(Algorithm.EDDSA))
    found = set()
    for place in range(len(token)):
        for bit in range(8):
            flipped = bytearray(token)
            flipped[place] ^= 1 << bit
            found.add(_outcome_of_forgery(seal_text(bytes(flipped))))
    assert found == set(FORGED)


@settings(max_examples=80)
@given(st.data())
def test_no_flipped_bit_of_an_sm2_seal_passes(data: st.DataObject) -> None:
    token = bytearray(seal_token(text_of(Algorithm.SM2_SM3)))
    place = data.draw(st.integers(0, len(token) - 1))
    token[place] ^= 1 << data.draw(st.integers(0, 7))
    assert _outcome_of_forgery(seal_text(bytes(token))) in FORGED


def _outcome_of_forgery(text: str) -> type:
    verdict = check(text).verdict
    assert isinstance(verdict, FORGED), text
    return type(verdict)


@given(st.binary(min_size=1, max_size=8))
def test_bytes_behind_a_seal_make_it_unreadable(more: bytes) -> None:
    token = seal_token(text_of(Algorithm.EDDSA))
    assert isinstance(check(seal_text(token + more)).verdict, Unreadable)


@pytest.mark.parametrize("more", ["\n", "\r\n", " ", "0", "00", "000", ":::", "/", "\0"])
def test_characters_behind_or_before_a_seal_make_it_unreadable(more: str) -> None:
    text = text_of(Algorithm.EDDSA)
    assert isinstance(check(text + more).verdict, Unreadable)
    assert isinstance(check(more + text).verdict, Unreadable)


@given(st.dictionaries(st.integers(-50, 50) | st.text(max_size=5), st.binary(max_size=20), max_size=5))
def test_an_unprotected_header_makes_no_other_seal(unprotected: dict[int | str, bytes]) -> None:
    text = text_of(Algorithm.EDDSA)
    checked = check(_with_unprotected(text, unprotected))
    assert checked == check(text)
    assert checked.verdict == Valid(claims())


def test_an_unprotected_key_id_or_algorithm_is_not_believed() -> None:
    text = _with_unprotected(text_of(Algorithm.EDDSA), {1: -65_537, 4: bytes(8)})
    assert check(text).verdict == Valid(claims())


def _with_unprotected(text: str, unprotected: object) -> str:
    header, _, payload, signature = cbor2.loads(seal_token(text)).value
    message = cbor2.CBORTag(18, [header, unprotected, payload, signature])
    return seal_text(cbor2.dumps(message, canonical=True))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\xa0",
        cbor2.dumps({1: -8}),
        cbor2.dumps({4: bytes(8)}),
        cbor2.dumps({1: -8, 4: bytes(7)}),
        cbor2.dumps({1: -8, 4: bytes(9)}),
        cbor2.dumps({1: "EdDSA", 4: bytes(8)}),
        cbor2.dumps({4: bytes(8), 1: -8}),
        cbor2.dumps({1: -8, 2: [4], 4: bytes(8)}),
        cbor2.dumps({1: -8, 4: bytes(8)}) + b"\0",
        b"\xff",
    ],
)
def test_a_header_that_is_not_a_seals_is_unreadable(header: bytes) -> None:
    message = cbor2.CBORTag(18, [header, {}, encode_claims(claims()), bytes(64)])
    with pytest.raises(UnreadableSeal):
        read_seal(seal_text(cbor2.dumps(message, canonical=True)))


@pytest.mark.parametrize(
    "message",
    [
        cbor2.CBORTag(17, [b"", {}, b"", b""]),
        cbor2.CBORTag(18, [b"", {}, b""]),
        cbor2.CBORTag(18, [b"", [], b"", b""]),
        cbor2.CBORTag(18, [b"", {}, None, b""]),
        cbor2.CBORTag(61, cbor2.CBORTag(18, [b"", {}, b"", b""])),
        [b"", {}, b"", b""],
        {},
        None,
    ],
)
def test_other_cbor_is_no_seal(message: object) -> None:
    with pytest.raises(UnreadableSeal):
        read_seal(seal_text(cbor2.dumps(message, canonical=True)))


@given(
    st.binary(max_size=300)
    | st.binary(max_size=60).map(lambda more: b"\xd2\x84" + more)
    # Tags of which the library makes dates, numbers, references, patterns and sets.
    | st.tuples(st.integers(0, 300), st.binary(max_size=40)).map(
        lambda one: b"\xd9" + one[0].to_bytes(2, "big") + one[1]
    )
    | st.integers(0, 900).map(lambda depth: b"\x81" * depth + b"\0")
    | st.integers(1, 900).map(lambda depth: b"\xd8\x1c\x81" * (depth // 3) + b"\xd8\x1d\0")
)
def test_no_bytes_raise_anything_but_that_they_are_no_seal(token: bytes) -> None:
    assert isinstance(check(seal_text(token)).verdict, Unreadable)


@given(st.text(max_size=80) | st.text(max_size=80).map(lambda text: PREFIX + text))
def test_no_text_raises(text: str) -> None:
    assert isinstance(check(text).verdict, Unreadable)


def test_a_text_that_is_too_long_is_not_even_decoded() -> None:
    assert check(PREFIX + "0" * MAX_TEXT).verdict == Unreadable("it has more than 500 characters")


def test_base45_is_that_of_its_rfc() -> None:
    # RFC 9285, 4.3 and 4.4.
    assert seal_text(b"Hello!!") == PREFIX + "%69 VD92EX0"
    assert seal_token(PREFIX + "QED8WEX0") == b"ietf!"
    for wrong in ("GGX", "ABC1", ":::", "::", "BB8 ä", "bb8"):
        with pytest.raises(UnreadableSeal):
            seal_token(PREFIX + wrong)
