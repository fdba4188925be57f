"""The cards that are put in on a walk: the tray's, those of people who have none there, and spoilt ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from demo.walk.residents import extra_residents
from drivers.cards.any_card import CardOutcome, read_card
from drivers.cards.channel import CardMute, CardPulled, ReaderBusy
from drivers.cards.social_security import NotGenuine
from drivers.virtual.cards import (
    Answer,
    Application,
    Fault,
    Pull,
    Silence,
    StoredFile,
    StoredRecord,
    VirtualCard,
)
from drivers.virtual.id_card import IdFault, Status, as_pcsc_card
from drivers.virtual.id_card_file import load_id_card
from ui.bench.tray import CardLook, load_tray

_LONGEST_ATR: Final = 33
_CARD_ID, _CARD_NUMBER, _NUMBER, _NAME = 0x01, 0x07, 0x08, 0x09
_NO_NUMBER: Final = b"80010019900708002"
"""One digit short."""
_DAMAGED_SW3: Final = 0x41
Reading = CardOutcome | Exception


@dataclass(frozen=True, slots=True)
class WalkCard:
    """One card; its `presence` is the same whenever it is put in."""

    presence: int
    name: str
    """As its file is called, or what is the matter with it."""
    chip: VirtualCard | None
    is_laid: bool = False
    """It goes into no slot."""
    reading: Reading | None = None
    """What a reader makes of it, where no virtual card does that by itself."""


def walk_cards(tray: Path) -> tuple[WalkCard, ...]:
    """Every card of the tray, in its order, and then the others. Raises `TrayError`."""
    lying = load_tray(tray)
    cards = [
        WalkCard(0, one.file.stem, one.card or as_pcsc_card(load_id_card(one.file)), one.look.is_laid)
        for one in lying
    ]
    chip = next(one.card for one in lying if one.look is CardLook.RESIDENT and one.card is not None)
    laid = load_id_card(next(one.file for one in lying if one.look is CardLook.ID_CARD))
    cards += (WalkCard(0, name, other) for name, other in _others(chip))
    cards += (
        WalkCard(0, "id-lifted", as_pcsc_card(replace(laid, faults=(IdFault(1, Pull()),))), is_laid=True),
        WalkCard(
            0,
            "id-damaged",
            as_pcsc_card(replace(laid, faults=(IdFault(1, Status(_DAMAGED_SW3)),))),
            is_laid=True,
        ),
        WalkCard(0, "not-genuine", None, reading=NotGenuine()),
        WalkCard(0, "reader-busy", None, reading=ReaderBusy("its inbox is full")),
    )
    return tuple(replace(card, presence=place) for place, card in enumerate(cards, start=1))


def _others(like: VirtualCard) -> Iterator[tuple[str, VirtualCard]]:
    for name, resident in extra_residents().items():
        written = {
            _CARD_ID: bytes.fromhex(resident.card.card_id),
            _CARD_NUMBER: resident.card.card_number.encode("ascii"),
            _NUMBER: resident.file.person.number.text.encode("ascii"),
            _NAME: resident.card_name.encode("gb18030"),
        }
        yield name, _rewritten(like, written)
    # As a card of generation 3 does; the centre knows it by its id.
    yield "keeps-its-number", _rewritten(like, {_NUMBER: b"", _NAME: b""})
    yield "odd-number", _rewritten(like, {_NUMBER: _NO_NUMBER})
    yield "pulled", VirtualCard(like.atr, like.applications, (Fault(2, Pull()),))


def _rewritten(card: VirtualCard, written: Mapping[int, bytes]) -> VirtualCard:
    """The same card with other records, as long as they were; those that are empty are closed to readers."""

    def record(one: StoredRecord) -> StoredRecord:
        value = written.get(one.tag, one.value)
        return (
            replace(one, value=value.ljust(len(one.value), b"\x00"))
            if value
            else replace(one, protected=True)
        )

    def file(one: StoredFile) -> StoredFile:
        return replace(one, records=tuple(map(record, one.records)))

    def application(one: Application) -> Application:
        return replace(one, files=tuple(map(file, one.files)))

    return VirtualCard(card.atr, tuple(map(application, card.applications)))


class Hands:
    """`CardReaders` over virtual cards and their own answers, without a PC/SC service between."""

    def __init__(self, cards: Iterable[WalkCard]) -> None:
        self._cards = {card.presence: card for card in cards}

    def read(self, presence: int) -> Future[CardOutcome]:
        """What the card does is in the future, also where it gives no answer."""
        reading: Future[CardOutcome] = Future()
        try:
            outcome = _read(self._cards[presence])
        except Exception as error:  # noqa: BLE001 as a reader's thread hands it over
            reading.set_exception(error)
        else:
            reading.set_result(outcome)
        return reading


class _Stay:
    """A `CardChannel` to a card that was just put in."""

    def __init__(self, chip: VirtualCard) -> None:
        chip.insert()
        self._chip = chip

    @property
    def atr(self) -> bytes:
        return self._chip.atr

    def send_and_receive(self, apdu: bytes | bytearray, /) -> bytes:
        match self._chip.answer(bytes(apdu)):
            case Answer(data):
                # How long the card takes, nobody waits for.
                return data
            case Pull():
                raise CardPulled("it has left")
            case Silence():
                raise TimeoutError


def _read(card: WalkCard) -> CardOutcome:
    if isinstance(card.reading, Exception):
        raise card.reading
    if card.reading is not None:
        return card.reading
    if card.chip is None:
        raise ValueError(f"nothing is known of the card {card.name!r}")
    stay = _Stay(card.chip)
    if len(stay.atr) > _LONGEST_ATR:
        raise CardMute("it does not start")
    return read_card(stay, id_module=card.is_laid)
