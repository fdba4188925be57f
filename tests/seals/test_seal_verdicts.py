"""Every way in which a seal can be worth nothing is told apart from every other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import cbor2
import pytest
from seal_building import CODE, EXPIRES, HRSS, ISSUED, LATER, NHSA, claims, seal_key, sealed, signer

from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.claims import PaperKind, SealIssuer, code_digest, encode_claims
from kiosk.contract.seals.keys import Revocations, SealKey, SealKeys, key_id_of
from kiosk.contract.seals.sealed import read_seal, seal_text, seal_token, sign
from kiosk.contract.seals.verdicts import (
    Altered,
    DemoKey,
    Expired,
    Revoked,
    UnknownKey,
    Unreadable,
    Valid,
    Verdict,
    WrongIssuer,
    check_seal,
)
from kiosk.domain.region import Issuer

BOTH = pytest.mark.parametrize("algorithm", list(Algorithm))
SECOND = timedelta(seconds=1)


def verdict(
    text: str, *keys: SealKey, revocations: Revocations | None = None, now: datetime = LATER
) -> Verdict:
    return check_seal(text, SealKeys(keys), revocations, now).verdict


@BOTH
def test_a_genuine_seal_is_valid_until_the_second_it_expires(algorithm: Algorithm) -> None:
    text, key = sealed(signer(algorithm)), seal_key(signer(algorithm))
    assert verdict(text, key) == Valid(claims())
    assert verdict(text, key, now=EXPIRES - SECOND) == Valid(claims())
    assert verdict(text, key, now=EXPIRES) == Expired(claims(), EXPIRES)


@BOTH
def test_a_seal_under_a_known_id_but_with_another_key_is_altered(algorithm: Algorithm) -> None:
    genuine = seal_key(signer(algorithm))
    forged = sign(claims(), signer(algorithm, "forger"), genuine.kid)
    assert verdict(forged, genuine) == Altered(genuine)


@BOTH
def test_an_altered_field_under_a_genuine_signature_is_altered(algorithm: Algorithm) -> None:
    key = seal_key(signer(algorithm))
    header, unprotected, _, signature = cbor2.loads(seal_token(sealed(signer(algorithm)))).value
    for changed in (
        {"masked_name": "刘*花"},
        {"kind": PaperKind.PAYMENT_RECEIPT},
        {"expires": EXPIRES + SECOND},
        {"code": CODE.replace("7", "8")},
        {"content": bytes(32)},
        {"last_four": bytes(8)},
        {"issuer": NHSA},
        {"demo": True},
    ):
        other = encode_claims(claims(**changed))
        message = cbor2.CBORTag(18, [header, unprotected, other, signature])
        assert verdict(seal_text(cbor2.dumps(message)), key) == Altered(key)


@BOTH
def test_a_key_that_is_not_known_is_named(algorithm: Algorithm) -> None:
    text = sealed(signer(algorithm))
    assert verdict(text) == UnknownKey(key_id_of(signer(algorithm).public_key))
    assert verdict(text, seal_key(signer(algorithm, "another"))) == verdict(text)


@BOTH
@pytest.mark.parametrize(
    "limits",
    [
        {"issuer": NHSA},
        {"issuer": SealIssuer("800101", Issuer.HRSS)},
        {"kinds": frozenset(PaperKind) - {PaperKind.RIGHTS_RECORD}},
        {"kinds": frozenset()},
        {"valid_to": ISSUED},
        {"valid_from": ISSUED + SECOND},
    ],
)
def test_a_key_that_may_not_seal_this_is_the_wrong_issuers(
    algorithm: Algorithm, limits: dict[str, object]
) -> None:
    key = seal_key(signer(algorithm), **limits)
    assert verdict(sealed(signer(algorithm)), key) == WrongIssuer(claims(), key)


def test_a_key_whose_time_is_over_still_stands_behind_what_it_sealed() -> None:
    key = seal_key(signer(Algorithm.EDDSA), valid_to=ISSUED + SECOND)
    assert verdict(sealed(signer(Algorithm.EDDSA)), key) == Valid(claims())


def test_a_revoked_paper_is_revoked_even_when_it_expired_too() -> None:
    text, key = sealed(signer(Algorithm.EDDSA)), seal_key(signer(Algorithm.EDDSA))
    since = ISSUED + timedelta(hours=2)
    void = Revocations(LATER, {code_digest(CODE): since})
    for now in (LATER, EXPIRES):
        assert verdict(text, key, revocations=void, now=now) == Revoked(claims(), since)
    others = Revocations(LATER, {code_digest(CODE.replace("7", "8")): since})
    assert verdict(text, key, revocations=others) == Valid(claims())


def test_how_far_revocations_are_known_comes_with_every_verdict() -> None:
    text, key = sealed(signer(Algorithm.EDDSA)), seal_key(signer(Algorithm.EDDSA))
    known = Revocations(ISSUED)
    for one in (text, text[:-3], sealed(signer(Algorithm.EDDSA, "another"))):
        assert check_seal(one, SealKeys([key]), known, LATER).revocations_known_to == ISSUED
        assert check_seal(one, SealKeys([key]), None, LATER).revocations_known_to is None


@BOTH
def test_a_demo_key_tells_what_it_would_be_and_is_never_valid(algorithm: Algorithm) -> None:
    demo = seal_key(signer(algorithm), demo=True)
    text = sealed(signer(algorithm), demo=True)
    as_claimed = claims(demo=True)
    assert verdict(text, demo) == DemoKey(Valid(as_claimed))
    assert verdict(text, demo, now=EXPIRES) == DemoKey(Expired(as_claimed, EXPIRES))
    void = Revocations(LATER, {code_digest(CODE): ISSUED})
    assert verdict(text, demo, revocations=void) == DemoKey(Revoked(as_claimed, ISSUED))
    others = seal_key(signer(algorithm), demo=True, issuer=NHSA)
    assert verdict(text, others) == DemoKey(WrongIssuer(as_claimed, others))


def test_either_flag_makes_it_a_demo() -> None:
    of = signer(Algorithm.EDDSA)
    assert verdict(sealed(of), seal_key(of, demo=True)) == DemoKey(Valid(claims()))
    assert verdict(sealed(of, demo=True), seal_key(of)) == DemoKey(Valid(claims(demo=True)))


def test_the_keys_algorithm_judges_not_the_seals() -> None:
    """A forger who names another algorithm gains nothing, though his signature fits that one."""
    genuine = seal_key(signer(Algorithm.EDDSA))
    forged = sign(claims(), signer(Algorithm.SM2_SM3), genuine.kid)
    assert verdict(forged, genuine) == Altered(genuine)
    assert read_seal(forged).algorithm == Algorithm.SM2_SM3


def test_claims_of_a_later_version_are_unreadable_though_signed() -> None:
    of = signer(Algorithm.EDDSA)
    key = seal_key(of)
    for payload in (b"", cbor2.dumps({1: HRSS.text}), encode_claims(claims()) + b"\0"):
        header = cbor2.dumps({1: int(of.algorithm), 4: key.kid})
        signature = of.sign(cbor2.dumps(["Signature1", header, b"", payload]))
        message = cbor2.CBORTag(18, [header, {}, payload, signature])
        assert isinstance(verdict(seal_text(cbor2.dumps(message)), key), Unreadable)


def test_all_outcomes_are_told_apart() -> None:
    of = signer(Algorithm.EDDSA)
    text, key = sealed(of), seal_key(of)
    void = Revocations(LATER, {code_digest(CODE): ISSUED})
    outcomes: Iterable[Verdict] = (
        verdict(text, key),
        verdict(text, key, now=EXPIRES),
        verdict(text, key, revocations=void),
        verdict(text, seal_key(of, issuer=NHSA)),
        verdict(text, seal_key(of, demo=True)),
        verdict(sign(claims(), signer(Algorithm.EDDSA, "forger"), key.kid), key),
        verdict(text),
        verdict("HTTPS://EXAMPLE.CN/P/" + CODE, key),
    )
    assert [type(one) for one in outcomes] == [
        *(Valid, Expired, Revoked, WrongIssuer, DemoKey),
        *(Altered, UnknownKey, Unreadable),
    ]
