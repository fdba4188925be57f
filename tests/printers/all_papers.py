"""The example papers, from the room of the papers' own tests."""

from __future__ import annotations

import sys
from pathlib import Path

# Its modules know each other by their bare names.
sys.path.append(str(Path(__file__).resolve().parents[1] / "papers"))

from example_papers import PAPERS

__all__ = ["PAPERS"]
