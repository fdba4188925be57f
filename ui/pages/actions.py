"""The row under the content: pages on the left, what can be done on the right, the primary button last."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.conversation.content import Offer
from ui.blocks.part import Answer
from ui.metrics import Space
from ui.pages.pager import Pager
from ui.style import Style
from ui.touch import Kind, Touch

_PRIMARY_MM = 60.0
_HEIGHT_MM = 16.0


class Actions(QWidget):
    """The primary button has its lower right corner in the row's lower right corner, on every page."""

    def __init__(
        self, style: Style, offers: tuple[Offer, ...], pager: Pager | None, width: int, answer: Answer
    ) -> None:
        super().__init__()
        gap = style.space(Space.NEAR)
        primary = [_button(style, offer, answer) for offer in offers if offer.primary][:1]
        others = [_button(style, offer, answer) for offer in offers if not offer.primary]
        rows: list[list[QWidget]] = [[*primary]]
        for button in reversed(others):
            taken = sum(one.sizeHint().width() + gap for one in rows[-1])
            if rows[-1] and taken + button.sizeHint().width() > width:
                rows.append([])
            rows[-1].append(button)
        if pager is not None:
            taken = sum(one.sizeHint().width() + gap for one in rows[0])
            if taken + pager.sizeHint().width() > width:
                rows.append([pager])
            else:
                rows[0].append(pager)
        rows = [row for row in rows if row]
        y = 0
        for row in reversed(rows):
            y = self._place(row, pager, width, y, gap) + gap
        self.setFixedSize(width, max(0, y - gap))

    def _place(self, row: list[QWidget], pager: Pager | None, width: int, y: int, gap: int) -> int:
        """From the right edge leftwards; the pager at the left edge. Gives the lower edge."""
        height = max(one.sizeHint().height() for one in row)
        right = width
        for one in row:
            size = one.sizeHint()
            one.setParent(self)
            if one is pager:
                one.setGeometry(0, y + (height - size.height()) // 2, size.width(), size.height())
                continue
            one.setGeometry(right - size.width(), y, size.width(), height)
            right -= size.width() + gap
        return y + height


def _button(style: Style, offer: Offer, answer: Answer) -> Touch:
    button = Touch(
        style,
        style.say(offer.label),
        Kind.PRIMARY if offer.primary else Kind.SECONDARY,
        lambda: answer(offer.key),
        icon=offer.icon,
        hint="" if offer.hint is None else style.say(offer.hint),
        unavailable="" if offer.unavailable is None else style.say(offer.unavailable),
        big=True,
    )
    button.at_least(style.metrics.px(_PRIMARY_MM) if offer.primary else 0, style.metrics.px(_HEIGHT_MM))
    return button
