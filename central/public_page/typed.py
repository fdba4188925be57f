"""What people type into the pages: a paper's code, and the last four of its owner's number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from kiosk.contract.seals.claims import CODE_LENGTH, CODE_SIGNS, grouped

CODE_FIELD: Final = "code"
LAST_FOUR_FIELD: Final = "last4"
MAX_FORM_BYTES: Final = 1_024
_MAX_FIELDS: Final = 4
_MOST_SHOWN: Final = 24
_MAX_TYPED: Final = 200
"""Characters that are looked at; a whole address of a paper is shorter."""
_ADDRESS: Final = re.compile(r".*/P/([^/?#]*)", re.DOTALL)
_LAST_FOUR: Final = re.compile(r"[0-9]{3}[0-9X]")


@dataclass(frozen=True, slots=True)
class NotACode:
    """What was typed is no paper's code; how it is wrong."""

    typed: str
    """Its letters and digits, a code's length of them and a few: nobody's words are to stand on the page."""
    signs: int
    """How many there are; a code has 20."""
    strange: tuple[str, ...]
    """Letters and digits that no code has, once each."""
    other_signs: bool
    """There are signs that are neither."""

    @property
    def wrong_length(self) -> bool:
        return self.signs != CODE_LENGTH


def read_code(text: str) -> str | NotACode:
    """The code as it was issued, from any letters, in full width too, with any strokes and blanks or none;
    from the whole address as well."""
    typed = text[:_MAX_TYPED]
    plain = unicodedata.normalize("NFKC", typed).upper()
    address = _ADDRESS.fullmatch(plain)
    signs = [
        sign
        for sign in (plain if address is None else address[1])
        if not sign.isspace() and unicodedata.category(sign) != "Pd"
    ]
    if len(signs) != CODE_LENGTH or any(sign not in CODE_SIGNS for sign in signs):
        plain_signs = [sign for sign in signs if sign.isascii() and sign.isalnum()]
        shown = grouped("".join(plain_signs[:_MOST_SHOWN]))
        strange = tuple(dict.fromkeys(sign for sign in plain_signs if sign not in CODE_SIGNS))
        return NotACode(shown, len(signs), strange, len(plain_signs) < len(signs))
    return grouped("".join(signs))


def read_last_four(form: bytes) -> str | None:
    """From the body of the form; None for what no number ends with. Full-width digits count."""
    try:
        fields = parse_qs(form.decode(), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None
    (typed, *_) = fields.get(LAST_FOUR_FIELD, [""])
    plain = unicodedata.normalize("NFKC", typed).strip().upper()
    return plain if _LAST_FOUR.fullmatch(plain) else None
