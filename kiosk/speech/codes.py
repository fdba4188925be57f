"""Signs and not words. A number that names something and counts nothing is said sign by sign: a telephone, a
tail, the number of a paper."""

from __future__ import annotations

import re
from collections.abc import Callable

FOR_THE_EYE = "●△○◐■□▲◆◇★☆✓✔✕✗→←↑↓…"
"""Signs that stand beside words which say the same."""
SIGNS = "[A-Za-z0-9]"
CODE = re.compile(rf"(?<!{SIGNS})(?<!\d[,:.]){SIGNS}+(?:-{SIGNS}+)*(?!{SIGNS}|[,:.]\d)")
"""What may be one. Not a part of `1,234`, `16.5` or `9:00`."""
MASKED = re.compile(r"(?<![A-Za-z0-9*])\d*\*{2,}(?P<tail>\d+[Xx]?)(?![A-Za-z0-9])")
"""`**************0021`, `622202******1234`."""
_MOST_COUNTED = 4
"""Nothing that residents are told counts to more digits without grouping them."""
_TELEPHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|[48]00-?\d{3}-?\d{4}|1\d{4}|9[56]\d{3,4}|1[12]\d")


def is_code(signs: str) -> bool:
    """Whether `signs`, a match of `CODE`, names something: mixed with letters, in groups, with a leading
    nought, or longer than what anybody counts."""
    bare = signs.replace("-", "")
    if not any(sign.isdecimal() for sign in bare):
        return False
    leading = bare.startswith("0") and len(bare) > 1
    return not bare.isdecimal() or leading or len(bare) > _MOST_COUNTED


def is_whole_code(text: str) -> bool:
    """Whether a text is a code and nothing else. A text of three digits is one: what counts is a number."""
    return CODE.fullmatch(text) is not None and (is_code(text) or (text.isdecimal() and len(text) > 2))


def is_telephone(code: str) -> bool:
    return _TELEPHONE.fullmatch(code) is not None


def spelled(code: str, read: Callable[[str], str], pause: str) -> str:
    """Sign by sign, each as `read` reads it, with a `pause` between its groups."""
    return pause.join(" ".join(map(read, group)) for group in code.upper().split("-"))
