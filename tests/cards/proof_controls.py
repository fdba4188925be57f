"""Decoders as vendors have written them. Each has to be found out, or the fuzzing proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace

from proof_decoders import Decoder, Flow, OneAnswer
from proof_true_cards import true_cards

from drivers.cards.apdu import Command, MalformedResponse, transmit, transmit_whole, waiting_bytes
from drivers.cards.application import APPLICATION_ID
from drivers.cards.channel import CardChannel
from drivers.cards.social_security import (
    BlankCard,
    CardRead,
    Field,
    Outcome,
    SocialSecurityCard,
    read_social_security_card,
)

Reader = Callable[[CardChannel, AbstractSet[Field]], Outcome]
"""As `read_social_security_card`."""

_TAGS = {"card_id": (0x01, 0x28, 16), "card_number": (0x07, 0x28, 9), "citizen_number": (0x08, 0x30, 18)}


def finds_tags_by_substring(channel: CardChannel, wanted: AbstractSet[Field]) -> Outcome:
    """Reads right, and then looks for tag and length anywhere in all that the card said."""
    outcome = read_social_security_card(channel, wanted)
    if not isinstance(outcome, CardRead):
        return outcome
    said = b"".join(
        transmit_whole(channel, Command(0x00, 0xB2, tag, p2, le=length + 2)).data
        for tag, p2, length in _TAGS.values()
    )
    found = {}
    for name, (tag, _p2, length) in _TAGS.items():
        at = said.find(bytes([tag, length]))
        if at >= 0:
            found[name] = said[at + 2 : at + 2 + length]
    card = outcome.card
    return CardRead(
        replace(
            card,
            card_id=found["card_id"].hex().upper() if "card_id" in found else card.card_id,
            card_number=_ascii(found.get("card_number")) or card.card_number,
            citizen_number=_ascii(found.get("citizen_number")) or card.citizen_number,
        )
    )


def _ascii(value: bytes | None) -> str:
    return (value or b"").rstrip(b"\x00").decode("latin-1")


def strips_every_00(channel: CardChannel, wanted: AbstractSet[Field]) -> Outcome:
    """Takes padding off wherever two zeros stand."""
    outcome = read_social_security_card(channel, wanted)
    return _changed(outcome, lambda card: replace(card, card_id=card.card_id.replace("00", "")))


def decodes_name_in_parts(channel: CardChannel, wanted: AbstractSet[Field]) -> Outcome:
    """Decodes record 09 and its continuation each by itself."""

    def parted(card: SocialSecurityCard) -> SocialSecurityCard:
        if card.name is None:
            return card
        encoded = card.name.encode("gb18030")
        parts = (part.decode("gb18030", errors="replace") for part in (encoded[:30], encoded[30:]))
        return replace(card, name="".join(parts))

    return _changed(read_social_security_card(channel, wanted), parted)


def _changed(outcome: Outcome, change: Callable[[SocialSecurityCard], SocialSecurityCard]) -> Outcome:
    return CardRead(change(outcome.card)) if isinstance(outcome, CardRead) else outcome


WRONG_READERS: dict[str, Reader] = {
    "finds tags by substring": finds_tags_by_substring,
    "strips every 00": strips_every_00,
    "decodes the name in parts": decodes_name_in_parts,
}
"""Found out by what true cards say."""


def _trusts_lengths(data: bytes) -> list[str]:
    """Reads beyond the end."""
    at = 0
    while at < len(data):
        at += 2 + data[at + 1]
    return []


def _believes_any_length(data: bytes) -> list[str]:
    """Makes room first for what is said to come."""
    room = bytearray(int.from_bytes(data[1:5], "big"))
    room[: len(data)] = data
    return []


def _guesses_encoding(data: bytes) -> list[str]:
    data.decode("utf-8")
    return []


def _goes_as_deep_as_it_says(data: bytes) -> list[str]:
    if data:
        _goes_as_deep_as_it_says(data if data[0] & 0x20 else data[1:])
    return []


def _fetches_without_end(channel: CardChannel) -> Outcome:
    """Asks as long as the card offers something."""
    try:
        response = transmit(channel, Command(0x00, 0xA4, 0x04, 0x00, APPLICATION_ID))
        while waiting_bytes(response.status) is not None:
            response = transmit(channel, Command(0x00, 0xC0, 0x00, 0x00, le=256))
    except MalformedResponse:
        return BlankCard()
    return BlankCard()


def wrong_decoders() -> dict[str, Decoder]:
    """Found out by mutated answers."""
    seeds = [bytes.fromhex("6F0A84020102 9F0C03860103"), bytes.fromhex("0112") + bytes(18)]
    cards = [one.card for one in true_cards(8)]
    one: dict[str, Callable[[bytes], list[str]]] = {
        "trusts lengths": _trusts_lengths,
        "believes any length": _believes_any_length,
        "guesses the encoding": _guesses_encoding,
        "goes as deep as it says": _goes_as_deep_as_it_says,
    }
    return {
        **{name: OneAnswer(name, seeds, check, ()) for name, check in one.items()},
        "fetches without end": Flow("fetches without end", cards, _fetches_without_end, (BlankCard,)),
    }


FOUND_BY = {
    **dict.fromkeys(WRONG_READERS, "read as"),
    "trusts lengths": "IndexError",
    "believes any length": "MemoryError",
    "guesses the encoding": "UnicodeDecodeError",
    "goes as deep as it says": "RecursionError",
    "fetches without end": "it computed for",
}
"""Every control, and the word of the finding that it has to cause."""
