"""Answers lines of stdin with JSON lists: `look`: what is in the readers; `read`: whose the first card is."""

import json
import sys

from drivers.cards.channel import CardChannel, CardPulled
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.cards.social_security import CardRead, Outcome, read_social_security_card


def _read() -> str:
    state = look_at_readers()[0]

    def job(channel: CardChannel) -> Outcome:
        return read_social_security_card(channel)

    try:
        outcome = with_card(state.reader, job)
    except CardPulled:
        return "pulled"
    return str(outcome.card.name) if isinstance(outcome, CardRead) else type(outcome).__name__


for line in sys.stdin:
    answer = [state.slot.value for state in look_at_readers()] if line == "look\n" else [_read()]
    print(json.dumps(answer), flush=True)
