"""What the tests of printing share: short limits, a job log in a file, a paper."""

import json
from collections.abc import Sequence
from pathlib import Path

from fixtures.printer import WAIT_S, PrinterProcess, eventually

from drivers.printers.job_log import JobId, PrintJob, PrintOutcome, PrintReport
from drivers.printers.link import Limits
from drivers.printers.paper import Align, Code, Leader, Paper, Rule, Table, TableColumn, Text

__all__ = ["QUICK", "WAIT_S", "FileJobLog", "PrinterProcess", "eventually", "record"]

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
