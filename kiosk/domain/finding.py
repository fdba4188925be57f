"""What is wrong, or worth knowing, in a ledger: one finding (docs/facts/social-insurance.md §5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import AccountChange
from kiosk.domain.months import MonthSpan


class FindingKind(StrEnum):
    """What was found."""

    GAP = "gap"
    """断缴: due months that were not paid, while nothing else was paid either"""
    GAP_ACROSS = "gap_across"
    """断缴 across kinds: this one was not paid while another was"""
    DOUBLE_PAYMENT = "double_payment"
    """重复缴费: two kinds of one branch in the same months, or one month paid twice"""
    NOT_CREDITED = "not_credited"
    """未划入: paid, but nothing credited to the personal account"""
    BASE_TOO_LOW = "base_too_low"
    """缴费基数 below the year's floor"""
    BASE_TOO_HIGH = "base_too_high"
    """缴费基数 above the year's ceiling"""
    EMPLOYER_CHANGE = "employer_change"
    """单位变更: another employer, or the person himself, pays from this month on"""


class Payer(StrEnum):
    """Who has to pay what is missing."""

    EMPLOYER = "employer"
    """单位: both shares and the late fee; the resident cannot and need not"""
    SELF = "self"
    """本人: may be paid by the resident, never with a late fee"""
    NOBODY = "nobody"
    """Nothing is owed, or nothing can be paid any more"""


class Severity(IntEnum):
    """How much it matters; greater is graver."""

    NOTE = 1
    """Good to know; nobody did anything wrong."""
    ATTENTION = 2
    """Something to have put right."""
    PROBLEM = 3
    """Somebody owes it, and the resident bears the harm until it is paid."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in one kind, over months in a row."""

    what: FindingKind
    kind: Kind
    span: MonthSpan
    beside: tuple[Kind, ...] = ()
    """Gap: the kinds paid in every one of these months, the most telling first. Double payment: the other
    kinds of the branch. Employer change: the other kinds that changed with it."""
    payer: Payer = Payer.NOBODY
    employers: tuple[str, ...] = ()
    """单位名称 of who owes it, or of the new employer; empty where the rows do not tell."""
    ongoing: bool = False
    """Whether it reaches the last month that is due."""
    changes: tuple[AccountChange, ...] = ()
    """变更记录 that lie in or just before these months, by date."""

    @property
    def is_gap(self) -> bool:
        return self.what in (FindingKind.GAP, FindingKind.GAP_ACROSS)

    @property
    def severity(self) -> Severity:
        match self.what:
            case FindingKind.GAP | FindingKind.GAP_ACROSS if self.payer is not Payer.NOBODY:
                return Severity.PROBLEM
            case FindingKind.GAP | FindingKind.GAP_ACROSS if self.ongoing:
                return Severity.ATTENTION
            case FindingKind.GAP | FindingKind.BASE_TOO_HIGH | FindingKind.EMPLOYER_CHANGE:
                return Severity.NOTE
            case _:
                return Severity.ATTENTION
