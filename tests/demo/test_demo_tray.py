"""The cards in the tray are those of the county's people."""

import re
import tomllib
from datetime import datetime
from pathlib import Path

from central.county.people import everybody
from demo.stage import DEMO_NOW
from kiosk.domain.citizen_number import CitizenNumber
from ui.bench.tray import load_tray

DEMO = Path(__file__).parents[2] / "demo"


def _tray() -> list[dict[str, str]]:
    cards: list[dict[str, str]] = tomllib.loads((DEMO / "tray.toml").read_text("utf-8"))["card"]
    return cards


def test_every_card_of_the_tray_can_be_put_in_or_laid() -> None:
    cards = load_tray(DEMO / "tray.toml")
    assert [card.file.name for card in cards] == [Path(card["file"]).name for card in _tray()]


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
        number = told.get("citizen_number", told.get("number"))
        if number is None:
            continue
        born = CitizenNumber.parse(number).born
        # 80 is no province's code, and nobody is 120 years old.
        assert "80" in (number[:2], number[1:3], number[3:5]) or (born is not None and born.year < 1906)


def test_every_card_says_why_one_would_put_it_in() -> None:
    stories = [card["story"] for card in _tray()]
    assert all(stories)
    assert len(set(stories)) == len(stories)


def test_an_age_in_a_story_is_true_on_the_day_of_the_demo() -> None:
    today, seen = datetime.fromisoformat(DEMO_NOW).date(), 0
    for card in _tray():
        told = re.match(r"(\d+)岁", card["story"])
        if told is None:
            continue
        born = tomllib.loads((DEMO / card["file"]).read_text("utf-8"))["birth_date"]
        assert int(told[1]) == today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        seen += 1
    assert seen >= 2
