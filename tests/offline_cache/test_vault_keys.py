"""Where the key comes from: pinned backends, and refusals that say what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend, get_all_keyring

import offline_cache.keys
from offline_cache.key_backends import KeyFile, SystemdCredentials
from offline_cache.key_source import KeyBackend, KeySource
from offline_cache.keys import NoVaultKey, VaultKeyExists, create_key, load_key

ROOT = Path(offline_cache.keys.__file__).parents[1]
CREDENTIAL = KeySource(KeyBackend.SYSTEMD_CREDENTIALS, "vault-key")
SECRET_SERVICE = KeySource(KeyBackend.SECRET_SERVICE, "vault-key")
SPELLED = "0123456789abcdef" * 4


def demo_file(tmp_path: Path) -> KeySource:
    return KeySource(KeyBackend.DEMO_KEY_FILE, "vault-key", tmp_path / "demo" / "vault.key")


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("text", [SPELLED, SPELLED + "\n", SPELLED.upper()])
def test_a_systemd_credential_is_the_key(credentials: Path, text: str) -> None:
    (credentials / "vault-key").write_text(text)
    with load_key(CREDENTIAL) as key:
        assert key.octets == bytes.fromhex(SPELLED)


def test_without_a_credential_the_remedy_is_named(credentials: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        NoVaultKey, match=r"no key 'vault-key'.*systemd-creds encrypt.*LoadCredentialEncrypted=vault-key"
    ):
        load_key(CREDENTIAL)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(NoVaultKey, match="CREDENTIALS_DIRECTORY is not set"):
        load_key(CREDENTIAL)


def test_a_credential_is_never_written(credentials: Path) -> None:
    with pytest.raises(NoVaultKey, match="systemd-creds"):
        create_key(CREDENTIAL)
    assert list(credentials.iterdir()) == []


@given(text=st.one_of(st.text(max_size=80), st.binary(max_size=80)))
def test_what_is_no_key_is_refused_without_showing_it(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes
) -> None:
    octets = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    directory = tmp_path_factory.mktemp("credentials")
    (directory / "vault-key").write_bytes(octets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CREDENTIALS_DIRECTORY", str(directory))
        with pytest.raises(NoVaultKey, match="64 hexadecimal digits") as raised:
            load_key(CREDENTIAL)
    assert raised.value.reason == "what it holds is not 64 hexadecimal digits"


def test_a_demo_key_file_is_made_once_and_read_again(tmp_path: Path) -> None:
    source = demo_file(tmp_path)
    assert source.file is not None
    create_key(source, demo=True)
    assert source.file.stat().st_mode & 0o7777 == 0o600
    first, second = load_key(source, demo=True), load_key(source, demo=True)
    assert first.octets == second.octets
    with pytest.raises(VaultKeyExists):
        create_key(source, demo=True)
    assert load_key(source, demo=True).octets == first.octets


def test_a_demo_key_file_is_refused_outside_the_demo(tmp_path: Path) -> None:
    source = demo_file(tmp_path)
    create_key(source, demo=True)
    for refused in (load_key, create_key):
        with pytest.raises(NoVaultKey, match="for the demo only"):
            refused(source)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o400, 0o700, 0o644])
def test_a_key_file_of_any_other_mode_is_refused(tmp_path: Path, mode: int) -> None:
    source = demo_file(tmp_path)
    assert source.file is not None
    create_key(source, demo=True)
    source.file.chmod(mode)
    with pytest.raises(NoVaultKey, match=f"mode {mode:04o}.*chmod 600"):
        load_key(source, demo=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_file_of_another_owner_is_refused(tmp_path: Path) -> None:
    source = demo_file(tmp_path)
    assert source.file is not None
    create_key(source, demo=True)
    os.chown(source.file, 65534, 65534)
    with pytest.raises(NoVaultKey, match="belongs to user 65534"):
        load_key(source, demo=True)


def test_a_key_file_is_a_plain_file(tmp_path: Path) -> None:
    source = demo_file(tmp_path)
    assert source.file is not None
    with pytest.raises(NoVaultKey, match="no key"):
        load_key(source, demo=True)
    create_key(source, demo=True)
    real = source.file.rename(source.file.with_name("elsewhere"))
    source.file.symlink_to(real)
    with pytest.raises(NoVaultKey, match="symbolic links"):
        load_key(source, demo=True)
    source.file.unlink()
    os.mkfifo(source.file, 0o600)
    with pytest.raises(NoVaultKey, match="no plain file"):
        load_key(source, demo=True)


@pytest.mark.parametrize("name", ["", "../key", "a/b", ".hidden", "a" * 65, "a\n", "键"])
def test_a_key_name_is_no_path(name: str) -> None:
    with pytest.raises(ValueError, match="key name"):
        KeySource(KeyBackend.SYSTEMD_CREDENTIALS, name)


def test_a_file_belongs_to_a_demo_key_file_and_to_it_alone(tmp_path: Path) -> None:
    for backend, file in (
        (KeyBackend.DEMO_KEY_FILE, None),
        (KeyBackend.SECRET_SERVICE, tmp_path),
        (KeyBackend.SYSTEMD_CREDENTIALS, tmp_path),
    ):
        with pytest.raises(ValueError, match="has a file"):
            KeySource(backend, "vault-key", file)


@pytest.mark.parametrize(
    "name",
    ["null", "plaintext", "chainer", "keyring.backends.null.Keyring", "keyrings.alt.file.PlaintextKeyring"],
)
def test_no_other_backend_can_be_named(name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid KeyBackend"):
        KeyBackend(name)


def test_the_environment_does_not_change_the_pinned_backend(
    credentials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (credentials / "vault-key").write_text(SPELLED)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("KEYRING_PROPERTY_GET_PASSWORD", "an attribute that would replace the method")
    with load_key(CREDENTIAL) as key:
        assert key.octets == bytes.fromhex(SPELLED)


def test_keyrings_own_search_does_not_find_these_backends() -> None:
    found: list[KeyringBackend] = get_all_keyring()
    assert not [ring for ring in found if isinstance(ring, SystemdCredentials | KeyFile)]


def test_loading_a_credential_imports_no_dbus() -> None:
    program = (
        "import sys, offline_cache.keys; sys.exit('jeepney' in sys.modules or 'secretstorage' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


def test_without_a_session_bus_the_secret_service_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(NoVaultKey, match="Log in to the desktop"):
        load_key(SECRET_SERVICE)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with pytest.raises(NoVaultKey, match="Log in to the desktop"):
        load_key(SECRET_SERVICE)


def test_a_backend_that_stays_silent_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    silent = tmp_path / "vault-key"
    os.mkfifo(silent)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(NoVaultKey, match=r"no answer within 0\.05 s"):
        load_key(CREDENTIAL, limit=0.05)
    silent.write_text("")  # lets the waiting reader end


DESKTOP = """
import sys
from offline_cache.keys import *
source = KeySource(KeyBackend.SECRET_SERVICE, "vault-key")
try:
    load_key(source)
except NoVaultKey as error:
    print("none yet:", error.reason)
create_key(source)
first = bytes(load_key(source).octets)
try:
    create_key(source)
except VaultKeyExists:
    print("not replaced")
print(first == bytes(load_key(source).octets), len(set(first)) > 8)
"""


@pytest.fixture
def desktop(tmp_path: Path) -> dict[str, str]:
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    return os.environ | {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT),
    }


def in_session(script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["dbus-run-session", "--", "sh", "-ec", script, "sh", sys.executable, DESKTOP],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_real_secret_service_keeps_the_key(desktop: dict[str, str]) -> None:
    unlocked = 'printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null; "$1" -c "$2"'
    answered = in_session(unlocked, desktop)
    assert answered.stdout.splitlines() == [
        "none yet: it holds no key 'vault-key'",
        "not replaced",
        "True True",
    ], answered.stderr


def test_a_secret_service_that_nobody_unlocked_hands_over_nothing(desktop: dict[str, str]) -> None:
    answered = in_session('"$1" -c "$2"', {key: desktop[key] for key in desktop if key != "DISPLAY"})
    assert answered.returncode != 0
    assert "NoVaultKey: no vault key from secret-service" in answered.stderr
