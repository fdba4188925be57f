"""Amounts in Chinese capital numerals 人民币大写, as receipts must carry them.

After the rules of 支付结算办法 (1997), annex 1 正确填写票据和结算凭证的基本规定, 1–4.
"""

from __future__ import annotations

from kiosk.domain.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_GROUP = 10_000
LARGEST = Money(_GROUP ** len(_GROUPS) * 100 - 1)


def in_capitals(amount: Money) -> str:
    """`肆佰元整`, `壹仟零贰元叁角整`, `伍分`; raises `ValueError` below zero and beyond `LARGEST`."""
    if not Money(0) <= amount <= LARGEST:
        raise ValueError(f"no capital numerals for {amount}")
    yuan, rest = divmod(amount.fen, 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        # Between 元 and 分 the missing 角 is said, so that nothing can be written in.
        words += "零"
    return f"{words}{_DIGITS[fen]}分" if fen else f"{words}整"


def _whole(number: int) -> str:
    """Groups of four digits, each with its name; one 零 for any run of zeros between two digits."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, _GROUP)
        groups.append(group)
    words = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        skipped = bool(words) and (group < _GROUP // 10 or not groups[place + 1] % 10)
        words += ("零" if skipped else "") + _four(group) + _GROUPS[place]
    return words


def _four(group: int) -> str:
    """Four digits at most, not zero, without a leading 零."""
    words, missing = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            missing = bool(words)
            continue
        words += ("零" if missing else "") + _DIGITS[digit] + _PLACES[place]
        missing = False
    return words
