"""The words and signs that pages, papers and the voice share: one word for one thing everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.insurance import ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Mark
from kiosk.domain.text import Text, say


@dataclass(frozen=True, slots=True)
class Sign:
    """How a month is drawn and how it is said."""

    symbol: str
    word: Text


_SIGNS: dict[Mark | None, Sign] = {
    Mark.PAID: Sign("●", say("已缴")),
    Mark.OWED: Sign("△", say("欠缴")),
    Mark.TRANSFERRED: Sign("○", say("转入")),
    None: Sign("—", say("无")),
}
LEGEND = tuple(_SIGNS.values())
"""图例, in the order in which it is read."""

_STATES = {
    ParticipationState.PAYING: say("参保缴费"),
    ParticipationState.SUSPENDED: say("暂停缴费"),
    ParticipationState.ENDED: say("终止缴费"),
}
_CHANGES = {
    ChangeKind.SUSPENDED: say("停保"),
    ChangeKind.RESUMED: say("续保"),
    ChangeKind.ENROLLED: say("参保登记"),
    ChangeKind.EMPLOYER: say("变更单位"),
    ChangeKind.BASE: say("变更缴费基数"),
    ChangeKind.PERSONAL_DATA: say("变更个人信息"),
    ChangeKind.TRANSFERRED_IN: say("转入"),
}


def sign_of(mark: Mark | None) -> Sign:
    """The sign of a month; None is a month that has nothing."""
    return _SIGNS[mark]


def state_word(state: ParticipationState) -> Text:
    return _STATES[state]


def change_word(what: ChangeKind) -> Text:
    return _CHANGES[what]


def change_line(change: AccountChange) -> Text:
    """`2019年1月8日，示例县医保中心办理了停保（职工医保）`."""
    line = say(
        "{on}，{office}办理了{what}（{kind}）",
        on=change.on,
        office=change.office,
        what=change_word(change.what),
        kind=change.kind.spoken_name,
    )
    # Of personal data only *that* it was changed: the old and the new may be another person's.
    if change.before is None or change.after is None or change.what is ChangeKind.PERSONAL_DATA:
        return line
    return say("{change}：{before}改为{after}", change=line, before=change.before, after=change.after)
