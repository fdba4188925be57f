"""The table service × evidence, whole, at every call that gives something."""

from __future__ import annotations

import pytest
from fixtures.centre import DEMO_REGION, STRICT_REGION, problem_of
from fixtures.local_centre import LocalCentre, Opened

from central.county.builders import DemoResident
from central.evidence import require
from central.problems import Refused
from kiosk.domain.assurance import Disclosure, Evidence

READ, AUTHENTICATED, PIN, SAM = "card_read", "card_authenticated", "card_pin", "sam_id"
CALLS = {
    ("GET", "/v1/me/overview"): None,
    ("GET", "/v1/me/bills"): None,
    ("POST", "/v1/payees"): {"number": "800100197110240770"},
    ("GET", "/v1/me/contributions"): None,
    ("GET", "/v1/me/changes"): None,
    ("GET", "/v1/me/payments"): None,
    ("POST", "/v1/papers"): {"type": "rights_record", "years": [2026]},
}
STRICT = {
    ("GET", "/v1/me/overview"): {READ, AUTHENTICATED, PIN, SAM},
    ("GET", "/v1/me/bills"): {READ, AUTHENTICATED, PIN, SAM},
    ("POST", "/v1/payees"): {READ, AUTHENTICATED, PIN, SAM},
    ("GET", "/v1/me/contributions"): {AUTHENTICATED, PIN, SAM},
    ("GET", "/v1/me/changes"): {AUTHENTICATED, PIN, SAM},
    ("GET", "/v1/me/payments"): {AUTHENTICATED, PIN, SAM},
    ("POST", "/v1/papers"): {AUTHENTICATED, PIN, SAM},
}
LOWERED = {call: {READ, AUTHENTICATED, PIN, SAM} for call in CALLS}


@pytest.mark.parametrize(("region", "table"), [(STRICT_REGION, STRICT), (DEMO_REGION, LOWERED)])
def test_every_call_gives_for_enough_evidence_and_only_then(
    open_centre: Opened,
    county: dict[str, DemoResident],
    region: object,
    table: dict[tuple[str, str], set[str]],
) -> None:
    centre = open_centre(region=region)
    for (method, path), body in CALLS.items():
        for evidence in Evidence:
            session = centre.open_session(county["刘桂兰"], evidence)
            answer = centre.call(method, path, session=session, body=body)
            if evidence.value in table[method, path]:
                assert answer.status_code in (200, 201), (path, evidence)
            else:
                problem = problem_of(answer, "/problems/evidence-insufficient")
                assert set(problem["sufficient"]) == table[method, path]  # type: ignore[call-overload]
                assert county["刘桂兰"].file.person.name not in answer.text


@pytest.mark.parametrize("lowered", [True, False])
def test_what_is_protected_stays_so_in_every_region(lowered: bool) -> None:
    require(Disclosure.PROTECTED, Evidence.SAM_ID, details_on_card_read=lowered)
    for evidence in set(Evidence) - {Evidence.SAM_ID}:
        with pytest.raises(Refused) as refused:
            require(Disclosure.PROTECTED, evidence, details_on_card_read=lowered)
        assert refused.value.sufficient == ("sam_id",)


@pytest.mark.parametrize("claimed", [AUTHENTICATED, PIN, SAM])
def test_a_claim_that_the_card_cannot_back_counts_as_card_read(
    standing_centre: LocalCentre, county: dict[str, DemoResident], claimed: str
) -> None:
    answer = standing_centre.identify(claimed, card_id=county["刘桂兰"].card.card_id)
    assert answer.json()["evidence"] == READ


def test_an_id_card_read_by_its_module_is_proof(open_centre: Opened, county: dict[str, DemoResident]) -> None:
    centre = open_centre(region=STRICT_REGION)
    person = county["刘桂兰"].file.person
    body = centre.identify(SAM, citizen_number=person.number.text, name=person.name).json()
    assert body["evidence"] == SAM
    rows = centre.call("GET", "/v1/me/contributions", session=body["session"]["token"])
    assert rows.status_code == 200


def test_an_unknown_kind_of_evidence_is_an_invalid_request(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    answer = standing_centre.identify("my_word", card_id=county["刘桂兰"].card.card_id)
    problem_of(answer, "/problems/invalid-request")
