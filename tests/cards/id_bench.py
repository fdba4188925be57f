"""ID cards and their text, for the tests of the module and of its reader."""

from __future__ import annotations

import itertools
import os
import string
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fixtures.pcsc import SOON, Watch
from hypothesis import strategies as st

from drivers.cards.id_outcomes import IdCardRead
from drivers.cards.id_reader import IdReaderLoop
from drivers.cards.reader_events import CardInserted, ReaderEvent
from drivers.cards.resident_id import PLACES, IdField, Layout
from drivers.cards.sam_module import SamLimits, SamModule
from drivers.cards.sam_serial import SerialLine
from drivers.cards.sam_v import SamCommand
from drivers.virtual.id_card import IdFault, IdMisbehaviour, VirtualIdCard, id_card_text
from drivers.virtual.sam_v_pty import VirtualIdModule

F = IdField
COMMANDS = ("find", "select", "read", "extra address")
"""Of one visit of a card, in this order."""

ID_READER = "SAM-V"
QUICK = SamLimits(usual_s=0.3, read_s=0.6, look_s=0.1)

CITIZEN = {
    F.NAME: "欧阳测试",
    F.SEX: "2",
    F.ETHNIC_GROUP: "01",
    F.BIRTH_DATE: "19850312",
    F.ADDRESS: "示例县青石镇1号",
    F.NUMBER: "800100198503120022",
    F.ISSUER: "示例县公安局",
    F.VALID_FROM: "20200102",
    F.VALID_TO: "20400102",
}
HOLDERS = {
    Layout.CITIZEN: CITIZEN,
    Layout.RESIDENCE_PERMIT: {
        **{name: value for name, value in CITIZEN.items() if name is not F.ETHNIC_GROUP},
        F.NUMBER: "810000199408230021",
        F.PASS_NUMBER: "H80010001",
        F.ISSUE_COUNT: "02",
    },
    Layout.FOREIGN_2017: {
        F.ENGLISH_NAME: "TEST, O'NEIL MARY-ANN",
        F.SEX: "2",
        F.NUMBER: "USA800185031205",
        F.COUNTRY: "USA",
        F.NAME: "欧测试",
        F.VALID_FROM: "20200102",
        F.VALID_TO: "20300101",
        F.BIRTH_DATE: "19850312",
        F.VERSION: "01",
        F.AUTHORITY: "8001",
    },
    Layout.FOREIGN_2023: {
        F.NAME: "欧测试",
        F.SEX: "2",
        F.RENEWALS: "01",
        F.BIRTH_DATE: "19850312",
        F.ENGLISH_NAME: "TEST, MARY",
        F.NUMBER: "980840198503120021",
        F.VALID_FROM: "20240102",
        F.VALID_TO: "20340101",
        F.COUNTRY: "USA",
        F.LINK: "000",
    },
}
"""One holder for each layout. Nobody has their numbers."""


MINE = CITIZEN[F.NAME]


def text_of(layout: Layout = Layout.CITIZEN, **changed: str) -> bytes:
    """The text of the layout's holder, some fields changed."""
    return id_card_text(layout, HOLDERS[layout] | {F(name): value for name, value in changed.items()})


def id_card(*faults: IdFault, name: str = "citizen", extra_address: str | None = None) -> VirtualIdCard:
    """A citizen's card."""
    return VirtualIdCard(name, text_of(), extra_address, faults=faults)


def faulty(at: int, misbehaviour: IdMisbehaviour) -> VirtualIdCard:
    """A citizen's card that goes wrong at its n-th command."""
    return id_card(IdFault(at, misbehaviour))


OTHER_CARD = VirtualIdCard("other", text_of(name="另一位"))
OTHERS = "另一位"


def id_loop(
    device: Path,
    on_event: Callable[[ReaderEvent], None],
    limits: SamLimits = QUICK,
    line: Callable[[Path], SerialLine] = SerialLine,
) -> IdReaderLoop:
    """A loop on the module behind a device; its presences begin with 100."""
    return IdReaderLoop(lambda: line(device), on_event, ID_READER, itertools.count(100), limits)


def lay(virtual: VirtualIdModule, watch: Watch, card: VirtualIdCard) -> CardInserted:
    """Lay a card, and wait until the loop tells it."""
    seen = len(watch.events)
    virtual.mechanism.lay(card)
    return watch.wait_for(CardInserted, after=seen)


def assert_reads(loop: IdReaderLoop, inserted: CardInserted, name: str = MINE) -> None:
    outcome = loop.read(inserted.presence).result(SOON)
    assert isinstance(outcome, IdCardRead)
    assert (outcome.card.name, outcome.card.photo) == (name, None)


@contextmanager
def module_at(device: Path) -> Iterator[SamModule]:
    """The module behind a device."""
    module = SamModule(SerialLine(device), QUICK)
    try:
        yield module
    finally:
        module.close()


class LateModule:
    """A device whose answers are written down: one entry for each request that comes."""

    def __init__(self, *answers: bytes) -> None:
        self.asked: list[bytes] = []
        self._answers = answers
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.device = Path(os.ttyname(self._slave))
        self._thread = threading.Thread(target=self._run, name="late-module", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for answer in self._answers:
            request = b""
            while len(request) < len(SamCommand.STATUS.encode()):
                request += os.read(self._master, 1)
            self.asked.append(request)
            os.write(self._master, answer)

    def close(self) -> None:
        self._thread.join(5)
        os.close(self._master)
        os.close(self._slave)


def threads_named(prefix: str) -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(prefix)]


def _characters(count: int) -> st.SearchStrategy[str]:
    """A text of at most so many UTF-16 units, of what may stand on a card; no blank at its ends."""
    any_character = st.characters(
        exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Cn"), exclude_characters="\x00"
    )
    text = st.text(any_character, min_size=1, max_size=count)
    return text.filter(lambda word: len(word.encode("utf-16-le")) <= 2 * count)


_DAYS = st.dates().map(lambda day: day.strftime("%Y%m%d").zfill(8))
_ENGLISH = st.lists(st.text(string.ascii_letters + "'-É’", min_size=1, max_size=9), min_size=1, max_size=4)
_FORMS = {
    F.SEX: st.sampled_from("0129"),
    F.BIRTH_DATE: _DAYS,
    F.ETHNIC_GROUP: st.from_regex(r"[0-9]{2}", fullmatch=True),
    F.RENEWALS: st.from_regex(r"[0-9]{2}", fullmatch=True),
    F.ISSUE_COUNT: st.from_regex(r"[0-9]{2}", fullmatch=True),
    F.PASS_NUMBER: st.from_regex(r"[A-Z][0-9]{8}", fullmatch=True),
    F.ENGLISH_NAME: _ENGLISH.map(lambda words: " ".join(words)[:35].rstrip()),
    F.COUNTRY: st.from_regex(r"[A-Z]{3}", fullmatch=True),
    F.VERSION: st.from_regex(r"[0-9]{2}", fullmatch=True),
    F.AUTHORITY: st.from_regex(r"[0-9]{4}", fullmatch=True),
    F.LINK: st.from_regex(r"[0-9A-Z]{3}", fullmatch=True),
}
_NUMBERS = {
    Layout.CITIZEN: r"[1-9][0-9]{16}[0-9X]",
    Layout.RESIDENCE_PERMIT: r"8[123]0000[0-9]{11}[0-9X]",
    Layout.FOREIGN_2017: r"[A-Z]{3}[0-9]{12}",
    Layout.FOREIGN_2023: r"9[0-9]{16}[0-9X]",
}


@st.composite
def holders(draw: st.DrawFn, layout: Layout) -> dict[IdField, str]:
    """Everything that can stand on a card of this layout."""
    values = {}
    for name, (_, size) in PLACES[layout].items():
        values[name] = draw(_FORMS.get(name, _characters(size // 2)))
    values[F.NUMBER] = draw(st.from_regex(_NUMBERS[layout], fullmatch=True))
    first, last = sorted(draw(st.tuples(_DAYS, _DAYS)))
    values[F.VALID_FROM], values[F.VALID_TO] = first, draw(st.sampled_from([last, "长期"]))
    if F.ENGLISH_NAME_CONTINUED in values:
        values[F.ENGLISH_NAME_CONTINUED] = draw(st.text(string.ascii_uppercase, min_size=1, max_size=11))
    return values
