"""What reads a chip: social-security card, authentication, PIN, bank application."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from proof_decoders import Decoder, Flow, OneAnswer
from proof_true_cards import true_cards

from drivers.cards import bank, pin
from drivers.cards.any_card import CardOutcome, UnknownCard, is_contactless, read_card
from drivers.cards.apdu import MalformedResponse
from drivers.cards.authentication import GuardedAuthenticator, historical_bytes
from drivers.cards.bank import BankApplication, BankCardKind, NoBankApplication
from drivers.cards.card_id import BadCardId, CardId
from drivers.cards.channel import CardChannel
from drivers.cards.id_outcomes import IdCardRead, IdUnreadable
from drivers.cards.pin import Pin, PinLocked
from drivers.cards.records import Garbled
from drivers.cards.sam_pcsc import is_id_card
from drivers.cards.social_security import (
    ALL,
    ESSENTIAL,
    BlankCard,
    CardFault,
    CardRead,
    NotASocialSecurityCard,
    NotGenuine,
    Outcome,
    Unreadable,
    read_social_security_card,
)
from drivers.cards.tlv import Tlv, TlvError, encode
from drivers.virtual.bank_card import NumberIn, OptionsForm, bank_applications
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.software_authenticator import SoftwareAuthenticator

DATA: Final = Path(__file__).parent / "data"
READING: Final = (CardRead, NotASocialSecurityCard, BlankCard, NotGenuine, CardFault, Unreadable)
ANY_READING: Final = (*READING, UnknownCard, IdCardRead, IdUnreadable)
BANKING: Final = (BankApplication, NoBankApplication, CardFault, Unreadable)
PIN_OUTCOMES: Final = (
    *(pin.PinRight, pin.PinWrong, pin.PinLocked, pin.LastTry, pin.TriesUnknown),
    *(pin.PinRefused, pin.PinUnanswered),
)
MASTER_KEYS: Final = {
    "third_generation_3des": bytes(range(0x10)),
    "third_generation_sm4": bytes(range(0x10, 0x20)),
}
PIN_OF_SM4: Final = (2, 4, 6, 8, 1, 0)

_TRUE_CARDS: Final = 48
_SELECT, _GET_RESPONSE, _READ_RECORD = 0xA4, 0xC0, 0xB2
_NAME_TAGS: Final = frozenset({0x09, 0x4E})
_PAN: Final = "6299990000000000012"
_PARTS_OF_PANS: Final = [
    pan[at : at + 8]
    for pan in (_PAN, "6299990000000009")
    for at in range(len(pan) - 7)
    if len(set(pan[at : at + 8])) > 1
]


def chip_decoders() -> Iterator[Decoder]:
    yield from _social_security()
    yield from _authentication()
    yield from _pin()
    yield from _bank()
    yield _answer_to_reset()
    yield OneAnswer("card id", [bytes.fromhex("800100D156000005000000014FB8C2D7")], _card_id, (BadCardId,))


def own_card(name: str) -> VirtualCard:
    """A card of the tests' own files."""
    return load_card(DATA / f"{name}.toml")


def read_any(channel: CardChannel) -> CardOutcome:
    """As a reader that has the ID card's module inside."""
    return read_card(channel, id_module=True)


def read_all(channel: CardChannel) -> Outcome:
    return read_social_security_card(channel, ALL)


def authenticated(name: str) -> Callable[[CardChannel], Outcome]:
    """Reads this card as a terminal that has its keys."""
    software = SoftwareAuthenticator(MASTER_KEYS[name])
    # A guard for each reading: it stops for good where a card refuses the terminal's proof.
    return lambda channel: read_social_security_card(channel, ALL, GuardedAuthenticator(software))


def verify(channel: CardChannel) -> pin.PinOutcome:
    with Pin(PIN_OF_SM4) as typed:
        return pin.verify_pin(channel, typed, spend_last_try=True)


def change(channel: CardChannel) -> pin.PinOutcome:
    """To the same digits: the card is as before."""
    with Pin(PIN_OF_SM4) as old, Pin(PIN_OF_SM4) as new:
        return pin.change_pin(channel, old, new, spend_last_try=True)


def _social_security() -> Iterator[Decoder]:
    files = [own_card(f"{name}_generation") for name in ("first", "second", "third")]
    cards = [one.card for one in true_cards(_TRUE_CARDS)]
    by_tag = [card for card in cards if card.applications[0].reads_by_tag]
    by_position = [card for card in cards if not card.applications[0].reads_by_tag]
    tells_file = [card for card in cards if card.applications[0].fci]
    yield Flow("social security by tag", [*files, *by_tag], read_all, READING, unsound=_unsound)
    yield Flow("social security by position", by_position, read_all, READING, unsound=_unsound)
    yield Flow("essential fields", [*files, *cards], _read_essential, READING, unsound=_unsound)
    yield Flow("any card", [*files, own_card("bank_only"), *cards], read_any, ANY_READING, unsound=_unsound)
    yield Flow("file control information", tells_file, read_all, READING, unsound=_unsound, steps=_tells_file)
    yield Flow("name", by_tag, read_all, READING, unsound=_unsound, steps=_tells_name)


def _read_essential(channel: CardChannel) -> Outcome:
    return read_social_security_card(channel, ESSENTIAL)


def _tells_file(command: bytes) -> bool:
    return command[1] == _GET_RESPONSE or (command[1] == _SELECT and command[2] == 0x04)


def _tells_name(command: bytes) -> bool:
    return command[1] == _READ_RECORD and command[2] in _NAME_TAGS


def _unsound(outcome: object) -> list[str]:
    """What no reading may hold, whatever came over the wire."""
    if not isinstance(outcome, CardRead):
        return []
    card = outcome.card
    texts = (card.card_class, card.version, card.card_number, card.citizen_number, card.sex)
    digits = (card.institution, card.ethnic_group, card.birthplace)
    return [
        *([] if re.fullmatch(r"[0-9A-F]{32}", card.card_id) else ["the card id is none"]),
        *(f"{one!r} for letters and digits" for one in texts if not _is(one, r"[0-9A-Za-z.]{1,18}")),
        *(f"{one!r} for digits" for one in digits if not _is(one, r"[0-9]{1,24}")),
        *([] if card.name is None or is_name(card.name, 50) else [f"the name {card.name!r}"]),
        *(["it was authenticated without a key"] if card.authenticated else []),
    ]


def _is(text: str | None, form: str) -> bool:
    return text is None or re.fullmatch(form, text) is not None


def is_name(name: str, most_bytes: int) -> bool:
    """Something to show, and nothing that steers a screen or a printer."""
    steers = any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for one in name)
    return bool(name.strip()) and not steers and len(name.encode("gb18030")) <= most_bytes


def _authentication() -> Iterator[Decoder]:
    for name in MASTER_KEYS:
        yield Flow(f"authentication, {name}", [own_card(name)], authenticated(name), READING)


def _pin() -> Iterator[Decoder]:
    cards = [own_card("third_generation_sm4")]
    yield Flow("PIN verified", cards, verify, PIN_OUTCOMES)
    yield Flow("PIN changed", cards, change, PIN_OUTCOMES)
    yield Flow("PIN tries", cards, pin.pin_tries, (int, PinLocked, type(None)), own=(MalformedResponse,))


def _bank() -> Iterator[Decoder]:
    cards = [own_card("bank_only"), own_card("third_generation_sm4")]
    for form in OptionsForm:
        for number_in in NumberIn:
            applications = bank_applications(
                BankCardKind.DEBIT, _PAN, date(2030, 2, 28), form=form, number_in=number_in
            )
            cards.append(VirtualCard(b"\x3b\x00", applications))
    yield Flow("bank application", cards, bank.read_bank_application, BANKING, unsound=_unsound_bank)
    yield Flow("is a bank card", cards, bank.is_bank_card, (bool,))
    lists = [bytes.fromhex("9F7A019F02065F2A02"), bytes.fromhex("9F66049F02069F03069F1A0295055F2A029A039C01")]
    yield OneAnswer("data object list", lists, _asked_length, (Garbled,))
    options = [bytes.fromhex("800A7C0008010100100102 00"), bytes.fromhex("770A82027C00940408010200")]
    yield OneAnswer("file locator", options, _file_locator, (Garbled, TlvError))


def _unsound_bank(outcome: object) -> list[str]:
    if isinstance(outcome, Unreadable) and any(part in outcome.detail for part in _PARTS_OF_PANS):
        return ["a detail with the digits of a card number"]
    if not isinstance(outcome, BankApplication):
        return []
    masked = re.fullmatch(r"\*{8,15}[0-9]{4}", outcome.masked_pan)
    return [] if masked and outcome.masked_pan not in repr(outcome) else ["a card number that is not masked"]


def _asked_length(data: bytes) -> list[str]:
    return [] if 0 <= bank.asked_length(data) <= 252 else ["more than a command can carry"]


def _file_locator(data: bytes) -> list[str]:
    lines = bank.file_locator(data)
    good = all(1 <= line.first <= line.last and 1 <= line.short_id <= 30 for line in lines)
    return [] if good else ["records that no file has"]


def _answer_to_reset() -> Decoder:
    answers = [
        *(bytes.fromhex("3B6D00000081000001000120010100000 1".replace(" ", "")), b"\x3b\x00"),
        bytes.fromhex("3B8D80010081000001000120010100000 1AC".replace(" ", "")),
        bytes.fromhex("3B8F8001804F0CA000000306079000000000" + "AA"),
    ]
    return OneAnswer("answer to reset", answers, _reset, ())


def _reset(atr: bytes) -> list[str]:
    told = len(historical_bytes(atr)) <= 15
    bools = isinstance(is_contactless(atr), bool) and isinstance(is_id_card(atr), bool)
    return [] if told and bools else ["more historical bytes than there can be"]


def _card_id(data: bytes) -> list[str]:
    return [] if CardId.parse(data).encode() == data else ["it does not read back what it read"]


def tlv_seeds() -> list[bytes]:
    """Objects within objects, long and short."""
    inner = (Tlv(0x84, b"\x01\x02"), Tlv(0x9F0C, bytes.fromhex("860103")), Tlv(0xBF0C, ()))
    record = Tlv(0x70, (Tlv(0x61, inner), Tlv(0x5A, bytes(300))))
    deep = Tlv(0x6F, (Tlv(0xA5, (Tlv(0x61, (Tlv(0x7F49, inner),)),)),))
    return [
        encode((Tlv(0x6F, inner),)),
        encode((record, Tlv(0x5F24, b"\x28"))),
        encode((deep,)),
        b"\x6f\x7e" * 24,
    ]
