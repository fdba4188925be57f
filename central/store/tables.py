"""The tables. Keys are what the field itself uses; a surrogate only where a row has no name of its own."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from central.records import CardState
from central.store.columns import InstantColumn, MoneyColumn, MonthColumn, code_column
from kiosk.contract.papers import PaperType
from kiosk.domain.assurance import Evidence
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import ChangeKind, PaymentType

metadata = MetaData()


def _person() -> Column[str]:
    return Column("reference", String(40), ForeignKey("people.reference"), nullable=False, index=True)


terminals = Table(
    "terminals",
    metadata,
    Column("terminal", String(40), primary_key=True),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("enrolled_at", InstantColumn, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("reference", String(40), primary_key=True),
    # Not unique: two people behind one number is a thing that happens, and has to be found.
    Column("number", String(18), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("household", String(200), nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("card_id", String(32), primary_key=True),
    _person(),
    Column("card_number", String(9), nullable=False),
    Column("state", code_column(CardState), nullable=False),
)

participations = Table(
    "participations",
    metadata,
    Column("reference", String(40), ForeignKey("people.reference"), primary_key=True),
    Column("kind", code_column(Kind), primary_key=True),
    Column("state", code_column(ParticipationState), nullable=False),
    Column("since", MonthColumn, nullable=False),
    Column("employer", String(200)),
)

contributions = Table(
    "contributions",
    metadata,
    Column("id", Integer, primary_key=True),
    _person(),
    Column("kind", code_column(Kind), nullable=False),
    Column("payment_type", code_column(PaymentType), nullable=False),
    Column("month", MonthColumn, nullable=False),
    Column("booked", MonthColumn, nullable=False),
    Column("base", MoneyColumn, nullable=False),
    Column("personal", MoneyColumn, nullable=False),
    Column("employer", MoneyColumn, nullable=False),
    Column("credited", MoneyColumn, nullable=False),
    Column("arrived", MonthColumn),
    Column("paid_by", String(200)),
    # How far a kind is booked is asked with every overview.
    Index("contributions_by_kind_and_month", "kind", "month"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    _person(),
    Column("on", Date, nullable=False),
    Column("kind", code_column(Kind), nullable=False),
    Column("what", code_column(ChangeKind), nullable=False),
    Column("office", String(200), nullable=False),
    Column("before", String(200)),
    Column("after", String(200)),
)

accounts = Table(
    "accounts",
    metadata,
    Column("reference", String(40), ForeignKey("people.reference"), primary_key=True),
    Column("kind", code_column(Kind), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("before", MoneyColumn, nullable=False),
    Column("principal", MoneyColumn, nullable=False),
    Column("interest", MoneyColumn, nullable=False),
    Column("paid_out", MoneyColumn, nullable=False),
    Column("total", MoneyColumn, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    # The SHA-256 of the token: who reads the database can open no session.
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("device_key", LargeBinary(32), nullable=False),
    _person(),
    Column("evidence", code_column(Evidence), nullable=False),
    Column("began", InstantColumn, nullable=False),
    Column("last_used", InstantColumn, nullable=False, index=True),
)

papers = Table(
    "papers",
    metadata,
    Column("code", String(24), primary_key=True),
    Column("type", code_column(PaperType), nullable=False),
    Column("issuers", JSON, nullable=False),
    Column("issued_at", InstantColumn, nullable=False),
    Column("valid_until", InstantColumn, nullable=False, index=True),
    Column("sealed", Boolean, nullable=False),
    Column("wrong_last_four", Integer, nullable=False),
    # What was certified; erased when the code's time is over, so that only "expired" can be said.
    Column("last_four", String(4)),
    Column("masked_name", String(100)),
    Column("content", Text),
)
