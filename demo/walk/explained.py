"""What a walk does not find, and what it finds and should not: each with its reason, and no longer than that
holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from demo.walk.explorer import Break

_ON_PAPER: Final = "it is printed, and the tests of papers read it"
UNSAID: Final[Mapping[str, str]] = {
    "我在便民终端办“{matter}”，没有办成，想问怎么办。": (
        "help is opened over one page of each kind; over one whose title is a resident's own, a test does it"
    ),
    "已收款，还没有送到社保中心。机器会自动发送，您不用做任何事，不要重复缴费。": _ON_PAPER,
    "这张回单": _ON_PAPER,
    "请问{premium}这笔缴费的凭证号为什么重复，能不能入账？": _ON_PAPER,
    "请问{premium}这笔缴费没有入账，怎么退款？": _ON_PAPER,
    "{kind} {year}年度": _ON_PAPER,
}
"""Sentences that no page of a walk says."""

BREAKS: Final[Mapping[Break, str]] = {}
"""Services that end in 办不成 though no program is at fault. None: the world's trouble has its own pages."""
