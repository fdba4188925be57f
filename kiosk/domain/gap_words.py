"""The advice that goes with a gap 断缴, by who has to pay it (docs/facts/social-insurance.md §3, §5)."""

from __future__ import annotations

from kiosk.domain.advice import ID_OR_CARD, PROOF_OF_PAYMENT, RECORD, Advice
from kiosk.domain.finding import Finding, Payer
from kiosk.domain.insurance import Branch, Kind
from kiosk.domain.ledger import ChangeKind
from kiosk.domain.text import Text, in_a_row, say

_HARM = {
    Kind.PENSION_EMPLOYEE: (say("这期间不算养老缴费年限。"), say("养老个人账户没有入账，以后的养老金会少。")),
    Kind.PENSION_PUBLIC: (say("这期间不算养老缴费年限。"), say("养老个人账户没有入账，以后的养老金会少。")),
    Kind.PENSION_RESIDENT: (say("这期间不算养老缴费年限。"), say("没有缴费的年度，没有政府的缴费补贴。")),
    Kind.UNEMPLOYMENT: (say("这期间不算失业保险缴费时间；单位和本人缴满一年，失业后才能领失业金。"),),
    Kind.MEDICAL_EMPLOYEE: (
        say("这期间看病住院，医保可能不报销。"),
        say("医保个人账户没有入账，买药刷不出这期间的钱。"),
        say("退休后享受医保要看累计年限，这期间不算。"),
    ),
    Kind.MEDICAL_RESIDENT: (
        say("这期间看病住院，居民医保不报销。"),
        say("断缴以后再参保，要先过等待期；断的年度越多，等得越久。"),
    ),
    Kind.WORK_INJURY: (say("这期间没有工伤保险；上班受了工伤，费用由单位承担。"),),
    Kind.MATERNITY: (say("这期间生育的，生育津贴和医疗费可能受影响。"),),
}


def gap_advice(gap: Finding) -> Advice:
    match gap.payer:
        case Payer.EMPLOYER:
            return _employers_debt(gap)
        case Payer.SELF:
            return _own_to_pay(gap)
        case Payer.NOBODY:
            return _nobodys_debt(gap)


def _employers_debt(gap: Finding) -> Advice:
    kind = gap.kind.spoken_name
    if gap.ongoing:
        until = say("现在还在断缴，请尽快办，越早越好。")
    else:
        until = say("越早办越好：时间久了，单位和材料都难找，超过两年劳动监察可能不受理。")
    return Advice(
        meaning=say("这期间您有工作单位，{kind}应当由单位按月缴，单位没有缴。", kind=kind),
        meanwhile=_HARM[gap.kind],
        payer=_employer_pays(gap),
        causes=(*_stopped(gap), say("单位申报时漏了您，或报了没有缴"), say("单位缴了，两个部门的账没有对上")),
        ask=say("请问{kind} {span}为什么没有缴费，怎样让单位补上？", kind=kind, span=gap.span),
        bring=(ID_OR_CARD, RECORD, say("劳动合同、工资条或工资流水（有哪样带哪样）")),
        until=until,
        law=_employers_law(gap.kind),
    )


def _employer_pays(gap: Finding) -> Text:
    rest = say("单位和个人两部分都由单位去缴，滞纳金由单位承担；您不用缴，也不能自己去缴。")
    if gap.employers:
        return say("由单位补缴：{names}。{rest}", names=in_a_row(gap.employers), rest=rest)
    return say("由当时的单位补缴。{rest}", rest=rest)


def _employers_law(kind: Kind) -> Text:
    if kind is Kind.WORK_INJURY:
        return say("《社会保险法》第三十三条：工伤保险费由单位缴；第四十一条：没有缴的，工伤待遇由单位付。")
    return say("《社会保险法》第六十条：单位应当按时足额缴费；第八十六条：没有按时缴的，向单位收滞纳金。")


def _own_to_pay(gap: Finding) -> Advice:
    kind = gap.kind.spoken_name
    if gap.kind is Kind.MEDICAL_RESIDENT:
        until = say("越早越好：缴费以后才开始算等待期。")
    else:
        until = say("一般在到龄领取养老金以前办；能补哪几年，请先问窗口。")
    return Advice(
        meaning=say("{kind}一年缴一次，这期间没有缴费记录。", kind=kind),
        meanwhile=_HARM[gap.kind],
        payer=say("可以由您自己缴，没有滞纳金。"),
        causes=(*_stopped(gap), say("错过了当年的缴费期"), say("已经缴了，还没有入账")),
        ask=say("请问{kind} {span}还能不能缴，缴多少，什么时候开始享受？", kind=kind, span=gap.span),
        bring=(ID_OR_CARD, PROOF_OF_PAYMENT),
        until=until,
    )


def _nobodys_debt(gap: Finding) -> Advice:
    kind = gap.kind.spoken_name
    if not gap.kind.of_employees:
        return Advice(
            meaning=say("{kind}一年缴一次，这期间没有缴费记录。", kind=kind),
            meanwhile=_HARM[gap.kind],
            payer=say("过去的年度一般不能补缴，没有人欠这笔钱，您不用缴。"),
            causes=(*_stopped(gap), say("错过了当年的缴费期"), say("当时在别的地方参了保")),
            ask=say("请问{kind} {span}有没有在别处参保的记录？", kind=kind, span=gap.span),
            bring=(ID_OR_CARD, PROOF_OF_PAYMENT),
            until=say("没有期限，不办也可以。"),
        )
    if gap.kind.branch is Branch.PENSION:
        payer = say("没有人欠这笔钱。以个人身份参保的，过去月份的养老一般不能补缴；都没有滞纳金。")
    else:
        payer = say("没有人欠这笔钱，您不用缴。")
    return Advice(
        meaning=say("这期间没有查到单位为您缴费，多半是换工作的间隔，或您以个人身份参保。"),
        meanwhile=_HARM[gap.kind],
        payer=payer,
        causes=(
            *_stopped(gap),
            say("换工作，中间没有单位"),
            *((say("以个人身份参保，这期间没有缴"),) if gap.kind.open_to_self_employed else ()),
            say("在外地缴过，还没有转过来"),
        ),
        ask=say(
            "请问{kind} {span}有没有别处的缴费可以转来？当时在上班的，单位该不该补？",
            kind=kind,
            span=gap.span,
        ),
        bring=(ID_OR_CARD, say("当时在上班的：劳动合同或工资条（有就带）")),
        until=say("没有期限；当时在上班的，越早办越好。"),
    )


def _stopped(gap: Finding) -> tuple[Text, ...]:
    stops = (change for change in gap.changes if change.kind is gap.kind)
    if any(change.what is ChangeKind.SUSPENDED for change in stops):
        return (say("账户办过停保，没有及时接上"),)
    return ()
