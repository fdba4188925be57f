"""What reads a resident ID card: frames, the module's commands, the layouts, the blocks over PC/SC."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Final

from id_bench import HOLDERS
from proof_chip_decoders import is_name
from proof_decoders import Decoder, Flow, OneAnswer
from proof_mutations import mutated

from drivers.cards.id_outcomes import IdCardFault, IdCardMoved, IdCardRead, IdUnreadable
from drivers.cards.id_reader import read_laid_card
from drivers.cards.records import Garbled
from drivers.cards.resident_id import ResidentIdCard, resident_id_card, text_field
from drivers.cards.sam_module import SamModule, SamRefused, SamSilent
from drivers.cards.sam_pcsc import read_id_card
from drivers.cards.sam_v import BadFrame, FrameReader, Reply, SamCommand, frame, parse_content
from drivers.virtual.id_card import VirtualIdCard, as_pcsc_card, id_card_text
from drivers.virtual.sam_v import SamVMechanism

_OUTCOMES: Final = (IdCardRead, IdCardMoved, IdCardFault, IdUnreadable)
_MOST_FRAMES: Final = 10_000


def id_decoders() -> Iterator[Decoder]:
    cards = id_cards()
    contents = [card.content() for card in cards] + [card.content_with_fingerprints() for card in cards]
    texts = [card.text[:70] for card in cards]
    replies = [Reply(0x90, card.text).encode() for card in cards]
    asked = [command.encode() for command in SamCommand]
    yield OneAnswer("SAM-V frames", [*replies, *asked, b"".join(asked)], _frames, ())
    yield OneAnswer(
        "SAM-V reply", [bytes.fromhex("000090"), bytes.fromhex("00009F00000000")], _reply, (BadFrame,)
    )
    yield OneAnswer("ID card's content", contents, _content, (Garbled,))
    yield OneAnswer("ID card's text", texts, _text, (Garbled,))
    yield _ModuleFlow(cards)
    yield Flow(
        "ID card over PC/SC",
        [as_pcsc_card(card) for card in cards],
        read_id_card,
        _OUTCOMES,
        unsound=_unsound,
    )


def id_cards() -> list[VirtualIdCard]:
    """One of each layout, with an extra address and with fingerprints."""
    return [
        VirtualIdCard(layout.name, id_card_text(layout, holder), "示例县青石镇2号", 1024)
        for layout, holder in HOLDERS.items()
    ]


def _frames(data: bytes) -> list[str]:
    """The same frames, whether they come at once or byte by byte; and each of them did come."""
    at_once = _contents([data])
    byte_by_byte = _contents(bytes([byte]) for byte in data)
    if at_once != byte_by_byte:
        return ["other frames byte by byte than at once"]
    return [] if all(frame(content) in data for content in at_once) else ["a frame that did not come"]


def _contents(pieces: Iterable[bytes]) -> list[bytes]:
    reader, contents = FrameReader(), []
    for piece in pieces:
        reader.feed(piece)
        for _ in range(_MOST_FRAMES):
            try:
                content = reader.next()
            except BadFrame:
                continue
            if content is None:
                break
            contents.append(content)
        else:
            raise RuntimeError("the reader of frames finds no end")
    return contents


def _reply(content: bytes) -> list[str]:
    reply = Reply.parse(content)
    return [] if frame(content) == reply.encode() else ["it does not read back what it read"]


def _content(data: bytes) -> list[str]:
    return _unsound_card(resident_id_card(parse_content(data), keep_photo=True))


def _text(data: bytes) -> list[str]:
    text = text_field(data)
    return [] if not text or is_name(text, 4 * len(data)) else [f"the text {text!r}"]


def _unsound(outcome: object) -> list[str]:
    """What no reading may hold, whatever came over the wire."""
    if not isinstance(outcome, IdCardRead):
        return []
    extra = outcome.extra_address
    return _unsound_card(outcome.card) + (
        [] if extra is None or is_name(extra, 280) else ["an extra address"]
    )


def _unsound_card(card: ResidentIdCard) -> list[str]:
    texts = (card.name, card.address, card.issuer, card.english_name)
    found = [f"{one!r} for a text" for one in texts if one is not None and not is_name(one, 280)]
    if not re.fullmatch(r"[0-9A-Z]{15,18}", card.number) or card.number in repr(card):
        found.append("a number of no form, or for all to see")
    if card.valid_to is not None and card.valid_to < card.valid_from:
        found.append("a validity that ends before it begins")
    return found


class _ModuleFlow:
    """A visit at the module, from its waking to the extra address; one of its answers is mutated."""

    name = "SAM-V module"
    own = (SamRefused, SamSilent, BadFrame, Garbled)

    def __init__(self, cards: Sequence[VirtualIdCard]) -> None:
        self._cards = cards
        self._answers: list[bytes] = []
        for card in cards:
            line = _Line(card, self._keep)
            self._visit(line)
        self._at_most = len(self._answers) // len(cards)

    def mutated_case(self, rng: Random) -> list[str]:
        at, sticks = rng.randrange(self._at_most), rng.random() < 0.2

        def spoil(number: int, answer: bytes) -> bytes:
            spoilt = number == at or (sticks and number > at)
            return mutated(rng, answer, self._answers) if spoilt else answer

        outcome = self._visit(_Line(rng.choice(self._cards), spoil))
        return (
            _unsound(outcome) if isinstance(outcome, _OUTCOMES) else [f"it came to {type(outcome).__name__}"]
        )

    def _keep(self, _number: int, answer: bytes) -> bytes:
        self._answers.append(answer)
        return answer

    @staticmethod
    def _visit(line: _Line) -> object:
        module = SamModule(line)
        number = module.wake()
        module.find()
        return read_laid_card(module, number)


class _Line:
    """A line without time: what does not come at once never comes."""

    def __init__(self, card: VirtualIdCard, on_its_way: Callable[[int, bytes], bytes]) -> None:
        self._mechanism = SamVMechanism()
        self._mechanism.lay(card)
        self._on_its_way = on_its_way
        self._came = b""
        self._count = 0

    def write(self, data: bytes, _within_s: float) -> None:
        for answer in self._mechanism.take(data):
            self._came += self._on_its_way(self._count, answer)
            self._count += 1

    def read(self, _within_s: float) -> bytes:
        came, self._came = self._came, b""
        return came

    def flush(self) -> None:
        self._came = b""

    def close(self) -> None:
        pass
