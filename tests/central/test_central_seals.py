"""Sealed papers: issued, checked by anybody, taken back."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from fixtures.centre import DEMO_REGION, ROOT, central_command, problem_of, run_central
from fixtures.local_centre import FEW, NOW, HeldClock, LocalCentre, Opened
from fixtures.sealing import issuer_keys, write_seal_keys

from central.county.builders import DemoResident
from central.limits import Rate
from central.region import load_region, published
from central.revocations import RevocationBooks
from central.seals.sealing import Sealer
from kiosk.contract.papers import PaperAnswer, PaperCheck
from kiosk.contract.problems import ProblemType
from kiosk.contract.region import RegionAnswer
from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.claims import PaperKind, code_digest, content_digest
from kiosk.contract.seals.keys import RevocationsAnswer, RevocationsWire, SealKeys, parse_seal_keys
from kiosk.contract.seals.verdicts import DemoKey, Expired, Revoked, Valid, Verdict, check_seal
from kiosk.domain.region import Issuer


def issued(centre: LocalCentre, resident: DemoResident) -> PaperAnswer:
    body = {"type": "rights_record", "years": [2026]}
    answer = centre.call("POST", "/v1/papers", session=centre.open_session(resident), body=body)
    assert answer.status_code == 201, answer.text
    return PaperAnswer.model_validate_json(answer.content)


def published_at(centre: LocalCentre, what: str) -> requests.Response:
    """As anybody asks: without any token."""
    return requests.get(f"{centre.base_url}/v1/{what}", timeout=10)


def keys_of(centre: LocalCentre) -> SealKeys:
    return parse_seal_keys(published_at(centre, "seal-keys").content)


def list_of(centre: LocalCentre, have: str | None = None) -> RevocationsAnswer:
    query = "" if have is None else f"?have={have}"
    return RevocationsAnswer.model_validate_json(published_at(centre, f"revocations{query}").content)


def revocations_of(centre: LocalCentre) -> RevocationsWire:
    """As a file is read that somebody keeps."""
    return RevocationsWire.model_validate_json(published_at(centre, "revocations").content)


def judged(centre: LocalCentre, text: str) -> Verdict:
    """With what the centre publishes, and nothing else."""
    revocations = revocations_of(centre).to_domain()
    return check_seal(text, keys_of(centre), revocations, centre.clock.now()).verdict


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_record_bears_the_seal_of_each_bureau_that_answers_for_a_part_of_it(
    open_centre: Opened, county: dict[str, DemoResident], algorithm: Algorithm
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys(algorithm=algorithm)))
    resident = county["刘桂兰"]
    paper = issued(centre, resident)
    assert tuple(one.issuer for one in paper.seals) == paper.issuers
    for seal, bureau in zip(paper.seals, Issuer, strict=True):
        verdict = judged(centre, seal.text)
        assert isinstance(verdict, Valid)
        claims = verdict.claims
        assert (claims.issuer.bureau, claims.kind, claims.code) == (
            bureau,
            PaperKind.RIGHTS_RECORD,
            paper.code,
        )
        assert (claims.issued_at, claims.expires) == (paper.issued_at, paper.valid_until)
        assert claims.masked_name == "刘*兰"
        assert claims.is_owner(resident.file.person.number.text[-4:])
        assert claims.content == content_digest(paper.rights_record)
    check = PaperCheck.model_validate_json(centre.call("GET", f"/v1/papers/{paper.code}").content)
    assert (check.sealed, check.demo, check.revoked_since) == (True, False, None)


def test_a_paper_of_one_bureau_bears_its_seal_only(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    paper = issued(open_centre(sealer=Sealer(issuer_keys())), county["陈小禾"])
    assert [one.issuer for one in paper.seals] == ["示例县医疗保障局"]


def test_seals_by_demo_keys_are_never_taken_for_real_ones(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys(demo=True)))
    paper = issued(centre, county["刘桂兰"])
    assert centre.call("GET", f"/v1/papers/{paper.code}").json()["demo"] is True
    for seal in paper.seals:
        verdict = judged(centre, seal.text)
        assert isinstance(verdict, DemoKey)
        assert isinstance(verdict.otherwise, Valid)


def test_where_one_bureau_has_no_key_nothing_is_sealed_and_somebody_is_told(
    open_centre: Opened, county: dict[str, DemoResident], caplog: pytest.LogCaptureFixture
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys([Issuer.HRSS])))
    with caplog.at_level(logging.ERROR):
        paper = issued(centre, county["刘桂兰"])
    assert paper.seals == ()
    assert "800100.nhsa has no ed25519 key in force for rights_record" in caplog.text


def test_a_paper_that_was_taken_back_is_void_for_everybody(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys()))
    paper, other = issued(centre, county["刘桂兰"]), issued(centre, county["刘桂兰"])
    centre.clock.advance(timedelta(hours=1))
    books = RevocationBooks(centre.state.database, centre.clock)
    since = books.revoke(paper.code.lower())
    assert since == NOW + timedelta(hours=1)
    centre.clock.advance(timedelta(hours=1))
    assert books.revoke(paper.code) == since, "revoked twice is revoked once"
    assert isinstance(judged(centre, other.seals[0].text), Valid)
    for seal in paper.seals:
        verdict = judged(centre, seal.text)
        assert isinstance(verdict, Revoked)
        assert verdict.since == since
    check = PaperCheck.model_validate_json(centre.call("GET", f"/v1/papers/{paper.code}").content)
    assert check.revoked_since == since
    assert paper.code not in published_at(centre, "revocations").text, "the list tells nobody's code"

    centre.clock.advance(timedelta(days=40))
    assert isinstance(judged(centre, other.seals[0].text), Expired)
    assert isinstance(judged(centre, paper.seals[0].text), Revoked), "whoever has an old one hears why"
    centre.clock.advance(timedelta(days=365))
    assert revocations_of(centre).revoked == ()


def test_no_paper_is_revoked_under_a_code_that_nobody_has(local_centre: LocalCentre) -> None:
    books = RevocationBooks(local_centre.state.database, local_centre.clock)
    assert books.revoke("ABCD-EFGH-JKLM-NPQR-STUV") is None
    assert revocations_of(local_centre).revoked == ()


def test_a_list_in_which_nothing_is_new_is_not_sent_again(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys()))
    paper = issued(centre, county["刘桂兰"])
    first = list_of(centre)
    assert first.revoked == ()
    centre.clock.advance(timedelta(hours=1))
    again = list_of(centre, have=first.version)
    assert (again.revoked, again.version) == (None, first.version)
    assert again.known_to == NOW + timedelta(hours=1)
    RevocationBooks(centre.state.database, centre.clock).revoke(paper.code)
    centre.clock.advance(timedelta(seconds=5))
    news = list_of(centre, have=first.version)
    assert news.version != first.version
    assert news.revoked is not None
    assert len(news.revoked) == 1


def test_a_paper_revoked_by_a_clock_that_is_fast_spoils_no_list(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys()))
    paper = issued(centre, county["刘桂兰"])
    RevocationBooks(centre.state.database, HeldClock(NOW + timedelta(days=3))).revoke(paper.code)
    listed = list_of(centre)
    assert listed.revoked is not None
    assert [one.since for one in listed.revoked] == [NOW] == [listed.known_to]
    assert isinstance(judged(centre, paper.seals[0].text), Revoked)


def test_a_list_that_cannot_hold_all_says_so_and_leaves_out_what_has_expired(
    open_centre: Opened, county: dict[str, DemoResident], caplog: pytest.LogCaptureFixture
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys()))
    books = RevocationBooks(centre.state.database, centre.clock, most=2)
    old = issued(centre, county["刘桂兰"])
    books.revoke(old.code)
    centre.clock.advance(timedelta(days=31))
    young = [issued(centre, county["刘桂兰"]) for _ in range(2)]
    books.revoke(young[0].code)
    assert books.current().complete
    centre.clock.advance(timedelta(minutes=1))
    books.revoke(young[1].code)
    centre.clock.advance(timedelta(minutes=1))
    with caplog.at_level(logging.ERROR):
        listed = books.current()
    assert not listed.complete
    assert listed.revoked is not None
    assert {one.code_digest for one in listed.revoked} == {code_digest(one.code).hex() for one in young}
    assert "not complete" in caplog.text


def test_who_asks_for_the_list_all_the_time_is_told_to_wait(open_centre: Opened) -> None:
    centre = open_centre(limits=replace(FEW, lists=Rate(2, timedelta(minutes=1))))
    assert [published_at(centre, "revocations").status_code for _ in range(3)] == [200, 200, 429]


def test_a_void_paper_whose_time_is_over_is_still_told_to_be_void(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys()))
    paper, other = issued(centre, county["刘桂兰"]), issued(centre, county["刘桂兰"])
    RevocationBooks(centre.state.database, centre.clock).revoke(paper.code)
    centre.clock.advance(timedelta(days=31))
    told = [centre.call("GET", f"/v1/papers/{one.code}") for one in (paper, other)]
    problem_of(told[0], ProblemType.PAPER_REVOKED)
    problem_of(told[1], ProblemType.PAPER_EXPIRED)


def test_the_region_names_the_keys_and_is_another_version_with_them(open_centre: Opened) -> None:
    sealer = Sealer(issuer_keys())
    centre, without = open_centre(sealer=sealer), open_centre()
    answer = RegionAnswer.model_validate_json(centre.call("GET", "/v1/region").content)
    assert tuple(key.to_domain() for key in answer.seal_keys) == sealer.public_keys
    plain = RegionAnswer.model_validate_json(without.call("GET", "/v1/region").content)
    assert plain.seal_keys == ()
    assert plain.version != answer.version
    region = load_region(DEMO_REGION)
    other = published(region, set(), Sealer(issuer_keys()).public_keys)
    assert other.version != answer.version, "a new key is noticed"


def test_a_technician_takes_a_paper_back_by_a_command(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys()))
    paper = issued(centre, county["刘桂兰"])
    url = str(centre.state.database.url)
    done = run_central("revoke-paper", paper.code, "--database-url", url)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("void since 20")
    wrong = run_central("revoke-paper", "2222-2222-2222-2222-2222", "--database-url", url)
    assert wrong.returncode == 2
    assert "look at its 验证码 again" in wrong.stderr


def test_a_centre_that_could_not_seal_says_so_when_it_starts(tmp_path: Path) -> None:
    directory = write_seal_keys(tmp_path / "seals", region="800999")
    database = f"sqlite:///{tmp_path / 'central.sqlite3'}"
    command = central_command("serve", "--port", "0", "--with-parent", "--region", str(DEMO_REGION))
    told = subprocess.run(
        [*command, "--database-url", database, "--seal-keys", str(directory)],
        check=False,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert told.returncode == 0, told.stderr
    for bureau in Issuer:
        assert f"no key of 800100.{bureau} may seal a rights_record now" in told.stderr


def test_no_paper_is_looked_for_in_a_database_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "central.sqlite"
    told = run_central("revoke-paper", "2222-2222-2222-2222-2222", "--database-url", f"sqlite:///{file}")
    assert told.returncode == 2
    assert f"{file}: no such file" in told.stderr
    assert not file.exists()


def test_a_database_of_an_older_program_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "central.sqlite3"
    with sqlite3.connect(file) as old:
        old.execute("CREATE TABLE papers (code VARCHAR(24) PRIMARY KEY)")
    old.close()
    told = run_central("revoke-paper", "2222-2222-2222-2222-2222", "--database-url", f"sqlite:///{file}")
    assert told.returncode == 2
    assert "papers" in told.stderr
    assert "revoked_since" in told.stderr
    assert "Traceback" not in told.stderr
