"""Which characters a printer's ROM font can show. See `docs/facts/printing.md` §1."""

import enum
import unicodedata
from collections.abc import Callable

_EXTENSION_A = range(0x3400, 0x4DB6)
_MOVED = (range(0x9FB4, 0x9FBC), range(0xFE10, 0xFE1A))
"""GB 18030-2022 gave these the two-byte codes that the 2000 edition, which Python speaks, keeps for private
use: no code for them is right on every ROM."""

_UNICODE_11 = (
    range(0x9FA6, 0x9FF0),
    range(0x2F00, 0x2FD6),  # Kangxi radicals
    range(0x20000, 0x2A6D7),  # extensions B to F
    range(0x2A700, 0x2B735),
    range(0x2B740, 0x2B81E),
    range(0x2B820, 0x2CEA2),
    range(0x2CEB0, 0x2EBE1),
)


class Repertoire(enum.Enum):
    """字库: what a ROM font holds, by the standard that its maker names.

    Never more than the standard asks for: a character that is drawn although the ROM has it comes out right,
    one that is left to a ROM without it does not.
    """

    GB2312 = "gb2312"
    GBK = "gbk"
    GB18030_2000 = "gb18030-2000"
    GB18030_2022_1 = "gb18030-2022-1"
    GB18030_2022_2 = "gb18030-2022-2"
    """Counted as level 1: its 196 characters of 通用规范汉字表 beyond that are drawn."""
    GB18030_2022_3 = "gb18030-2022-3"
    EVERY_CODE = "every-code"
    """Whatever has a code is left to the ROM."""

    def beyond(self, text: str) -> frozenset[str]:
        """The characters of a text that the ROM does not hold."""
        if text.isascii() or self is Repertoire.EVERY_CODE or _fits(text, _COMMON[self]):
            return frozenset()
        return frozenset(character for character in set(text) if not self._holds(character))

    def _holds(self, character: str) -> bool:
        return _fits(character, _COMMON[self]) or (self in _MORE and _MORE[self](ord(character), character))


def _fits(text: str, codec: str) -> bool:
    """All codes that GB 18030 gives the text exist in the smaller standard.

    By code, not by character: Python's gb2312 takes · and — for other characters of the same codes.
    """
    try:
        text.encode("gb18030").decode(codec)
    except UnicodeError:
        return False
    return True


def _in_2000(code: int, character: str) -> bool:
    if any(code in moved for moved in _MOVED) or unicodedata.category(character) in ("Co", "Cn", "Cs"):
        return False
    return code in _EXTENSION_A or len(character.encode("gb18030")) <= 2


def _in_level_3(code: int, character: str) -> bool:
    moved = any(code in block for block in _MOVED)
    return _in_2000(code, character) or (not moved and any(code in block for block in _UNICODE_11))


_COMMON = dict.fromkeys(Repertoire, "gbk") | {Repertoire.GB2312: "gb2312"}
_MORE: dict[Repertoire, Callable[[int, str], bool]] = {
    Repertoire.GB18030_2000: _in_2000,
    Repertoire.GB18030_2022_1: _in_2000,
    Repertoire.GB18030_2022_2: _in_2000,
    Repertoire.GB18030_2022_3: _in_level_3,
}
