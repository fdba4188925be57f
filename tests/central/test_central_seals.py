"""Sealed papers: issued, checked by anybody, taken back."""

from __future__ import annotations

import logging
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from fixtures.centre import DEMO_REGION, run_central
from fixtures.local_centre import NOW, LocalCentre, Opened
from fixtures.sealing import issuer_keys

from central.county.builders import DemoResident
from central.region import load_region, published
from central.revocations import RevocationBooks
from central.seals.sealing import Sealer
from kiosk.contract.papers import PaperAnswer, PaperCheck
from kiosk.contract.region import RegionAnswer
from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.claims import PaperKind, content_digest
from kiosk.contract.seals.keys import RevocationsWire, SealKeys, parse_seal_keys
from kiosk.contract.seals.verdicts import DemoKey, Expired, Revoked, Valid, Verdict, check_seal
from kiosk.domain.region import Issuer


def issued(centre: LocalCentre, resident: DemoResident) -> PaperAnswer:
    body = {"type": "rights_record", "years": [2026]}
    answer = centre.call("POST", "/v1/papers", session=centre.open_session(resident), body=body)
    assert answer.status_code == 201, answer.text
    return PaperAnswer.model_validate_json(answer.content)


def published_at(centre: LocalCentre, what: str, **headers: str) -> requests.Response:
    """As anybody asks: without any token."""
    return requests.get(f"{centre.base_url}/v1/{what}", headers=headers, timeout=10)


def keys_of(centre: LocalCentre) -> SealKeys:
    return parse_seal_keys(published_at(centre, "seal-keys").content)


def revocations_of(centre: LocalCentre) -> RevocationsWire:
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
    assert (check.sealed, check.revoked_since) == (True, None)


def test_a_paper_of_one_bureau_bears_its_seal_only(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    paper = issued(open_centre(sealer=Sealer(issuer_keys())), county["陈小禾"])
    assert [one.issuer for one in paper.seals] == ["示例县医疗保障局"]


def test_seals_by_demo_keys_are_never_taken_for_real_ones(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys(demo=True)))
    for seal in issued(centre, county["刘桂兰"]).seals:
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
    etag = published_at(centre, "revocations").headers["ETag"]
    centre.clock.advance(timedelta(hours=1))
    again = published_at(centre, "revocations", **{"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    RevocationBooks(centre.state.database, centre.clock).revoke(paper.code)
    news = published_at(centre, "revocations", **{"If-None-Match": etag})
    assert news.status_code == 200
    assert news.headers["ETag"] != etag


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
