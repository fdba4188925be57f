"""The issuers' keys in a directory: `seals.toml` and the PEM files that it names; and demo keys."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field

from central.seals.signers import new_key, signer_of
from central.toml_file import BadToml, Table, read_toml
from kiosk.contract.seals.algorithms import Algorithm, BadKey, Signer
from kiosk.contract.seals.claims import PaperKind, SealIssuer
from kiosk.contract.seals.keys import SealKey, key_id_of
from kiosk.domain.region import Issuer

CONFIG_NAME: Final = "seals.toml"
_MAX_PEM: Final = 4_096
_KINDS: Final = {kind.word: kind for kind in PaperKind}
_AlgorithmWord = Literal["sm2", "ed25519"]
_KindWord = Literal[
    "rights_record", "participation_certificate", "payment_receipt", "transfer_certificate", "case_slip"
]


class KeyTable(Table):
    """One key; docs/facts/seals.md §5."""

    algorithm: _AlgorithmWord
    issuer: Annotated[str, Field(pattern=r"^[0-9]{6}\.(hrss|nhsa)$")]
    kinds: Annotated[list[_KindWord], Field(min_length=1)]
    file: Annotated[str, Field(min_length=1)]
    """Relative to the directory; mode 0600."""
    valid_from: AwareDatetime
    valid_to: AwareDatetime
    demo: bool = False


class SealsFile(Table):
    algorithm: _AlgorithmWord = "sm2"
    """With which new papers are sealed."""
    keys: dict[str, KeyTable]


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A key that seals, and what is published of it."""

    public: SealKey
    signer: Signer = field(repr=False)


@dataclass(frozen=True, slots=True)
class IssuerKeys:
    algorithm: Algorithm
    """With which new papers are sealed."""
    keys: tuple[IssuerKey, ...]


def load_issuer_keys(directory: Path) -> IssuerKeys:
    """Raises `BadToml`, for key files too: the message names the file and what it should be."""
    config = directory / CONFIG_NAME
    told = read_toml(config, SealsFile)
    keys = tuple(_load(directory, table) for table in told.keys.values())
    if len({key.public.kid for key in keys}) != len(keys):
        raise BadToml(config, ["one key stands there twice"])
    return IssuerKeys(Algorithm.of(told.algorithm), keys)


def demo_issuer_keys(directory: Path, region: str) -> IssuerKeys:
    """Made on first use: a key of each bureau and algorithm, all flagged 演示. Keys that are there stay.

    Raises `BadToml`, and `OSError` where they cannot be written.
    """
    if not (directory / CONFIG_NAME).exists():
        directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whole or not at all: a directory with half of the keys would look like one with all.
        unfinished = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
        try:
            _write_demo_keys(unfinished, region)
            unfinished.rename(directory)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return load_issuer_keys(directory)


def _load(directory: Path, table: KeyTable) -> IssuerKey:
    file = directory / table.file
    algorithm = Algorithm.of(table.algorithm)
    try:
        signer = signer_of(algorithm, _private_bytes(file))
    except BadKey as error:
        raise BadToml(file, [str(error)]) from error
    try:
        public = SealKey(
            kid=key_id_of(signer.public_key),
            algorithm=algorithm,
            issuer=SealIssuer.parse(table.issuer),
            kinds=frozenset(_KINDS[word] for word in table.kinds),
            public_key=signer.public_key,
            valid_from=table.valid_from,
            valid_to=table.valid_to,
            demo=table.demo,
        )
    except ValueError as error:
        raise BadToml(directory / CONFIG_NAME, [f"{table.file}: {error}"]) from error
    return IssuerKey(public, signer)


def _private_bytes(file: Path) -> bytes:
    """Of a plain file that is its owner's alone. Raises `BadToml`."""
    try:
        # A fifo would block without O_NONBLOCK.
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise BadToml(file, [f"cannot be read: {error.strerror}"]) from error
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            raise BadToml(file, ["is no plain file"])
        if found.st_uid != os.geteuid():
            raise BadToml(file, [f"belongs to user {found.st_uid}, not {os.geteuid()}"])
        if stat.S_IMODE(found.st_mode) & 0o177:
            raise BadToml(file, [f"has mode {stat.S_IMODE(found.st_mode):04o}: a key is 0600"])
        return os.read(opened, _MAX_PEM)
    finally:
        os.close(opened)


def _write_demo_keys(directory: Path, region: str) -> None:
    lines = ["# Made for the demo: its seals are worth nothing.", 'algorithm = "sm2"']
    for bureau in Issuer:
        for algorithm in Algorithm:
            name = f"{bureau}-{algorithm.word}"
            lines += [
                "",
                f"[keys.{name}]",
                f'algorithm = "{algorithm.word}"',
                f'issuer = "{SealIssuer(region, bureau).text}"',
                f"kinds = [{', '.join(repr(word) for word in _KINDS)}]",
                f'file = "{name}.pem"',
                # The demo's clock may be set to any day.
                "valid_from = 2000-01-01T00:00:00+08:00",
                "valid_to = 2100-01-01T00:00:00+08:00",
                "demo = true",
            ]
            _write(directory / f"{name}.pem", new_key(algorithm).pem())
    _write(directory / CONFIG_NAME, "\n".join([*lines, ""]).encode())


def _write(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
