"""What a finding says to the resident: plain words for somebody of 75, without codes, and no promise that
no law gives (docs/facts/social-insurance.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.advice import Advice
from kiosk.domain.finding import Finding, FindingKind
from kiosk.domain.gap_words import gap_advice
from kiosk.domain.insurance import Branch
from kiosk.domain.irregularity_words import irregularity_advice
from kiosk.domain.region import Office, Region
from kiosk.domain.text import Text, in_a_row, joined, say
from kiosk.domain.words import change_line


@dataclass(frozen=True, slots=True)
class FindingWords:
    """A finding, worded whole."""

    sentence: Text
    """What was found, in one sentence."""
    advice: Advice
    changes: tuple[Text, ...]
    """变更记录 in those months, one line each."""
    office: Office
    """Where it belongs."""


def finding_words(finding: Finding, region: Region) -> FindingWords:
    advice = gap_advice(finding) if finding.is_gap else irregularity_advice(finding)
    return FindingWords(
        finding_sentence(finding),
        advice,
        tuple(change_line(change) for change in finding.changes),
        region.office(finding.kind),
    )


def finding_sentence(finding: Finding) -> Text:
    """`您的职工医保 2019年1月到7月没有缴费，同期养老已缴`; needs neither region nor rows."""
    kind, span = finding.kind.spoken_name, finding.span
    match finding.what:
        case FindingKind.GAP:
            return say("您的{kind} {span}没有缴费", kind=kind, span=span)
        case FindingKind.GAP_ACROSS:
            beside = _branches(_told(finding))
            return say("您的{kind} {span}没有缴费，同期{beside}已缴", kind=kind, span=span, beside=beside)
        case FindingKind.DOUBLE_PAYMENT if finding.beside:
            others = joined(tuple(other.spoken_name for other in finding.beside))
            return say("您的{kind} {span}缴重了，同期{others}也缴了", kind=kind, span=span, others=others)
        case FindingKind.DOUBLE_PAYMENT:
            return say("您的{kind} {span}缴了两次", kind=kind, span=span)
        case FindingKind.NOT_CREDITED:
            return say("您的{kind} {span}已缴，但没有记入个人账户", kind=kind, span=span)
        case FindingKind.BASE_TOO_LOW:
            return say("您的{kind} {span}缴费基数低于当年下限", kind=kind, span=span)
        case FindingKind.BASE_TOO_HIGH:
            return say("您的{kind} {span}缴费基数高于当年上限", kind=kind, span=span)
        case FindingKind.EMPLOYER_CHANGE if finding.employers:
            names = in_a_row(finding.employers)
            return say("您的{kind} {month}起换了单位：{names}", kind=kind, month=span.first, names=names)
        case FindingKind.EMPLOYER_CHANGE:
            return say("您的{kind} {month}起由您自己缴", kind=kind, month=span.first)


def _told(finding: Finding) -> tuple[Branch, ...]:
    """Of what was paid meanwhile, the paired branch where it is there; else all, each branch once."""
    branches = tuple(dict.fromkeys(kind.branch for kind in finding.beside))
    paired = finding.kind.branch.paired
    return (paired,) if paired in branches else branches


def _branches(branches: tuple[Branch, ...]) -> Text:
    return joined(tuple(branch.spoken_name for branch in branches))
