"""What is said when a page opens: what is to be seen, in the order in which one needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drivers.voices.voice import Utterance
from kiosk.conversation.content import Offer
from kiosk.conversation.phase import Phase
from kiosk.conversation.steps import Browse, Choose, Enter, Inform, Look, Pay, Present, Print, Review
from kiosk.conversation.view import View
from kiosk.domain.text import Language, Public, Text, say
from kiosk.speech.blocks import told_of_blocks, touchable
from kiosk.speech.privacy import Told, utterance
from kiosk.speech.sentences import offered, primary, to_touch


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page says beside view and step: where the paper comes out, what a picture shows."""

    sentences: tuple[Text, ...] = ()
    buttons: tuple[Text, ...] = ()
    """Its own buttons, beside those that stand on every page."""


_NONE = PageWords()
_THIS_ONE = say("这一项请看屏幕，或者插上耳机听")


def spoken(view: View, language: Language, words: PageWords = _NONE) -> Utterance | None:
    """What is said of `view`; None of a page that is blank.

    Raises `ValueError` where view and words say nothing: nobody would hear that page. `TypeError` for a step
    that no page shows.
    """
    if view.phase is Phase.OVER:
        return None
    told = (*_told(view, words), *to_touch(words.buttons))
    said = utterance(told, language)
    if not said.sayings:
        raise ValueError(f"nothing to be said of {view.phase.name} {view.step_key!r}")
    return said


def spoken_focus(
    label: Text,
    language: Language,
    *,
    hint: Text | None = None,
    unavailable: Text | None = None,
    own: bool = False,
) -> Utterance:
    """What is said when the keyboard comes to something that can be touched, or of something that changed.

    `own`: it stands in a block that shows what is a person's own, a grid's cell or an answer.
    """
    told = [label]
    if unavailable is not None:
        told.append(say("现在不能点：{why}", why=unavailable))
    elif hint is not None:
        told.append(hint)
    return utterance((Told(text, by_its_values=not own) for text in told), language, _THIS_ONE)


def _told(view: View, words: PageWords) -> Iterator[Told]:
    match view.phase:
        case Phase.TALKING:
            yield from _told_of_step(view.due, words.sentences)
        case Phase.IDLE_WARNING:
            yield from _open(words.sentences)
            seconds = Public(view.warning_s)
            yield from _open((say("再过{seconds}秒就退出，保护您的信息", seconds=seconds),))
        case _:
            yield from _open(words.sentences)


def _told_of_step(due: object, sentences: tuple[Text, ...]) -> Iterator[Told]:
    match due:
        case Choose(question=question, lines=lines, options=options):
            yield from _open((question, *lines, *sentences))
            yield from _touches(options, with_hints=True)
        case Browse(title=title, blocks=blocks, offers=offers):
            yield from _open((title, *sentences))
            yield from told_of_blocks(blocks)
            yield from _touches((*touchable(blocks), *offers))
        case Inform(title=title, lines=lines, blocks=blocks, offers=offers):
            yield from _open((title, *lines, *sentences))
            yield from told_of_blocks(blocks)
            yield from _touches((*touchable(blocks), *offers))
        case Review(title=title, blocks=blocks, confirm=confirm):
            yield from _open((title, *sentences))
            yield from told_of_blocks(blocks)
            yield from _touches((*touchable(blocks), confirm))
        case Present(title=title, lines=lines, offers=offers):
            yield from _open((title, *lines, *sentences))
            yield from _touches(offers)
        case Enter():
            yield from _enter(due, sentences)
        case Look(saying=saying) | Print(saying=saying):
            yield from _open((saying, *sentences))
        case Pay():
            yield from _open(sentences)
        case _:
            raise TypeError(f"nothing is said of a {type(due).__name__}")


def _open(texts: Sequence[Text]) -> Iterator[Told]:
    return (Told(text, by_its_values=True) for text in texts)


def _enter(step: Enter, sentences: tuple[Text, ...]) -> Iterator[Told]:
    yield from _open((step.title, step.hint, *sentences))
    if step.given:
        yield Told(say("现在输入的是：{given}", given=step.given))
    yield from _open((say("输好以后，点右下角的大按钮：{label}", label=step.confirm),))


def _touches(offers: Sequence[Offer], *, with_hints: bool = False) -> Iterator[Told]:
    """The primary one last: where it stands is the same on every page."""
    yield from to_touch([offered(one, with_hint=with_hints) for one in offers if not one.primary])
    for one in offers:
        if one.primary:
            yield primary(offered(one))
