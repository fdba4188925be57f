"""提示条: one strip with the thing to know or do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from kiosk.conversation.content import Notice
from kiosk.conversation.signs import Tone
from ui.blocks.part import Answer
from ui.icons import TONE_ICON
from ui.metrics import Scale, Space
from ui.parts import Label, Panel, balance, picture
from ui.style import Style
from ui.theme import TONE_GROUND, TONE_INK, Role
from ui.touch import Kind, Touch

_SENTENCE_EMS = 13
"""Narrower than this, the button goes under the sentence."""


class NoticeStrip(Panel):
    def __init__(
        self, style: Style, notice: Notice, width: int, answer: Answer, *, scale: Scale = Scale.LEAD
    ) -> None:
        """`scale`: of its sentence."""
        tone = notice.tone
        edge = TONE_INK[tone] if style.theme.contrast.high else None
        super().__init__(style, TONE_GROUND[tone], edge)
        words = QVBoxLayout()
        words.setSpacing(style.space(Space.HAIR))
        ink = TONE_INK[tone]
        sentence = Label(style, style.say(notice.sentence), scale=scale, bold=True, role=ink)
        words.addWidget(sentence, 0, Qt.AlignmentFlag.AlignLeft)
        for line in notice.lines:
            words.addWidget(Label(style, style.say(line), role=Role.INK))

        row = QHBoxLayout()
        row.setSpacing(style.space(Space.NEAR))
        icon, taken = TONE_ICON[tone], 2 * style.space(Space.APART)
        if icon is not None:
            row.addWidget(picture(style, icon, ink), 0, Qt.AlignmentFlag.AlignVCenter)
            taken += style.metrics.icon + style.space(Space.NEAR)
        row.addLayout(words, 1)

        column = QVBoxLayout(self)
        column.setContentsMargins(
            style.space(Space.APART),
            style.space(Space.NEAR),
            style.space(Space.APART),
            style.space(Space.NEAR),
        )
        column.setSpacing(style.space(Space.NEAR))
        column.addLayout(row)
        room = width - taken
        if notice.offer is None:
            balance(sentence, room)
            return
        offer = notice.offer
        button = Touch(
            style,
            style.say(offer.label),
            Kind.SECONDARY,
            lambda: answer(offer.key),
            icon=offer.icon,
            # Heard alone, 怎么办 would not say about what.
            name=f"{style.say(offer.label)} {style.say(notice.sentence)}",
            unavailable="" if offer.unavailable is None else style.say(offer.unavailable),
        )
        beside = room - button.sizeHint().width() - style.space(Space.NEAR)
        if beside >= _SENTENCE_EMS * style.metrics.em(Scale.LEAD) or (
            tone is Tone.PLAIN and beside > width // 2
        ):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            balance(sentence, beside)
        else:
            under = QBoxLayout(QBoxLayout.Direction.RightToLeft)
            under.addWidget(button)
            under.addStretch(1)
            column.addLayout(under)
            balance(sentence, room)
