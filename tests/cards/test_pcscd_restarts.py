"""The service is killed, or the reader goes and comes, while cards are read in both slots: each card that is
put in afterwards is read within two seconds."""

from __future__ import annotations

from statistics import median

import pytest
from fixtures.proofs import Tally
from proof_restarts import TROUBLES, Load, Round

from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot

prove = pytest.mark.prove

LIMIT_S = 2.0
FEW = 3
MANY = 20


def findings(took: list[float], surprises: list[str]) -> list[str]:
    """What is wrong with one round."""
    late = [f"a card was read {seconds:.2f} s after the return" for seconds in took if seconds > LIMIT_S]
    return late + surprises


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_card_put_in_after_a_restart_is_read_soon(
    restarted_pcscd: PrivatePcscd, slot: VirtualSlot, second_slot: VirtualSlot, trouble: str
) -> None:
    with Load() as load:
        one = Round(load, restarted_pcscd, (slot, second_slot))
        took = [seconds for number in range(FEW) for seconds in one.seconds(TROUBLES[trouble], number)]
    assert findings(took, load.surprises) == []


@prove
@pytest.mark.timeout(400)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_card_put_in_after_twenty_restarts_is_read_soon(
    restarted_pcscd: PrivatePcscd,
    slot: VirtualSlot,
    second_slot: VirtualSlot,
    card_tally: Tally,
    trouble: str,
) -> None:
    took, failed = [], []
    with Load() as load:
        one = Round(load, restarted_pcscd, (slot, second_slot))
        for number in range(MANY):
            known = len(load.surprises)
            seconds = one.seconds(TROUBLES[trouble], number)
            found = findings(seconds, load.surprises[known:])
            card_tally.case(f"pcscd {trouble}, {number}", found)
            took += seconds
            failed += found
    print(f"{trouble}: read after {median(took):.2f} s (median), {max(took):.2f} s (worst)")
    assert failed == []
