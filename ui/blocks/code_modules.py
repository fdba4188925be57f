"""The modules of a QR code; apart from its picture, which a page must know that shows no code."""

from __future__ import annotations

import segno

from ui.blocks.code_picture import Modules


def modules_of(payload: str) -> Modules:
    """The code with as much correction as its size has room for, at least 15 %."""
    matrix = segno.make_qr(payload, error="m").matrix
    return tuple(tuple(bool(module) for module in row) for row in matrix)
