"""What a scanner read from a paper, or somebody typed: a seal, or a paper's code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from kiosk.contract.seals.claims import CODE_LENGTH, CODE_SIGNS, grouped
from kiosk.contract.seals.sealed import MAX_TEXT, PREFIX

MAX_SCANNED: Final = MAX_TEXT + 100
"""Characters; a longer text is of no paper of ours."""
_CHECK_PATH: Final = re.compile(r"/P/([^/?#]*)", re.IGNORECASE)
"""In the URL on a paper. Whose host it names is nothing to go by: this region's own centre is asked."""


@dataclass(frozen=True, slots=True)
class SealText:
    """A text that begins as seals do (docs/facts/seals.md §1); nothing is known yet of its worth."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PaperCode:
    """验证码 of a paper, by itself or at the end of its URL: `XXXX-XXXX-XXXX-XXXX-XXXX`."""

    code: str = field(repr=False)


class NotOfAPaper(ValueError):
    """Neither seal nor code, or a code with an error in it; the message says which, and quotes nothing."""


def understand(text: str) -> SealText | PaperCode:
    """What stands in `text`. Raises `NotOfAPaper`."""
    told = text.strip()
    if len(told) > MAX_SCANNED:
        raise NotOfAPaper(f"longer than {MAX_SCANNED} characters: no code of our papers is")
    if told.startswith(PREFIX):
        return SealText(told)
    in_url = _CHECK_PATH.search(told)
    if in_url is None and re.search("[:/]", told):
        raise NotOfAPaper("neither a seal nor the address of a paper: another code")
    signs = re.sub(r"[\s-]", "", told if in_url is None else in_url[1]).upper()
    strange = sorted(set(signs) - set(CODE_SIGNS))
    if strange:
        hint = "; there is no 0, O, 1 or I in a code" if set(strange) & set("0O1I") else ""
        raise NotOfAPaper(f"a paper's code has digits and capital letters of its own{hint}")
    if len(signs) != CODE_LENGTH:
        raise NotOfAPaper(f"a paper's code has {CODE_LENGTH} signs, these are {len(signs)}: look at it again")
    return PaperCode(grouped(signs))
