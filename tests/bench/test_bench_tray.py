"""The tray's TOML file: the demo's own, and what is said of a wrong one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from bench_stage import TRAY, OpenBench
from hypothesis import given
from hypothesis import strategies as st

from ui.bench.card_face import FACE, face
from ui.bench.cards import CardTile
from ui.bench.tray import CardLook, TrayError, load_tray
from ui.parts import Label

GOOD_CARD = 'name = "某人"\ncard_number = "A00000001"\n'


def tray(folder: Path, text: str) -> Path:
    (folder / "good.toml").write_text(GOOD_CARD, encoding="utf-8")
    (folder / "wrong.toml").write_text("colour = 3\n", encoding="utf-8")
    (folder / "wrong-id.toml").write_text('kind = "resident-id"\ncolour = 3\n', encoding="utf-8")
    file = folder / "tray.toml"
    file.write_text(text, encoding="utf-8")
    return file


def entry(file: str = "good.toml", holder: str = '"某人"', story: str = '""', more: str = "") -> str:
    return f'[[card]]\nfile = "{file}"\nholder = {holder}\nstory = {story}\n{more}\n'


def test_the_whole_tray_of_the_demo_loads() -> None:
    cards = load_tray(TRAY)
    assert {card.file for card in cards} == set((TRAY.parent / "cards").glob("*.toml"))
    assert [card.place for card in cards] == list(range(len(cards)))
    assert cards[0].holder == "刘桂兰"


def test_a_card_looks_like_what_a_reader_would_take_it_for() -> None:
    looks = {card.file.stem: card.look for card in load_tray(TRAY)}
    assert looks.pop("blank") is CardLook.BLANK
    assert {looks.pop("library"), looks.pop("bank-card")} == {CardLook.FOREIGN}
    assert looks.pop("wrong-way") is CardLook.WRONG_WAY
    assert looks.pop("id-he-jingyi") is CardLook.RESIDENCE_PERMIT
    assert {looks.pop("id-dubois"), looks.pop("id-harper")} == {CardLook.FOREIGN_ID_CARD}
    citizens = {looks.pop(name) for name in tuple(looks) if name.startswith("id-")}
    assert citizens == {CardLook.ID_CARD}
    assert set(looks.values()) == {CardLook.RESIDENT}


def test_only_what_has_contacts_goes_into_a_slot() -> None:
    for card in load_tray(TRAY):
        assert card.look.is_laid == (card.card is None)
        assert card.look.is_laid == card.file.stem.startswith("id-")


def test_an_id_card_whose_text_was_spoilt_still_looks_like_one(tmp_path: Path) -> None:
    spoilt = 'kind = "resident-id"\nnumber = "800100198805050015"\nname = "某人"\n[text]\n"248" = "FFFF"\n'
    (tmp_path / "spoilt.toml").write_text(spoilt, encoding="utf-8")
    (card,) = load_tray(tray(tmp_path, entry("spoilt.toml")))
    assert card.look is CardLook.ID_CARD


@pytest.mark.parametrize("wide", [False, True])
def test_cards_of_another_kind_begin_under_a_heading_below_all_before(
    open_bench: OpenBench, *, wide: bool
) -> None:
    tray = open_bench(wide=wide).window.tray
    headings = {label.text(): label for label in tray.findChildren(Label)}
    above: list[CardTile] = []
    for card in load_tray(TRAY):
        tile = tray.tile(card.place)
        if card.heading:
            heading = headings.pop(card.heading)
            assert all(one.geometry().bottom() < heading.y() for one in above)
            assert heading.geometry().bottom() < tile.y()
            assert tile.x() == 0
        above.append(tile)
    assert not headings


def test_the_faces_of_all_kinds_of_cards_differ(qapp: object) -> None:
    kinds = {card.look: card for card in load_tray(TRAY)}
    assert kinds.keys() == set(CardLook)
    faces = [face(replace(card, holder="某", story="", place=0), FACE, 1.0) for card in kinds.values()]
    images = [picture.toImage() for picture in faces]
    assert not any(one == other for one, other in combinations(images, 2))


def test_every_card_of_the_demo_has_a_tile_that_says_whose_it_is(open_bench: OpenBench) -> None:
    window = open_bench().window
    for card in load_tray(TRAY):
        tile = window.tray.tile(card.place)
        assert tile.accessibleName() == card.holder
        assert tile.isVisible()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "card: Field required"),
        ("card = 3", "card: Input should be a valid list"),
        ("card = []", "card: List should have at least 1 item"),
        ("[[card", "not TOML"),
        ("colour = 3\n" + entry(), "colour: no such key; allowed are card"),
        (entry() + entry(more="age = 3"), "card.2.age: no such key; allowed are file, holder, story"),
        (entry(holder="3"), "card.1.holder: Input should be a valid string"),
        (entry(holder='"' + "长" * 21 + '"'), "card.1.holder: String should have at most 20 characters"),
        (entry(holder='""'), "card.1.holder: String should have at least 1 character"),
        (entry(story='"' + "长" * 41 + '"'), "card.1.story: String should have at most 40 characters"),
        (entry("gone.toml"), "card.1.file: [Errno 2] No such file"),
        (entry("wrong-id.toml"), "wrong-id.toml: colour: no such key"),
        (entry() + entry("wrong.toml"), "wrong.toml: colour: no such key"),
    ],
)
def test_a_wrong_tray_is_refused_with_file_and_key(tmp_path: Path, text: str, problem: str) -> None:
    file = tray(tmp_path, text)
    with pytest.raises(TrayError) as refused:
        load_tray(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert problem in str(refused.value)
    assert refused.value.path == file


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    file = tray(tmp_path, entry("gone.toml") + entry("wrong.toml") + entry())
    with pytest.raises(TrayError) as refused:
        load_tray(file)
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["card.1.file", "card.2.file"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_a_tray_or_a_tray_error(
    tmp_path_factory: pytest.TempPathFactory, holder: str, story: str
) -> None:
    file = tray(tmp_path_factory.mktemp("tray"), f"{entry()}# {holder}\n{entry(holder=holder, story=story)}")
    with suppress(TrayError):
        assert [card.place for card in load_tray(file)] == [0, 1]
