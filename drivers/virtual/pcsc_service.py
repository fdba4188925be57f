"""A private PC/SC service: the real `pcscd` with vsmartcard's virtual readers, beside the machine's own.

`docs/facts/cards.md` §5 tells how it is kept apart.
"""

from __future__ import annotations

import os
import random
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final, Self

from drivers.virtual.guard import refuse_on_provisioned_terminal

SOCKET_VARIABLE: Final = "PCSCLITE_CSOCK_NAME"
"""Tells libpcsclite where the service is. It looks once, at a process's first call."""

SLOTS_PER_READER: Final = 2
MOST_READERS: Final = 8

_DRIVERS: Final = Path("/usr/lib/pcsc/drivers")
_VPCD: Final = "libifdvpcd.so"
_PUBLIC_SOCKET: Final = Path("/run/pcscd/pcscd.comm")
_SOCKET_PATH_LIMIT: Final = 107
_PORT_CANDIDATES: Final = range(20_000, 30_000, SLOTS_PER_READER * MOST_READERS)
"""Below the ports that Linux gives to outgoing connections."""
_PORT_TRIES: Final = 20
_READY_LIMIT: Final = 10.0
_STOP_LIMIT: Final = 5.0
_LOOK: Final = 0.01
_LISTENING: Final = "0A"


class PcscServiceError(RuntimeError):
    """The private service cannot run here; the message says what to install or do."""


class PrivatePcscd:
    """`pcscd` as a child process, with `readers` virtual readers of two slots each. A context manager.

    Clients find it by `environment`; virtual slots connect to `ports`. It is killed when the thread that
    started it ends, however that ends: start it from a thread that lives as long as it is needed.
    Refuses to start on a provisioned terminal (`ProvisionedTerminal`).
    """

    def __init__(self, readers: int = 1) -> None:
        if not 1 <= readers <= MOST_READERS:
            raise ValueError(f"{readers} readers: 1 to {MOST_READERS} are possible")
        refuse_on_provisioned_terminal()
        self._pcscd = _find_pcscd()
        self._unshare = _unshare_options()
        self._readers = readers
        self._first_port = _free_ports()
        self._directory = Path(tempfile.mkdtemp(prefix="pcscd-"))
        self._process: subprocess.Popen[bytes] | None = None
        if len(str(self.socket_path)) > _SOCKET_PATH_LIMIT:
            raise PcscServiceError(
                f"{self.socket_path} is too long for a socket: set TMPDIR to a shorter path"
            )

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def socket_path(self) -> Path:
        return self._directory / "run/pcscd/pcscd.comm" if self._unshare else _PUBLIC_SOCKET

    @property
    def environment(self) -> dict[str, str]:
        """What a client needs in its environment before its first PC/SC call."""
        return {SOCKET_VARIABLE: str(self.socket_path)}

    @property
    def ports(self) -> tuple[int, ...]:
        """The slots' ports, in the order of the readers' names."""
        return tuple(range(self._first_port, self._first_port + SLOTS_PER_READER * self._readers))

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The daemon's; None where it is not running."""
        return self._process.pid if self._process is not None and self.is_running else None

    def start(self, readers: int | None = None) -> None:
        """Start the daemon, with fewer readers if so asked, and wait until it answers.

        Raises `PcscServiceError` with the daemon's own words when it does not within 10 s.
        """
        readers = self._readers if readers is None else readers
        ports = self.ports[: SLOTS_PER_READER * readers]
        self._configure(ports[::SLOTS_PER_READER])
        with self._log_path.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + _READY_LIMIT
        while not (self._answers() and _all_listen(ports)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise PcscServiceError(f"pcscd did not start: {self._last_words()}")
            time.sleep(_LOOK)

    def kill(self) -> None:
        """End the daemon at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_STOP_LIMIT)
            self._process = None

    def restart(self, readers: int | None = None) -> None:
        """Kill the daemon and start it again, on the same socket and ports."""
        self.kill()
        self.start(readers)

    def close(self) -> None:
        """End the daemon and remove its directory."""
        self.kill()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def _log_path(self) -> Path:
        return self._directory / "pcscd.log"

    def _configure(self, first_ports: tuple[int, ...]) -> None:
        # A killed daemon leaves its socket and pid file.
        shutil.rmtree(self._directory / "run", ignore_errors=True)
        (self._directory / "run").mkdir()
        shutil.rmtree(self._directory / "conf", ignore_errors=True)
        (self._directory / "conf").mkdir()
        for number, port in enumerate(first_ports):
            # vpcd knows a slot by its number within a reader, and pcscd a serial reader by its name alone:
            # two readers need two copies of the driver, and two names.
            driver = self._directory / f"vpcd-{number}.so"
            shutil.copyfile(_DRIVERS / "serial" / _VPCD, driver)
            name = f"Virtual PCD {number + 1}" if number else "Virtual PCD"
            (self._directory / "conf" / f"vpcd-{number}").write_text(
                f'FRIENDLYNAME "{name}"\n'
                f"DEVICENAME /dev/null:0x{port:04X}\nLIBPATH {driver}\nCHANNELID 0x{port:04X}\n",
                encoding="utf-8",
            )

    def _command(self) -> list[str]:
        daemon = ["setpriv", "--pdeathsig", "KILL", self._pcscd, "--foreground"]
        daemon += ["--config", str(self._directory / "conf"), *_polkit_option(self._pcscd)]
        if not self._unshare:
            return daemon
        # pcscd's place, /run/pcscd, is compiled in. All of /run is covered because an ordinary user cannot
        # make that directory where it does not exist. Covering the drivers leaves the machine's USB readers
        # to its own daemon. `exec` keeps the process the one that Popen knows.
        script = " && ".join(
            [
                shlex.join(["mount", "--bind", str(self._directory / "run"), "/run"]),
                shlex.join(["mount", "--bind", str(_DRIVERS / "serial"), str(_DRIVERS)]),
                "exec " + shlex.join(daemon),
            ]
        )
        return ["unshare", *self._unshare, "sh", "-c", script]

    def _answers(self) -> bool:
        return _answers(self.socket_path)

    def _last_words(self) -> str:
        lines = self._log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        return "; ".join(lines[-3:]) or "it said nothing"


def _find_pcscd() -> str:
    """Where pcscd is: often not on an ordinary user's PATH."""
    found = shutil.which("pcscd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    missing = [] if found else ["pcscd"]
    if not (_DRIVERS / "serial" / _VPCD).exists():
        missing.append("vsmartcard-vpcd")
    if found is None or missing:
        raise PcscServiceError(f"missing: {', '.join(missing)}. Debian: apt install {' '.join(missing)}")
    return found


def _unshare_options() -> tuple[str, ...]:
    """How this user gets mounts of its own; nothing where that is not permitted but also not needed."""
    options = ("--mount",) if os.geteuid() == 0 else ("--user", "--map-root-user", "--mount")
    # A directory of its own: one that holds somebody's mounts may not be bound in a user's namespace.
    with tempfile.TemporaryDirectory() as empty:
        probe = subprocess.run(
            ["unshare", *options, "mount", "--bind", empty, empty],
            capture_output=True,
            timeout=_STOP_LIMIT,
            check=False,
        )
    if probe.returncode == 0:
        return options
    if _answers(_PUBLIC_SOCKET) or not os.access(_PUBLIC_SOCKET.parent.parent, os.W_OK):
        words = probe.stderr.decode(errors="replace").strip()
        raise PcscServiceError(
            f"a private pcscd needs a mount namespace, which is not permitted here ({words}): run it as "
            "root, allow user namespaces (sysctl user.max_user_namespaces, "
            "kernel.apparmor_restrict_unprivileged_userns), or as root without another pcscd running"
        )
    return ()


def _polkit_option(pcscd: str) -> list[str]:
    """The private daemon cannot reach polkit, whose socket is under the covered /run; old ones do not ask."""
    usage = subprocess.run([pcscd, "--help"], capture_output=True, timeout=_STOP_LIMIT, check=False)
    return ["--disable-polkit"] if b"--disable-polkit" in usage.stdout + usage.stderr else []


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_STOP_LIMIT)
        return client.connect_ex(str(path)) == 0


def _free_ports() -> int:
    """The first of a row of free ports."""
    for first in random.sample(_PORT_CANDIDATES, _PORT_TRIES):
        if all(_is_free(port) for port in range(first, first + _PORT_CANDIDATES.step)):
            return first
    raise PcscServiceError(f"no free ports found between {_PORT_CANDIDATES[0]} and {_PORT_CANDIDATES[-1]}")


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) != 0


def _all_listen(ports: tuple[int, ...]) -> bool:
    """Read from the kernel's table: a trial connection would be a card."""
    lines = Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]
    columns = [line.split() for line in lines]
    listening = {int(column[1].split(":")[1], 16) for column in columns if column[3] == _LISTENING}
    return listening.issuperset(ports)
