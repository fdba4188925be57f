"""Nothing: the card is out."""

from __future__ import annotations

from ui.pages.page import Page, PageKind


class BlankPage(Page):
    kind = PageKind.BLANK
    bare = True
