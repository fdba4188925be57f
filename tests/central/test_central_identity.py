"""Whose card it is: identify over HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from fixtures.centre import problem_of
from fixtures.local_centre import FEW, LocalCentre, Opened
from hypothesis import given
from hypothesis import strategies as st

from central.county.builders import DemoResident
from central.identity import same_name, surname
from central.limits import Rate

STRANGER = "800100196001010018"
"""Valid by checksum, recorded nowhere."""


def said_by(resident: DemoResident) -> dict[str, str]:
    """What a generation-2 card gives."""
    return {
        "card_id": resident.card.card_id,
        "card_number": resident.card.card_number,
        "citizen_number": resident.file.person.number.text,
        "name": resident.card_name,
    }


def test_a_generation_2_card_identifies_its_owner(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    answer = standing_centre.identify(**said_by(county["刘桂兰"]))
    assert answer.status_code == 200
    body = answer.json()
    assert body["resident"] == {
        "reference": county["刘桂兰"].file.person.reference,
        "surname": "刘",
        "masked_name": "刘*兰",
        "masked_number": "*" * 14 + county["刘桂兰"].file.person.number.text[-4:],
    }
    assert body["evidence"] == "card_read"
    assert body["session"]["ends_at"] == "2026-11-20T10:00:00+08:00"
    assert len(body["session"]["token"]) >= 43
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_card_id_alone_identifies_as_generation_3_cards_give_no_more(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    answer = standing_centre.identify(card_id=county["罗䶮"].card.card_id)
    assert answer.json()["resident"]["masked_name"] == "罗*"


def test_number_and_name_alone_identify_as_an_id_card_gives_no_more(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    said = said_by(county["罗䶮"])
    answer = standing_centre.identify(citizen_number=said["citizen_number"], name=said["name"])
    assert answer.json()["resident"]["surname"] == "罗"


def test_a_card_of_another_city_identifies_by_number_and_name(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    said = said_by(county["杨帆"]) | {"card_id": "639900D15600000500BF7C7A48FB4966"}
    assert standing_centre.identify(**said).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"card_id": "639900D15600000500BF7C7A48FB4966"},
        {"citizen_number": STRANGER, "name": "刘桂兰"},
        {"citizen_number": "800100196001010010", "name": "刘桂兰"},
    ],
    ids=["unknown card", "unknown number", "number whose checksum fails"],
)
def test_who_is_not_recorded_is_not_found(standing_centre: LocalCentre, said: dict[str, str]) -> None:
    problem_of(standing_centre.identify(**said), "/problems/not-found")


def test_a_number_without_a_name_is_no_way_in_even_beside_an_unknown_card(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    number = county["刘桂兰"].file.person.number.text
    problem_of(standing_centre.identify(citizen_number=number), "/problems/invalid-request")
    unknown = standing_centre.identify(citizen_number=number, card_id="639900D15600000500BF7C7A48FB4966")
    problem_of(unknown, "/problems/not-found")


def test_a_name_alone_is_no_way_in(standing_centre: LocalCentre) -> None:
    problem_of(standing_centre.identify(name="刘桂兰"), "/problems/invalid-request")


def conflicts(county: dict[str, DemoResident]) -> dict[str, dict[str, str]]:
    liu, yang = said_by(county["刘桂兰"]), said_by(county["杨帆"])
    return {
        "name on the card differs": said_by(county["孙丽花"]),
        "two people behind one number": said_by(county["王秀英"]),
        "the other of the two": said_by(county["王秀英2"]),
        "the other of the two by card id": {"card_id": county["王秀英2"].card.card_id},
        "card and number of two people": liu | {"citizen_number": yang["citizen_number"]},
        "card of one, number and name of another": yang | {"card_id": liu["card_id"]},
        "card of one, number of nobody": liu | {"citizen_number": STRANGER},
        "card of one, no number at all": {"card_id": liu["card_id"], "name": "杨帆"},
    }


@pytest.mark.parametrize("case", range(8))
def test_a_conflict_says_so_and_nothing_of_either_record(
    standing_centre: LocalCentre, county: dict[str, DemoResident], case: int
) -> None:
    name, said = list(conflicts(county).items())[case]
    answer = standing_centre.identify(**said)
    body = problem_of(answer, "/problems/identity-conflict")
    assert set(body) == {"type", "title", "status"}, name
    told = answer.text + json.dumps(dict(answer.headers))
    for resident in county.values():
        person = resident.file.person
        assert person.name not in told
        assert person.number.text[-4:] not in answer.text
        assert person.reference not in told


def test_a_revoked_card_opens_nothing_whatever_else_it_says(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    said = said_by(county["周志强"])
    problem_of(standing_centre.identify(**said), "/problems/card-revoked")
    problem_of(standing_centre.identify(card_id=said["card_id"]), "/problems/card-revoked")
    problem_of(standing_centre.identify(**(said | {"name": "杨帆"})), "/problems/card-revoked")


def test_the_owner_of_a_revoked_card_is_known_by_the_id_card(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    said = said_by(county["周志强"])
    answer = standing_centre.identify("sam_id", citizen_number=said["citizen_number"], name=said["name"])
    assert answer.status_code == 200


def test_a_terminal_that_presents_too_many_unknown_cards_has_to_wait(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(limits=replace(FEW, unidentified=Rate(2, timedelta(minutes=5))))
    for name in ("刘桂兰", "杨帆"):
        centre.identify(citizen_number=STRANGER, name=name)
    refused = centre.identify(**said_by(county["刘桂兰"]))
    problem_of(refused, "/problems/too-many-requests")
    assert refused.headers["Retry-After"] == "300"
    centre.clock.advance(timedelta(minutes=5))
    assert centre.identify(**said_by(county["刘桂兰"])).status_code == 200


def test_cards_that_identify_somebody_are_not_counted(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(limits=replace(FEW, unidentified=Rate(1, timedelta(minutes=5))))
    for _ in range(3):
        assert centre.identify(**said_by(county["杨帆"])).status_code == 200


@pytest.mark.parametrize(
    ("card", "record"),
    [
        ("\ue863", "\ue863"),
        ("王\ue81e", "王龴"),
        ("买买提•艾力", "买买提·艾力"),
        ("刘 桂兰", "刘桂兰"),
        ("e\u0301", "\u00e9"),
        ("HARPER, HELEN GRACE", "Harper Helen Grace"),
        ("HARPER,HELEN GRACE", "HARPER HELEN  GRACE"),
    ],
)
def test_spellings_of_one_name_are_one_name(card: str, record: str) -> None:
    assert same_name(card, record)
    assert same_name(record, card)


@given(st.text(alphabet="王李张刘陈杨赵黄周吴", min_size=2, max_size=4), st.data())
def test_a_name_with_another_character_is_another_name(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    other = name[:place] + "䶮" + name[place + 1 :]
    assert not same_name(name, other)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *(("刘桂兰", "刘"), ("欧阳锋", "欧阳"), ("欧阳", "欧"), ("买买提·艾力", "买买提"), ("罗䶮", "罗")),
        *(("HARPER HELEN GRACE", "HARPER"), ("VAN DER BERG, JAN", "VAN DER BERG"), ("Ｌｉ，Jan", "Ｌｉ")),
        *((", HELEN", "HELEN"), ("ÉLISE, MARIE", "ÉLISE"), ("ØRSTED HANS", "ØRSTED"), ("李，小龙", "李")),
        *(("·艾力", "艾力"), (" 刘桂兰", "刘"), (",", ","), ("·", "·")),
    ],
)
def test_the_surname_is_what_a_greeting_says(name: str, said: str) -> None:
    assert surname(name) == said
