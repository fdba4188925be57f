"""Who may call at all: forged, stale, replayed and misdirected device tokens."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fixtures.centre import TERMINAL, problem_of
from fixtures.local_centre import KEY, OTHER_KEY, OTHER_TERMINAL, LocalCentre, public_half
from jwt.api_jws import PyJWS

DEVICE_UNKNOWN = "/problems/device-unknown"
Claims = dict[str, object]


def claims_of(centre: LocalCentre) -> Claims:
    now = int(centre.clock.now().timestamp())
    return {
        "iss": TERMINAL,
        "aud": "bianmin-central",
        "iat": now,
        "exp": now + 60,
        "jti": secrets.token_hex(16),
    }


def signed(claims: Claims, key: Ed25519PrivateKey = KEY) -> str:
    # Below the library's own checks of what it signs: a forger has none.
    return PyJWS().encode(json.dumps(claims).encode(), key, algorithm="EdDSA")


def asked(centre: LocalCentre, token: str) -> requests.Response:
    return centre.call("GET", "/v1/region", token=token)


def test_a_token_of_the_enrolled_key_is_accepted(standing_centre: LocalCentre) -> None:
    assert asked(standing_centre, signed(claims_of(standing_centre))).status_code == 200


def test_without_a_token_nothing_is_said(standing_centre: LocalCentre) -> None:
    answer = requests.get(f"{standing_centre.base_url}/v1/region", timeout=10)
    problem_of(answer, DEVICE_UNKNOWN)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def changed(**claims: object) -> Callable[[Claims], Claims]:
    return lambda right: right | claims


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda right: {key: value for key, value in right.items() if key != name}


def later(name: str, seconds: int) -> Callable[[Claims], Claims]:
    def shift(right: Claims) -> Claims:
        value = right[name]
        assert isinstance(value, int)
        return right | {name: value + seconds}

    return shift


@pytest.mark.parametrize(
    "wrong",
    [
        changed(iss="T999"),
        changed(iss=OTHER_TERMINAL),
        changed(iss=7),
        changed(aud="somebody-else"),
        changed(jti=""),
        changed(jti=7),
        changed(jti="x" * 65),
        changed(iat="now"),
        changed(exp=1e300),
        changed(exp=10**30),
        changed(exp=True),
        *(without(name) for name in ("iss", "aud", "iat", "exp", "jti")),
        later("exp", 1),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(
    standing_centre: LocalCentre, wrong: Callable[[Claims], Claims]
) -> None:
    problem_of(asked(standing_centre, signed(wrong(claims_of(standing_centre)))), DEVICE_UNKNOWN)


@pytest.mark.parametrize(("shift_s", "accepted"), [(-89, True), (-90, False), (30, True), (31, False)])
def test_a_clock_may_stray_by_half_a_minute(
    standing_centre: LocalCentre, shift_s: int, accepted: bool
) -> None:
    token = signed(later("iat", shift_s)(later("exp", shift_s)(claims_of(standing_centre))))
    answer = asked(standing_centre, token)
    if accepted:
        assert answer.status_code == 200
    else:
        assert "2026-11-20T09:30:00+08:00" in str(problem_of(answer, DEVICE_UNKNOWN)["detail"])


def test_the_centres_own_clock_is_the_judge(local_centre: LocalCentre) -> None:
    token = signed(claims_of(local_centre))
    local_centre.clock.advance(timedelta(seconds=90))
    problem_of(asked(local_centre, token), DEVICE_UNKNOWN)


def test_a_token_is_good_once(standing_centre: LocalCentre) -> None:
    token = signed(claims_of(standing_centre))
    assert asked(standing_centre, token).status_code == 200
    problem_of(asked(standing_centre, token), DEVICE_UNKNOWN)


def test_two_terminals_may_choose_the_same_token_id(standing_centre: LocalCentre) -> None:
    claims = claims_of(standing_centre)
    assert asked(standing_centre, signed(claims)).status_code == 200
    assert asked(standing_centre, signed(claims | {"iss": OTHER_TERMINAL}, OTHER_KEY)).status_code == 200


def test_another_key_is_refused(standing_centre: LocalCentre) -> None:
    claims = claims_of(standing_centre)
    problem_of(asked(standing_centre, signed(claims, Ed25519PrivateKey.generate())), DEVICE_UNKNOWN)
    problem_of(asked(standing_centre, signed(claims, OTHER_KEY)), DEVICE_UNKNOWN)


def unsigned(claims: Claims) -> str:
    return jwt.encode(claims, "", algorithm="none")


def by_the_public_key_as_a_secret(claims: Claims) -> str:
    return jwt.encode(claims, public_half(KEY), algorithm="HS256")


def by_rsa(claims: Claims) -> str:
    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), algorithm="RS256")


def by_p256(claims: Claims) -> str:
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), algorithm="ES256")


@pytest.mark.parametrize("forge", [unsigned, by_the_public_key_as_a_secret, by_rsa, by_p256])
def test_another_algorithm_is_refused(standing_centre: LocalCentre, forge: Callable[[Claims], str]) -> None:
    problem_of(asked(standing_centre, forge(claims_of(standing_centre))), DEVICE_UNKNOWN)


def test_a_payload_changed_after_signing_is_refused(standing_centre: LocalCentre) -> None:
    head, _, signature = signed(claims_of(standing_centre) | {"iss": OTHER_TERMINAL}).split(".")
    payload = base64.urlsafe_b64encode(json.dumps(claims_of(standing_centre)).encode()).rstrip(b"=").decode()
    problem_of(asked(standing_centre, f"{head}.{payload}.{signature}"), DEVICE_UNKNOWN)


@pytest.mark.parametrize("garbage", ["x", "..", "a.b.c", "e30.e30.", "%"])
def test_garbage_is_refused(standing_centre: LocalCentre, garbage: str) -> None:
    problem_of(asked(standing_centre, garbage), DEVICE_UNKNOWN)


def test_who_cannot_sign_does_not_learn_which_terminals_exist(standing_centre: LocalCentre) -> None:
    stranger = Ed25519PrivateKey.generate()
    answers = {
        asked(standing_centre, signed(claims_of(standing_centre) | {"iss": name}, stranger)).text
        for name in (TERMINAL, "T999")
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/region"),
        ("POST", "/v1/residents/identify"),
        ("DELETE", "/v1/session"),
        ("GET", "/v1/me/overview"),
        ("GET", "/v1/me/contributions"),
        ("GET", "/v1/me/changes"),
        ("POST", "/v1/papers"),
    ],
)
def test_every_call_but_the_public_ones_needs_the_device(
    standing_centre: LocalCentre, method: str, path: str
) -> None:
    problem_of(requests.request(method, standing_centre.base_url + path, timeout=10), DEVICE_UNKNOWN)
