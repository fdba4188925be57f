"""Money: integer fen, never a float."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of renminbi in fen (分); may be negative (a refund)."""

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"fen are a whole number, not {self.fen!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __bool__(self) -> bool:
        return self.fen != 0

    def figures(self) -> str:
        """`1,234.50`: grouped, two places, without the sign of the currency."""
        yuan, fen = divmod(abs(self.fen), 100)
        return f"{'-' if self.fen < 0 else ''}{yuan:,}.{fen:02d}"

    def __str__(self) -> str:
        """`￥1,234.50` with U+FFE5: U+00A5 prints as garbage on many printers (docs/facts/printing.md)."""
        return f"￥{self.figures()}"


ZERO = Money(0)


def total(amounts: tuple[Money, ...]) -> Money:
    """The sum; nothing sums to ￥0.00."""
    return Money(sum(amount.fen for amount in amounts))
