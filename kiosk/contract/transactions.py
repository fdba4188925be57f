"""`POST /v1/transactions`: entries of a terminal's outbox, each with its key, each answered for itself.

docs/facts/central-api.md §10.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from kiosk.contract.bills import BillReference
from kiosk.contract.wire import Fen, Instant, RequestModel, ShortText, WireModel
from kiosk.domain.postings import Applied, Posting, Rejected, RejectionReason
from kiosk.domain.tenders import BankCard

MAX_ENTRIES = 100
"""In one batch."""

IdempotencyKey = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{16,64}$")]
"""Born with the sale and never made again; the centre keeps it for ever."""
ReceiptNumber = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,60}$")]
"""凭证号: the terminal's id and its gapless counter; one entry's alone."""


class EntryKind(StrEnum):
    PREMIUM = "premium"
    """A premium was paid."""


class BankCardWire(RequestModel):
    type: Literal["bank_card"] = "bank_card"
    masked_pan: Annotated[str, Field(pattern=r"^[0-9]{0,6}\*{3,15}[0-9]{0,4}$", repr=False)]
    """At most the first six and the last four digits."""
    acquirer_reference: ShortText
    poi: ShortText

    @classmethod
    def of(cls, tender: BankCard) -> BankCardWire:
        return cls(masked_pan=tender.masked_pan, acquirer_reference=tender.acquirer_reference, poi=tender.poi)

    def to_domain(self) -> BankCard:
        return BankCard(self.masked_pan, self.acquirer_reference, self.poi)


class EntryWire(RequestModel):
    """One entry. The same key must always bring the same entry: the centre compares fingerprints."""

    key: IdempotencyKey
    kind: EntryKind
    receipt: ReceiptNumber
    bill: BillReference
    amount_fen: Fen
    tender: BankCardWire
    paid_at: Instant


class UnreadableEntry(WireModel):
    """An entry of which only the key could be read; it is answered for itself and stops no other."""

    key: IdempotencyKey


class TransactionsRequest(RequestModel):
    entries: Annotated[
        tuple[Annotated[EntryWire | UnreadableEntry, Field(union_mode="left_to_right")], ...],
        Field(min_length=1, max_length=MAX_ENTRIES),
    ]


class AppliedWire(WireModel):
    key: IdempotencyKey
    result: Literal["applied"] = "applied"
    number: ShortText
    at: Instant


class RejectedWire(WireModel):
    key: IdempotencyKey
    result: Literal["rejected"] = "rejected"
    reason: RejectionReason


class DuplicateWire(WireModel):
    """The key is known with this very payload: the first answer, again."""

    key: IdempotencyKey
    result: Literal["duplicate"] = "duplicate"
    first: Annotated[AppliedWire | RejectedWire, Field(discriminator="result")]


class KeyReusedWire(WireModel):
    """The key is known with another payload. Nothing was done but an alarm raised; in a batch of one the
    answer is the problem `key-reused`."""

    key: IdempotencyKey
    result: Literal["key-reused"] = "key-reused"


class UnreadableWire(WireModel):
    """The entry is not what the contract describes. Nothing of it is kept; a newer centre may read it."""

    key: IdempotencyKey
    result: Literal["unreadable"] = "unreadable"


class FailedWire(WireModel):
    """The centre failed on this entry and recorded nothing of it: send it again, later."""

    key: IdempotencyKey
    result: Literal["failed"] = "failed"


EntryAnswer = Annotated[
    AppliedWire | RejectedWire | DuplicateWire | KeyReusedWire | UnreadableWire | FailedWire,
    Field(discriminator="result"),
]


class TransactionsAnswer(WireModel):
    entries: tuple[EntryAnswer, ...]
    """One for each entry, in the order sent."""


class NewerAnswerWire(WireModel):
    """What a newer centre says of one entry in words that this program does not know. The others of its batch
    are as good as ever."""

    key: IdempotencyKey
    result: ShortText
    reason: ShortText | None = None


class TransactionsHeard(WireModel):
    """`TransactionsAnswer` as a terminal reads it, which may be older than its centre."""

    entries: tuple[Annotated[EntryAnswer | NewerAnswerWire, Field(union_mode="left_to_right")], ...]


def posting_wire(key: str, posting: Posting) -> AppliedWire | RejectedWire:
    match posting:
        case Applied(number, at):
            return AppliedWire(key=key, number=number, at=at)
        case Rejected(reason):
            return RejectedWire(key=key, reason=reason)


def to_posting(wire: AppliedWire | RejectedWire) -> Posting:
    match wire:
        case AppliedWire():
            return Applied(wire.number, wire.at)
        case RejectedWire():
            return Rejected(wire.reason)
