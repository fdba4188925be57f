"""The first page needs Qt and our own words, nothing heavier."""

import subprocess
import sys

HEAVY = ("pydantic", "PIL", "requests", "segno", "cryptography", "sqlcipher3", "smartcard", "escpos")


def test_the_window_and_its_pages_load_nothing_heavy() -> None:
    script = f"import sys, ui.window, ui.glass; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
