"""The payment application of a virtual card, as a bank writes it (EMV, PBOC; `docs/facts/cards.md` §10)."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Final

from drivers.cards.bank import DIRECTORY, UNIONPAY, BankCardKind
from drivers.cards.tlv import Tlv, encode
from drivers.virtual.cards import Application, FciAnswer, StoredFile, StoredRecord

_PDOL: Final = bytes.fromhex("9F7A01 9F0206 5F2A02")
"""What a UnionPay card asks for: its cash indicator, an amount, a currency."""
_PROFILE: Final = bytes.fromhex("7C00")
_DIRECTORY_FILE: Final = 1
_DATA_FILE: Final = 2
_SERVICE_CODE: Final = "220"


class OptionsForm(Enum):
    """The two forms of an answer to GET PROCESSING OPTIONS."""

    PLAIN = "80"
    OBJECTS = "77"


class NumberIn(Enum):
    """Where the card number stands."""

    PAN = "5A"
    TRACK_2 = "57"


def bank_applications(
    kind: BankCardKind,
    pan: str,
    expires: date,
    *,
    form: OptionsForm = OptionsForm.OBJECTS,
    number_in: NumberIn = NumberIn.PAN,
    has_directory: bool = True,
    pdol: bytes = _PDOL,
) -> tuple[Application, ...]:
    """The application, behind its directory if there is one; `kind` is debit or credit."""
    name = {its_kind: name for name, its_kind in UNIONPAY.items()}[kind]
    content = _content(pan, expires, number_in)
    # The first record has nothing that is wanted: a reader must go on to the second.
    records = (_record(Tlv(0x5F20, b"TEST/CARD")), _record(*content))
    application = Application(
        name,
        (StoredFile(_DATA_FILE, records),),
        fci=Tlv(0xA5, (Tlv(0x50, b"PBOC"), *([Tlv(0x9F38, pdol)] if pdol else []))).encode(),
        fci_answer=FciAnswer.DIRECT,
        exact_length=False,
        options=_options(form, bytes([_DATA_FILE << 3, 1, len(records), 0])),
    )
    return (application, _directory(name)) if has_directory else (application,)


def _content(pan: str, expires: date, number_in: NumberIn) -> tuple[Tlv, ...]:
    if number_in is NumberIn.PAN:
        return Tlv(0x5A, _digits(pan)), Tlv(0x5F24, _digits(expires.strftime("%y%m%d")))
    return (Tlv(0x57, _digits(f"{pan}D{expires.strftime('%y%m')}{_SERVICE_CODE}")),)


def _options(form: OptionsForm, locator: bytes) -> bytes:
    if form is OptionsForm.PLAIN:
        return Tlv(0x80, _PROFILE + locator).encode()
    return Tlv(0x77, (Tlv(0x82, _PROFILE), Tlv(0x94, locator))).encode()


def _directory(name: bytes) -> Application:
    entry = Tlv(0x61, (Tlv(0x4F, name), Tlv(0x50, b"PBOC")))
    return Application(
        DIRECTORY,
        (StoredFile(_DIRECTORY_FILE, (_record(entry),)),),
        fci=Tlv(0xA5, (Tlv(0x88, bytes([_DIRECTORY_FILE])),)).encode(),
        fci_answer=FciAnswer.DIRECT,
        exact_length=False,
    )


def _record(*objects: Tlv) -> StoredRecord:
    return StoredRecord(0x70, encode(objects))


def _digits(digits: str) -> bytes:
    return bytes.fromhex(digits + "F" * (len(digits) % 2))
