"""The first page alone: all that is loaded before it is painted."""

from __future__ import annotations

from kiosk.conversation.view import View
from ui.pages.attract import AttractPage
from ui.pages.page import Hands, Page, PageKind, Room


class FirstPage:
    """`Pages` of a front that is still loading: whatever the view, it shows the attract page."""

    def __init__(self, *, id_reader: bool = False) -> None:
        """`id_reader`: this terminal reads ID cards too."""
        self._id_reader = id_reader

    def kind_of(self, _view: View) -> PageKind:
        return PageKind.ATTRACT

    def open(self, room: Room, view: View, hands: Hands, *, motion: bool) -> Page:
        return AttractPage(room, view, hands.without_card, id_reader=self._id_reader, motion=motion)
