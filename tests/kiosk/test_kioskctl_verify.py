"""`kioskctl verify`: every verdict, at a terminal and on a machine that is none."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests
from fixtures.centre import Centre, card_body, run_central, serving
from fixtures.sealing import REGION_CODE, issuer_keys, write_seal_keys
from resident import write_settings
from running_kioskctl import kioskctl

from central.county.people import everybody
from central.seals.issuer_keys import IssuerKey
from kiosk import cli, verify_command
from kiosk.central_client import CentralClient
from kiosk.clock import CHINA, START_VARIABLE, clock_of
from kiosk.contract.papers import PaperAnswer
from kiosk.contract.seals.claims import PaperKind, SealClaims, SealIssuer, code_digest, last_four_check
from kiosk.contract.seals.keys import Revocations, RevocationsAnswer, RevocationsWire, SealKeyWire
from kiosk.contract.seals.sealed import seal_text, seal_token, sign
from kiosk.contract.seals.verdicts import Revoked, UnknownKey, Unreadable, Verdict
from kiosk.domain.region import Issuer
from kiosk.not_done import NotDone
from kiosk.openings import open_client, open_vault
from kiosk.paper_checks import PaperChecks
from kiosk.seal_books import SealBooks
from kiosk.settings import load_settings

CODE = "7KQM-2XRA-9PWE-HV4C-TB8N"
ISSUED = datetime(2026, 11, 20, 9, 31, 5, tzinfo=CHINA)
EXPIRES = ISSUED + timedelta(days=30)
HRSS, NHSA = issuer_keys().keys
STRANGER = issuer_keys((Issuer.HRSS,)).keys[0]
(DEMO,) = issuer_keys((Issuer.HRSS,), demo=True).keys


def sealed(by: IssuerKey, issuer: Issuer = Issuer.HRSS) -> str:
    claims = SealClaims(
        issuer=SealIssuer(REGION_CODE, issuer),
        kind=PaperKind.RIGHTS_RECORD,
        code=CODE,
        issued_at=ISSUED,
        expires=EXPIRES,
        masked_name="刘*兰",
        last_four=last_four_check(CODE, "002X"),
        content=bytes(32),
        demo=by.public.demo,
    )
    return sign(claims, by.signer, by.public.kid)


def altered(text: str) -> str:
    """With another name under the same signature."""
    token = seal_token(text)
    assert token.count("刘".encode()) == 1
    return seal_text(token.replace("刘".encode(), "王".encode()))


def verify(*arguments: str) -> int:
    """In this process; raises what the command line tells as what could not be done."""
    return verify_command.run(cli._parser().parse_args(["verify", *arguments]))


GENUINE = sealed(HRSS)
LIU = next(one for one in everybody() if one.file.person.name == "刘桂兰")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with keys and lists, as centres publish them."""
    directory = tmp_path_factory.mktemp("published")
    keys = [SealKeyWire.of(key.public).model_dump(mode="json") for key in (HRSS, NHSA, DEMO)]
    (directory / "keys.json").write_text(json.dumps(keys), "utf-8")
    void = {code_digest(CODE): ISSUED + timedelta(days=1)}
    for name, since in (("none-void", {}), ("void", void)):
        wire = RevocationsWire.of(Revocations(ISSUED + timedelta(days=3), since))
        answer = RevocationsAnswer(known_to=wire.known_to, version=name, revoked=wire.revoked)
        (directory / f"{name}.json").write_text(answer.model_dump_json(), "utf-8")
        part = answer.model_copy(update={"complete": False})
        (directory / f"part-of-{name}.json").write_text(part.model_dump_json(), "utf-8")
    return directory


@pytest.mark.parametrize(
    ("text", "listed", "after_days", "ends", "says"),
    [
        (GENUINE, "none-void", 3, 0, ("valid  有效", "刘*兰", CODE, "作废名单截至 2026-11-23 09:31")),
        (altered(GENUINE), "none-void", 3, 1, ("altered  被改过", f"{HRSS.public.kid.hex()} of 800100.hrss")),
        (sealed(NHSA), "none-void", 3, 1, ("wrong-issuer", "800100.hrss", "of 800100.nhsa")),
        (sealed(STRANGER), "none-void", 3, 1, ("unknown-key", STRANGER.public.kid.hex())),
        (GENUINE, "none-void", 30, 1, ("expired  已过期", "2026-12-20 09:31")),
        (GENUINE, "void", 3, 1, ("revoked  已作废", "revoked   2026-11-21 09:31")),
        (GENUINE, "none-void", 5, 1, ("valid-as-far-as-known  印章是真的", "作废名单截至 2026-11-23 09:31")),
        (sealed(DEMO), "none-void", 3, 1, ("demo  演示: worth nothing", "it would be: valid", CODE)),
        (GENUINE[:100], "none-void", 3, 1, ("unreadable  读不出",)),
        ("https://example.com/P/", "none-void", 3, 1, ("not-of-a-paper", "these are 0")),
    ],
    ids=[
        *("valid", "altered", "wrong", "unknown", "expired", "revoked"),
        *("old-list", "demo", "unreadable", "no-code"),
    ],
)
def test_every_verdict_has_its_own_words_and_only_a_valid_paper_ends_with_zero(
    *,
    text: str,
    listed: str,
    after_days: int,
    ends: int,
    says: tuple[str, ...],
    published: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(START_VARIABLE, (ISSUED + timedelta(days=after_days)).isoformat())
    lists = ["--keys", str(published / "keys.json"), "--revocations", str(published / f"{listed}.json")]
    assert verify(*lists, text) == ends
    said = capsys.readouterr().out
    assert said.startswith("verdict   ")
    for word in says:
        assert word in said
    if "altered" in said:
        assert "王" not in said, "what a forger wrote is not repeated"
    if "demo" in said:
        assert "刘" not in said, "nor what anybody may write with a demo key"
    assert ("months and amounts were not" in said) is said.startswith("verdict   valid")


def test_a_last_four_is_compared_and_without_a_whole_list_no_paper_is_valid(
    published: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(START_VARIABLE, (ISSUED + timedelta(days=3)).isoformat())
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{GENUINE}\r\n"))
    keys = ("--keys", str(published / "keys.json"))
    assert verify(*keys, "--last-four", "002x") == 1
    said = capsys.readouterr().out
    assert "last four fits" in said
    assert "verdict   valid-as-far-as-known" in said
    assert "作废名单: no whole one is known here" in said
    assert verify(*keys, "--revocations", str(published / "part-of-void.json"), GENUINE) == 1
    assert "作废名单: no whole one" in capsys.readouterr().out, "a part of a list proves nothing"
    listed = (*keys, "--revocations", str(published / "none-void.json"))
    assert verify(*listed, "--last-four", "002X", GENUINE) == 0
    capsys.readouterr()
    assert verify(*listed, "--last-four", "0021", "--json", GENUINE) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["last_four_fits"]) == ("valid", False)
    assert verify(*listed, "--last-four", "0021", altered(GENUINE)) == 1
    assert "last four not compared" in capsys.readouterr().out


def test_bytes_that_are_no_text_are_of_no_paper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"BM1:\xff\r"), "utf-8"))
    assert verify() == 1
    assert "not-of-a-paper" in capsys.readouterr().out


def test_what_cannot_be_done_says_what_to_do(published: Path) -> None:
    void = str(published / "void.json")
    for arguments, says in (
        (["--revocations", void, GENUINE], "--revocations goes with --keys"),
        (["--keys", void, GENUINE], "not the centre's list of keys, as /v1/seal-keys gives it"),
        (["--keys", str(published / "none.json"), GENUINE], "No such file"),
        (["--last-four", "002X", CODE], "scan the seal"),
        (
            ["--last-four", "21", "--keys", str(published / "none.json"), GENUINE],
            "three digits and a digit or X",
        ),
    ):
        with pytest.raises(NotDone, match=says):
            verify(*arguments)


@dataclass(frozen=True)
class Issued:
    """A terminal that knows its centre's keys and list, and a paper that the centre issued."""

    centre: Centre
    config: Path
    paper: PaperAnswer

    def learn_keys(self) -> None:
        with self.books(self.config) as (books, client):
            books.renew_keys(client)

    def learn_list(self) -> None:
        """For the first time: the centre makes it anew only every few seconds."""
        with self.books(self.config) as (books, client):
            books.renew_revocations(client)

    def revoke(self) -> None:
        """作废, once or again."""
        at = ("--database-url", self.centre.database_url)
        revoked = run_central("revoke-paper", self.paper.code, *at, environment=self.centre.environment)
        assert revoked.returncode == 0, revoked.stderr

    @contextmanager
    def books(self, config: Path) -> Iterator[tuple[SealBooks, CentralClient]]:
        """Of the terminal with these settings."""
        settings, clock = load_settings(config), clock_of(self.centre.environment)
        vault, client = open_vault(settings), open_client(settings, clock)
        try:
            yield SealBooks(vault, clock), client
        finally:
            client.close()
            vault.close()


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    directory = tmp_path_factory.mktemp("issued")
    with serving(directory, "--seal-keys", str(write_seal_keys(directory / "seals"))) as centre:
        config = write_settings(
            directory, centre_url=centre.base_url, device_key=centre.key_file, printer="tcp://127.0.0.1:9"
        )
        said = {"card_id": LIU.card.card_id}
        identified = centre.call("POST", "/v1/residents/identify", body=card_body(said))
        assert identified.status_code == 200, identified.text
        session = identified.json()["session"]["token"]
        body = {"type": "rights_record", "years": [2026]}
        answer = centre.call("POST", "/v1/papers", session=session, body=body)
        assert answer.status_code == 201, answer.text
        made = Issued(centre, config, PaperAnswer.model_validate_json(answer.content))
        yield made


def test_a_terminal_checks_seals_by_its_vault_and_codes_at_the_centre_until_the_paper_is_void(
    issued: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = issued.centre.environment
    monkeypatch.setenv(START_VARIABLE, environment[START_VARIABLE])
    seal, url = issued.paper.seals[0].text, issued.paper.url
    config = ("--config", str(issued.config))
    issued.learn_keys()
    by_seal = kioskctl("verify", *config, environment=environment, typed=f"{seal}\n")
    assert (by_seal.returncode, by_seal.stderr) == (1, ""), "no list has come yet"
    assert "verdict   valid-as-far-as-known" in by_seal.stdout
    assert "刘*兰" in by_seal.stdout
    assert verify(*config, "--json", url) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["code"], told["name"]) == ("valid", issued.paper.code, "刘*兰")
    assert verify(*config, "2222-3333-4444-5555-6666") == 1
    assert "no-such-code  查无此码" in capsys.readouterr().out

    issued.revoke()
    issued.learn_list()
    files = tmp_path / "keys.json", tmp_path / "list.json"
    for file, what in zip(files, ("seal-keys", "revocations"), strict=True):
        file.write_bytes(requests.get(f"{issued.centre.base_url}/v1/{what}", timeout=10).content)
    elsewhere = ("--keys", str(files[0]), "--revocations", str(files[1]))
    for way in ((*config, seal), (*config, url), (*elsewhere, seal)):
        assert verify(*way) == 1
        assert "verdict   revoked  已作废" in capsys.readouterr().out


def test_without_the_centre_a_code_says_nothing_and_where_to_look(issued: Issued, tmp_path: Path) -> None:
    settings = issued.config.read_text("utf-8").replace(issued.centre.base_url, "http://127.0.0.1:9")
    away = tmp_path / "away.toml"
    away.write_text(settings, "utf-8")
    with pytest.raises(NotDone, match=r"the centre does not say.*need no network"):
        verify("--config", str(away), issued.paper.code)


def test_a_terminal_asks_soon_for_the_keys_and_the_list_that_a_seal_needs(
    issued: Issued, tmp_path: Path
) -> None:
    issued.revoke()
    seal, centre = issued.paper.seals[0].text, issued.centre
    told: list[Verdict] = []
    for name, url in (("away", "http://127.0.0.1:9"), ("here", centre.base_url)):
        directory = tmp_path / name
        directory.mkdir()
        config = write_settings(
            directory, centre_url=url, device_key=centre.key_file, printer="tcp://127.0.0.1:9"
        )
        with issued.books(config) as (books, client):
            told.append(PaperChecks(books, client).by_seal(seal).verdict)
            assert isinstance(PaperChecks(books, client).by_seal("BM1:NONE").verdict, Unreadable)
    assert isinstance(told[0], UnknownKey), "without the centre nothing is known, and nothing is raised"
    assert isinstance(told[1], Revoked), "with it the key came first, and then the list"


def test_a_code_is_asked_without_the_vault(issued: Issued, tmp_path: Path) -> None:
    centre = issued.centre
    config = write_settings(
        tmp_path, centre_url=centre.base_url, device_key=centre.key_file, printer="tcp://127.0.0.1:9"
    )
    assert verify("--config", str(config), "2222-3333-4444-5555-6666") == 1
    assert not (tmp_path / "vault" / "vault.db").exists()
