"""`central demo-enrol`: makes a device key for a terminal and records its public half."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from central.store import terminals
from central.store.database import Database
from kiosk.clock import Clock


def demo_enrol(database: Database, clock: Clock, terminal: str, key_file: Path) -> None:
    """Writes a new private key (PKCS #8 PEM, mode 0600) and records its public half, both or neither.

    Raises `FileExistsError` rather than overwrite a key, `OSError` where the file cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    with database.writing() as connection:
        terminals.enrol(connection, terminal, public, clock.now())
        opened = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(pem)
