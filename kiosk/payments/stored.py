"""What of a payment lies in the vault: the payloads of intents and outbox entries, as JSON.

They are read by later versions of this program, so a field is only ever added, with a default.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drivers.pin_pads.references import Charge, Reference
from kiosk.contract.bills import BillReference
from kiosk.contract.transactions import BankCardWire, EntryKind, EntryWire, IdempotencyKey
from kiosk.contract.wire import Fen, Instant, ShortText
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.postings import Posting
from kiosk.domain.sales import Premium, Receipt, Sale
from kiosk.domain.tenders import QrChannel
from kiosk.payments.numbers import new_key
from kiosk.vault_jobs import StoredUnreadable
from offline_cache.entries import Draft, Entry
from offline_cache.intents import Intent

M = TypeVar("M", bound="_Stored")

REFUND_DUE = "refund-due"
"""How the detail of a payment begins whose money came in and could not be posted."""


class IntentKind(StrEnum):
    """Who is asked for the money."""

    CARD = "card"
    QR = "qr"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def to_bytes(self) -> bytes:
        return self.model_dump_json().encode()


def read(model: type[M], payload: bytes | None, what: str) -> M:
    """Raises `StoredUnreadable`, naming `what`."""
    try:
        return model.model_validate_json(payload or b"")
    except ValidationError as error:
        raise StoredUnreadable(what) from error


class StoredPremium(_Stored):
    """One premium with the idempotency key that was born with it."""

    key: IdempotencyKey
    bill: BillReference
    kind: Kind
    year: int
    amount_fen: Fen
    payee: Annotated[ShortText, Field(repr=False)]
    whom: ForWhom

    @classmethod
    def of(cls, premium: Premium, key: str) -> StoredPremium:
        return cls(
            key=key,
            bill=premium.bill,
            kind=premium.kind,
            year=premium.year,
            amount_fen=premium.amount,
            payee=premium.payee,
            whom=premium.whom,
        )

    def to_premium(self) -> Premium:
        return Premium(self.bill, self.kind, self.year, self.amount_fen, self.payee, self.whom)


class StoredSale(_Stored):
    """What an intent is for."""

    premiums: Annotated[tuple[StoredPremium, ...], Field(min_length=1)]
    payer: Annotated[ShortText, Field(repr=False)]
    payer_handle: Annotated[str, Field(repr=False, max_length=200)] = ""
    """By which the payer's own later sessions find it; empty where nobody is to."""

    @classmethod
    def of(cls, sale: Sale) -> StoredSale:
        """With keys, which are born here and never made again."""
        return cls(
            premiums=tuple(StoredPremium.of(one, new_key()) for one in sale.premiums),
            payer=sale.payer,
            payer_handle=sale.payer_handle,
        )

    @property
    def bills(self) -> frozenset[str]:
        return frozenset(one.bill for one in self.premiums)


class CardIntent(_Stored):
    """A charge that a pin pad is about to be asked for: all that one asks by."""

    sale: StoredSale
    amount_fen: Fen
    sale_id: str
    service_id: str
    transaction_id: str
    at: Instant
    poi: str
    """The pad's id: another pad's word says nothing of this charge."""

    @classmethod
    def of(cls, sale: StoredSale, charge: Charge, amount: Fen, poi: str) -> CardIntent:
        return cls(
            sale=sale,
            amount_fen=amount,
            sale_id=charge.reference.sale_id,
            service_id=charge.reference.service_id,
            transaction_id=charge.transaction_id,
            at=charge.at,
            poi=poi,
        )

    def to_charge(self) -> Charge:
        reference = Reference(self.sale_id, self.service_id)
        return Charge(reference, self.transaction_id, self.amount_fen.fen, self.at)


class QrIntent(_Stored):
    """An order that the centre is about to be asked for; its key is the premium's."""

    sale: StoredSale
    channel: QrChannel
    at: Instant

    @property
    def premium(self) -> StoredPremium:
        """One bill an order."""
        return self.sale.premiums[0]


class StoredEntry(_Stored):
    """The payload of an outbox entry: one premium that was charged to a bank card."""

    type: Literal["premium"] = "premium"
    premium: StoredPremium
    payer: Annotated[ShortText, Field(repr=False)]
    tender: BankCardWire
    paid_at: Instant
    payment: str
    """The intent's number, shared by the premiums of one charge."""

    def to_draft(self, terminal: str) -> Draft:
        premium = self.premium
        return Draft(
            terminal=terminal,
            key=premium.key,
            kind=EntryKind.PREMIUM.value,
            payload=self.to_bytes(),
            amount=premium.amount_fen.fen,
            about=premium.bill,
        )

    def to_wire(self, receipt_number: str) -> EntryWire:
        """What the centre is sent: the same at every sending, for it follows from the stored row alone."""
        premium = self.premium
        return EntryWire(
            key=premium.key,
            kind=EntryKind.PREMIUM,
            receipt=receipt_number,
            bill=premium.bill,
            amount_fen=premium.amount_fen,
            tender=self.tender,
            paid_at=self.paid_at,
        )

    def to_receipt(self, entry: Entry, posting: Posting | None) -> Receipt:
        return Receipt(
            number=entry.receipt_number,
            premium=self.premium.to_premium(),
            payer=self.payer,
            tender=self.tender.to_domain(),
            paid_at=self.paid_at,
            terminal=entry.terminal,
            posting=posting,
        )


def sale_of(intent: Intent) -> StoredSale:
    """What an intent of either kind is for. Raises `StoredUnreadable`."""
    what = f"payment {intent.intent_id}"
    match intent.kind:
        case IntentKind.CARD:
            return read(CardIntent, intent.payload, what).sale
        case IntentKind.QR:
            return read(QrIntent, intent.payload, what).sale
        case _:
            raise StoredUnreadable(what)
