"""What residents call papers, and the bureaus that issue them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.contract.seals.claims import PaperKind, SealIssuer
from kiosk.domain.region import Issuer, Region
from kiosk.domain.text import Text, say

BUREAU_WORDS: Final[Mapping[Issuer, Text]] = {
    Issuer.HRSS: say("人力资源和社会保障局"),
    Issuer.NHSA: say("医疗保障局"),
}

_TITLES: Final[Mapping[PaperKind, Text]] = {
    PaperKind.RIGHTS_RECORD: say("个人权益记录"),
    PaperKind.PARTICIPATION_CERTIFICATE: say("参保证明"),
    PaperKind.PAYMENT_RECEIPT: say("缴费回单"),
    PaperKind.TRANSFER_CERTIFICATE: say("基本养老保险参保缴费凭证"),
    PaperKind.CASE_SLIP: say("办件单"),
}


def paper_title(kind: PaperKind) -> Text:
    """`PaperKind.title`, in every language."""
    return _TITLES[kind]


def issuer_words(issuer: SealIssuer, region: Region) -> Text:
    """签发机关, by its name where it is one of this region's, else by its region's code."""
    if issuer.region == region.code:
        return say("{name}", name=region.issuers[issuer.bureau])
    return say("地区代码 {region} 的{bureau}", region=issuer.region, bureau=BUREAU_WORDS[issuer.bureau])
