"""Where somebody left off: the leaf of each page of the session, and what was typed and not sent."""

from __future__ import annotations

from ui.pages.page import Page


class LeftOff:
    """Kept by the key of the page's step; forgotten with the session."""

    def __init__(self) -> None:
        self._leaves: dict[str, int] = {}
        self._draft: tuple[str, str] | None = None
        """With its step's key, while help or the warning hides its page."""

    def leave(self, key: str, page: Page) -> None:
        """Keeps what whoever comes back to this page of the session finds there again."""
        self._leaves[key] = page.place
        if page.draft is not None:
            self._draft = key, page.draft

    def come_back(self, key: str, page: Page, *, step_is_hidden: bool) -> None:
        """Turns `page` to where it was left. `step_is_hidden`: it lies over the step that is due, whose draft
        is kept for it; a later question may have the same key, and finds none."""
        page.turn_to(self._leaves.get(key, 0))
        draft = self._draft
        if not step_is_hidden:
            self._draft = None
        if draft is not None and draft[0] == key:
            page.take_draft(draft[1])

    def forget(self) -> None:
        self._leaves.clear()
        self._draft = None
