"""One place for a card at the bench with its panel: a card's way from the tray there and back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from ui.bench.card_place import CardPlace
from ui.bench.cards import CardTray
from ui.bench.flight import fly
from ui.bench.place_panel import PlacePanel
from ui.bench.tray import TrayCard


class Bay(QObject):
    """Moves cards on the screen and then where they are read; without `motion` at once."""

    def __init__(
        self, window: QWidget, tray: CardTray, reader: CardPlace, panel: PlacePanel, *, motion: bool
    ) -> None:
        super().__init__(window)
        self._window, self._tray, self._reader, self._panel = window, tray, reader, panel
        self._motion = motion
        self._coming: TrayCard | None = None
        reader.setParent(self)
        panel.pull_wanted.connect(self.pull)
        panel.slide.finished.connect(self._seat)
        reader.changed.connect(self._show_doing)
        reader.left.connect(self._send_back)
        self._show_doing()

    @property
    def reader(self) -> CardPlace:
        return self._reader

    @property
    def panel(self) -> PlacePanel:
        return self._panel

    @property
    def busy(self) -> bool:
        """A card is on its way in."""
        return self._coming is not None

    @property
    def free(self) -> bool:
        return self._panel.card is None and not self.busy

    def put(self, card: TrayCard) -> None:
        """Bring a card from the tray; the one that is in goes out first. Does nothing while `busy`; a card
        that is not for here is refused."""
        if self.busy:
            return
        if not self._panel.takes(card):
            self._panel.refuse()
            return
        self._pull_out()
        self._coming = card
        self._tray.show_away(card.place, away=True)
        if not self._motion:
            self._panel.show_card(card, sliding=False)
            self._seat()
            return
        fly(
            self._window,
            self._tray.tile(card.place).picture(),
            self._tray.place_in(self._window, card.place),
            self._panel.card_rect(self._window, out=1.0),
            lambda: self._panel.show_card(card, sliding=True),
        )

    @Slot()
    def pull(self) -> None:
        """Take the card out, also while it is sliding in."""
        if self._panel.card is self._coming:
            self._coming = None
        self._pull_out()

    def _pull_out(self) -> None:
        if self._panel.card is not None:
            self._reader.pull()
            self._send_back()

    @Slot()
    def _seat(self) -> None:
        """It has arrived: now it is in the reader too."""
        card, self._coming = self._coming, None
        if card is not None:
            self._reader.insert(card)

    @Slot()
    def _show_doing(self) -> None:
        self._panel.show_doing(self._reader.doing)

    @Slot()
    def _send_back(self) -> None:
        card = self._panel.card
        if card is None:
            return
        start = self._panel.card_rect(self._window, out=0.0)
        self._panel.show_card(None, sliding=False)
        if not self._motion:
            self._tray.show_away(card.place, away=False)
            return
        fly(
            self._window,
            self._tray.tile(card.place).picture(),
            start,
            self._tray.place_in(self._window, card.place),
            lambda: self._tray.show_away(card.place, away=False),
        )
