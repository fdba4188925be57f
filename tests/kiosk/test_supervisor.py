"""The supervisor over real fronts: small programs that end, crash, hang, or forget a card."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from fixtures.printer import eventually
from resident import write_settings

from kiosk.front_pipe import BEAT, EX_CONFIG, FrontExit
from kiosk.supervisor import Patience

SUPERVISOR = """
import json, signal, sys
from kiosk.logs import configure_logs
from kiosk.supervisor import Patience, Supervisor
told = json.loads(sys.argv[1])
configure_logs("supervisor")
supervisor = Supervisor(told["front"], told["environment"], Patience(**told["patience"]))
signal.signal(signal.SIGTERM, supervisor.stop)
sys.exit(supervisor.run())
"""
FRONT = """
import os, sys, time
with open(os.environ["STARTS"], "a") as starts:
    starts.write(f"{os.getpid()} {time.monotonic()} {' '.join(sys.argv[1:])}\\n")
starts = open(os.environ["STARTS"]).read().splitlines()
number = len(starts)
beat = lambda: os.write(1, b"painted\\n")
until_told = lambda: sys.stdin.buffer.read()
"""
"""Every front writes down that it was started, and then does what its test says."""

QUICK = {"start_s": 1.0, "beat_s": 0.5, "stop_s": 1.0, "longest_pause_s": 0.4, "steady_after_s": 5.0}


class Stage:
    """A supervisor in its own process, and what its fronts wrote down."""

    def __init__(self, directory: Path, front: str, patience: dict[str, float]) -> None:
        self._starts = directory / "starts"
        self._starts.touch()
        script = directory / "front.py"
        script.write_text(FRONT + front)
        told = {
            "front": [sys.executable, str(script)],
            "environment": {**os.environ, "STARTS": str(self._starts)},
            "patience": patience,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, json.dumps(told)], stderr=subprocess.PIPE, text=True
        )

    @property
    def starts(self) -> list[tuple[int, float, str]]:
        """Pid, time and arguments of every front so far."""
        lines = self._starts.read_text().splitlines()
        parts = [line.split(" ", 2) for line in lines]
        return [(int(pid), float(at), arguments) for pid, at, arguments in parts]

    def wait_for_starts(self, number: int) -> None:
        eventually(lambda: len(self.starts) >= number)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        assert self.process.stderr is not None
        self.process.stderr.close()
        self.process.wait(10)


Supervise = Callable[..., Stage]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    started: list[Stage] = []

    def one(front: str, **patience: float) -> Stage:
        started.append(Stage(tmp_path, front, QUICK | patience))
        return started[-1]

    yield one
    for stage in started:
        stage.close()


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_a_front_that_ends_is_followed_by_the_next_at_once(supervise: Supervise) -> None:
    stage = supervise("beat()\nsys.exit(0)")
    stage.wait_for_starts(6)
    pids = [pid for pid, _, _ in stage.starts]
    assert len(set(pids)) == len(pids), "each session is another process"
    gaps = [later[1] - earlier[1] for earlier, later in pairwise(stage.starts)]
    assert min(gaps) < QUICK["longest_pause_s"], "no pause after a session that ended well"
    assert stage.stop() == 0


def test_fronts_that_crash_at_once_are_started_ever_more_slowly_but_always_again(
    supervise: Supervise,
) -> None:
    stage = supervise("os._exit(1)", longest_pause_s=0.4)
    stage.wait_for_starts(5)
    times = [at for _, at, _ in stage.starts]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[0] >= 0.1
    assert gaps[1] >= 0.2
    assert gaps[2] >= 0.4
    assert gaps[3] >= 0.4
    assert stage.stop() == 0


def test_the_pause_between_crashes_is_short_enough_for_a_resident() -> None:
    assert Patience().longest_pause_s <= 5


def test_a_front_that_never_paints_is_killed(supervise: Supervise) -> None:
    stage = supervise("time.sleep(60)")
    stage.wait_for_starts(2)
    assert gone(stage.starts[0][0])


def test_a_front_that_stops_painting_is_killed(supervise: Supervise) -> None:
    stage = supervise("beat()\nbeat()\ntime.sleep(60)", start_s=30.0)
    stage.wait_for_starts(2)
    assert gone(stage.starts[0][0])


def test_a_front_that_paints_is_left_alone(supervise: Supervise) -> None:
    stage = supervise("while True:\n    beat()\n    time.sleep(0.1)")
    stage.wait_for_starts(1)
    time.sleep(3 * QUICK["beat_s"])
    assert len(stage.starts) == 1


def test_a_front_that_closes_its_pipe_and_stays_is_ended(supervise: Supervise) -> None:
    stage = supervise("beat()\nos.close(1)\ntime.sleep(60)")
    stage.wait_for_starts(2)
    assert gone(stage.starts[0][0])


def test_a_forgotten_card_is_told_to_the_next_front_and_only_to_it(supervise: Supervise) -> None:
    stage = supervise(f"beat()\nsys.exit({int(FrontExit.CARD_FORGOTTEN)} if number == 1 else 0)")
    stage.wait_for_starts(3)
    assert [arguments for _, _, arguments in stage.starts[:3]] == ["", "--card-forgotten", ""]


def test_a_forgotten_card_stays_forgotten_over_a_front_that_crashes(supervise: Supervise) -> None:
    """Else its owner's record would open by itself for whoever stands there."""
    stage = supervise(
        f"beat()\nos._exit({int(FrontExit.CARD_FORGOTTEN)} if number == 1 else 9 if number < 4 else 0)"
    )
    stage.wait_for_starts(5)
    told = [arguments for _, _, arguments in stage.starts[:5]]
    assert told == ["", *["--card-forgotten"] * 3, ""]


def test_wrong_settings_end_the_supervisor_too(supervise: Supervise) -> None:
    stage = supervise(f"sys.exit({int(FrontExit.CONFIGURATION)})")
    assert stage.process.wait(10) == EX_CONFIG
    assert len(stage.starts) == 1


def test_the_signal_to_stop_ends_both(supervise: Supervise) -> None:
    stage = supervise("beat()\nuntil_told()", beat_s=30.0)
    stage.wait_for_starts(1)
    assert stage.stop() == 0
    assert gone(stage.starts[0][0])
    assert len(stage.starts) == 1


def test_the_signal_ends_a_front_that_does_not_listen(supervise: Supervise) -> None:
    stage = supervise(
        "signal = __import__('signal')\nsignal.signal(15, signal.SIG_IGN)\nbeat()\ntime.sleep(60)"
    )
    stage.wait_for_starts(1)
    assert stage.stop() == 0
    assert gone(stage.starts[0][0])


def test_the_signal_during_a_pause_is_obeyed_at_once(supervise: Supervise) -> None:
    stage = supervise("os._exit(1)", longest_pause_s=60.0)
    stage.wait_for_starts(4)
    assert stage.stop() == 0


def test_a_front_goes_when_its_supervisor_was_killed(supervise: Supervise) -> None:
    stage = supervise("beat()\nuntil_told()")
    stage.wait_for_starts(1)
    stage.process.kill()
    stage.process.wait(10)
    eventually(lambda: gone(stage.starts[0][0]))


def run_kiosk(config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk.supervisor", "--config", str(config)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_kiosk_with_wrong_settings_says_where_and_does_not_start(tmp_path: Path) -> None:
    config = tmp_path / "terminal.toml"
    config.write_text("[terminal]\nid = 5\n")
    ended = run_kiosk(config)
    assert ended.returncode == EX_CONFIG
    assert f"kiosk: {config}:2: terminal.id: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_kiosk_runs_once_on_a_terminal(tmp_path: Path) -> None:
    config = a_terminal(tmp_path)
    lock = tmp_path / "run" / "supervisor.lock"
    holder = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        first.stdout.readline()
        ended = run_kiosk(config)
        first.communicate("\n", timeout=10)
    assert ended.returncode == EX_CONFIG
    assert "supervisor.lock is held by" in ended.stderr


def test_kiosk_that_cannot_make_its_run_directory_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    config = a_terminal(tmp_path, run_dir=str(tmp_path / "file" / "run"))
    ended = run_kiosk(config)
    assert ended.returncode == EX_CONFIG
    assert "[terminal] run_dir" in ended.stderr
    assert "Traceback" not in ended.stderr


def a_terminal(directory: Path, **terminal: object) -> Path:
    return write_settings(
        directory,
        centre_url="http://127.0.0.1:1",
        device_key=directory / "key.pem",
        printer="tcp://127.0.0.1:1",
        more={"terminal": terminal},
    )


def test_the_beat_is_a_line() -> None:
    assert BEAT.endswith(b"\n")
