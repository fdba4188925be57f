"""The claims of a seal: one byte form each, and nothing else is read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seal_building import CODE, ISSUED, any_claims, claims, codes

from kiosk.contract.papers import AccountOfYear, RightsRecordContent
from kiosk.contract.region import OfficeWire
from kiosk.contract.seals.claims import (
    BadClaims,
    SealClaims,
    SealIssuer,
    code_digest,
    content_digest,
    decode_claims,
    encode_claims,
    last_four_check,
    members_digest,
)

PAPER = -65_537


@given(any_claims())
def test_claims_survive_their_byte_form(one: SealClaims) -> None:
    assert decode_claims(encode_claims(one)) == one


@given(any_claims(), any_claims())
def test_different_claims_never_have_one_byte_form(one: SealClaims, other: SealClaims) -> None:
    assert (encode_claims(one) == encode_claims(other)) == (one == other)


def test_registered_claims_stand_under_their_registered_keys() -> None:
    members = cbor2.loads(encode_claims(claims()))
    assert members[1] == "800100.hrss"
    assert members[4] == members[6] + 30 * 86_400
    assert members[6] == int(ISSUED.timestamp())
    assert len(members[7]) == 13
    assert members[PAPER][:2] == [1, "刘*兰"]
    assert set(members) == {1, 4, 6, 7, PAPER}


@given(st.binary(max_size=150))
def test_any_bytes_are_refused_in_one_way(payload: bytes) -> None:
    with pytest.raises(BadClaims):
        decode_claims(payload)


@given(any_claims(), st.binary(min_size=1, max_size=4))
def test_bytes_behind_the_claims_are_refused(one: SealClaims, more: bytes) -> None:
    with pytest.raises(BadClaims):
        decode_claims(encode_claims(one) + more)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (1, "800100.tax"),
        (1, "80010.hrss"),
        (1, b"800100.hrss"),
        (4, 1.0),
        (4, 10**30),
        (4, -1),
        (6, 4_000_000_000),
        (7, b"\xff" * 13),
        (7, b"\0" * 12),
        (7, b"\0" * 14),
        (9, 0),
        (PAPER, [6, "王*", bytes(8), bytes(32), False]),
        (PAPER, [1, "王*\n有效", bytes(8), bytes(32), False]),
        (PAPER, [1, "王*\x1b[2J", bytes(8), bytes(32), False]),
        (PAPER, [1, "王*\u2028有效", bytes(8), bytes(32), False]),
        (PAPER, [1, "王*\u202e兰", bytes(8), bytes(32), False]),
        (PAPER, [1, "王*\u2066兰", bytes(8), bytes(32), False]),
        (PAPER, [True, "王*", bytes(8), bytes(32), False]),
        (PAPER, [1, "", bytes(8), bytes(32), False]),
        (PAPER, [1, b"abc", bytes(8), bytes(32), False]),
        (PAPER, [1, "王*", "12345678", bytes(32), False]),
        (PAPER, [1, "王*", bytes(8), bytes(31), False]),
        (PAPER, [1, "王*", bytes(8), bytes(32), 0]),
        (PAPER, [1, "王*", bytes(8), bytes(32)]),
        (PAPER, [1, "王*", bytes(8), bytes(32), False, None]),
        (PAPER, None),
    ],
)
def test_a_claim_of_another_type_or_range_is_refused(key: int, value: object) -> None:
    members = cbor2.loads(encode_claims(claims()))
    with pytest.raises(BadClaims):
        decode_claims(cbor2.dumps(members | {key: value}, canonical=True))


def test_a_later_kind_of_paper_is_refused_with_a_reason_of_its_own() -> None:
    members = cbor2.loads(encode_claims(claims()))
    later = members | {PAPER: [6, *members[PAPER][1:]]}
    with pytest.raises(BadClaims, match="a kind of paper that is not known here"):
        decode_claims(cbor2.dumps(later, canonical=True))


@pytest.mark.parametrize("missing", [1, 4, 6, 7, PAPER])
def test_a_missing_claim_is_refused(missing: int) -> None:
    members = cbor2.loads(encode_claims(claims()))
    del members[missing]
    with pytest.raises(BadClaims):
        decode_claims(cbor2.dumps(members, canonical=True))


def test_the_same_claims_in_another_order_or_length_are_another_form() -> None:
    payload = encode_claims(claims())
    members = cbor2.loads(payload)
    backwards = cbor2.dumps(dict(reversed(members.items())))
    longer = payload.replace(b"\x01\x6b800100.hrss", b"\x01\x78\x0b800100.hrss")
    for form in (backwards, longer):
        assert cbor2.loads(form) == members
        with pytest.raises(BadClaims):
            decode_claims(form)


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "7KQM-2XRA-9PWE-HV4C"},
        {"code": CODE.replace("7", "0")},
        {"code": CODE + "\n"},
        {"issued_at": datetime(2026, 11, 20, 9)},  # noqa: DTZ001
        {"issued_at": ISSUED.replace(microsecond=1)},
        {"expires": ISSUED},
        {"expires": ISSUED - timedelta(days=1)},
        {"masked_name": ""},
        {"masked_name": "王" * 31},
        {"last_four": b"1234"},
        {"content": b""},
    ],
)
def test_what_cannot_be_sealed_is_no_claims(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        claims(**changed)


@pytest.mark.parametrize("text", ["", "800100", "800100.hrss ", "800100.tax", "80010x.hrss", "８00100.hrss"])
def test_an_issuer_is_a_region_and_a_bureau(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        SealIssuer.parse(text)


def test_neither_name_nor_code_shows_in_a_repr() -> None:
    shown = repr(claims())
    assert "兰" not in shown
    assert CODE not in shown


def test_the_last_four_tell_the_owner_and_small_x_is_one() -> None:
    one = claims()
    assert one.is_owner("002X")
    assert one.is_owner("002x")
    assert not one.is_owner("0021")
    for no_ending in ("", "02X", "X021", "002X\n", "００２X"):
        with pytest.raises(ValueError, match="a number ends with"):
            one.is_owner(no_ending)


@given(codes, codes)
def test_one_owner_on_two_papers_has_two_checks(one: str, other: str) -> None:
    assert (last_four_check(one, "0021") == last_four_check(other, "0021")) == (one == other)
    assert (code_digest(one) == code_digest(other)) == (one == other)


def test_the_content_digest_does_not_know_of_order_or_of_what_is_null() -> None:
    year = {
        "kind": "110",
        "year": 2025,
        "before_fen": 1,
        "principal_fen": 2,
        "interest_fen": 3,
        "paid_out_fen": 0,
        "total_fen": 6,
    }
    straight = AccountOfYear.model_validate(year)
    reversed_ = AccountOfYear.model_validate(dict(reversed(year.items())))
    assert content_digest(straight) == content_digest(reversed_)
    assert content_digest(straight) != content_digest(straight.model_copy(update={"year": 2024}))
    office = OfficeWire(name="社保中心", address="人民路1号", telephone="0800-1000001", hours="9:00-17:00")
    assert content_digest(office).hex() == OFFICE_SHA256


OFFICE_SHA256 = "3d6a6cad1b3df040b506f4b801339cdbcc54bbf9234185a782868d63085b9f88"
"""By sha256sum, of the members in their order and without blanks."""


class NewerContent(RightsRecordContent):
    """As a later contract may have it."""

    remark: str | None = None


@given(st.none() | st.text(max_size=20))
def test_a_member_that_a_terminal_does_not_know_is_in_the_digest_of_what_came(remark: str | None) -> None:
    newer = NewerContent(
        name="刘桂兰",
        number="**************0242",
        sex=None,
        place="示例县",
        years=(2026,),
        standings=(),
        rows=(),
        accounts=(),
        cut_off=ISSUED,
        remark=remark,
    )
    came = newer.model_dump_json()
    assert members_digest(json.loads(came)) == content_digest(newer)
    known = RightsRecordContent.model_validate_json(came)
    assert (content_digest(known) == content_digest(newer)) == (remark is None)
