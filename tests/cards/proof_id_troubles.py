"""What can go wrong with a resident ID card on its module, at each command of a visit; what may be told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from id_bench import COMMANDS
from proof_id_decoders import id_cards

from drivers.cards.channel import CardPulled
from drivers.cards.id_outcomes import IdCardFault, IdCardMoved, IdCardRead, IdUnreadable
from drivers.cards.resident_id import resident_id_card
from drivers.cards.sam_v import SamStatus, parse_content
from drivers.virtual.cards import Pull, Silence, Wait
from drivers.virtual.id_card import Garbage, IdFault, IdMisbehaviour, Spoilt, Status, VirtualIdCard
from drivers.virtual.sam_v import MODULE_ID

SLOW_S: Final = 0.15
"""Less than the module is waited for."""
_FIND, _EXTRA_ADDRESS = 1, len(COMMANDS)
_UNKNOWN: Final = (0x00, 0x55, 0xFF)
_MODULE: Final = "05.01-20180801-0000000001-0000000002"


@dataclass(frozen=True)
class IdTrouble:
    """`column` groups troubles in the table."""

    name: str
    column: str
    misbehaviour: IdMisbehaviour
    passes: bool = False
    """Only time goes by: the outcome is the true one."""
    swaps: bool = False
    """Another card lies there before the answer comes."""


@dataclass(frozen=True)
class IdCase:
    """`at` is the command of the visit, counted from 1."""

    card: VirtualIdCard
    trouble: IdTrouble
    at: int

    @property
    def errand(self) -> str:
        return f"ID card {self.card.name}, on its module"

    @property
    def name(self) -> str:
        return f"{self.errand}: {self.trouble.name} at {COMMANDS[self.at - 1]}"

    @property
    def troubled(self) -> VirtualIdCard:
        return replace(self.card, faults=(IdFault(self.at, self.trouble.misbehaviour),))

    def judged(self, outcome: object, other: VirtualIdCard) -> list[str]:
        """What is wrong with it; `other` is the card that takes its place where one does."""
        if isinstance(outcome, IdCardRead):
            return self._lies(outcome, other)
        if self.trouble.passes or (self.at in {_FIND, _EXTRA_ADDRESS} and not self._leaves):
            return [f"nothing kept it from being read, and it came to {outcome!r}"]
        typed = isinstance(outcome, IdCardMoved | IdCardFault | IdUnreadable | CardPulled)
        return [] if typed or (outcome is None and self._leaves) else [f"it came to {outcome!r}"]

    @property
    def _leaves(self) -> bool:
        return self.trouble.swaps or isinstance(self.trouble.misbehaviour, Pull)

    def _lies(self, outcome: IdCardRead, other: VirtualIdCard) -> list[str]:
        truth = truth_of(other if self.trouble.swaps and outcome == truth_of(other) else self.card)
        if outcome == truth:
            spoilt = not self.trouble.passes and not self._leaves and _FIND < self.at < _EXTRA_ADDRESS
            return ["it was read although its answer was spoilt"] if spoilt else []
        if self.at == _EXTRA_ADDRESS and outcome == replace(truth, extra_address=None):
            return []
        return ["it was read otherwise than it is"]


def truth_of(card: VirtualIdCard) -> IdCardRead:
    """What a visit without trouble comes to."""
    return IdCardRead(resident_id_card(parse_content(card.content())), _MODULE, card.extra_address)


def every_case() -> list[IdCase]:
    """Every trouble at every command, for each layout."""
    return [
        IdCase(card, trouble, at)
        for card in id_cards()
        for at in range(1, len(COMMANDS) + 1)
        for trouble in _troubles()
    ]


def _troubles() -> list[IdTrouble]:
    another_frame = Garbage(MODULE_ID)
    return [
        IdTrouble("lifted", "pulled", Pull()),
        IdTrouble("swapped", "swapped", Wait(SLOW_S), swaps=True),
        IdTrouble("silent", "silent", Silence()),
        IdTrouble("slow", "slow", Wait(SLOW_S), passes=True),
        IdTrouble("garbage", "garbage", another_frame),
        IdTrouble("half a preamble", "garbage", Garbage(b"\xaa\xaa\xaa\x96")),
        IdTrouble("a byte of data short", "wrong length", Spoilt.LENGTH),
        IdTrouble("the last byte missing", "wrong length", Spoilt.CUT),
        IdTrouble("wrong checksum", "wrong checksum", Spoilt.CHECKSUM),
        *(
            IdTrouble(f"SW3 {sw3:02X}", "SW3", Status(sw3))
            for sw3 in (*(int(status) for status in SamStatus), *_UNKNOWN)
        ),
    ]
