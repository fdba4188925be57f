"""Seals of the example papers. They were made once, for an SM2 signature is another one each time."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.contract.seals.keys import SealKeys, SealKeyWire
from kiosk.papers.issued import PaperSeal

FILE = Path(__file__).parent / "data" / "seals.json"
CODE = "ABCD-EFGH-JKLM-NPQR-STUV"
URL = f"HTTPS://CENTRE.EXAMPLE/P/{CODE}"

_FILE = json.loads(FILE.read_text("utf-8"))
SEAL_KEYS = SealKeys(SealKeyWire.model_validate_json(json.dumps(one)).to_domain() for one in _FILE["keys"])
"""The bureaus' keys, and a demo key of each."""


def example_seals(name: str) -> tuple[PaperSeal, ...]:
    """Those of one paper."""
    return tuple(PaperSeal(one["issuer"], one["text"]) for one in _FILE["seals"][name])
