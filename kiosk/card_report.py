"""`kioskctl card`: what card is in which reader, decoded; names and numbers masked unless asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from drivers.cards.channel import CardInUse, CardMute, CardPulled, ExchangeFailed
from drivers.cards.pcsc import ReaderState, look_at_readers, with_card
from drivers.cards.social_security import (
    ALL,
    BlankCard,
    CardFault,
    CardRead,
    NotASocialSecurityCard,
    SocialSecurityCard,
    Unreadable,
    read_social_security_card,
)
from kiosk.domain.citizen_number import masked_name

_SECRET = frozenset({"card_id", "card_number", "citizen_number", "institution"})
_PERSONAL = frozenset({"sex", "ethnic_group", "birthplace", "birth_date"})


@dataclass(frozen=True, slots=True)
class CardReport:
    """One reader and what is in it."""

    reader: str
    atr: str
    """In hex; empty where no card is in, or it does not start."""
    outcome: str
    """`empty`, `read`, or why the card cannot be read."""
    detail: str
    fields: dict[str, str]

    def lines(self) -> list[str]:
        told = [f"{self.reader}: {self.outcome}" + (f" ({self.detail})" if self.detail else "")]
        if self.atr:
            told.append(f"  ATR {self.atr}")
        told.extend(f"  {name:16} {value}" for name, value in self.fields.items())
        return told


def report_cards(*, reveal: bool) -> tuple[CardReport, ...]:
    """All readers; raises `PcscUnavailable` or `NoReader`, whose messages say what to do."""
    return tuple(_report(state, reveal=reveal) for state in look_at_readers())


def as_json(reports: tuple[CardReport, ...]) -> list[dict[str, object]]:
    return [asdict(report) for report in reports]


def _report(state: ReaderState, *, reveal: bool) -> CardReport:
    if not state.holds_card:
        return CardReport(state.reader, "", "empty", "", {})
    atr = state.atr.hex(" ").upper()
    try:
        outcome = with_card(state.reader, lambda channel: read_social_security_card(channel, ALL))
    except CardMute:
        return CardReport(state.reader, atr, "mute", "does not start: wrong way round, or no chip", {})
    except CardInUse as error:
        return CardReport(state.reader, atr, "in use", f"another program holds it: {error}", {})
    except CardPulled:
        return CardReport(state.reader, atr, "pulled", "it left while it was read: put it in again", {})
    except ExchangeFailed as error:
        return CardReport(state.reader, atr, "unreadable", str(error), {})
    match outcome:
        case CardRead(card):
            return CardReport(state.reader, atr, "read", "", _fields(card, reveal=reveal))
        case NotASocialSecurityCard():
            return CardReport(state.reader, atr, "unknown", "not a social-security card", {})
        case BlankCard():
            return CardReport(state.reader, atr, "blank", "written for nobody yet", {})
        case CardFault(step, status_word):
            return CardReport(
                state.reader, atr, "refuses", f"{step}: {status_word:04X} {outcome.meaning}", {}
            )
        case Unreadable(step, detail):
            return CardReport(state.reader, atr, "unreadable", f"{step}: {detail}", {})


def _fields(card: SocialSecurityCard, *, reveal: bool) -> dict[str, str]:
    told = {}
    for name, value in asdict(card).items():
        if value is None or name == "number_protected":
            continue
        told[name] = _shown(name, value, reveal=reveal)
    if card.number_protected:
        told["citizen_number"] = "protected: the card gives it only to a terminal that authenticates"
    return told


def _shown(name: str, value: object, *, reveal: bool) -> str:
    text = value.isoformat() if isinstance(value, date) else str(value)
    if reveal:
        return text
    if name == "name":
        return masked_name(text)
    if name in _SECRET:
        return "*" * max(0, len(text) - 4) + text[-4:]
    return "*" if name in _PERSONAL else text
