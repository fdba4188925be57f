"""How long a paper becomes is known before it is printed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from example_papers import AT, NOW, PAPERS, REGION
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.escpos import encode
from drivers.printers.facsimile import DOTS_PER_MM
from drivers.printers.paper import Paper, Text
from drivers.printers.preview import preview
from drivers.printers.profile_file import shipped_profile, shipped_profiles
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.postings import Applied, Rejected, RejectionReason
from kiosk.domain.sales import NotKnown, Premium, Receipt, RefundDue, Sale, TenderKind
from kiosk.domain.tenders import BankCard
from kiosk.papers.not_known_slip import not_known_slip, refund_slip
from kiosk.papers.prospect import longest_paper
from kiosk.papers.receipt import receipt_paper

_CHILD = Premium("b", Kind.MEDICAL_RESIDENT, 2027, Money(400_00), "陈*禾", ForWhom.DEPENDANT)


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_as_long_as_it_is_drawn(name: str, columns: int) -> None:
    told = encode(PAPERS[name], columns=columns).length_mm
    assert told == -(-preview(PAPERS[name], columns=columns).height // DOTS_PER_MM)


@pytest.mark.parametrize("name", shipped_profiles())
def test_so_is_one_with_lines_that_have_to_be_drawn(name: str) -> None:
    profile = shipped_profile(name)
    paper = Paper("names", (Text("龚䶮", double=True), Text("𠮷㼆"), Text("刘桂兰")))
    drawn = preview(paper, profile=profile).height / DOTS_PER_MM
    assert abs(encode(paper, profile=profile).length_mm - drawn) <= 11, "a torn paper ends at the edge"


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("count", [1, 2, 5])
@given(data=st.data())
def test_nothing_that_a_sale_brings_is_much_longer_than_what_was_asked_for_before(
    columns: int, count: int, data: st.DataObject
) -> None:
    premiums = tuple(replace(_CHILD, bill=f"b{number}", year=2027 - number) for number in range(count))
    sale = Sale(premiums, "刘*兰", TenderKind.BANK_CARD)
    longest = encode(longest_paper(sale, REGION, AT), columns=columns).length_mm
    rejected = st.sampled_from(RejectionReason).map(Rejected)
    postings = data.draw(
        st.lists(
            st.just(None) | st.just(Applied("20261120-0123456789ab", NOW)) | rejected,
            min_size=count,
            max_size=count,
        )
    )
    card = BankCard("622202******1234", "112233445566", "POI-1")
    receipts = tuple(
        Receipt("T001-00000012", premium, "刘*兰", card, NOW, "T001", posting)
        for premium, posting in zip(premiums, postings, strict=True)
    )
    slips = (
        not_known_slip(sale, NotKnown("T001-P00000012", NOW), REGION, AT),
        refund_slip(sale, RefundDue("T001-P00000012", NOW), REGION, AT),
    )
    for paper in (receipt_paper(receipts, REGION, AT), *slips):
        assert encode(paper, columns=columns).length_mm <= longest + 10 * count
