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
    UniqueConstraint,
)

from central.records import AlarmKind, CardState
from central.store.columns import InstantColumn, MoneyColumn, MonthColumn, code_column
from kiosk.contract.papers import PaperType
from kiosk.domain.assurance import Evidence
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import ChangeKind, PaymentType
from kiosk.domain.payment_orders import OrderState
from kiosk.domain.postings import RejectionReason
from kiosk.domain.tenders import QrChannel

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
    Column("demo", Boolean, nullable=False),
    # Stays when the rest is erased: a list of void papers names it a year longer.
    Column("revoked_since", InstantColumn, index=True),
    Column("wrong_last_four", Integer, nullable=False),
    # What was certified; erased when the code's time is over, so that only "expired" can be said.
    Column("last_four", String(4)),
    Column("masked_name", String(100)),
    Column("content", Text),
)

guardians = Table(
    "guardians",
    metadata,
    Column("guardian", String(40), ForeignKey("people.reference"), primary_key=True),
    Column("dependant", String(40), ForeignKey("people.reference"), primary_key=True),
)

bills = Table(
    "bills",
    metadata,
    Column("bill", String(40), primary_key=True),
    _person(),
    Column("kind", code_column(Kind), nullable=False),
    Column("year", Integer, nullable=False),
    Column("amount", MoneyColumn, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    # The number of the posting that paid it: set once, by whoever finds it empty.
    Column("paid_by", String(40)),
    UniqueConstraint("reference", "kind", "year"),
)

# For ever: an entry sent again after years gets its first answer.
transactions = Table(
    "transactions",
    metadata,
    Column("terminal", String(40), primary_key=True),
    Column("key", String(64), primary_key=True),
    # SHA-256 of the payload: the same key with another payload is a fault.
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("receipt", String(60)),
    # No foreign key: an entry for an unknown bill is kept too.
    Column("bill", String(40), nullable=False),
    Column("amount", MoneyColumn, nullable=False),
    Column("tender", JSON, nullable=False),
    Column("paid_at", InstantColumn, nullable=False),
    Column("received_at", InstantColumn, nullable=False),
    # Either is set, in the transaction that makes the row: applied, or rejected.
    Column("number", String(40), unique=True),
    Column("reason", code_column(RejectionReason)),
    Index("transactions_receipt", "terminal", "receipt"),
)

payment_orders = Table(
    "payment_orders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("terminal", String(40), nullable=False),
    Column("key", String(64), nullable=False),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("bill", String(40), ForeignKey("bills.bill"), nullable=False),
    Column("amount", MoneyColumn, nullable=False),
    Column("channel", code_column(QrChannel), nullable=False),
    Column("state", code_column(OrderState), nullable=False),
    Column("created_at", InstantColumn, nullable=False),
    Column("expires", InstantColumn, nullable=False),
    Column("code_url", String(512)),
    Column("close_wanted", Boolean, nullable=False),
    # When the gateway was asked last, and when the sweep asks it next.
    Column("asked_at", InstantColumn),
    Column("next_look", InstantColumn, nullable=False),
    UniqueConstraint("terminal", "key"),
)
_pending = payment_orders.c.state == OrderState.PENDING
Index("payment_orders_due", payment_orders.c.next_look, sqlite_where=_pending, postgresql_where=_pending)
# Whatever goes wrong above the store: never two codes for one bill.
Index(
    "payment_orders_one_a_bill",
    payment_orders.c.bill,
    unique=True,
    sqlite_where=_pending,
    postgresql_where=_pending,
)

alarms = Table(
    "alarms",
    metadata,
    # One row a fault, however often it is met.
    Column("terminal", String(40), primary_key=True),
    Column("what", code_column(AlarmKind), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("at", InstantColumn, nullable=False),
)
