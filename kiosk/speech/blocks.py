"""What is said of each block of a page. Tiles are said with what can be touched, behind all blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from kiosk.conversation.content import (
    Answers,
    Block,
    Card,
    Cards,
    Fact,
    Facts,
    ForPhone,
    Grid,
    GridRow,
    Notice,
    Offer,
    Sheet,
    Tiles,
    Words,
)
from kiosk.conversation.signs import Tone
from kiosk.domain.text import Text, say
from kiosk.speech.privacy import Told
from kiosk.speech.sentences import named, numbered, row

_CALLING = frozenset({Tone.ATTENTION, Tone.PROBLEM})


def told_of_blocks(blocks: Sequence[Block]) -> Iterator[Told]:
    """What one has to know first, then what it means, then a person's own figures."""
    for block in sorted(blocks, key=_rank):
        yield from _told(block)


def touchable(blocks: Sequence[Block]) -> tuple[Offer, ...]:
    """What can be touched in the blocks that are for everybody, in the order of the screen."""
    found: list[Offer] = []
    for block in blocks:
        match block:
            case Notice(offer=Offer() as offer):
                found.append(offer)
            case Tiles(tiles):
                found.extend(tiles)
            case _:
                pass
    return tuple(found)


def _rank(block: Block) -> int:
    match block:
        case Notice():
            return 0
        case Words():
            return 1
        case _:
            return 2


def _told(block: Block) -> Iterator[Told]:
    match block:
        case Notice():
            yield from _notice(block)
        case Words():
            yield from _words(block)
        case Tiles():
            pass
        case _:
            # Whatever stands in them is a person's own.
            yield from map(Told, _own(block))


def _notice(notice: Notice) -> Iterator[Told]:
    sentence = notice.sentence
    if notice.tone in _CALLING:
        sentence = say("请注意：{sentence}", sentence=sentence)
    for text in (sentence, *notice.lines):
        yield Told(text, by_its_values=True)


def _words(words: Words) -> Iterator[Told]:
    open_to_all = not words.own
    if words.heading is not None:
        yield Told(words.heading, by_its_values=open_to_all)
    for text in numbered(words.paragraphs) if words.numbered else words.paragraphs:
        yield Told(text, by_its_values=open_to_all)


def _own(block: Facts | Cards | Grid | Answers | Sheet | ForPhone) -> Iterator[Text]:
    match block:
        case Facts(facts, heading):
            if heading is not None:
                yield heading
            yield from map(_fact, facts)
        case Cards(cards):
            yield from map(_card, cards)
        case Grid():
            yield from _grid(block)
        case Answers():
            yield from _answers(block)
        case Sheet():
            yield say("屏幕上是这张纸打出来的样子")
        case ForPhone(says=says):
            yield says


def _fact(fact: Fact) -> Text:
    return named(fact.label, fact.value)


def _card(card: Card) -> Text:
    """`职工养老：参保缴费；缴至：2026年10月；…`"""
    return named(card.title, row((card.state, *map(_fact, card.facts))))


def _answers(answers: Answers) -> Iterator[Text]:
    for answer in answers.answers:
        yield named(answer.label, answer.value)
    changing = tuple(answer.label for answer in answers.answers if answer.change is not None)
    if changing:
        yield say("可以更改：{answers}", answers=row(changing))


def _grid(grid: Grid) -> Iterator[Text]:
    for one in grid.rows:
        yield named(one.label, row(tuple(_runs(grid, one))))
    if any(cell.key is not None for one in grid.rows for cell in one.cells):
        yield say("表里的每个月都可以点开看")
    if grid.years:
        latest, earliest = grid.years[0].label, grid.years[-1].label
        yield say("可以换年份，从{earliest}到{latest}", earliest=earliest, latest=latest)


def _runs(grid: Grid, one: GridRow) -> Iterator[Text]:
    """Months in a row that are alike, as one: nobody listens to twelve."""
    months = zip(grid.columns, one.cells, strict=True)
    for word, run in groupby(months, key=lambda month: month[1].word):
        columns = [column for column, _ in run]
        if len(columns) == 1:
            yield say("{month}{word}", month=columns[0], word=word)
        else:
            yield say("{first}到{last}{word}", first=columns[0], last=columns[-1], word=word)
