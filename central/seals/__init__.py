"""The signer's side of seals: the issuers' private keys, and sealing with them (docs/facts/seals.md)."""
