"""`kioskctl card`, on every virtual card there is."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fixtures.pcsc import wait_until
from resident import CARDS, write_settings
from running_kioskctl import Put, kioskctl, put_cards, with_plug_ins

from drivers.cards.pcsc import look_at_readers
from drivers.cards.sam_serial import SerialLine
from drivers.virtual.id_card import as_pcsc_card
from drivers.virtual.id_card_file import load_id_card
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.sam_v_pty import VirtualIdModule
from drivers.virtual.slot import VirtualSlot
from kiosk.card_report import Asked, as_json, report_cards
from kiosk.device_status import DeviceStatus, write_device_status

NUMBER, CARD_ID, NAME = "800100198103120242", "800100D15600000500BF0101815A67E6", "刘桂兰"
SAMPLES = Path(__file__).parents[1] / "cards" / "data"
CHIP_CARDS = sorted((*CARDS.glob("[!i]*.toml"), *SAMPLES.glob("*.toml")))
PAIRS = [tuple(CHIP_CARDS[at : at + 2]) for at in range(0, len(CHIP_CARDS), 2)]
ID_CARDS = sorted(CARDS.glob("id-*.toml"))
OUTCOMES = {"read", "unknown", "blank", "refuses", "unreadable", "mute"}


@pytest.fixture
def put_in(slot: VirtualSlot, second_slot: VirtualSlot) -> Put:
    """Cards of the tray into the two slots."""
    return partial(put_cards, (slot, second_slot))


def test_cards_are_told_masked_and_one_that_does_not_start_is_told_so(put_in: Put) -> None:
    put_in("liu-guilan", "wrong-way")
    ended = kioskctl("card")
    assert ended.returncode == 0
    assert "Virtual PCD 00 00: read" in ended.stdout
    assert "刘*兰" in ended.stdout
    assert "**************0242" in ended.stdout
    for secret in (NAME, NUMBER, CARD_ID, "S10007919", "1981"):
        assert secret not in ended.stdout + ended.stderr
    assert "Virtual PCD 00 01: mute (does not start: wrong way round, or no chip)" in ended.stdout


def test_a_card_is_told_whole_where_that_is_asked_for(put_in: Put) -> None:
    put_in("liu-guilan")
    ended = kioskctl("card", "--reveal")
    for told in (NAME, NUMBER, CARD_ID, "S10007919", "1981-03-12"):
        assert told in ended.stdout
    assert "Virtual PCD 00 01: empty" in ended.stdout


def test_cards_are_told_to_programs_as_json(put_in: Put) -> None:
    put_in("liu-guilan", "blank")
    first, second = json.loads(kioskctl("card", "--json").stdout)
    assert (first["outcome"], second["outcome"]) == ("read", "blank")
    assert first["fields"]["citizen_number"] == "*" * 14 + "0242"
    assert first["fields"]["name"] == "刘*兰"
    assert second["detail"] == "written for nobody yet"


def test_no_card_that_tells_of_anybody_is_no_success(put_in: Put) -> None:
    put_in("library", "blank")
    ended = kioskctl("card")
    assert ended.returncode == 1
    assert "unknown (not a social-security card)" in ended.stdout
    assert "blank (written for nobody yet)" in ended.stdout


def test_without_a_pcsc_service_it_says_how_to_get_one(tmp_path: Path) -> None:
    elsewhere = os.environ | {"PCSCLITE_CSOCK_NAME": str(tmp_path / "no.comm")}
    ended = kioskctl("card", environment=elsewhere)
    assert ended.returncode == 2
    assert "systemctl start pcscd.socket" in ended.stderr


def test_without_a_reader_it_says_plug_one_in(restarted_pcscd: PrivatePcscd) -> None:
    restarted_pcscd.restart(readers=0)
    ended = kioskctl("card")
    assert ended.returncode == 2
    assert "no card reader: plug one in" in ended.stderr


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "+".join(file.stem for file in pair))
def test_every_virtual_card_ends_in_an_outcome_with_a_word_why(put_in: Put, pair: tuple[Path, ...]) -> None:
    put_in(*pair)
    for report in told(Asked(bank=True))[: len(pair)]:
        assert report["outcome"] in OUTCOMES
        assert report["detail"] or report["outcome"] == "read"


def told(asked: Asked) -> list[dict[str, Any]]:
    """What `--json` says."""
    reports: list[dict[str, Any]] = json.loads(json.dumps(as_json(report_cards(asked)), ensure_ascii=False))
    return reports


FAULTS = {
    "pull": ("pulled", ""),
    "silence": ("silent", ""),
    "cut": ("unreadable", ""),
    "garbage": ("refuses", "seed = 7"),
    "length": ("unreadable", ""),
    "status": ("refuses", 'status = "6F00"'),
    "answer": ("unreadable", 'bytes = "90"'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_a_card_is_told_and_the_next_card_reads(
    put_in: Put, slot: VirtualSlot, second_slot: VirtualSlot, tmp_path: Path, fault: str
) -> None:
    outcome, more = FAULTS[fault]
    faulty = tmp_path / "faulty.toml"
    sound = (CARDS / "liu-guilan.toml").read_text("utf-8")
    faulty.write_text(f'{sound}\n[[fault]]\nat = 4\ndoes = "{fault}"\n{more}\n', "utf-8")
    put_in(faulty, "yang-fan")
    first, second = report_cards(Asked(within_s=1.0))
    assert (first.outcome, second.outcome) == (outcome, "read")
    assert first.detail
    assert not first.fields, "nothing half read is shown"
    for one in (slot, second_slot):
        one.remove()
    put_in("yang-fan")
    assert report_cards(Asked())[0].outcome == "read"


@pytest.mark.parametrize("file", ID_CARDS, ids=lambda file: file.stem)
def test_every_virtual_id_card_is_read_by_its_module(pcscd: PrivatePcscd, tmp_path: Path, file: Path) -> None:
    with VirtualIdModule(tmp_path / "module") as module:
        module.mechanism.lay(load_id_card(file))
        report = told(Asked(id_device=module.link))[-1]
    assert (report["reader"], report["outcome"]) == (f"SAM-V {module.link}", "read")
    assert report["fields"]["number"].startswith("*" * 11)
    assert report["fields"]["module_id"].startswith("05.01-")


def test_a_module_without_a_card_and_one_that_is_not_there_are_told_apart(
    pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    asked = ("card", "--id-device", tmp_path / "module")
    with VirtualIdModule(tmp_path / "module"):
        ended = kioskctl(*asked)
        assert (ended.returncode, "must be lifted first" in ended.stdout) == (1, True)
    ended = kioskctl(*asked)
    assert (ended.returncode, "no module" in ended.stdout) == (1, True)


def test_the_whole_number_of_a_bank_card_is_told_to_nobody(put_in: Put) -> None:
    put_in("bank-card")
    ended = kioskctl("card", "--bank", "--reveal")
    assert "***************0124" in ended.stdout
    assert "9999991234" not in ended.stdout + ended.stderr


def test_an_id_card_is_told_also_where_the_pcsc_service_is_down(pcscd: PrivatePcscd, tmp_path: Path) -> None:
    elsewhere = os.environ | {"PCSCLITE_CSOCK_NAME": str(tmp_path / "no.comm")}
    with VirtualIdModule(tmp_path / "module") as module:
        module.mechanism.lay(load_id_card(CARDS / "id-liu-guilan.toml"))
        ended = kioskctl("card", "--json", "--id-device", module.link, environment=elsewhere)
    service, card = json.loads(ended.stdout)
    assert (ended.returncode, service["reader"], service["outcome"]) == (0, "PC/SC", "no service")
    assert "systemctl start pcscd.socket" in service["detail"]
    assert (card["outcome"], card["fields"]["name"]) == ("read", "刘*兰")


def terminal(tmp_path: Path, **more: dict[str, object]) -> Path:
    """The settings of a terminal, as far as its cards need them."""
    nobody = "127.0.0.1:9"
    return write_settings(
        tmp_path,
        centre_url=f"http://{nobody}",
        device_key=tmp_path / "no.pem",
        printer=f"tcp://{nobody}",
        more=more,
    )


def test_settings_that_cannot_be_used_are_told_and_cards_are_read_without(
    put_in: Put, tmp_path: Path
) -> None:
    put_in("liu-guilan")
    config = tmp_path / "terminal.toml"
    config.write_text("nonsense", "utf-8")
    for named in (config, tmp_path):
        ended = kioskctl("card", "--config", named)
        assert (ended.returncode, "刘*兰" in ended.stdout) == (0, True)
        assert f"kioskctl: {named}: " in ended.stderr
        assert "cards are read without these settings" in ended.stderr


def test_settings_that_are_named_and_not_there_are_an_error(put_in: Put, tmp_path: Path) -> None:
    put_in("liu-guilan")
    ended = kioskctl("card", "--config", tmp_path / "typo.toml")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"{tmp_path / 'typo.toml'}: no such file" in ended.stderr


@pytest.mark.parametrize("name", ["broken", "no-such"])
def test_keys_that_cannot_be_had_are_told_and_cards_are_read_without(
    put_in: Put, tmp_path: Path, name: str
) -> None:
    put_in(SAMPLES / "third_generation_3des.toml")
    config = terminal(tmp_path, reader={"authenticator": name})
    ended = kioskctl("card", "--config", config, environment=with_plug_ins(tmp_path / "plug-ins"))
    assert (ended.returncode, "protected: the card gives it only" in ended.stdout) == (0, True)
    assert "cards are read without a key" in ended.stderr


def test_the_terminals_keys_open_a_card_that_protects_its_number(put_in: Put, tmp_path: Path) -> None:
    put_in(SAMPLES / "third_generation_3des.toml")
    config = terminal(tmp_path, reader={"authenticator": "good"})
    ended = kioskctl("card", "--config", config, environment=with_plug_ins(tmp_path / "plug-ins"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "**************0026" in ended.stdout


@pytest.mark.parametrize(("module_in", "outcome"), [("00 00", "read"), ("", "unknown")])
def test_only_a_reader_that_is_said_to_have_the_module_is_believed_an_id_card(
    slot: VirtualSlot, tmp_path: Path, module_in: str, outcome: str
) -> None:
    config = terminal(tmp_path, reader={"id_module_in": module_in})
    wait_until(lambda: not any(state.holds_card for state in look_at_readers()))
    slot.insert(as_pcsc_card(load_id_card(CARDS / "id-liu-guilan.toml")))
    wait_until(lambda: any(state.holds_card for state in look_at_readers()))
    assert json.loads(kioskctl("card", "--json", "--config", config).stdout)[0]["outcome"] == outcome


def test_a_module_that_a_running_kiosk_has_is_told_as_the_kiosk_found_it(
    pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    with VirtualIdModule(tmp_path / "module") as module:
        config = terminal(tmp_path, id_reader={"device": str(module.link)})
        line = SerialLine(module.link)
        told = []
        for front in (os.getpid(), 2**22 + 1):
            how = DeviceStatus("2026-11-20T09:30:00+08:00", front, "good", "good", "good", id_reader="good")
            write_device_status(tmp_path / "run", how)
            told.append(json.loads(kioskctl("card", "--json", "--config", config).stdout)[-1])
        line.close()
    running, ended = told
    assert (running["outcome"], ended["outcome"]) == ("in use", "no module")
    assert f"the kiosk that runs (pid {os.getpid()}) has {module.link} and found it good" in running["detail"]
    assert "end that one" in ended["detail"], "nobody would be sent away but the program that is at fault"
