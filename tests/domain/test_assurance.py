"""Service × evidence, the whole table."""

from __future__ import annotations

import pytest

from kiosk.domain.assurance import Disclosure, Evidence, allowed, sufficient

READ, AUTHENTICATED, PIN, SAM = Evidence
PROVEN = {AUTHENTICATED, PIN, SAM}


@pytest.mark.parametrize(
    ("disclosure", "lowered", "enough"),
    [
        (Disclosure.OVERVIEW, False, {READ, *PROVEN}),
        (Disclosure.OVERVIEW, True, {READ, *PROVEN}),
        (Disclosure.DETAILS, False, PROVEN),
        (Disclosure.DETAILS, True, {READ, *PROVEN}),
        (Disclosure.PAPERS, False, PROVEN),
        (Disclosure.PAPERS, True, {READ, *PROVEN}),
        (Disclosure.PROTECTED, False, {SAM}),
        (Disclosure.PROTECTED, True, {SAM}),
    ],
)
def test_what_evidence_is_enough(disclosure: Disclosure, lowered: bool, enough: set[Evidence]) -> None:
    assert sufficient(disclosure, details_on_card_read=lowered) == enough
    for evidence in Evidence:
        assert allowed(disclosure, evidence, details_on_card_read=lowered) == (evidence in enough)
