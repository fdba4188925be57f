"""The page for a vault that does not do its job: without its records no money is taken."""

from __future__ import annotations

from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Inform
from kiosk.domain.text import say
from kiosk.services.trouble import money_words


def vault_trouble(desk: Desk) -> Inform:
    """Nothing was begun: what is to be kept is kept first."""
    return desk.inform(
        "vault-trouble",
        say("现在不能办这件事"),
        say("机器记账的地方没有答复，所以什么都没有开始。"),
        money_words(desk),
        say("请告诉这里的工作人员，或者换一台机器。"),
        tone=Tone.PROBLEM,
        icon=Icon.PROBLEM,
    )
