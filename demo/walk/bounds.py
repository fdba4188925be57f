"""The bounds of a walk: reached, it ends with what came too often, and never with a part of the pages."""

from __future__ import annotations


class TooManyOfThem(Exception):
    """`what` came more than `most` times."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"a walk with more than {most} {what}: is there something that is always new?")
        self.what = what
        self.most = most
