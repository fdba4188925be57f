"""`kioskctl card`: what card is in which reader, decoded; names and numbers masked unless asked for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from drivers.cards.any_card import CardOutcome, UnknownCard, is_contactless, read_card
from drivers.cards.authentication import GuardedAuthenticator
from drivers.cards.bank import BankApplication, NoBankApplication, read_bank_application
from drivers.cards.channel import (
    CardChannel,
    CardError,
    CardInUse,
    CardMute,
    CardPulled,
    ReaderBusy,
)
from drivers.cards.id_outcomes import IdCardFault, IdCardMoved, IdCardRead, IdUnreadable
from drivers.cards.id_reader import read_laid_card
from drivers.cards.once import USUAL_LIMIT_S, once_with_card
from drivers.cards.pcsc import NoReader, PcscError, ReaderState, look_at_readers
from drivers.cards.records import Garbled
from drivers.cards.resident_id import Layout
from drivers.cards.sam_module import LineError, SamModule, SamRefused, SamSilent
from drivers.cards.sam_serial import SerialLine
from drivers.cards.sam_v import BadFrame
from drivers.cards.social_security import (
    ALL,
    BlankCard,
    CardFault,
    CardRead,
    NotGenuine,
    SocialSecurityCard,
    Unreadable,
)
from kiosk.domain.citizen_number import masked_name
from kiosk.domain.person_codes import ethnic_group_of, sex_of
from kiosk.running_kiosk import unopened
from kiosk.settings import ReaderSettings

FIND_LIMIT_S: Final = 2.0
"""So long the module looks for an ID card; one lies there already, or is laid within a moment."""
_LOOK_S: Final = 0.3
_OPEN: Final = frozenset(
    {
        "algorithm",
        "card_class",
        "version",
        "issued",
        "expires",
        "region",
        "authenticated",
        "layout",
        "valid_from",
        "valid_to",
        "country",
        "module_id",
    }
)
"""What is nobody's secret, or masked already."""
_LAST_FOUR: Final = frozenset(
    {"card_id", "card_number", "citizen_number", "institution", "number", "pass_number"}
)
_NAMES: Final = frozenset({"name", "english_name"})
_NOT_TOLD: Final = frozenset({"number_protected", "photo", "fingerprint"})


@dataclass(frozen=True, slots=True)
class CardReport:
    """One reader and what is in it."""

    reader: str
    atr: str
    """In hex; empty where no card is in, or it does not start, or it has none (an ID card)."""
    outcome: str
    """`empty`, `read`, or why the card cannot be read."""
    detail: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    contactless: bool = False

    def lines(self) -> list[str]:
        told = [f"{self.reader}: {self.outcome}" + (f" ({self.detail})" if self.detail else "")]
        if self.atr:
            told.append(f"  ATR {self.atr}" + (", contactless" if self.contactless else ""))
        told.extend(f"  {name:16} {value}" for name, value in self.fields.items())
        return told


@dataclass(frozen=True, slots=True)
class Asked:
    """What a technician wants to know."""

    reveal: bool = False
    bank: bool = False
    """The bank's application on the same chip too; its number is masked always."""
    id_device: Path | None = None
    """The serial line of the ID card's module."""
    readers: ReaderSettings = field(default_factory=ReaderSettings)
    """Which PC/SC readers have such a module in them."""
    run_dir: Path | None = None
    """Of the kiosk that may have that line; None where none can."""
    authenticator: GuardedAuthenticator | None = None
    within_s: float = USUAL_LIMIT_S
    """So long a card in one reader may take."""


def report_cards(asked: Asked) -> tuple[CardReport, ...]:
    """All readers. Raises `PcscError` or `NoReader`, whose messages say what to do, where no module for ID
    cards is asked either."""
    module = () if asked.id_device is None else (_report_module(asked.id_device, asked),)
    try:
        states = look_at_readers()
    except (NoReader, PcscError) as error:
        if not module:
            raise
        outcome = "no reader" if isinstance(error, NoReader) else "no service"
        return (CardReport("PC/SC", "", outcome, detail=str(error)), *module)
    return (*(_report(state, asked) for state in states), *module)


def as_json(reports: tuple[CardReport, ...]) -> list[dict[str, object]]:
    return [asdict(report) for report in reports]


def _report(state: ReaderState, asked: Asked) -> CardReport:
    if not state.holds_card:
        return CardReport(state.reader, "", "empty")
    report = CardReport(state.reader, state.atr.hex(" ").upper(), "", contactless=is_contactless(state.atr))

    id_module = asked.readers.has_id_module(state.reader)

    def job(channel: CardChannel) -> CardReport:
        outcome = read_card(channel, ALL, asked.authenticator, id_module=id_module)
        told = _told(report, outcome, reveal=asked.reveal)
        return _with_bank(told, channel) if asked.bank else told

    try:
        return once_with_card(state.reader, job, asked.within_s)
    except CardError as error:
        outcome, detail = unanswered(error)
        return replace(report, outcome=outcome, detail=detail)


def unanswered(error: CardError) -> tuple[str, str]:
    """What is the matter with a card that gave no answer, and what to do about it."""
    match error:
        case CardMute():
            return "mute", "does not start: wrong way round, or no chip"
        case CardInUse():
            return "in use", f"another program holds it: {error}"
        case CardPulled():
            return "pulled", "it left while it was read: put it in again"
        case ReaderBusy():
            return "silent", f"{error}: take the card out, it may be broken"
        case _:
            return "unreadable", str(error)


def _report_module(device: Path, asked: Asked) -> CardReport:
    report = CardReport(f"SAM-V {device}", "", "")
    try:
        line = SerialLine(device)
    except LineError as error:
        told = unopened(device, error, asked.run_dir)
        return replace(report, outcome="in use" if told.by_kiosk else "no module", detail=told.says)
    try:
        module = SamModule(line)
        module_id = module.wake()
        found, deadline = module.find(), time.monotonic() + FIND_LIMIT_S
        while not found and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
            found = module.find()
        if not found:
            why = f"module {module_id}; a card that was read before must be lifted first"
            return replace(report, outcome="empty", detail=why)
        return _told(report, read_laid_card(module, module_id), reveal=asked.reveal)
    except (LineError, SamRefused, SamSilent, BadFrame, Garbled) as error:
        return replace(report, outcome="no module", detail=f"{error}: is this the module's line, 115200 8N1?")
    finally:
        line.close()


def _told(report: CardReport, outcome: CardOutcome, *, reveal: bool) -> CardReport:
    match outcome:
        case CardRead(card, trouble):
            fields = _fields(_said(card), reveal=reveal)
            if card.number_protected:
                fields["citizen_number"] = (
                    "protected: the card gives it only to a terminal that authenticates"
                )
            return replace(report, outcome="read", detail=trouble or "", fields=fields)
        case IdCardRead(card=id_card, module_id=module_id, extra_address=extra):
            said = {**_said(id_card), "extra_address": extra, "module_id": module_id}
            return replace(report, outcome="read", fields=_fields(said, reveal=reveal))
        case UnknownCard(is_bank_card=is_bank_card):
            what = "a bank card" if is_bank_card else "not a social-security card"
            return replace(report, outcome="unknown", detail=what)
        case BlankCard():
            return replace(report, outcome="blank", detail="written for nobody yet")
        case NotGenuine():
            why = "its answer does not fit the keys of its card id: a copy"
            return replace(report, outcome="not genuine", detail=why)
        case CardFault(step, status):
            return replace(report, outcome="refuses", detail=f"{step}: {status:04X} {outcome.meaning}")
        case IdCardFault(id_step, sw3):
            return replace(report, outcome="refuses", detail=f"{id_step}: {sw3:02X} {outcome.meaning}")
        case IdCardMoved():
            return replace(report, outcome="moved", detail="lay it on again and hold still")
        case Unreadable() | IdUnreadable():
            return replace(report, outcome="unreadable", detail=f"{outcome.step}: {outcome.detail}")


def _with_bank(report: CardReport, channel: CardChannel) -> CardReport:
    outcome = read_bank_application(channel)
    if isinstance(outcome, BankApplication):
        bank = _fields(_said(outcome), reveal=True)
        return replace(
            report, fields={**report.fields, **{f"bank_{name}": told for name, told in bank.items()}}
        )
    why = "none" if isinstance(outcome, NoBankApplication) else f"not readable: {outcome.step}"
    return replace(report, fields={**report.fields, "bank": why})


def _said(card: SocialSecurityCard | object) -> dict[str, object]:
    """The fields that the card gave."""
    given = {name: getattr(card, name) for name in getattr(card, "__dataclass_fields__", {})}
    if isinstance(card, SocialSecurityCard):
        given["region"] = card.region
    return {name: value for name, value in given.items() if name not in _NOT_TOLD}


def _fields(said: Mapping[str, object], *, reveal: bool) -> dict[str, str]:
    return {
        name: _shown(name, value, reveal=reveal)
        for name, value in said.items()
        if value is not None and value is not False
    }


def _in_words(name: str, code: str) -> str | None:
    """What a code says; None for what is none."""
    match name:
        case "sex":
            return sex_of(code)
        case "ethnic_group":
            return ethnic_group_of(code)
        case _:
            return None


def _shown(name: str, value: object, *, reveal: bool) -> str:
    if isinstance(value, Layout):
        return value.name.lower().replace("_", " ")
    text = value.isoformat() if isinstance(value, date) else str(value)
    if reveal or name in _OPEN:
        return " ".join(filter(None, (text, _in_words(name, text))))
    if name in _NAMES:
        return masked_name(text)
    if name in _LAST_FOUR:
        return "*" * max(0, len(text) - 4) + text[-4:]
    return "*"
