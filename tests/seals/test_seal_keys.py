"""Published keys and revocations are read strictly, and a newer centre's are passed over."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from seal_building import CODE, ISSUED, LATER, NHSA, seal_key, signer

from kiosk.contract.seals.algorithms import Algorithm, BadKey, verifier_of
from kiosk.contract.seals.claims import PaperKind, code_digest
from kiosk.contract.seals.keys import (
    Revocations,
    RevocationsWire,
    SealKeys,
    SealKeyWire,
    parse_seal_keys,
)

ED25519, SM2 = Algorithm.EDDSA, Algorithm.SM2_SM3
DIGEST = code_digest(CODE)


def wires() -> list[dict[str, Any]]:
    keys = (seal_key(signer(ED25519)), seal_key(signer(SM2), issuer=NHSA, demo=True))
    return [SealKeyWire.of(key).model_dump(mode="json") for key in keys]


SM2_KEY = wires()[1]


def test_keys_come_back_as_they_were_published() -> None:
    keys = parse_seal_keys(json.dumps(wires()))
    for key in (seal_key(signer(ED25519)), seal_key(signer(SM2), issuer=NHSA, demo=True)):
        assert keys.find(key.kid) == key
    assert keys.find(bytes(8)) is None


def test_a_newer_centres_algorithms_kinds_and_members_are_passed_over() -> None:
    first, second = wires()
    first |= {"algorithm": "falcon", "public_key": "00", "kid": "?"}
    second |= {"kinds": ["pension_statement", "case_slip"], "comment": "new"}
    keys = parse_seal_keys(json.dumps([first, second]))
    assert keys.find(bytes.fromhex(second["kid"])) == seal_key(
        signer(SM2), issuer=NHSA, demo=True, kinds=frozenset({PaperKind.CASE_SLIP})
    )


@pytest.mark.parametrize(
    "spoilt",
    [
        {"public_key": SM2_KEY["public_key"][:-2]},
        {"public_key": SM2_KEY["public_key"][:-1] + "A"},
        {"public_key": "04" + "11" * 64},
        {"public_key": "02" + SM2_KEY["public_key"][2:]},
        {"public_key": "04" + "ff" * 64},
        {"algorithm": "ed25519"},
        {"kid": SM2_KEY["kid"][:-1]},
        {"issuer": "800100.tax"},
        {"kinds": []},
        {"valid_to": SM2_KEY["valid_from"]},
        {"valid_from": "2026-01-01T00:00:00"},
        {"demo": None},
    ],
)
def test_a_key_that_cannot_be_is_refused(spoilt: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse_seal_keys(json.dumps([SM2_KEY | spoilt]))


@pytest.mark.parametrize("text", ["", "{}", "null", "[1]", '[{"algorithm": 1}]', "[[]]"])
def test_other_json_is_no_list_of_keys(text: str) -> None:
    with pytest.raises(ValidationError):
        parse_seal_keys(text)


def test_two_keys_under_one_id_are_refused() -> None:
    key = wires()[0]
    with pytest.raises(ValueError, match="two keys have the id"):
        parse_seal_keys(json.dumps([key, key | {"issuer": NHSA.text}]))
    with pytest.raises(ValueError, match="two keys have the id"):
        SealKeys([seal_key(signer(ED25519)), seal_key(signer(ED25519))])


@pytest.mark.parametrize(
    ("algorithm", "public_key"),
    [
        (ED25519, b""),
        (ED25519, bytes(31)),
        (ED25519, bytes(65)),
        (SM2, b""),
        (SM2, b"\x04"),
        (SM2, b"\0" * 65),
        (SM2, b"\x04" + b"\0" * 64),
        (SM2, b"\x04" + b"\xff" * 64),
    ],
)
def test_bytes_that_are_no_point_make_no_verifier(algorithm: Algorithm, public_key: bytes) -> None:
    with pytest.raises(BadKey):
        verifier_of(algorithm, public_key)


@pytest.mark.parametrize("algorithm", list(Algorithm))
@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65), b"\xff" * 64])
def test_bytes_that_are_no_signature_verify_nothing(algorithm: Algorithm, signature: bytes) -> None:
    verifier = verifier_of(algorithm, signer(algorithm).public_key)
    assert not verifier.verifies(b"message", signature)
    assert verifier.verifies(b"message", signer(algorithm).sign(b"message"))
    assert not verifier.verifies(b"massage", signer(algorithm).sign(b"message"))


def test_revocations_come_back_as_they_were_published() -> None:
    one = Revocations(LATER, {DIGEST: ISSUED, bytes(16): LATER})
    again = RevocationsWire.model_validate_json(RevocationsWire.of(one).model_dump_json()).to_domain()
    assert again == one
    assert again.revoked_since(CODE) == ISSUED
    assert again.revoked_since(CODE.replace("7", "8")) is None
    assert Revocations(LATER).revoked_since(CODE) is None


@pytest.mark.parametrize(
    "revoked",
    [
        [{"code_digest": DIGEST.hex(), "since": (LATER + timedelta(seconds=1)).isoformat()}],
        [{"code_digest": DIGEST.hex(), "since": ISSUED.isoformat()}] * 2,
        [{"code_digest": DIGEST.hex().upper() + "0", "since": ISSUED.isoformat()}],
        [{"code_digest": CODE, "since": ISSUED.isoformat()}],
        [{"code_digest": DIGEST.hex(), "since": "2026-11-20T09:30:00"}],
        [{"code_digest": DIGEST.hex()}],
        [DIGEST.hex()],
        None,
    ],
)
def test_revocations_that_cannot_be_are_refused(revoked: object) -> None:
    with pytest.raises(ValidationError):
        RevocationsWire.model_validate({"known_to": LATER.isoformat(), "revoked": revoked})


def test_revocations_without_the_time_they_are_known_to_are_refused() -> None:
    for known_to in (None, "2026-11-20", "2026-11-20T09:30:00"):
        with pytest.raises(ValidationError):
            RevocationsWire.model_validate_json(json.dumps({"known_to": known_to, "revoked": []}))
