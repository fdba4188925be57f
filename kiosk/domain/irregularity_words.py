"""The advice that goes with what is wrong in months that were paid (docs/facts/social-insurance.md §5)."""

from __future__ import annotations

from kiosk.domain.advice import ID_OR_CARD, PROOF_OF_PAYMENT, RECORD, Advice
from kiosk.domain.finding import Finding, FindingKind, Payer
from kiosk.domain.insurance import Branch, Kind
from kiosk.domain.text import Text, say

_NOBODY_OWES = say("没有人欠费，您不用缴钱。")
_NO_HURRY = say("没有期限，但越早办越好。")


def irregularity_advice(finding: Finding) -> Advice:
    """Raises `ValueError` for a gap, which is worded by `gap_advice`."""
    match finding.what:
        case FindingKind.DOUBLE_PAYMENT:
            return _double_payment(finding)
        case FindingKind.NOT_CREDITED:
            return _not_credited(finding)
        case FindingKind.BASE_TOO_LOW:
            return _base_too_low(finding)
        case FindingKind.BASE_TOO_HIGH:
            return _base_too_high(finding)
        case FindingKind.EMPLOYER_CHANGE:
            return _employer_change(finding)
        case FindingKind.GAP | FindingKind.GAP_ACROSS:
            raise ValueError("a gap is worded by gap_advice")


def _double_payment(finding: Finding) -> Advice:
    kind, span = finding.kind.spoken_name, finding.span
    if finding.beside:
        causes = (say("上班以后，原来的一份没有停"), say("在两个地方都参了保"))
    else:
        causes = (say("缴了两次，或两个单位都缴了"), say("外地转来的月份和本地的重了"))
    return Advice(
        meaning=say("同一个月只算一份，多缴的一份不会多算年限，也不会多报销。"),
        meanwhile=(),
        payer=say("没有人欠费。多缴的能不能退，由经办机构核定。"),
        causes=causes,
        ask=say("请问{kind} {span}缴重了，保留哪一份，另一份能不能退？", kind=kind, span=span),
        bring=(ID_OR_CARD, PROOF_OF_PAYMENT),
        until=say("越早办越好：居民医保从享受待遇的年度开始以后，一般不退。")
        if Kind.MEDICAL_RESIDENT in (finding.kind, *finding.beside)
        else _NO_HURRY,
        law=_double_payment_rule(finding.kind),
    )


def _double_payment_rule(kind: Kind) -> Text | None:
    if kind.branch is Branch.MEDICAL:
        return say("医保发〔2020〕33号：原则上不重复参加基本医疗保险。")
    if kind is Kind.PENSION_RESIDENT:
        return say("人社部发〔2014〕17号：重复的月份只算职工养老，居民养老的个人缴费退还本人。")
    return None


def _not_credited(finding: Finding) -> Advice:
    kind, span = finding.kind.spoken_name, finding.span
    return Advice(
        meaning=say("钱已经缴到，但您的个人账户里没有记上这期间的钱。"),
        meanwhile=(say("记上以前，个人账户里少这期间的钱。"),),
        payer=say("没有人欠费，您不用再缴。要由经办机构补记。"),
        causes=(say("收费和记账是两个部门，账没有对上"), say("个人信息有误，钱没有对到您的账户")),
        ask=say("请问{kind} {span}已缴，为什么没有记入个人账户，什么时候补记？", kind=kind, span=span),
        bring=(ID_OR_CARD, RECORD, PROOF_OF_PAYMENT),
        until=_NO_HURRY,
    )


def _base_too_low(finding: Finding) -> Advice:
    kind, span = finding.kind.spoken_name, finding.span
    if finding.payer is Payer.EMPLOYER:
        payer = say("差额由单位去补缴，滞纳金由单位承担，不向您收。")
        law = say("《社会保险法》第六十条：单位应当按时足额缴费；第八十六条：没有足额缴的，向单位收滞纳金。")
    else:
        payer, law = _NOBODY_OWES, None
    return Advice(
        meaning=say("缴费按基数算，基数不能低于当年公布的下限。这期间的基数报低了。"),
        meanwhile=(say("基数低，记入个人账户的钱和以后的待遇会少。"),),
        payer=payer,
        causes=(say("单位报的工资低了"), say("当年的下限公布以后，没有跟着调整")),
        ask=say("请问{kind} {span}的缴费基数低于下限，要不要补差额，由谁补？", kind=kind, span=span),
        bring=(ID_OR_CARD, RECORD, say("工资条或工资流水（有就带）")),
        until=_NO_HURRY,
        law=law,
    )


def _base_too_high(finding: Finding) -> Advice:
    kind, span = finding.kind.spoken_name, finding.span
    return Advice(
        meaning=say("缴费按基数算，超过当年上限的部分不用缴。这期间的基数报高了。"),
        meanwhile=(),
        payer=say("没有人欠费。多缴的能不能退，由经办机构核定。"),
        causes=(say("单位报的工资超过了上限"), say("当年的上限公布以后，没有跟着调整")),
        ask=say("请问{kind} {span}的缴费基数高于上限，多缴的能不能退？", kind=kind, span=span),
        bring=(ID_OR_CARD, RECORD),
        until=_NO_HURRY,
    )


def _employer_change(finding: Finding) -> Advice:
    kind, month = finding.kind.spoken_name, finding.span.first
    return Advice(
        meaning=say("从这个月起，为您缴费的单位变了。您确实换了工作，就不用办什么。"),
        meanwhile=(),
        payer=_NOBODY_OWES,
        causes=(say("您换了工作"), say("单位改名、合并，或改由别的公司代缴")),
        ask=say("请问{kind} {month}起为什么换了缴费单位？", kind=kind, month=month),
        bring=(ID_OR_CARD,),
        until=say("您换了工作，就不用办；没有换过，请尽快问。"),
    )
