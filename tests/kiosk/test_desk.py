"""What a page may be answered with."""

from __future__ import annotations

import pytest
from synthetic import DESK

from kiosk.conversation.content import Offer
from kiosk.conversation.steps import Browse, Choose, Inform, Present
from kiosk.domain.text import say

OFFERS = (Offer("card", say("银行卡")), Offer("phone", say("微信支付"), unavailable=say("连不上中心")))


@pytest.mark.parametrize(
    "step",
    [
        DESK.choose("how", say("怎么付"), OFFERS),
        DESK.browse("how", say("怎么付"), offers=OFFERS),
        DESK.inform("how", say("怎么付"), offers=OFFERS),
        DESK.present("how", say("怎么付"), offers=OFFERS),
    ],
    ids=lambda step: type(step).__name__,
)
def test_what_is_grey_answers_nothing_even_to_a_touch_that_was_on_its_way(
    step: Choose | Browse | Inform | Present,
) -> None:
    assert step.keys == ("card",)
