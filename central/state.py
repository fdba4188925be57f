"""What one running centre holds, handed to `create_app`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from central.faults import Faults
from central.gateway import Gateway
from central.limits import Limits
from central.orders import Orders
from central.seals.sealing import Sealer
from central.store.database import Database
from kiosk.clock import Clock
from kiosk.contract.region import RegionAnswer
from kiosk.domain.tenders import QrChannel


@dataclass(frozen=True, slots=True)
class State:
    """The centre's parts, made by whoever starts it."""

    database: Database
    region: RegionAnswer
    clock: Clock
    public_url: str
    """Scheme, host and port where the public reaches this centre; papers carry it."""
    limits: Limits = field(default_factory=Limits)
    faults: Faults | None = None
    """None: this centre cannot be told to fail."""
    gateways: Mapping[QrChannel, Gateway] = field(default_factory=dict)
    """Without any, no payment by QR code is taken."""
    sealer: Sealer | None = None
    """None: papers are issued without seals, and say so."""

    def orders(self) -> Orders:
        """The payment orders of this centre; they live in its database, so that any number may be made."""
        return Orders(self.database, self.gateways, self.clock, self.public_url)
