"""What one running centre holds, handed to `create_app`."""

from __future__ import annotations

from dataclasses import dataclass, field

from central.faults import Faults
from central.limits import Limits
from central.store.database import Database
from kiosk.clock import Clock
from kiosk.contract.region import RegionAnswer


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
