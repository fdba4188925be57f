"""Programs that were not written here read our seals, and we read what they sign."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cbor2
import cwt
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from seal_building import CODE, EXPIRES, ISSUED, LATER, claims, seal_key, sealed, signer, write_key

from central.seals.signers import Sm2Signer, new_key, signer_of
from kiosk.contract.seals.algorithms import SM2_USER_ID, Algorithm, Signer, verifier_of
from kiosk.contract.seals.claims import encode_claims
from kiosk.contract.seals.keys import SealKeys, key_id_of
from kiosk.contract.seals.sealed import read_seal, seal_text, seal_token, sign
from kiosk.contract.seals.verdicts import Altered, Valid, check_seal

ED25519, SM2 = Algorithm.EDDSA, Algorithm.SM2_SM3
SM2_SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
OPENSSL_SM2 = ["-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{SM2_USER_ID.decode()}"]


def openssl(*arguments: object) -> bytes:
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, timeout=20).stdout


def cose_key(of: Signer, private: bytes | None = None) -> cwt.COSEKeyInterface:
    members = {1: 1, 2: key_id_of(of.public_key), 3: -8, -1: 6, -2: of.public_key}
    return cwt.COSEKey.new(members if private is None else members | {-4: private})


def test_cwt_reads_our_ed25519_seal() -> None:
    of = signer(ED25519)
    token = seal_token(sealed(of))
    members = cwt.CWT.new(leeway=10**9).decode(token, cose_key(of))
    assert members[1] == "800100.hrss"
    assert members[4] == int(EXPIRES.timestamp())
    assert members[6] == int(ISSUED.timestamp())
    assert cwt.COSE.new(verify_kid=True).decode(token, cose_key(of)) == encode_claims(claims())
    with pytest.raises(cwt.VerifyError):
        cwt.COSE.new().decode(token[:-1] + bytes([token[-1] ^ 1]), cose_key(of))


def test_we_read_what_cwt_signs(tmp_path: Path) -> None:
    of = new_key(ED25519)
    der = openssl("pkey", "-in", write_key(tmp_path / "key.pem", of.pem()), "-outform", "DER")
    header = {1: -8, 4: key_id_of(of.public_key)}
    token = cwt.COSE.new().encode(encode_claims(claims()), cose_key(of, der[-32:]), header)
    text, keys = seal_text(token), SealKeys([seal_key(of)])
    assert check_seal(text, keys, None, LATER).verdict == Valid(claims())
    assert read_seal(text).identity == read_seal(sealed(of)).identity
    # Ed25519 takes no random number: the very bytes are ours.
    assert text == sealed(of)


def test_openssl_verifies_our_sm2_signature(tmp_path: Path) -> None:
    of = signer(SM2)
    seal = read_seal(sealed(of))
    assert _openssl_verifies(tmp_path, of.public_key, seal.signed, seal.signature)
    assert not _openssl_verifies(tmp_path, of.public_key, seal.signed + b"\0", seal.signature)


def _openssl_verifies(directory: Path, point: bytes, message: bytes, signature: bytes) -> bool:
    public, signed, der = directory / "public.der", directory / "message", directory / "signature"
    public.write_bytes(SM2_SPKI_HEAD + point)
    signed.write_bytes(message)
    halves = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    der.write_bytes(encode_dss_signature(*halves))
    command = ["openssl", "pkeyutl", "-verify", *OPENSSL_SM2, "-pubin", "-keyform", "DER"]
    files = ["-inkey", str(public), "-in", str(signed), "-sigfile", str(der)]
    done = subprocess.run([*command, *files], check=False, capture_output=True, timeout=20)
    if done.returncode == 0:
        return True
    assert b"Verification Failure" in done.stdout, done.stderr
    return False


class OpensslSigner:
    """An SM2 key that only OpenSSL knows."""

    algorithm = SM2

    def __init__(self, directory: Path) -> None:
        self.key = directory / "openssl.pem"
        self._directory = directory
        openssl("genpkey", "-algorithm", "SM2", "-out", self.key)

    @property
    def public_key(self) -> bytes:
        return openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")[-65:]

    def sign(self, message: bytes) -> bytes:
        signed = self._directory / "message"
        signed.write_bytes(message)
        der = openssl("pkeyutl", "-sign", *OPENSSL_SM2, "-inkey", self.key, "-in", signed)
        return b"".join(half.to_bytes(32, "big") for half in decode_dss_signature(der))


def test_we_verify_what_openssl_signs(tmp_path: Path) -> None:
    of = OpensslSigner(tmp_path)
    key = seal_key(of)
    assert check_seal(sealed(of), SealKeys([key]), None, LATER).verdict == Valid(claims())
    other = seal_key(signer(SM2), kid=key.kid)
    assert check_seal(sealed(of), SealKeys([other]), None, LATER).verdict == Altered(other)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_openssl_and_we_read_each_others_key_files(tmp_path: Path, algorithm: Algorithm) -> None:
    theirs = openssl("genpkey", "-algorithm", {ED25519: "ED25519", SM2: "SM2"}[algorithm])
    assert signer_of(algorithm, theirs).public_key == _public(tmp_path, theirs)
    ours = new_key(algorithm)
    assert ours.public_key == _public(tmp_path, ours.pem())
    assert signer_of(algorithm, ours.pem()).public_key == ours.public_key


def _public(directory: Path, pem: bytes) -> bytes:
    der = openssl("pkey", "-in", write_key(directory / "a.pem", pem), "-pubout", "-outform", "DER")
    return der.removeprefix(SM2_SPKI_HEAD)[-65:] if der.startswith(SM2_SPKI_HEAD) else der[-32:]


def test_an_sm2_signature_of_the_standards_example_is_one() -> None:
    """GB/T 32918.5, annex A: key, default user id and the message `message digest`."""
    scalar = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
    point = (
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    r = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    s = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    assert Sm2Signer(bytes.fromhex(scalar)).public_key == bytes.fromhex(point)
    verifier = verifier_of(SM2, bytes.fromhex(point))
    assert verifier.verifies(b"message digest", bytes.fromhex(r + s))
    assert not verifier.verifies(b"message digest", bytes.fromhex(s + r))


def test_the_algorithm_of_sm2_is_marked_as_private() -> None:
    """COSE numbers below −65536 are for private use (RFC 9053, IANA registry)."""
    header = cbor2.loads(cbor2.loads(seal_token(sealed(signer(SM2)))).value[0])
    assert header[1] == SM2
    assert header[1] < -65_536
    with pytest.raises(ValueError, match="key id"):
        sign(claims(code=CODE), signer(SM2), b"short")
