"""However a card writes its owner's number, the terminal reads the one number it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resident import CARDS, Visit

from kiosk.domain.assurance import Evidence
from kiosk.domain.citizen_number import Sex
from kiosk.records import CardIdentity


def identity(number: str | None) -> CardIdentity:
    return CardIdentity(Evidence.CARD_READ, None, None, number, "刘桂兰")


@pytest.mark.parametrize(
    ("written", "number", "sex"),
    [
        ("800100198103120242", "800100198103120242", Sex.FEMALE),
        ("80010019791103062x", "80010019791103062X", Sex.FEMALE),
        ("800100810312024", "800100198103120242", Sex.FEMALE),
        ("800100810312024   ", "800100198103120242", Sex.FEMALE),
        ("８００１００８１０３１２０２４", "800100198103120242", Sex.FEMALE),
        ("FRA800179112205", "FRA800179112205", None),
    ],
)
def test_a_number_is_one_however_the_card_writes_it(written: str, number: str, sex: Sex | None) -> None:
    card = identity(written)
    assert card.number is not None
    assert (card.number.text, card.sex) == (number, sex)
    assert written.strip() not in repr(card)


@given(st.none() | st.text(max_size=14))
def test_what_is_no_number_tells_nothing(written: str | None) -> None:
    assert identity(written).number is None
    assert identity(written).sex is None


@pytest.mark.parametrize("written", [b"800100810312024", b"800100810312024   "])
def test_the_holder_of_an_old_card_is_let_in(at_terminal: Visit, tmp_path: Path, written: bytes) -> None:
    """刘桂兰's card with the fifteen digits she had at first."""
    lines = (CARDS / "liu-guilan.toml").read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("citizen_number")]
    file = tmp_path / "old.toml"
    file.write_text("\n".join((*kept, "[records]", f'"06/08" = "{written.hex()}"')) + "\n", "utf-8")
    with at_terminal() as resident:
        resident.insert(file)
        assert "刘女士，您好" in resident.wait_for("overview").text
