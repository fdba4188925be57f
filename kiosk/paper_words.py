"""What residents call the bureaus that issue papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.contract.seals.claims import SealIssuer
from kiosk.domain.region import Issuer, Region
from kiosk.domain.text import Text, say

BUREAU_WORDS: Final[Mapping[Issuer, Text]] = {
    Issuer.HRSS: say("人力资源和社会保障局"),
    Issuer.NHSA: say("医疗保障局"),
}


def issuer_words(issuer: SealIssuer, region: Region) -> Text:
    """签发机关, by its name where it is one of this region's, else by its region's code."""
    if issuer.region == region.code:
        return say("{name}", name=region.issuers[issuer.bureau])
    return say("地区代码 {region} 的{bureau}", region=issuer.region, bureau=BUREAU_WORDS[issuer.bureau])
