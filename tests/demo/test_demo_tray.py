"""The cards in the tray are those of the county's people."""

import tomllib
from pathlib import Path

from central.county.people import everybody
from drivers.virtual.card_file import load_card
from kiosk.domain.citizen_number import CitizenNumber

DEMO = Path(__file__).parents[2] / "demo"


def _tray() -> list[dict[str, str]]:
    cards: list[dict[str, str]] = tomllib.loads((DEMO / "tray.toml").read_text("utf-8"))["card"]
    return cards


def test_every_card_of_the_tray_can_be_put_in() -> None:
    for card in _tray():
        load_card(DEMO / card["file"])


def test_every_card_file_lies_in_the_tray() -> None:
    assert {card["file"] for card in _tray()} == {
        f"cards/{file.name}" for file in (DEMO / "cards").glob("*.toml")
    }


def test_a_residents_card_says_what_the_county_knows_of_it() -> None:
    people = {one.card.card_id: one for one in everybody()}
    seen = 0
    for card in _tray():
        told = tomllib.loads((DEMO / card["file"]).read_text("utf-8"))
        person = people.get(told.get("card_id", "").replace(" ", ""))
        if person is None:
            continue
        seen += 1
        assert told["name"] == person.card_name == card["holder"]
        assert told["citizen_number"] == person.file.person.number.text
        assert told["card_number"] == person.card.card_number
    assert seen >= 12


def test_nobody_on_a_card_has_a_number_that_a_living_person_could_have() -> None:
    for card in _tray():
        told = tomllib.loads((DEMO / card["file"]).read_text("utf-8"))
        if "citizen_number" in told:
            assert CitizenNumber.parse(told["citizen_number"]).text.startswith("800100")
