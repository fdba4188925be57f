"""`central` as a process: starting, refusing to start, ending."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fixtures.centre import (
    DEMO_REGION,
    ROOT,
    Centre,
    card_body,
    central_command,
    ready_url,
    run_central,
    serving,
)

from central.county.people import everybody
from central.server import listen
from kiosk.clock import clock_of

EVERYWHERE = "0.0.0.0"  # noqa: S104 what the tests are about


def test_a_centre_started_by_its_command_serves_the_county(centre: Centre) -> None:
    said = {"card_id": everybody()[0].card.card_id}
    identified = centre.call("POST", "/v1/residents/identify", body=card_body(said))
    session = identified.json()["session"]["token"]
    overview = centre.call("GET", "/v1/me/overview", session=session).json()
    assert {one["kind"] for one in overview["standings"]} == {"110", "210", "310", "410"}
    assert overview["as_of"].startswith("2026-11-20T")


def test_its_clock_is_the_one_of_its_environment(centre: Centre) -> None:
    told = datetime.fromisoformat(requests.get(f"{centre.base_url}/v1/health", timeout=10).json()["now"])
    assert abs(told - clock_of(centre.environment).now()) < timedelta(seconds=5)


def test_it_fails_on_demand_and_recovers(centre: Centre) -> None:
    centre.arm("500", times=2)
    assert centre.call("GET", "/v1/region").status_code == 500
    centre.disarm()
    assert centre.call("GET", "/v1/region").status_code == 200


def test_a_strict_region_asks_for_proof(strict_centre: Centre) -> None:
    said = {"card_id": everybody()[0].card.card_id}
    identified = strict_centre.call("POST", "/v1/residents/identify", body=card_body(said))
    session = identified.json()["session"]["token"]
    assert strict_centre.call("GET", "/v1/me/contributions", session=session).status_code == 403


def test_a_centre_killed_and_started_again_knows_its_terminals_and_sessions(tmp_path: Path) -> None:
    said = {"card_id": everybody()[0].card.card_id}
    with serving(tmp_path) as first:
        answer = first.call("POST", "/v1/residents/identify", body=card_body(said))
        session = answer.json()["session"]["token"]
        os.kill(first.process.pid, signal.SIGKILL)
    with serving(tmp_path, environment=first.environment) as second:
        assert second.call("GET", "/v1/me/overview", session=session).status_code == 200


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        assert running.process.stdin is not None
        running.process.stdin.close()
        assert running.process.wait(10) == 0


def test_what_it_accepts_sends_without_delay() -> None:
    # asyncio turns Nagle's algorithm off only where the socket names its protocol; else 40 ms an answer.
    with listen("127.0.0.1", 0, None).socket as listening:
        assert listening.proto == socket.IPPROTO_TCP


def refusal(*arguments: str) -> str:
    ended = run_central(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.fixture
def serve(tmp_path: Path) -> list[str]:
    return [
        "serve",
        "--port",
        "0",
        "--region",
        str(DEMO_REGION),
        "--database-url",
        f"sqlite:///{tmp_path}/c.sqlite3",
    ]


def test_without_tls_it_serves_loopback_only(serve: list[str]) -> None:
    assert "--tls-cert and --tls-key, or use 127.0.0.1" in refusal(*serve, "--host", EVERYWHERE)


def test_certificate_and_key_go_together(serve: list[str]) -> None:
    assert "go together" in refusal(*serve, "--tls-cert", "x.pem")


def test_a_certificate_that_is_not_there_is_told(serve: list[str]) -> None:
    assert "cannot be used" in refusal(*serve, "--tls-cert", "x.pem", "--tls-key", "x.key")


def test_postgresql_without_its_driver_is_told(serve: list[str]) -> None:
    told = refusal(*serve[:-1], "postgresql://centre:geheim@localhost/centre")
    assert "psycopg" in told
    assert "geheim" not in told


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite://", "name a file"),
        ("mysql://localhost/x", "no support for 'mysql'"),
        ("nonsense", "cannot be read"),
        ("sqlite:////proc/none/c.sqlite3", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(serve: list[str], url: str, told: str) -> None:
    assert told in refusal(*serve[:-1], url)


def test_a_faulty_region_is_told(serve: list[str], tmp_path: Path) -> None:
    file = tmp_path / "region.toml"
    file.write_text("cod = 1", encoding="utf-8")
    serve[serve.index("--region") + 1] = str(file)
    assert f"{file}: line 1, cod: unknown key; allowed:" in refusal(*serve)


def test_a_start_time_without_a_zone_is_told(serve: list[str]) -> None:
    ended = run_central(*serve, environment=os.environ | {"BIANMIN_NOW": "2026-11-20T09:30"})
    assert ended.returncode == 2
    assert "BIANMIN_NOW" in ended.stderr


def test_a_port_in_use_is_told(serve: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        serve[serve.index("--port") + 1] = str(taken.getsockname()[1])
        assert "Address already in use" in refusal(*serve)


def test_a_device_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    key, database = tmp_path / "T001.key", f"sqlite:///{tmp_path / 'c.sqlite3'}"
    options = ("demo-enrol", "--terminal", "T001", "--key-out", str(key), "--database-url", database)
    assert run_central(*options).returncode == 0
    assert key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "c.sqlite3").stat().st_mode & 0o077 == 0
    made = key.read_bytes()
    assert "is there already" in refusal(*options)
    assert key.read_bytes() == made


def self_signed(directory: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = directory / "cert.pem", directory / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


@contextmanager
def started(*arguments: str) -> Iterator[str]:
    process = subprocess.Popen(
        central_command(*arguments), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield ready_url(process)
        finally:
            process.terminate()
            process.wait(10)


def test_with_a_certificate_it_speaks_tls_and_serves_other_machines(serve: list[str], tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    options = ("--host", EVERYWHERE, "--tls-cert", str(certificate), "--tls-key", str(key))
    with started(*serve, *options) as url:
        assert url.startswith("https://0.0.0.0:")
        port = url.rpartition(":")[2]
        answer = requests.get(f"https://localhost:{port}/v1/health", verify=str(certificate), timeout=10)
        assert answer.json()["status"] == "ok"


def test_faults_are_refused_where_other_machines_can_call(serve: list[str], tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    options = ("--host", EVERYWHERE, "--tls-cert", str(certificate), "--tls-key", str(key), "--allow-faults")
    assert "loopback addresses only" in refusal(*serve, *options)
