"""`python tests/papers/make_example_seals.py` seals the example papers anew, by keys that nobody keeps.

After it the papers have other pictures: `python tests/papers/goldens.py`.
"""

from __future__ import annotations

import json
from datetime import timedelta
from types import MappingProxyType

from example_papers import MASKED_NUMBER, NOW, RECORD, REGION
from example_seals import CODE, FILE

from central.seals.issuer_keys import IssuerKey, IssuerKeys
from central.seals.sealing import Sealer
from central.seals.signers import new_key
from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.claims import PaperKind, SealIssuer
from kiosk.contract.seals.keys import SealKey, SealKeyWire, key_id_of
from kiosk.domain.region import Issuer

BUREAUS = MappingProxyType(
    {
        "rights_record": (PaperKind.RIGHTS_RECORD, tuple(Issuer), False),
        "rights_record_demo": (PaperKind.RIGHTS_RECORD, tuple(Issuer), True),
        "participation_certificate": (PaperKind.PARTICIPATION_CERTIFICATE, tuple(Issuer), False),
    }
)
"""What each paper is, who seals it, and whether it is 演示."""


def _keys(*, demo: bool) -> IssuerKeys:
    keys = []
    for bureau in Issuer:
        signer = new_key(Algorithm.SM2_SM3)
        public = SealKey(
            kid=key_id_of(signer.public_key),
            algorithm=Algorithm.SM2_SM3,
            issuer=SealIssuer(REGION.code, bureau),
            kinds=frozenset(PaperKind),
            public_key=signer.public_key,
            valid_from=NOW - timedelta(days=300),
            valid_to=NOW + timedelta(days=300),
            demo=demo,
        )
        keys.append(IssuerKey(public, signer))
    return IssuerKeys(Algorithm.SM2_SM3, tuple(keys))


def main() -> None:
    keys = {demo: _keys(demo=demo) for demo in (False, True)}
    seals = {
        name: [
            {
                "issuer": REGION.issuers[bureau],
                "text": Sealer(keys[demo]).seal(
                    issuer=SealIssuer(REGION.code, bureau),
                    kind=kind,
                    code=CODE,
                    issued_at=NOW,
                    expires=NOW + timedelta(days=30),
                    masked_name="刘*兰",
                    last_four=MASKED_NUMBER[-4:],
                    content=RECORD,
                ),
            }
            for bureau in bureaus
        ]
        for name, (kind, bureaus, demo) in BUREAUS.items()
    }
    public = [
        SealKeyWire.of(key.public).model_dump(mode="json") for made in keys.values() for key in made.keys
    ]
    FILE.write_text(
        json.dumps({"keys": public, "seals": seals}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
