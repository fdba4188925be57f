"""What is said of a page, and what of it the loudspeaker may say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import get_args

import pytest
from hypothesis import Phase as HypothesisPhase
from hypothesis import find, given, settings
from hypothesis import strategies as st
from spoken_english import ENGLISH

from drivers.printers.paper import Paper
from drivers.voices.espeak import EspeakRenderer
from drivers.voices.voice import LONGEST_SAYING, MOST_SAYINGS, Saying, Utterance, Volume
from kiosk.conversation.content import (
    Answers,
    Block,
    Card,
    Cards,
    Fact,
    Facts,
    ForPhone,
    Given,
    Grid,
    GridCell,
    GridRow,
    Notice,
    Offer,
    Sheet,
    Tiles,
    Words,
)
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Tone
from kiosk.conversation.steps import (
    Browse,
    Choose,
    Enter,
    EntryForm,
    Human,
    Inform,
    Irrevocable,
    Look,
    Pay,
    Present,
    Print,
    Review,
)
from kiosk.conversation.view import Status, View
from kiosk.domain import text
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.months import Month
from kiosk.domain.sales import Premium, Sale, TenderKind
from kiosk.domain.text import CHINESE, Language, Public, Text, is_public, say
from kiosk.speech import blocks, privacy
from kiosk.speech.spoken import PageWords, spoken, spoken_focus
from kiosk.speech.verbal import aloud

STATUS = Status("示例村服务站")
OWN_WORDS = PageWords((say("请在密码键盘上刷卡"),), (say("不缴了"),))
PAPER = Paper("receipt", ())
SALE = Sale(
    (Premium("b", Kind.MEDICAL_RESIDENT, 2027, Money(400_00), "陈*禾", ForWhom.DEPENDANT),),
    "王*兰",
    TenderKind.BANK_CARD,
)
FORM = EntryForm("0123456789", 4, 4)


def _nothing_wrong(_entered: str) -> None:
    return None


def _talking(due: object) -> View:
    return View(Phase.TALKING, STATUS, due=due)


def _said(due: object, words: PageWords = PageWords()) -> Utterance:  # noqa: B008 - it is frozen
    said = spoken(_talking(due), CHINESE, words)
    assert said is not None
    return said


def _lines(said: Utterance) -> list[str]:
    return [("私 " if saying.private else "") + saying.text for saying in said.sayings]


def _browse(*shown: Block, title: Text = say("我的社保"), offers: tuple[Offer, ...] = ()) -> Browse:  # noqa: B008
    return Browse("b", title, (), shown, offers)


STEPS: tuple[object, ...] = (
    Choose("k", say("给谁缴？"), (), (Offer("a", say("自己")),)),
    _browse(),
    Inform("k", say("打印好了"), (), (), ()),
    Review("k", say("请核对"), (), (), Offer("ok", say("去付款"))),
    Present("k", say("请放卡"), (), (), ()),
    Enter("k", say("请输入"), FORM, say("四个"), _nothing_wrong, say("核对")),
    Look("k", say("正在查询"), len, ()),
    Print("k", say("正在打印"), PAPER, "", 1),
    Pay("k", SALE),
)


def test_the_steps_here_are_all_there_are() -> None:
    assert {type(step) for step in STEPS} == {*get_args(Human), *get_args(Irrevocable), Look}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_every_step_says_something_first_that_all_may_hear(step: object) -> None:
    first = _said(step, OWN_WORDS).sayings[0]
    assert first.text
    assert not first.private


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.TALKING])
def test_every_phase_is_said_but_the_blank_page(phase: Phase) -> None:
    said = spoken(View(phase, STATUS, warning_s=30), CHINESE, OWN_WORDS)
    if phase is Phase.OVER:
        assert said is None
        return
    assert said is not None
    assert _lines(said)[0] == "请在密码键盘上刷卡"
    assert _lines(said)[-1] == "可以点：不缴了"
    assert said.withheld is None


def test_the_warning_says_how_long_it_waits() -> None:
    said = spoken(View(Phase.IDLE_WARNING, STATUS, warning_s=30), CHINESE, OWN_WORDS)
    assert said is not None
    assert "再过三十秒就退出，保护您的信息" in _lines(said)


def test_a_page_that_says_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="WAITING"):
        spoken(View(Phase.WAITING, STATUS), CHINESE)
    with pytest.raises(TypeError, match="int"):
        spoken(_talking(3), CHINESE)


def test_a_page_is_said_in_the_order_in_which_one_needs_it() -> None:
    card = Card(
        say("职工养老"),
        say("参保缴费"),
        "●",
        Tone.GOOD,
        (Fact(say("缴至"), say("{month}", month=Month(2026, 10)), number=True),),
    )
    gap = Notice(
        Tone.PROBLEM,
        say("{month}没有缴费", month=Month(2019, 1)),
        (say("看一看为什么。"),),
        Offer("gap", say("怎么办")),
    )
    tiles = Tiles(
        (Offer("pay", say("缴费"), say("给家人"), unavailable=say("网络不通")), Offer("p", say("打印")))
    )
    step = _browse(
        Cards((card,)),
        tiles,
        Words((say("带卡"), say("带身份证")), say("带什么"), numbered=True),
        gap,
        title=say("{name}，您好", name="王女士"),
        offers=(Offer("go", say("继续"), primary=True), Offer("home", say("回首页"))),
    )
    assert _lines(_said(step)) == [
        "私 王女士，您好",
        "私 请注意：二零一九年一月没有缴费",
        "看一看为什么。",
        "带什么",
        "一、带卡",
        "二、带身份证",
        "私 职工养老：参保缴费；缴至：二零二六年十月",
        "可以点：缴费（现在不能点：网络不通）；打印；怎么办；回首页",
        "点右下角的大按钮：继续",
    ]
    assert _said(step).withheld == Saying("其余的请看屏幕；插上耳机，可以念给您一个人听", private=False)


def test_of_a_choice_the_answers_are_said_with_their_hints_and_what_is_ones_own_apart() -> None:
    options = (
        Offer("a", say("{name} {amount}", name="王*兰", amount=Money(400_00)), say("{year}年度", year=2027)),
        Offer("b", say("给别人缴"), say("放他的卡")),
        Offer("c", say("不缴了")),
    )
    assert _lines(_said(Choose("k", say("给谁缴？"), (), options, (say("一次缴清。"),)))) == [
        "给谁缴？",
        "一次缴清。",
        "私 可以点：王某兰 四百元（二零二七年度）",
        "还可以点：给别人缴（放他的卡）；不缴了",
    ]


def test_a_grid_is_said_row_by_row_in_runs_and_never_by_its_signs() -> None:
    none = GridCell("—", say("没有"), Tone.PLAIN)
    paid = GridCell("●", say("已缴"), Tone.GOOD, "cell")
    columns = tuple(say("{month}月", month=month) for month in range(1, 13))
    years = tuple(Offer(str(year), say("{year}年", year=year)) for year in (2026, 2025, 2024))
    grid = Grid(
        columns,
        (
            GridRow(say("职工医保"), (none,) * 7 + (paid,) * 5),
            GridRow(say("失业保险"), (paid, none, *(paid,) * 10)),
        ),
        (paid, none),
        years,
    )
    assert _lines(_said(_browse(grid)))[1:] == [
        "私 职工医保：一月到七月没有；八月到十二月已缴",
        "私 失业保险：一月已缴；二月没有；三月到十二月已缴",
        "私 表里的每个月都可以点开看",
        "私 可以换年份，从二零二四年到二零二六年",
    ]


def test_before_the_deed_every_answer_is_said_and_what_can_be_changed() -> None:
    answers = Answers(
        (
            Given(say("给谁缴"), say("本人"), Offer("change:who", say("更改"))),
            Given(say("金额"), say("{amount}", amount=Money(400_00)), number=True),
        )
    )
    step = Review("k", say("请核对，然后付款"), (), (answers,), Offer("ok", say("去付款"), primary=True))
    assert _lines(_said(step)) == [
        "请核对，然后付款",
        "私 给谁缴：本人",
        "私 金额：四百元",
        "私 可以更改：给谁缴",
        "点右下角的大按钮：去付款",
    ]


def test_what_was_typed_before_is_for_its_typist_alone() -> None:
    step = replace(STEPS[5], given="3021")  # type: ignore[type-var]
    assert _lines(_said(step)) == [
        "请输入",
        "四个",
        "私 现在输入的是：三 零 二 一",
        "输好以后，点右下角的大按钮：核对",
    ]


def test_what_has_the_focus_is_said_with_its_hint_or_with_why_it_cannot_be_touched() -> None:
    plain = spoken_focus(say("缴费"), CHINESE, hint=say("给家人"))
    assert (_lines(plain), plain.withheld) == (["缴费", "给家人"], None)
    grey = spoken_focus(say("缴费"), CHINESE, hint=say("给家人"), unavailable=say("网络不通"))
    assert _lines(grey) == ["缴费", "现在不能点：网络不通"]
    own = spoken_focus(say("职工养老 已缴"), CHINESE, own=True)
    assert _lines(own) == ["私 职工养老 已缴"]
    assert own.withheld == Saying("这一项请看屏幕，或者插上耳机听", private=False)
    assert spoken_focus(say("{name}", name="王*兰"), CHINESE).sayings[0].private


def test_nothing_is_said_that_a_voice_would_not_take() -> None:
    endless = _said(_browse(Words(tuple(say("甲" * (LONGEST_SAYING + 1)) for _ in range(MOST_SAYINGS)))))
    assert len(endless.sayings) == MOST_SAYINGS
    assert "".join(saying.text for saying in endless.sayings[1:3]) == "甲" * (LONGEST_SAYING + 1)


@pytest.mark.parametrize("language", [CHINESE, ENGLISH], ids=lambda language: language.code)
def test_of_all_that_is_said_the_voice_makes_a_sound(language: Language) -> None:
    options = (
        Offer("a", say("{name} {amount}", name="王*兰", amount=Money(1_234_50)), say("{n}", n="T001-3021")),
        Offer("b", say("给别人缴"), unavailable=say("打 {telephone} 问", telephone=Public("12333"))),
    )
    said = spoken(_talking(Choose("k", say("{month}缴了？", month=Month(2019, 1)), (), options)), language)
    assert said is not None
    renderer = EspeakRenderer()
    for saying in said.sayings:
        sounds = list(renderer.render(saying, said.language, Volume.NORMAL))
        assert sum(sound.seconds for sound in sounds) > 0.5


# --- What nobody else may hear.

SECRET = "朱鹮"
_SECRETS: tuple[object, ...] = (SECRET, Money(76_543_21), date(1949, 10, 1), Month(1949, 10), 87_654)
_HEARD = tuple(aloud(say("{secret}", secret=secret), CHINESE) for secret in _SECRETS)
_own_words = st.sampled_from((say(SECRET), *(say("有{secret}了", secret=secret) for secret in _SECRETS)))


def _nested(texts: st.SearchStrategy[Text]) -> st.SearchStrategy[Text]:
    one = st.builds(lambda text: say("（{text}）", text=text), texts)
    marked = st.builds(lambda text: say("看{text}", text=Public(text)), texts)
    two = st.builds(lambda text, other: say("{text}、{other}", text=text, other=other), texts, texts)
    return one | marked | two


_texts = st.recursive(
    st.sampled_from(
        (
            say("您好"),
            say("请打{telephone}", telephone=Public("12333")),
            *(say("有{secret}了", secret=secret) for secret in _SECRETS),
        )
    ),
    _nested,
    max_leaves=4,
)
"""As a service words things that are not a person's own from the outset."""
_offers = st.builds(
    Offer, st.just("k"), _texts, st.none() | _texts, primary=st.booleans(), unavailable=st.none() | _texts
)
_facts = st.lists(st.builds(Fact, _own_words, _own_words), min_size=1, max_size=3).map(tuple)
_cells = st.builds(GridCell, st.just("●"), _own_words, st.just(Tone.PLAIN), st.none() | st.just("k"))
_own_offers = st.builds(Offer, st.just("k"), _own_words)


@st.composite
def _grids(draw: st.DrawFn) -> Grid:
    width = draw(st.integers(1, 4))
    cells = st.tuples(*[_cells] * width)
    rows = draw(st.lists(st.builds(GridRow, _own_words, cells), min_size=1, max_size=3))
    columns = draw(st.tuples(*[_own_words] * width))
    return Grid(columns, tuple(rows), draw(st.tuples(_cells)), draw(st.tuples(_own_offers) | st.just(())))


_few_texts = st.lists(_texts, max_size=2).map(tuple)
_blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Notice, st.sampled_from(Tone), _texts, _few_texts, st.none() | _offers),
    st.builds(Words, _few_texts, st.none() | _texts, st.booleans()),
    st.builds(Tiles, st.lists(_offers, max_size=3).map(tuple)),
    st.builds(Facts, _facts, st.none() | _own_words),
    st.builds(
        Cards, st.tuples(st.builds(Card, _own_words, _own_words, st.just("●"), st.just(Tone.GOOD), _facts))
    ),
    _grids(),
    st.builds(Answers, st.tuples(st.builds(Given, _own_words, _own_words, st.none() | _own_offers))),
    st.just(Sheet(PAPER)),
    st.builds(ForPhone, st.just(SECRET), _own_words),
)
_many = st.lists(_blocks, max_size=4).map(tuple)
_few_offers = st.lists(_offers, max_size=3).map(tuple)
_steps = st.one_of(
    st.builds(Choose, st.just("k"), _texts, st.just(()), _few_offers, _few_texts),
    st.builds(Browse, st.just("k"), _texts, st.just(()), _many, _few_offers),
    st.builds(Inform, st.just("k"), _texts, _few_texts, st.just(()), _few_offers, blocks=_many),
    st.builds(Review, st.just("k"), _texts, st.just(()), _many, _offers),
    st.builds(Present, st.just("k"), _texts, _few_texts, st.just(()), _few_offers),
    st.builds(
        Enter,
        st.just("k"),
        _texts,
        st.just(FORM),
        _texts,
        st.just(_nothing_wrong),
        _texts,
        st.sampled_from(("", SECRET)),
    ),
    st.builds(Look, st.just("k"), _texts, st.just(len), st.just(())),
)
_words = st.builds(PageWords, _few_texts, _few_texts)


_PAGES = st.tuples(_steps, _words)
_UNSHRUNK = settings(max_examples=1_000, phases=[HypothesisPhase.generate], database=None)


def _leaks(step: object, words: PageWords) -> bool:
    """Whether something of a person is said that anybody may hear; where it is kept back, that is told."""
    said = spoken(_talking(step), CHINESE, words)
    assert said is not None
    heard = "\n".join(saying.text for saying in said.sayings if not saying.private)
    assert (said.withheld is not None) == any(saying.private for saying in said.sayings)
    return any(secret in heard for secret in _HEARD)


@given(_steps, _words)
def test_nothing_of_a_person_is_said_to_all(step: object, words: PageWords) -> None:
    assert not _leaks(step, words)


@given(_steps, _words)
def test_what_may_be_heard_by_all_is_not_kept_back(step: object, words: PageWords) -> None:
    said = spoken(_talking(step), CHINESE, words)
    assert said is not None
    assert not any(
        saying.private and saying.text in ("您好", "请打幺 二 三 三 三") for saying in said.sayings
    )


def _only_numbers_are_private(value: object) -> bool:
    return is_public(value) if isinstance(value, Text) else not isinstance(value, int | Money | date | Month)


def _only_the_outermost_counts(value: object) -> bool:
    return isinstance(value, Text | Public)


@pytest.mark.parametrize("rule", [_only_numbers_are_private, _only_the_outermost_counts])
def test_the_search_finds_a_rule_that_lets_something_through(
    rule: Callable[[object], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "_is_public_value", rule)
    assert find(_PAGES, lambda page: _leaks(*page), settings=_UNSHRUNK)


def test_the_search_finds_a_block_of_ones_own_that_is_told_by_its_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blocks, "Told", partial(privacy.Told, by_its_values=True))
    assert find(_PAGES, lambda page: _leaks(*page), settings=_UNSHRUNK)
