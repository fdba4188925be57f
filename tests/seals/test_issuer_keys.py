"""The centre's side: keys from files that are their owner's alone, demo keys, and sealing with them."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from seal_building import CODE, EXPIRES, HRSS, ISSUED, LATER, NHSA, claims, signer, write_key

from central.seals.issuer_keys import CONFIG_NAME, demo_issuer_keys, load_issuer_keys
from central.seals.sealing import NoSealKey, Sealer
from central.seals.signers import Sm2Signer, new_key, signer_of
from central.toml_file import BadToml
from kiosk.contract.region import OfficeWire
from kiosk.contract.seals.algorithms import Algorithm, BadKey
from kiosk.contract.seals.claims import PaperKind, SealIssuer, content_digest
from kiosk.contract.seals.keys import SealKeys
from kiosk.contract.seals.sealed import read_seal
from kiosk.contract.seals.verdicts import DemoKey, Valid, check_seal

CONTENT = OfficeWire(name="社保中心", address="人民路1号", telephone="0800-1000001", hours="9:00-17:00")
KEY = """
[keys.{name}]
algorithm = "{algorithm}"
issuer = "{issuer}"
kinds = ["rights_record", "payment_receipt"]
file = "{name}.pem"
valid_from = {valid_from}
valid_to = 2030-01-01T00:00:00+08:00
"""


def key_table(
    name: str,
    algorithm: Algorithm = Algorithm.SM2_SM3,
    issuer: SealIssuer = HRSS,
    valid_from: str = "2026-01-01T00:00:00+08:00",
) -> str:
    return KEY.format(name=name, algorithm=algorithm.word, issuer=issuer.text, valid_from=valid_from)


def directory_of(path: Path, *tables: str, head: str = "", pem: bytes | None = None) -> Path:
    """With a key file `hrss.pem`."""
    write_key(path / "hrss.pem", pem if pem is not None else signer(Algorithm.SM2_SM3).pem())
    (path / CONFIG_NAME).write_text(head + "".join(tables or (key_table("hrss"),)), encoding="utf-8")
    return path


def seal(
    sealer: Sealer, issuer: SealIssuer = HRSS, kind: PaperKind = PaperKind.RIGHTS_RECORD, name: str = "刘*兰"
) -> str:
    return sealer.seal(
        issuer=issuer,
        kind=kind,
        code=CODE,
        issued_at=ISSUED + timedelta(microseconds=7),
        expires=EXPIRES + timedelta(microseconds=9),
        masked_name=name,
        last_four="002x",
        content=CONTENT,
    )


def test_a_paper_is_sealed_by_its_issuers_key(tmp_path: Path) -> None:
    sealer = Sealer(load_issuer_keys(directory_of(tmp_path)))
    checked = check_seal(seal(sealer), SealKeys(sealer.public_keys), None, LATER)
    assert checked.verdict == Valid(claims(content=content_digest(CONTENT)))


def test_sm2_is_the_default_and_ed25519_the_other_choice(tmp_path: Path) -> None:
    for head, algorithm in (("", Algorithm.SM2_SM3), ('algorithm = "ed25519"\n', Algorithm.EDDSA)):
        write_key(tmp_path / "b.pem", signer(Algorithm.EDDSA).pem())
        tables = (key_table("hrss"), key_table("b", Algorithm.EDDSA))
        keys = load_issuer_keys(directory_of(tmp_path, *tables, head=head))
        assert keys.algorithm is algorithm
        assert read_seal(seal(Sealer(keys))).algorithm == algorithm


def test_a_new_key_takes_over_when_its_time_begins(tmp_path: Path) -> None:
    write_key(tmp_path / "next.pem", signer(Algorithm.SM2_SM3, "next").pem())
    for begins, expected in (("2026-11-20T09:31:05+08:00", "next"), ("2026-11-20T09:31:06+08:00", "")):
        tables = (key_table("hrss"), key_table("next", valid_from=begins))
        sealer = Sealer(load_issuer_keys(directory_of(tmp_path, *tables)))
        key = SealKeys(sealer.public_keys).find(read_seal(seal(sealer)).key_id)
        assert key is not None
        assert key.public_key == signer(Algorithm.SM2_SM3, expected).public_key


def test_without_a_key_for_it_nothing_is_sealed(tmp_path: Path) -> None:
    sealer = Sealer(load_issuer_keys(directory_of(tmp_path)))
    with pytest.raises(NoSealKey, match=r"800100\.nhsa has no sm2 key in force for rights_record"):
        seal(sealer, issuer=NHSA)
    with pytest.raises(NoSealKey, match="transfer_certificate"):
        seal(sealer, kind=PaperKind.TRANSFER_CERTIFICATE)


def test_a_name_too_long_for_the_code_is_cut_between_its_characters(tmp_path: Path) -> None:
    sealer = Sealer(load_issuer_keys(directory_of(tmp_path)))
    text = seal(sealer, name="a" + "买" * 40)
    verdict = check_seal(text, SealKeys(sealer.public_keys), None, LATER).verdict
    assert isinstance(verdict, Valid)
    assert verdict.claims.masked_name == "a" + "买" * 29


def test_demo_keys_are_made_once_and_their_seals_are_demos(tmp_path: Path) -> None:
    made = demo_issuer_keys(tmp_path / "demo" / "seals", "800100")
    again = demo_issuer_keys(tmp_path / "demo" / "seals", "800100")
    assert [key.public for key in made.keys] == [key.public for key in again.keys]
    assert {(key.public.issuer, key.public.algorithm) for key in made.keys} == {
        (issuer, algorithm) for issuer in (HRSS, NHSA) for algorithm in Algorithm
    }
    for key in made.keys:
        assert key.public.demo
        assert key.public.kinds == frozenset(PaperKind)
    sealer = Sealer(made)
    for issuer in (HRSS, NHSA):
        for kind in PaperKind:
            verdict = check_seal(
                seal(sealer, issuer, kind), SealKeys(sealer.public_keys), None, LATER
            ).verdict
            content = content_digest(CONTENT)
            assert verdict == DemoKey(Valid(claims(issuer=issuer, kind=kind, content=content, demo=True)))


def test_demo_keys_are_their_owners_alone_and_leave_nothing_beside_them(tmp_path: Path) -> None:
    seals = tmp_path / "seals"
    demo_issuer_keys(seals, "800100")
    assert seals.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in seals.iterdir()} == {0o600}
    assert list(tmp_path.iterdir()) == [seals]


def test_demo_keys_that_cannot_be_made_whole_are_not_made_at_all(tmp_path: Path) -> None:
    seals = tmp_path / "seals"
    with pytest.raises(ValueError, match="six digits"):
        demo_issuer_keys(seals, "80010")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o700, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    directory = directory_of(tmp_path)
    (directory / "hrss.pem").chmod(mode)
    with pytest.raises(BadToml, match=f"hrss.pem: has mode {mode:04o}: a key is 0600"):
        load_issuer_keys(directory)


def _gone(file: Path) -> None:
    file.unlink()


def _link(file: Path) -> None:
    file.rename(file.with_name("elsewhere.pem"))
    file.symlink_to("elsewhere.pem")


def _fifo(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def _directory(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [_gone, _link, _fifo, _directory])
def test_what_is_no_plain_key_file_is_refused(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    directory = directory_of(tmp_path)
    spoil(directory / "hrss.pem")
    with pytest.raises(BadToml, match=r"hrss\.pem: (cannot be read|is no plain file)"):
        load_issuer_keys(directory)


def test_the_configuration_is_read_strictly(tmp_path: Path) -> None:
    good = key_table("hrss")
    for spoilt, told in (
        (good.replace("sm2", "rsa"), "algorithm"),
        (good.replace("800100.hrss", "800100.tax"), "issuer"),
        (good.replace("payment_receipt", "tax_certificate"), "kinds"),
        (good.replace("+08:00", ""), "valid_from"),
        (good.replace("2030", "2020"), "time ends after it began"),
        (good + "demoo = true\n", "unknown key"),
        (good.replace('file = "hrss.pem"', ""), "missing"),
        (good + good.replace("[keys.hrss]", "[keys.again]"), "one key stands there twice"),
    ):
        with pytest.raises(BadToml, match=told):
            load_issuer_keys(directory_of(tmp_path, spoilt))


def test_an_algorithms_key_is_no_other_algorithms(tmp_path: Path) -> None:
    for algorithm, other in ((Algorithm.SM2_SM3, Algorithm.EDDSA), (Algorithm.EDDSA, Algorithm.SM2_SM3)):
        with pytest.raises(BadToml, match=f"no {algorithm.word} key"):
            load_issuer_keys(directory_of(tmp_path, key_table("hrss", algorithm), pem=signer(other).pem()))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_spoilt_or_locked_pem_is_no_key(tmp_path: Path, algorithm: Algorithm) -> None:
    pem = new_key(algorithm).pem()
    file = write_key(tmp_path / "key.pem", pem)
    locked = subprocess.run(
        ["openssl", "pkcs8", "-topk8", "-in", file, "-passout", "pass:x"],
        check=True,
        capture_output=True,
        timeout=20,
    ).stdout
    half = len(pem) // 2
    for spoilt in (b"", b"\xff", locked, pem[:half], pem[:half] + b"!" + pem[half:]):
        with pytest.raises(BadKey):
            signer_of(algorithm, spoilt)


def test_an_sm2_key_whose_halves_do_not_belong_together_is_none() -> None:
    first, second = (_der(Sm2Signer.generate().pem()) for _ in range(2))
    mixed = base64.encodebytes(first[:73] + second[73:])
    with pytest.raises(BadKey, match="do not belong together"):
        signer_of(
            Algorithm.SM2_SM3, b"-----BEGIN PRIVATE KEY-----\n" + mixed + b"-----END PRIVATE KEY-----\n"
        )


def _der(pem: bytes) -> bytes:
    return base64.b64decode(b"".join(pem.splitlines()[1:-1]))


@pytest.mark.parametrize("scalar", [b"", bytes(32), b"\xff" * 32, bytes(31) + b"\1\0"])
def test_a_private_number_out_of_range_is_no_key(scalar: bytes) -> None:
    with pytest.raises(BadKey):
        Sm2Signer(scalar)


def test_small_private_numbers_and_signatures_keep_their_leading_zeros() -> None:
    of = Sm2Signer(bytes(31) + b"\2")
    assert signer_of(Algorithm.SM2_SM3, of.pem()).public_key == of.public_key
    assert {len(of.sign(bytes([one]))) for one in range(40)} == {64}
