"""Pages instead of scrolling: nothing is lost, nothing comes twice, what belongs together stays together."""

from gallery import BY_NAME
from gallery_blocks import CARDS, FULL_TILES, GRID, paper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from windows import LANDSCAPE, PORTRAIT, WIDE, MakeWindow, striped

from kiosk.conversation.content import (
    Block,
    Cards,
    Fact,
    Facts,
    Grid,
    Notice,
    Sheet,
    Tiles,
    Words,
)
from kiosk.conversation.signs import Tone
from kiosk.domain.text import CHINESE, say
from ui.appearance import Appearance
from ui.blocks.build import Builder
from ui.blocks.card_table import CardTable
from ui.blocks.cards import CardRow
from ui.blocks.grid_table import fits_whole
from ui.blocks.heights import Heights
from ui.blocks.tiles import TileBoard
from ui.metrics import Metrics, Screen, TextSize
from ui.pages.pager import Leaf, bounded, paginate
from ui.parts import Label
from ui.style import Style
from ui.theme import STANDARD
from ui.touch import Touch
from ui.window import KioskWindow


def builder(screen: Screen = LANDSCAPE, size: TextSize = TextSize.STANDARD) -> Builder:
    metrics = Metrics(screen, size)
    width = screen.width_px - 2 * metrics.margin
    return Builder(Style(metrics, STANDARD, CHINESE), width, lambda _key: None, striped, Heights())


def pages_of(made: Builder, blocks: list[Block], height: int) -> tuple[Leaf, ...]:
    return paginate(made, [part for block in blocks for part in bounded(made.whole(block))], height)


_sentence = st.integers(1, 60).map(lambda n: say("{words}", words="字" * n))
_words = st.lists(_sentence, min_size=1, max_size=8).map(lambda said: Words(tuple(said), say("标题")))
_facts = st.lists(_sentence, min_size=1, max_size=12).map(
    lambda said: Facts(tuple(Fact(say("名"), value) for value in said))
)
_blocks = st.lists(
    st.one_of(
        _words,
        _facts,
        st.sampled_from([CARDS, FULL_TILES, GRID, Sheet(paper())]),
        _sentence.map(lambda said: Notice(Tone.ATTENTION, said)),
    ),
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=_blocks, size=st.sampled_from(TextSize), height=st.integers(450, 1500))
def test_every_unit_stands_on_exactly_one_page_in_order(
    qtbot: QtBot, blocks: list[Block], size: TextSize, height: int
) -> None:
    made = builder(size=size)
    leaves = pages_of(made, blocks, height)
    shown = [part for leaf in leaves for part in leaf]
    whole = [made.whole(block) for block in blocks]
    at = 0
    for part in whole:
        reached = part.start
        while reached < part.stop:
            assert shown[at].block is part.block
            assert shown[at].start == reached
            assert shown[at].length > 0
            reached, at = shown[at].stop, at + 1
    assert at == len(shown)


def test_what_fits_on_one_page_has_no_page_buttons(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["printed"])
    assert "下一页" not in [one.label for one in window.findChildren(Touch)]


def test_the_page_buttons_and_the_primary_one_stay_in_their_places(make_window: MakeWindow) -> None:
    window = make_window(LANDSCAPE, Appearance(TextSize.LARGEST))
    window.show_view(BY_NAME["finding"])
    places = []
    for _ in range(3):
        buttons = {one.label: one for one in window.findChildren(Touch) if one.isVisible()}
        places.append([buttons[name].geometry() for name in ("上一页", "下一页", "打印这张说明")])
        buttons["下一页"].click()
    assert places[0] == places[1] == places[2]


def test_a_short_list_is_not_torn_apart(qtbot: QtBot) -> None:
    facts = Facts(tuple(Fact(say("名"), say("值")) for _ in range(5)))
    leaves = pages_of(builder(), [Words(tuple(say("话") for _ in range(8))), facts], 500)
    assert [part.length for leaf in leaves for part in leaf] == [8, 5]


def test_six_tiles_at_most_stand_on_a_page(qtbot: QtBot) -> None:
    tiles = Tiles(FULL_TILES.tiles * 2)
    leaves = pages_of(builder(PORTRAIT), [tiles], 600)
    assert [sum(part.length for part in leaf) for leaf in leaves] == [6, 6, 2]


def test_five_insurances_stand_side_by_side_or_in_a_table(qtbot: QtBot) -> None:
    def drawn(made: Builder) -> type:
        return type(made.build(made.whole(CARDS)))

    assert drawn(builder(LANDSCAPE)) is CardRow
    assert drawn(builder(WIDE)) is CardRow
    assert drawn(builder(LANDSCAPE, TextSize.LARGEST)) is CardTable
    assert drawn(builder(PORTRAIT, TextSize.LARGEST)) is CardRow


def test_cards_that_tell_different_things_are_no_table(qtbot: QtBot) -> None:
    first, *others = CARDS.cards
    made = builder(LANDSCAPE, TextSize.LARGEST)
    mixed = Cards((type(first)(first.title, first.state, "●", Tone.GOOD, first.facts[:1]), *others))
    assert type(made.build(made.whole(mixed))) is CardRow


def test_a_year_stands_whole_where_its_cells_can_be_touched(qtbot: QtBot) -> None:
    def whole(screen: Screen, size: TextSize) -> bool:
        made = builder(screen, size)
        return fits_whole(made.style, GRID, made.width)

    assert whole(LANDSCAPE, TextSize.STANDARD)
    assert whole(PORTRAIT, TextSize.STANDARD)
    assert whole(WIDE, TextSize.LARGEST)
    assert not whole(PORTRAIT, TextSize.LARGEST)


def _cells(window: KioskWindow) -> set[str]:
    named = [one.accessibleName() for one in window.findChildren(QPushButton) if not isinstance(one, Touch)]
    return {name.split()[1] for name in named}


def test_half_years_begin_with_the_half_that_has_the_gap_and_can_be_turned(make_window: MakeWindow) -> None:
    window = make_window(PORTRAIT, Appearance(TextSize.LARGEST))
    window.show_view(BY_NAME["grid"])
    assert _cells(window) == {f"{month}月" for month in range(1, 7)}
    (second,) = (one for one in window.findChildren(Touch) if one.label == "下半年")
    second.click()
    assert _cells(window) == {f"{month}月" for month in range(7, 13)}


def test_all_years_can_be_reached_from_the_row_of_years(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_view(BY_NAME["grid"])
    assert isinstance(GRID, Grid)
    seen = set()
    for way in ("更近", "更早"):
        for _ in range(9):
            buttons = {one.label: one for one in window.findChildren(Touch) if one.isVisible()}
            seen |= {label for label in buttons if label.endswith("年")}
            buttons[way].click()
    assert seen == {str(year.label) for year in GRID.years}


def test_a_number_and_its_unit_stay_on_one_line(make_window: MakeWindow) -> None:
    style = builder().style
    label = Label(style, "2019年1月到7月")
    assert label.words == "2019年1月到7月"
    assert label.accessibleName() == "2019年1月到7月"
    broken = Label(style, "2019")
    assert label.heightForWidth(broken.sizeHint().width()) >= 2 * label.fontMetrics().lineSpacing()
    assert "2019\u2060年" in label.text()


def test_in_the_largest_letters_services_come_before_what_is_only_read_where_that_saves_a_page(
    make_window: MakeWindow,
) -> None:
    window = make_window(LANDSCAPE, Appearance(TextSize.LARGEST))
    window.show_view(BY_NAME["overview-full"])
    seen: list[str] = []
    while True:
        seen += [
            "tiles" if isinstance(one, TileBoard) else "cards"
            for one in window.findChildren(QWidget)
            if isinstance(one, TileBoard | CardTable) and one.isVisible()
        ]
        later = next(one for one in window.findChildren(Touch) if one.label == "下一页" and one.isVisible())
        if not later.isEnabled():
            break
        later.click()
    assert seen.index("tiles") < seen.index("cards")
