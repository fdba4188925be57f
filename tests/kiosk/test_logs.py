"""Logs carry no digit of anybody's number, however it came into them; and remain readable."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.domain.citizen_number import check_digit
from kiosk.logs import Redactor

RUN = 4
"""Digits of a secret that may not stand together."""

_DIGITS = "0123456789"
_FULL_WIDTH = str.maketrans(_DIGITS, "".join(chr(0xFF10 + i) for i in range(10)))
_ARABIC = str.maketrans(_DIGITS, "".join(chr(0x0660 + i) for i in range(10)))


@st.composite
def citizen_numbers(draw: st.DrawFn) -> str:
    first = draw(st.sampled_from("123456789")) + draw(st.text(_DIGITS, min_size=5, max_size=5))
    born = draw(st.dates()).strftime("%Y%m%d").zfill(8)
    seventeen = first + born + draw(st.text(_DIGITS, min_size=3, max_size=3))
    return seventeen + check_digit(seventeen)


card_ids = st.binary(min_size=16, max_size=16).map(lambda octets: octets.hex().upper())
secrets = st.one_of(citizen_numbers(), card_ids, st.from_regex(r"S[0-9]{8}", fullmatch=True))
words = st.text(st.characters(exclude_categories=["Nd", "Cc", "Cs"]), max_size=8)
separators = st.sampled_from(["", " ", "-", "  ", "_", ".", "/", " - ", "\n", "\u200b", ", ", "\u3000", "__"])


def spelled(secret: str, separator: str, width: int, script: int) -> str:
    pieces = [secret[i : i + width] for i in range(0, len(secret), width)]
    text = separator.join(pieces)
    return text.translate({0: {}, 1: _FULL_WIDTH, 2: _ARABIC}[script])


def as_read(line: str) -> str:
    """The line as somebody reads it who looks for a number: digits of all scripts, signs left out."""
    plain = "".join(str(unicodedata.digit(one)) if unicodedata.category(one) == "Nd" else one for one in line)
    return re.sub(r"[\W_]+", "", plain)


def runs(secret: str) -> set[str]:
    """Every run of `RUN` digits in the secret."""
    parts = (secret[i : i + RUN] for i in range(len(secret) - RUN + 1))
    return {part for part in parts if part.isdecimal()}


def logged(**event: object) -> str:
    return json.dumps(Redactor(b"k" * 32)(None, "info", event), ensure_ascii=False, default=repr)


def assert_nothing_of(secret: str, line: str) -> None:
    seen = as_read(line)
    found = {part for part in runs(secret) if part in seen}
    assert not found, f"{found} in {line}"


@settings(max_examples=300)
@given(secrets, st.tuples(separators, st.integers(1, 6), st.integers(0, 2)), words, words)
@example("80010019791103062X", ("", 18, 0), "card ", "!")
def test_no_run_of_a_number_survives_in_a_text(
    secret: str, spelling: tuple[str, int, int], before: str, after: str
) -> None:
    assert_nothing_of(secret, logged(event=before + spelled(secret, *spelling) + after))


@settings(max_examples=150)
@given(secrets, st.integers(1, 9), st.integers(0, 5))
def test_no_run_survives_in_keys_nests_and_lists(secret: str, width: int, shape: int) -> None:
    pieces = [secret[i : i + width] for i in range(0, len(secret), width)]
    nests: list[object] = [
        {secret: secret},
        {"a": [{"b": (secret, {secret})}]},
        pieces,
        [[piece] for piece in pieces],
        {f"k{chr(97 + i)}": piece for i, piece in enumerate(pieces)},
        [[[[[[[[secret]]]]]]]],
    ]
    assert_nothing_of(secret, logged(event="x", value=nests[shape]))


@given(citizen_numbers(), st.sampled_from(["event", "pid", "ms", "status", "file", "address", "anything"]))
def test_no_field_lets_a_text_through(secret: str, name: str) -> None:
    assert_nothing_of(secret, logged(**{name: secret}))


@given(st.integers(1000, 10**18), st.integers(0, 3))
def test_numbers_that_are_no_texts_are_redacted_too(number: int, shape: int) -> None:
    value: object = [number, -number, float(number), number / 10**9][shape]
    line = logged(value=value)
    assert_nothing_of(re.sub(r"\D", "", str(value)), line)
    as_digits = [int(digit) for digit in str(number)]
    assert_nothing_of(str(number), logged(value=as_digits))


@given(citizen_numbers())
def test_bytes_show_their_length_only(secret: str) -> None:
    for octets in (secret.encode(), bytearray(secret.encode()), bytes.fromhex("00" + secret[:16])):
        assert logged(value=octets) == json.dumps({"value": f"<{len(octets)} bytes>"})


@given(citizen_numbers())
def test_an_error_with_a_number_in_its_words_is_redacted(secret: str) -> None:
    try:
        raise ValueError(f"no such person: {secret}") from KeyError(secret)
    except ValueError as error:
        assert_nothing_of(secret, logged(event="failed", error=error, why=repr(error), cause=error.__cause__))


def test_small_numbers_words_and_public_counts_stay_readable() -> None:
    assert json.loads(logged(event="front ended", pid=4193842, status=-9, ms=12345, count=3, share=0.5)) == {
        "event": "front ended",
        "pid": 4193842,
        "status": -9,
        "ms": 12345,
        "count": 3,
        "share": 0.5,
    }


def test_one_number_has_one_hash_in_a_process_and_another_in_the_next() -> None:
    one, other = Redactor(b"1" * 32), Redactor(b"2" * 32)
    number = "800100198103120242"
    assert one(None, "", {"a": number})["a"] == one(None, "", {"b": f"{number}"})["b"]
    assert one(None, "", {"a": number}) != other(None, "", {"a": number})
    assert one(None, "", {"a": number})["a"] != one(None, "", {"a": "800100198103120243"})["a"]


CHILD = """
import structlog
from kiosk.logs import configure_logs
configure_logs("test")
log = structlog.get_logger()
log.info("read", card={number!r}, count=3)
try:
    raise ValueError("who is {number}?")
except ValueError:
    log.exception("failed")
"""


def test_a_process_logs_lines_of_json_with_a_readable_time_and_a_redacted_traceback() -> None:
    number = "800100198103120242"
    ran = subprocess.run(
        [sys.executable, "-c", CHILD.format(number=number)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert ran.stdout == ""
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["read", "failed"]
    for line in lines:
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+([+-]\d\d:\d\d)?", line.pop("timestamp"))
    assert "ValueError: who is #" in lines[1]["exception"]
    assert_nothing_of(number, json.dumps(lines))


@pytest.mark.parametrize("text", ["800100 D156000005 00BF0101 815A67E6", "80:01:00:D1:56:00:00:05:00:BF"])
def test_a_card_id_is_redacted_however_it_is_spaced(text: str) -> None:
    assert_nothing_of(re.sub(r"\W", "", text), logged(event=f"card {text} in"))


@given(
    st.lists(st.text("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=4, max_size=4), min_size=5, max_size=5),
    words,
)
def test_no_papers_code_survives(groups: list[str], word: str) -> None:
    """With it anyone learns whose paper it is."""
    code = "-".join(groups)
    for written in (code, code.lower()):
        text = str(Redactor()(None, "", {"why": f"GET /v1/papers/{written}: {word}"})["why"])
        assert written not in text
        assert "GET /v1/papers/#" in text
