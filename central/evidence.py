"""What the centre accepts of the evidence claimed, and gives for it (docs/facts/central-api.md §1)."""

from __future__ import annotations

from central.problems import Refused
from kiosk.contract.problems import ProblemType
from kiosk.contract.residents import CardSaid
from kiosk.domain.assurance import Disclosure, Evidence, allowed, sufficient


def accepted(claimed: Evidence, said: CardSaid) -> Evidence:
    """What is accepted of a claim.

    `sam_id` is the word of an enrolled terminal about its own module, and an ID card gives number and name
    and no card id. An authenticated card is proven by its answer to a random of the centre, which the
    contract does not carry yet: until then such a claim counts as `card_read`.
    """
    is_id_card = said.card_id is None and said.citizen_number is not None and said.name is not None
    if claimed is Evidence.SAM_ID and is_id_card:
        return Evidence.SAM_ID
    return Evidence.CARD_READ


def require(disclosure: Disclosure, evidence: Evidence, *, details_on_card_read: bool) -> None:
    """Raises `Refused` (`evidence-insufficient`) with what would be enough."""
    if not allowed(disclosure, evidence, details_on_card_read=details_on_card_read):
        enough = sufficient(disclosure, details_on_card_read=details_on_card_read)
        raise Refused(
            ProblemType.EVIDENCE_INSUFFICIENT,
            sufficient=tuple(one.value for one in Evidence if one in enough),
        )
