"""Numbers that say something: status words of cards, the status byte of the ID card's module."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class Meaningful(IntEnum):
    """Members are written `NAME = number, "what it means"`; the meaning is for logs and technicians."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Self:
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member
