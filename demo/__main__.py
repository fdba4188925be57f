"""`make demo`: with a screen the real window and a bench to play on; without one the scripted journey."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from demo import journey, play
from demo.stage import StageError
from drivers.virtual.guard import ProvisionedTerminal
from drivers.virtual.pcsc_service import PcscServiceError

OUTPUT = Path("demo-out")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUTPUT, help="where screens and papers go (%(default)s)")
    parser.add_argument("--journey", action="store_true", help="the scripted journey, also where a screen is")
    given = parser.parse_args()
    has_screen = bool(os.environ.get("DISPLAY")) and not given.journey
    try:
        if has_screen:
            return play.run(given.out)
        failed = journey.run(given.out)
    except (StageError, PcscServiceError, ProvisionedTerminal) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    if failed:
        print(f"demo: {len(failed)} did not hold: {'; '.join(failed)}", file=sys.stderr)
        return 1
    subprocess.run([sys.executable, "-m", "demo.contact_sheet", "--out", str(given.out)], check=True)
    print(f"demo: all held; see {given.out}/screens, {given.out}/papers, {given.out}/journey.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
