"""People whose number is no citizen number, or is written as it once was: identify and look-up over HTTP."""

from __future__ import annotations

import pytest
from fixtures.centre import STRICT_REGION, problem_of
from fixtures.local_centre import LocalCentre, Opened
from pydantic import ValidationError

from central.county.builders import DemoResident
from kiosk.contract.residents import CardSaid
from kiosk.domain.citizen_number import CitizenNumber, NumberKind

HONG_KONG, FRENCH, AMERICAN = "何静仪", "杜博", "HARPER HELEN GRACE"
OLD_LIU, OLD_TIAN = "800100810312024", "800100780204113"


@pytest.mark.parametrize(
    ("who", "name", "surname"),
    [
        ("刘桂兰", "刘桂兰", "刘"),
        (HONG_KONG, "何静仪", "何"),
        (FRENCH, "杜博", "杜"),
        (AMERICAN, "HARPER, HELEN GRACE", "HARPER"),
        (AMERICAN, "Harper Helen Grace", "HARPER"),
    ],
)
def test_an_id_card_of_each_kind_identifies_its_holder_with_proof(
    open_centre: Opened, county: dict[str, DemoResident], who: str, name: str, surname: str
) -> None:
    centre = open_centre(region=STRICT_REGION)
    person = county[who].file.person
    body = centre.identify("sam_id", citizen_number=person.number.text, name=name).json()
    assert (body["evidence"], body["resident"]["surname"]) == ("sam_id", surname)
    assert body["resident"]["masked_number"] == person.number.masked()
    rows = centre.call("GET", "/v1/me/contributions", session=body["session"]["token"])
    assert rows.status_code == 200
    assert rows.json()["rows"]


def test_the_county_has_a_number_of_every_kind(county: dict[str, DemoResident]) -> None:
    kinds = {who: county[who].file.person.number.kind for who in ("刘桂兰", HONG_KONG, FRENCH, AMERICAN)}
    assert kinds == {
        "刘桂兰": NumberKind.CITIZEN,
        HONG_KONG: NumberKind.PERMIT,
        FRENCH: NumberKind.FOREIGN_2017,
        AMERICAN: NumberKind.FOREIGN,
    }


@pytest.mark.parametrize("who", [HONG_KONG, FRENCH, AMERICAN])
def test_so_does_each_ones_social_security_card(
    standing_centre: LocalCentre, county: dict[str, DemoResident], who: str
) -> None:
    resident = county[who]
    person, card = resident.file.person, resident.card
    answer = standing_centre.identify(
        card_id=card.card_id,
        card_number=card.card_number,
        citizen_number=person.number.text,
        name=person.name,
    )
    assert answer.json()["evidence"] == "card_read"


@pytest.mark.parametrize(
    ("who", "name", "latin_name"),
    [(FRENCH, "杜博", "DUBOIS, ANTOINE"), (AMERICAN, "夏海伦", "HARPER, HELEN GRACE")],
)
def test_a_record_under_either_name_of_the_card_is_the_holders(
    standing_centre: LocalCentre, county: dict[str, DemoResident], who: str, name: str, latin_name: str
) -> None:
    person = county[who].file.person
    said = {"citizen_number": person.number.text, "name": name}
    answer = standing_centre.identify("sam_id", **said, latin_name=latin_name)
    assert answer.json()["resident"]["reference"] == person.reference
    other = standing_centre.identify("sam_id", **(said | {"name": "夏小雨"}), latin_name="SUMMER, RAIN")
    problem_of(other, "/problems/identity-conflict")


@pytest.mark.parametrize("name", ["HARPER, HELEN", "HELEN GRACE HARPER", "夏海伦"])
def test_another_name_in_latin_letters_is_a_conflict(
    standing_centre: LocalCentre, county: dict[str, DemoResident], name: str
) -> None:
    number = county[AMERICAN].file.person.number.text
    answer = standing_centre.identify("sam_id", citizen_number=number, name=name)
    problem_of(answer, "/problems/identity-conflict")


def test_who_has_eighteen_digits_now_is_found_by_the_fifteen_of_an_old_card(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    liu = county["刘桂兰"]
    by_number = standing_centre.identify(citizen_number=OLD_LIU, name="刘桂兰")
    beside_the_card = standing_centre.identify(
        card_id=liu.card.card_id, citizen_number=OLD_LIU, name="刘桂兰"
    )
    for answer in (by_number, beside_the_card):
        assert answer.json()["resident"]["reference"] == liu.file.person.reference
        assert answer.json()["resident"]["masked_number"] == liu.file.person.number.masked()


def test_the_fifteen_digits_of_another_are_a_conflict(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    answer = standing_centre.identify(
        card_id=county["刘桂兰"].card.card_id, citizen_number=OLD_TIAN, name="刘桂兰"
    )
    problem_of(answer, "/problems/identity-conflict")


@pytest.mark.parametrize(
    "number", ["800100810231024", "800100810312999", "FRA800179112211", "FRA800179132205"]
)
def test_fifteen_characters_of_nobody_are_not_found(standing_centre: LocalCentre, number: str) -> None:
    answer = standing_centre.identify(citizen_number=number, name="刘桂兰")
    problem_of(answer, "/problems/not-found")


def test_a_premium_is_found_by_the_fifteen_digits_of_the_payee(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    session = local_centre.open_session(county["杨帆"])
    told = [
        local_centre.call("POST", "/v1/payees", session=session, body={"number": number}).json()["bills"]
        for number in (OLD_TIAN, CitizenNumber.parse(OLD_TIAN).text)
    ]
    assert told[0] == told[1] != []


@pytest.mark.parametrize("number", ["800100198103120242", "80010019791103062X", OLD_LIU, "FRA800179112205"])
def test_the_wire_carries_every_form_a_number_has(number: str) -> None:
    assert CardSaid(citizen_number=number).citizen_number == number
    assert number not in repr(CardSaid(citizen_number=number))


@pytest.mark.parametrize(
    "number",
    [
        *("", "8001008103120", "80010081031202X", "8001001981031202420", "H08000000000000001"),
        *("80010019791103062x", "fra800179112205", "８００１００８１０３１２０２４", "800100 810312 024"),
    ],
)
def test_and_no_other(number: str) -> None:
    with pytest.raises(ValidationError):
        CardSaid(citizen_number=number)
