"""The steps of a conversation: all that the screen knows.

Awaiting a step hands it to the engine and gives back the answer. Two steps are equal when key and inputs
are: wording, layout and object identity play no part, so that a replay may word things anew.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from drivers.printers.job_log import PrintReport
from drivers.printers.paper import Paper
from kiosk.conversation.content import Block, Offer
from kiosk.conversation.signs import Icon, Picture, Tone
from kiosk.domain.sales import Payment, Sale
from kiosk.domain.text import Text

T = TypeVar("T")


class LookTimedOut(Exception):
    """A read did not end in its time; what it still brings is dropped."""


class TooManyLooks(LookTimedOut):
    """Reads that never end have filled every place; this one was not begun."""


class Wake(StrEnum):
    """What may answer a step without a touch, where the step asks for it."""

    CENTRE_BACK = "centre_back"


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """Something a service awaits."""

    key: str

    def __await__(self) -> Generator[Step[Any], T, T]:
        return (yield self)


@dataclass(frozen=True, slots=True)
class Choose(Step[str]):
    """One question, a few answers; gives the key of the offer touched."""

    question: Text = field(compare=False)
    keys: tuple[str, ...]
    options: tuple[Offer, ...] = field(compare=False)
    lines: tuple[Text, ...] = field(default=(), compare=False)
    """What one must know to answer."""


@dataclass(frozen=True, slots=True)
class Browse(Step[str]):
    """Something to read, with what can be done from here; gives the key of what was touched."""

    title: Text = field(compare=False)
    keys: tuple[str, ...]
    """Every key that the page may answer with."""
    blocks: tuple[Block, ...] = field(compare=False)
    offers: tuple[Offer, ...] = field(default=(), compare=False)
    wakes: frozenset[Wake] = frozenset()


@dataclass(frozen=True, slots=True)
class Inform(Step[str]):
    """What happened, whether money moved, what to do now: three sentences and a way on."""

    title: Text = field(compare=False)
    lines: tuple[Text, ...] = field(compare=False)
    keys: tuple[str, ...]
    offers: tuple[Offer, ...] = field(compare=False)
    tone: Tone = field(default=Tone.PLAIN, compare=False)
    icon: Icon = field(default=Icon.QUESTION, compare=False)
    blocks: tuple[Block, ...] = field(default=(), compare=False)
    wakes: frozenset[Wake] = frozenset()
    picture: Picture | None = field(default=None, compare=False)
    """Instead of the icon, where there is room for it."""
    begins_anew: bool = field(default=False, compare=False)
    """Nothing of anybody was read: a card that is put in while this is shown begins a visit of its own."""


CONFIRM = "confirm"
CHANGE = "change:"
"""Before the key of the question that is to be asked again."""


@dataclass(frozen=True, slots=True)
class Review(Step[str]):
    """核对: everything that was answered, once more before it counts; each can be changed by itself.

    Gives `CONFIRM`. A change is the engine's business: it asks that question again, and takes over every
    later answer whose question is still the same.
    """

    title: Text = field(compare=False)
    keys: tuple[str, ...]
    blocks: tuple[Block, ...] = field(compare=False)
    confirm: Offer = field(compare=False)


@dataclass(frozen=True, slots=True)
class CardShown:
    """Another card was put in while it was asked for: a payee's, or the owner's ID card."""

    presence: int


@dataclass(frozen=True, slots=True)
class Present(Step["CardShown | str"]):
    """出示: another card, beside the owner's. Gives it, or the key of the offer touched.

    Only a card that is put in while this is due counts.
    """

    title: Text = field(compare=False)
    lines: tuple[Text, ...] = field(compare=False)
    keys: tuple[str, ...]
    offers: tuple[Offer, ...] = field(compare=False)
    picture: Picture | None = field(default=None, compare=False)
    """None: the one of a second card beside the first."""
    final: bool = field(default=False, compare=False)
    """返回 does not lead back to it: who the session's owner is has been settled by it."""


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What may be entered: how many signs, out of which. `ValueError` for a form that nothing fits."""

    signs: str
    """The keys, in their order; as capitals."""
    length: int
    group: int
    """So many signs stand together, as they do where they are copied from."""

    def __post_init__(self) -> None:
        if len(set(self.signs)) != len(self.signs) or self.signs != self.signs.upper() or not self.signs:
            raise ValueError("each key has its own capital")
        if self.length < 1 or not 1 <= self.group <= self.length:
            raise ValueError("at least one sign, in groups no longer than all")

    def fits(self, text: str) -> bool:
        """Whether it is complete, and nothing else stands in it."""
        return len(text) == self.length and set(text) <= set(self.signs)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was entered, as its form wants it, without the gaps between groups."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scanner read; anybody may have printed it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enter(Step["Typed | Scanned"]):
    """输入: signs by a keypad; or, where it `scans`, what a scanner reads while this is due."""

    title: Text = field(compare=False)
    form: EntryForm
    hint: Text = field(compare=False)
    """Where it is found, before the first sign is there."""
    check: Callable[[str], Text | None] = field(compare=False)
    """What is wrong with a whole entry, in one short line; None where nothing is, and it may be sent."""
    confirm: Text = field(compare=False)
    given: str = field(default="", repr=False)
    """What stands there at first, to be looked at again."""
    scans: bool = False
    keys: ClassVar[tuple[str, ...]] = ()
    """There is nothing else to touch."""

    def takes(self, text: str) -> bool:
        """Whether it may be sent."""
        return self.form.fits(text) and self.check(text) is None


@dataclass(frozen=True, slots=True)
class Look(Step[T]):
    """A repeatable read in a worker thread, with a limit; `inputs` are all it depends on.

    Raises what `work` raises, or `LookTimedOut`.
    """

    saying: Text = field(compare=False)
    work: Callable[..., T] = field(compare=False)
    inputs: tuple[object, ...] = field(repr=False)
    limit_s: float = field(default=10.0, compare=False)


@dataclass(frozen=True, slots=True)
class Print(Step[PrintReport]):
    """A paper to be printed once; gives what came of it. A barrier: nothing goes back over it."""

    saying: Text = field(compare=False)
    paper: Paper = field(compare=False)
    content_hash: str
    copy: int


@dataclass(frozen=True, slots=True)
class Pay(Step[Payment]):
    """收款: one charge for a sale; gives what is known of it. A barrier, and nothing ends the session
    meanwhile: whoever takes the money settles it in a bounded time, as known or as not known."""

    sale: Sale


@dataclass(frozen=True, slots=True)
class Call(Step[object]):
    """Another service, from its beginning to its end; gives what that one returned."""

    about: tuple[object, ...]
    service: Service = field(compare=False)


class Service(Protocol):
    """A counter service 业务: a coroutine that awaits steps and keeps nothing.

    In `converse`: no clock, no random value, no key made, no mutable answer, no `finally` with effects.
    """

    @property
    def id(self) -> str:
        """The service's name in the registry and on the tape."""

    @property
    def name(self) -> Text:
        """What residents call it; stands in the line that says where one is."""

    def converse(self, desk: Any, *about: Any) -> Coroutine[Step[Any], Any, object]:
        """The conversation at a `Desk`; replayed from its beginning at every event."""


Human = Choose | Browse | Inform | Review | Present | Enter
"""Steps that a person answers."""
Irrevocable = Print | Pay
"""Steps during which nothing ends the session, and which 返回 does not pass: paper or money moves."""


def is_barrier(step: Step[Any]) -> bool:
    """Whether 返回 may not pass it."""
    return isinstance(step, Irrevocable) or (isinstance(step, Present) and step.final)
