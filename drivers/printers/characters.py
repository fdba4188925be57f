"""What a receipt printer makes of a text: its columns, and the characters it cannot take.

A GB18030 printer draws a one-byte code (ASCII) in a half-width cell and every two- or four-byte code in a
full-width one, marks that Unicode would combine included. See `docs/facts/printing.md` §1.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from wcwidth import iter_graphemes

SUBSTITUTE = "〓"
"""The geta mark 〓: stands where a character cannot be printed at all."""

FULLWIDTH_YEN = "￥"
_PLAIN = re.compile("[\n -~\u3000-\u3029\u4e00-\u9fff\uff01-\uff5e\uffe5]*")
"""Texts of these alone, which most are, need no look at each character."""

_YEN_SIGN = "\N{YEN SIGN}"  # not in GB18030's two-byte part, where ￥ is
_SPACES = {"\t": " ", "\N{NO-BREAK SPACE}": " "}


@dataclass(frozen=True, slots=True)
class PrintableText:
    """A text as the printer can take it, and the characters that 〓 stands for."""

    text: str
    substituted: tuple[str, ...] = ()


def printable(text: str) -> PrintableText:
    """Compose marks with their letters, drop invisible format characters, replace what has no code by 〓.

    Controls are replaced too, so that no text can carry a command to the printer. Line feeds are kept.
    """
    if _PLAIN.fullmatch(text):
        return PrintableText(text)
    kept: list[str] = []
    substituted: list[str] = []
    for character in _composed(text):
        match unicodedata.category(character):
            case _ if character == "\n":
                kept.append(character)
            case _ if character == _YEN_SIGN:
                kept.append(FULLWIDTH_YEN)
            case _ if character in _SPACES:
                kept.append(_SPACES[character])
            case "Cf":
                continue
            case _ if _is_variation_selector(character):
                continue
            case "Cc" | "Cs" | "Zl" | "Zp":
                kept.append(SUBSTITUTE)
                substituted.append(character)
            case _:
                kept.append(character)
    return PrintableText("".join(kept), tuple(substituted))


def columns_of(text: str) -> int:
    """Half-width columns that a printable text takes on paper."""
    return len(text) if text.isascii() else sum(1 if character < "\x80" else 2 for character in text)


def units_of(text: str, columns: int) -> Iterator[str]:
    """The smallest parts that stay together on a line: grapheme clusters, none wider than `columns`."""
    for cluster in iter_graphemes(text):
        if columns_of(cluster) <= columns:
            yield cluster
        else:
            yield from cluster


def _composed(text: str) -> str:
    # NFC only where marks follow: over a whole text it would rewrite compatibility ideographs,
    # and a name with them.
    if any(unicodedata.combining(character) for character in text):
        return "".join(
            unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster
            for cluster in iter_graphemes(text)
        )
    return text


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
