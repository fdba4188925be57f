"""What the tests of printing share: a virtual printer in its own process, a job log in a file, a paper."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport
from drivers.printers.link import Limits
from drivers.printers.paper import Align, Code, Leader, Paper, Rule, Table, TableColumn, Text
from drivers.printers.transport import TcpAddress
from drivers.virtual.printer_control import PrinterControl

WAIT_S = 20.0

QUICK = Limits(
    connect_s=1.0,
    write_s=0.5,
    answer_s=0.4,
    clear_s=0.3,
    poll_s=0.05,
    obstacle_s=0.15,
    silence_s=0.5,
    proof_s=2.0,
)
"""The driver's limits shortened: the virtual printer prints at once."""


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until `holds()`, and fail where it never does."""
    until = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.01)


class PrinterProcess:
    """`python -m drivers.virtual.printer` on free ports."""

    def __init__(self, out: Path, *options: str) -> None:
        command = [sys.executable, "-m", "drivers.virtual.printer", "--port", "0", "--control", "0"]
        self.out = out
        self.process = subprocess.Popen(
            [*command, "--out", str(out), "--with-parent", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        ports = json.loads(self.process.stdout.readline())
        self.address = TcpAddress("127.0.0.1", ports["port"])
        self.control = PrinterControl("127.0.0.1", ports["control"])

    def png(self, number: int) -> Path:
        return self.out / f"{number:04}.png"

    def bin(self, number: int) -> bytes:
        return (self.out / f"{number:04}.bin").read_bytes()

    def settle(self) -> int:
        """Wait until it prints no more; the number of its newest paper."""
        eventually(lambda: self.control.state().idle)
        return self.control.state().papers

    def close(self) -> None:
        self.control.close()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(WAIT_S)
        self.process.stdout.close()


class FileJobLog:
    """A `JobLog` of JSON lines, each synced to the disk before the call returns."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def begin(self, job: PrintJob) -> None:
        self._write(["begin", job.job_id, job.kind, job.content_hash, job.copy])

    def finish(self, job_id: JobId, report: PrintReport) -> None:
        self._write(["finish", job_id, report.outcome.value])

    def unfinished(self) -> Sequence[PrintJob]:
        begun = {
            entry[1]: PrintJob(JobId(entry[1]), entry[2], entry[3], entry[4])
            for entry in self.entries()
            if entry[0] == "begin"
        }
        finished = {entry[1] for entry in self.entries() if entry[0] == "finish"}
        return [job for job_id, job in begun.items() if job_id not in finished]

    def entries(self) -> list[list[str]]:
        if not self._file.exists():
            return []
        return [json.loads(line) for line in self._file.read_text().splitlines()]

    def outcomes(self) -> list[PrintOutcome]:
        return [PrintOutcome(entry[2]) for entry in self.entries() if entry[0] == "finish"]

    def _write(self, entry: list[object]) -> None:
        with self._file.open("a") as file:
            file.write(json.dumps(entry) + "\n")


def record() -> Paper:
    """A paper of several pieces: text, a long table, a code."""
    months = tuple(
        (f"2019-{month:02}", "4,180.00", "334.40", "△" if month < 8 else "●") for month in range(1, 13)
    )
    return Paper(
        "record",
        (
            Text("个人权益记录", align=Align.CENTRE, bold=True, double=True),
            Leader("姓名", "龚䶮"),
            Rule(),
            Table(
                (
                    TableColumn("月份", 7),
                    TableColumn("基数", align=Align.RIGHT),
                    TableColumn("金额", align=Align.RIGHT),
                    TableColumn("状态", 4, Align.CENTRE),
                ),
                months * 2,
            ),
            Rule(),
            Code("HTTPS://EXAMPLE.INVALID/V/ABCD-EFGH-JKLM", "验证码 ABCD-EFGH-JKLM"),
        ),
    )
