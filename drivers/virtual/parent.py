"""A virtual device that ends with whoever started it."""

import os
import sys
import threading
from collections.abc import Callable


def end_with_parent(end: Callable[[], None]) -> None:
    """Call `end`, on a thread of its own, when standard input ends: the parent holds it open."""

    def wait() -> None:
        # Not through sys.stdin's buffer: its lock, held here, would stop the interpreter at its end.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        end()

    threading.Thread(target=wait, name="parent", daemon=True).start()
