"""What the fuzzing tries: every decoder of a card's bytes, each with the true answers it starts from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, Protocol

from fixtures.pcsc import CardInHand
from proof_mutations import mutated

from drivers.cards.channel import CardChannel
from drivers.virtual.cards import VirtualCard

MOST_COMMANDS: Final = 1000
"""More than any flow needs, whatever the card answers: each has a bound of its own."""

Unsound = Callable[[object], list[str]]
"""What cannot be in an outcome, whatever was answered."""


class Decoder(Protocol):
    """`mutated_case` gives what is wrong with what came of one mutated response."""

    @property
    def name(self) -> str: ...

    @property
    def own(self) -> tuple[type[Exception], ...]:
        """The exceptions that the module promises; any other is a finding."""

    def mutated_case(self, rng: Random) -> list[str]: ...


def nothing_unsound(_outcome: object) -> list[str]:
    return []


class Flow:
    """A whole conversation with a card; one of the answers is mutated on its way, or every one from there."""

    def __init__(
        self,
        name: str,
        cards: Sequence[VirtualCard],
        read: Callable[[CardChannel], object],
        outcomes: tuple[type, ...],
        *,
        unsound: Unsound = nothing_unsound,
        own: tuple[type[Exception], ...] = (),
        steps: Callable[[bytes], bool] = lambda _command: True,
    ) -> None:
        """`steps` chooses the commands whose answers are mutated."""
        self.name = name
        self.own = own
        self._read = read
        self._outcomes = outcomes
        self._unsound = unsound
        self._others: list[bytes] = []
        self._seeds: list[tuple[VirtualCard, list[int]]] = []
        for card in cards:
            told = _Transcript(card)
            read(told)
            self._others += told.answers
            places = [at for at, command in enumerate(told.commands) if steps(command)]
            assert places, f"{name}: none of its commands is one to mutate"
            self._seeds.append((card, places))

    def mutated_case(self, rng: Random) -> list[str]:
        card, places = rng.choice(self._seeds)
        channel = _Mishaps(card, rng, rng.choice(places), self._others)
        outcome = self._read(channel)
        if not isinstance(outcome, self._outcomes):
            return [f"it came to {type(outcome).__name__}"]
        found = self._unsound(outcome)
        if len(channel.commands) > MOST_COMMANDS:
            found.append(f"{len(channel.commands)} commands were sent")
        return found


class OneAnswer:
    """A decoder of bytes that stand for themselves. `check` compares what was decoded with the bytes."""

    def __init__(
        self,
        name: str,
        seeds: Sequence[bytes],
        check: Callable[[bytes], list[str]],
        own: tuple[type[Exception], ...],
    ) -> None:
        self.name = name
        self.own = own
        self._seeds = tuple(seeds)
        self._check = check

    def mutated_case(self, rng: Random) -> list[str]:
        return self._check(mutated(rng, rng.choice(self._seeds), self._seeds))


class _Transcript(CardInHand):
    """Keeps the answers too."""

    def __init__(self, card: VirtualCard) -> None:
        super().__init__(card)
        self.answers: list[bytes] = []

    def send_and_receive(self, apdu: bytes | bytearray) -> bytes:
        self.answers.append(super().send_and_receive(apdu))
        return self.answers[-1]


class _Mishaps(CardInHand):
    """One answer comes mutated; now and then the same one comes again and again."""

    def __init__(self, card: VirtualCard, rng: Random, at: int, others: Sequence[bytes]) -> None:
        super().__init__(card)
        self._rng = rng
        self._at = at
        self._others = others
        self._sticks = rng.random() < 0.2
        self._stuck: bytes | None = None

    def send_and_receive(self, apdu: bytes | bytearray) -> bytes:
        answer = super().send_and_receive(apdu)
        if self._stuck is not None:
            return self._stuck
        if len(self.commands) != self._at + 1:
            return answer
        answer = mutated(self._rng, answer, self._others)
        if self._sticks:
            self._stuck = answer
        return answer
