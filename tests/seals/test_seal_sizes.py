"""How large a seal's code is on paper, and that it is read from there."""

from __future__ import annotations

import io

import pytest
import segno
import zxingcpp
from PIL import Image, ImageFilter
from seal_building import LATER, claims, seal_key, sealed, signer

from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.keys import SealKeys
from kiosk.contract.seals.verdicts import Valid, check_seal

DOTS = 5
QUIET = 4
DOTS_A_MM = 8
USUAL = 10
"""QR version of a seal with a name of up to fifteen octets."""
NAMES = {
    "刘*兰": USUAL,
    "𠮷**𠮷": USUAL,
    "阿****************·买*****": 11,
    "M*********** D**************** S******": 11,
    "买" * 30: 12,
}
NARROW_MM = 48
"""384 dots, on paper of 58 mm."""


def qr_of(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", boost_error=False)


@pytest.mark.parametrize(("name", "version"), NAMES.items())
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_seals_code_fits_the_paper(algorithm: Algorithm, name: str, version: int) -> None:
    text = sealed(signer(algorithm), masked_name=name)
    code = qr_of(text)
    side = (code.symbol_size(border=QUIET)[0]) * DOTS / DOTS_A_MM
    print(f"{algorithm.word}: {len(text)} characters, version {code.designator}, {side:.0f} mm at 5 dots")
    assert code.mode == "alphanumeric"
    assert int(code.version) <= version
    assert side <= NARROW_MM


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_blurred_code_at_five_dots_is_read_and_valid(algorithm: Algorithm) -> None:
    of = signer(algorithm)
    png = io.BytesIO()
    qr_of(sealed(of)).save(png, kind="png", scale=DOTS, border=QUIET)
    picture = Image.open(png).convert("L").filter(ImageFilter.GaussianBlur(DOTS / 3))
    found = zxingcpp.read_barcodes(picture)
    assert [check_seal(one.text, SealKeys([seal_key(of)]), None, LATER).verdict for one in found] == [
        Valid(claims())
    ]
