"""What is paid on the example pages."""

from __future__ import annotations

from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.sales import Premium, Sale, TenderKind


def _premium(payee: str, whom: ForWhom, kind: Kind = Kind.MEDICAL_RESIDENT) -> Premium:
    return Premium(f"bill-{payee}", kind, 2027, Money(400_00), payee, whom)


CODE = "weixin://wxpay/bizpayurl?pr=5f3a9c1e77d0"
_CHILD = _premium("陈*禾", ForWhom.DEPENDANT)
_FAMILY = (
    _premium("王*兰", ForWhom.SELF),
    _premium("陈*国", ForWhom.OTHER),
    _CHILD,
    _premium("陈*苗", ForWhom.DEPENDANT),
    _premium("王*兰", ForWhom.SELF, Kind.PENSION_RESIDENT),
    _premium("陈*国", ForWhom.OTHER, Kind.PENSION_RESIDENT),
)
BY_CARD = Sale((_CHILD,), "王*兰", TenderKind.BANK_CARD)
BY_PHONE = Sale((_CHILD,), "王*兰", TenderKind.WECHATPAY)
FAMILY_BY_CARD = Sale(_FAMILY, "王*兰", TenderKind.BANK_CARD)
FAMILY_BY_PHONE = Sale(_FAMILY, "王*兰", TenderKind.WECHATPAY)
