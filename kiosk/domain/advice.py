"""What a resident is told to understand a finding and to have it put right."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.text import Text, say

ID_OR_CARD = say("身份证或社保卡")
RECORD = say("个人权益记录（可在本机免费打印，有就带）")
PROOF_OF_PAYMENT = say("缴费凭证（有就带）")


@dataclass(frozen=True, slots=True)
class Advice:
    """Each field answers one question that people ask at the counter."""

    meaning: Text
    """这是什么意思？"""
    meanwhile: tuple[Text, ...]
    """有什么影响？ What stops until it is put right; empty where nothing does."""
    payer: Text
    """谁来缴？"""
    causes: tuple[Text, ...]
    """可能的原因: candidates, the likeliest first."""
    ask: Text
    """到窗口怎么问？"""
    bring: tuple[Text, ...]
    """带什么？ What is not an identity document is marked as optional: no office may demand it."""
    until: Text
    """什么时候办？"""
    law: Text | None = None
    """法律依据"""
