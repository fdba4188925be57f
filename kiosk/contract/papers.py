"""`POST /v1/papers` issues a paper under a code; `GET /v1/papers/{code}` lets anyone check it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kiosk.contract.ledger import ContributionWire, StandingWire
from kiosk.contract.seals.claims import PaperKind
from kiosk.contract.seals.sealed import MAX_TEXT
from kiosk.contract.wire import Fen, Instant, RequestModel, ShortText, WireModel
from kiosk.domain.citizen_number import Sex
from kiosk.domain.insurance import Kind


class PaperType(StrEnum):
    """What can be issued; each is a `PaperKind` by its word."""

    RIGHTS_RECORD = "rights_record"
    """个人权益记录"""

    @property
    def kind(self) -> PaperKind:
        """What seals call it."""
        return PaperKind[self.name]


PaperCode = Annotated[str, Field(pattern=r"^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){4}$")]
"""Five groups of four out of 32 signs without 0 O 1 I: 100 bits."""


Year = Annotated[int, Field(ge=1950, le=2150)]


class PaperRequest(RequestModel):
    type: PaperType
    years: Annotated[tuple[Year, ...], Field(min_length=1, max_length=5)]
    whole_number: bool = False
    """Whether the paper shows the citizen number whole; masked by default."""


class AccountOfYear(WireModel):
    """个人账户 of one kind and year: balance before, what came, interest, what was paid out, total."""

    kind: Kind
    year: int
    before_fen: Fen
    principal_fen: Fen
    interest_fen: Fen
    paid_out_fen: Fen
    total_fen: Fen


class RightsRecordContent(WireModel):
    """What stands on a rights record, as the centre certifies it."""

    name: Annotated[ShortText, Field(repr=False)]
    number: Annotated[ShortText, Field(repr=False)]
    """Masked unless it was asked for whole."""
    sex: Sex | None
    """None where neither record nor card tells."""
    place: ShortText
    """Employer, or household place."""
    years: tuple[int, ...]
    standings: tuple[StandingWire, ...]
    rows: tuple[ContributionWire, ...]
    """Those of `years`."""
    accounts: tuple[AccountOfYear, ...]
    cut_off: Instant
    """数据截止"""


class SealWire(WireModel):
    """电子印章: one bureau's seal on a paper."""

    issuer: ShortText
    """签发机关, as it is printed."""
    text: Annotated[str, Field(pattern=r"^BM1:[0-9A-Z $%*+./:-]+$", max_length=MAX_TEXT, repr=False)]
    """What its QR code holds (docs/facts/seals.md §1)."""


class PaperAnswer(WireModel):
    code: Annotated[PaperCode, Field(repr=False)]
    url: Annotated[ShortText, Field(repr=False)]
    """Where anyone checks the code; capitals only, so that its QR code stays small."""
    issued_at: Instant
    valid_until: Instant
    issuers: tuple[ShortText, ...]
    seals: tuple[SealWire, ...]
    """One of each issuer, or none: then the paper must say 未盖章."""
    rights_record: RightsRecordContent


class PaperCheck(WireModel):
    """What anyone may learn from a code: never a whole name or a number."""

    type: PaperType
    issuers: tuple[ShortText, ...]
    issued_at: Instant
    valid_until: Instant
    sealed: bool
    demo: bool = False
    """演示: its seals are worth nothing."""
    revoked_since: Instant | None = None
    """作废: the issuer took it back."""
    masked_name: Annotated[ShortText, Field(repr=False)]
    rights_record: RightsRecordContent | None = None
    """Only with the last four characters of the owner's number."""
