"""Whose card it is: by its id, by number and name, or by both (docs/facts/central-api.md §5)."""

from __future__ import annotations

import unicodedata
from enum import Enum, auto
from typing import Final

from sqlalchemy import Connection

from central.records import CardState, Person
from central.store import people
from kiosk.contract.residents import CardSaid
from kiosk.domain.citizen_number import CitizenNumber, NotACitizenNumber

_SAME_CHARACTERS: Final = str.maketrans(
    # Eight characters that GB 18030-2022 moved out of the private use area: cards hold both forms.
    dict(zip("\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864", "龴龵龶龷龸龹龺龻", strict=True))
    # The dot in names of minorities 间隔号 is typed in many ways.
    | dict.fromkeys("•‧∙・⋅", "·")
    # Between surname and given names of foreigners: on their cards, seldom on a record.
    | dict.fromkeys(",，", " ")
)

_DOUBLE_SURNAMES: Final = frozenset({
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "宇文", "长孙", "慕容", "司徒",
    "司空", "夏侯", "西门", "南宫", "端木", "百里", "呼延",
})  # fmt: skip


class Unidentified(Enum):
    """Why nobody stands behind what the card said."""

    NOBODY = auto()
    CONFLICT = auto()
    REVOKED = auto()


def identify(connection: Connection, said: CardSaid) -> Person | Unidentified:
    """The one person the card can be of. A name alone, or a number without a name, is nobody's."""
    card, owner = None, None
    if said.card_id is not None and (found := people.card(connection, said.card_id)) is not None:
        card, reference = found
        owner = people.with_reference(connection, reference)
    if card is not None and card.state is not CardState.VALID:
        return Unidentified.REVOKED
    names = [name for name in (said.name, said.latin_name) if name is not None]
    if owner is None and not names:
        return Unidentified.NOBODY

    number = _number(said)
    if owner is not None and said.citizen_number is not None and number != owner.number:
        return Unidentified.CONFLICT
    wanted = owner.number if owner is not None else number
    behind = people.with_number(connection, wanted) if wanted is not None else ()
    if not behind:
        return Unidentified.NOBODY
    if len(behind) > 1:
        return Unidentified.CONFLICT
    (person,) = behind
    if names and not any(same_name(name, person.name) for name in names):
        return Unidentified.CONFLICT
    return person


def _number(said: CardSaid) -> CitizenNumber | None:
    if said.citizen_number is None:
        return None
    try:
        return CitizenNumber.parse(said.citizen_number)
    except NotACitizenNumber:
        return None


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: in canonical form, blanks and commas left out, letters, characters
    and dots folded."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFC", name.casefold()).translate(_SAME_CHARACTERS).split())


def surname(name: str) -> str:
    """What a greeting may say: 王, 欧阳; of a minority's name the part before the dot; of a name in Latin
    letters what stands before the comma, else the first word. A part that is empty is passed over."""
    if _is_latin(name):
        before, comma, _ = name.replace("，", ",").partition(",")
        if comma and before.strip():
            return before.strip()
        return name.translate(_SAME_CHARACTERS).split()[0]
    folded = name.translate(_SAME_CHARACTERS)
    first = next(filter(None, map(str.strip, folded.split("·"))), name)
    if "·" in folded:
        return first
    return first[:2] if first[:2] in _DOUBLE_SURNAMES and len(first) > 2 else first[:1]


def _is_latin(name: str) -> bool:
    """By its first letter, of whatever width and with whatever accents."""
    letter = next(filter(str.isalpha, name), " ")
    return "LATIN " in unicodedata.name(letter, "")
