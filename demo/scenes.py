"""What scenes of the journey are made of: a stage, a resident in front of it, and what is written down."""

from __future__ import annotations

from demo.record import Record
from demo.resident import Resident, Sight
from demo.stage import Stage
from drivers.virtual.printer_control import PrinterControl

SLOW_S = 40.0


class Scenes:
    """A part of the journey."""

    def __init__(self, stage: Stage, resident: Resident, record: Record, paper_names: dict[int, str]) -> None:
        """`paper_names`: what the printer's papers are called, by their numbers; shared by all parts."""
        self.stage = stage
        self.resident = resident
        self.record = record
        self.paper_names = paper_names

    def ready(self) -> None:
        """A front that is there for the next resident."""
        self.resident.wait(
            lambda sight: sight.kind == "attract" and sight.shows("请放入社保卡"), "a ready front", SLOW_S
        )

    def leave(self) -> None:
        """The card is taken; the next front is another process."""
        here = self.resident.look()
        self.resident.pull()
        if here is not None:
            self.resident.wait(lambda sight: sight.front_pid != here.front_pid, "the next front", SLOW_S)

    def visit(self, card: str) -> Sight:
        """The next resident puts a card in, and sees what the centre says now."""
        self.ready()
        self.resident.put_in(card)
        return self.resident.wait(
            lambda sight: sight.shows("您好") and not sight.shows("保存的记录"), "the live overview", SLOW_S
        )

    def printer(self) -> PrinterControl:
        return PrinterControl("127.0.0.1", self.stage.printer_control)

    def papers(self) -> int:
        """How many papers have come out."""
        with self.printer() as printer:
            return printer.state().papers

    def name_paper(self, name: str) -> None:
        """The latest paper is called so."""
        self.paper_names[self.papers()] = name

    def card_page(self, card: str, name: str, words: str) -> Sight:
        """Puts a card in, keeps the page that answers it, and takes it out again."""
        self.ready()
        self.resident.put_in(card)
        page = self.resident.wait_for(words, SLOW_S)
        self.record.step(name, page)
        self.leave()
        return page
