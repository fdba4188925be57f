"""The hand at a virtual printer: a client of its control port."""

import json

from drivers.virtual.control_port import ControlClient
from drivers.virtual.printer_answers import Garbage
from drivers.virtual.printer_state import VirtualPrinterState

ALL_ANSWERS = ("real_time", "automatic", "transmitted", "process_id", "cleared")


class PrinterControl(ControlClient):
    """One connection to a control port. Every method returns the state after it, and raises as `ask` does.

    `after_bytes` postpones a change by so many bytes: arrived ones for what befalls the line (silence,
    garbage, slow reads, a drop, the power), printed ones for what befalls the mechanism.
    """

    def state(self) -> VirtualPrinterState:
        """What the panel shows."""
        return self._do("state")

    def load_paper(self, mm: float | None = None) -> VirtualPrinterState:
        """Put in a roll: a full one, or one of this length."""
        return self._do("load_paper", **({} if mm is None else {"mm": mm}))

    def paper_out_after(self, mm: float, *, after_bytes: int | None = None) -> VirtualPrinterState:
        """Have the roll end after this much more paper, without a near-end warning."""
        return self._do("paper_out_after_mm", after_bytes, mm=mm)

    def paper_out_after_lines(self, lines: int, *, after_bytes: int | None = None) -> VirtualPrinterState:
        """Have the roll end after so many more lines or bands, without a near-end warning."""
        return self._do("paper_out_after_lines", after_bytes, lines=lines)

    def near_end(self, *, after_bytes: int | None = None) -> VirtualPrinterState:
        """Leave little paper on the roll."""
        return self._do("near_end", after_bytes)

    def take_paper(self) -> VirtualPrinterState:
        """Take everything out of the tray."""
        return self._do("take_paper")

    def cover(self, *, open_: bool, after_bytes: int | None = None) -> VirtualPrinterState:
        """Open or close the cover."""
        return self._do("cover", after_bytes, open=open_)

    def cutter(self, *, jams: bool, after_bytes: int | None = None) -> VirtualPrinterState:
        """Have the next cut jam, or free the cutter."""
        return self._do("cutter", after_bytes, jams=jams)

    def clears(self, *, knows: bool) -> VirtualPrinterState:
        """Be a printer that knows how to clear its buffers, or one that does not."""
        return self._do("clears", knows=knows)

    def power(self, *, on: bool, after_bytes: int | None = None) -> VirtualPrinterState:
        """Cut the power, or give it back."""
        return self._do("power", after_bytes, on=on)

    def drop_connection(self, *, after_bytes: int | None = None) -> VirtualPrinterState:
        """Break the line to the host."""
        return self._do("drop_connection", after_bytes)

    def silence(
        self, answers: tuple[str, ...] = ALL_ANSWERS, *, after_bytes: int | None = None
    ) -> VirtualPrinterState:
        """Send no answers of these kinds; of none: answer again."""
        return self._do("silent", after_bytes, answers=list(answers))

    def garbage(
        self, place: Garbage | None, *, seed: int = 0, after_bytes: int | None = None
    ) -> VirtualPrinterState:
        """Send random bytes before or instead of each answer; None: no more."""
        return self._do("garbage", after_bytes, place=place.value if place else None, seed=seed)

    def read_slowly(
        self, bytes_at_once: int, every_ms: int, *, after_bytes: int | None = None
    ) -> VirtualPrinterState:
        """Take few bytes at a time, so that a host's writes come back short."""
        return self._do("read_slowly", after_bytes, bytes=bytes_at_once, every_ms=every_ms)

    def read_freely(self) -> VirtualPrinterState:
        """Take all bytes for which there is room."""
        return self._do("read_freely")

    def cancel(self) -> VirtualPrinterState:
        """Forget the changes that were postponed and did not happen yet."""
        return self._do("cancel")

    def _do(self, what: str, after_bytes: int | None = None, /, **arguments: object) -> VirtualPrinterState:
        later = {} if after_bytes is None else {"after_bytes": after_bytes}
        answer = self.ask(what, **arguments, **later)
        return VirtualPrinterState.from_json(json.dumps(answer.get("state")))
