"""Settings that cannot be used: the file, the line, what is allowed, and no start."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.settings import Settings, SettingsError, load_settings
from offline_cache.entries import Caps
from offline_cache.key_source import KeyBackend

EXAMPLE = Path(__file__).resolve().parents[2] / "packaging" / "terminal.example.toml"
GOOD = """\
[terminal]
id = "T001"
place = "示例村服务站"
[screen]
width_px = 1280
height_px = 1024
width_mm = 338
height_mm = 270
[centre]
url = "https://centre.example/"
device_key = "/etc/bianmin/device-key.pem"
[vault]
path = "/var/lib/bianmin/vault.db"
[printer]
address = "tcp://192.0.2.20:9100"
"""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIANMIN_NOW", raising=False)


def refused(tmp_path: Path, text: str) -> str:
    file = tmp_path / "terminal.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    return str(caught.value).replace(str(tmp_path) + "/", "")


def loaded(tmp_path: Path, text: str = GOOD) -> Settings:
    file = tmp_path / "terminal.toml"
    file.write_text(text, "utf-8")
    return load_settings(file)


def test_the_example_that_is_delivered_can_be_used() -> None:
    settings = load_settings(EXAMPLE)
    assert settings.vault.key_backend is KeyBackend.SYSTEMD_CREDENTIALS
    assert settings.centre.url == "https://centre.example"
    assert not settings.demo


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        ('id = "T001"', 'id = "t-1"', "terminal.toml:2: terminal.id: String should match pattern"),
        ('place = "示例村服务站"', 'place = ""', "terminal.toml:3: terminal.place: "),
        ("width_px = 1280", "width_px = 1", "terminal.toml:5: screen.width_px: Input should be greater than"),
        ("width_mm = 338", "width_mm = nan", "terminal.toml:7: screen.width_mm: "),
        ("width_px = 1280", 'width_px = "wide"', "terminal.toml:5: screen.width_px: Input should be a valid"),
        (
            'url = "https://centre.example/"',
            'url = "http://centre.example"',
            "terminal.toml:10: centre.url: https://HOST, or http:// on this machine itself",
        ),
        (
            'address = "tcp://192.0.2.20:9100"',
            'address = "192.0.2.20"',
            "printer address '192.0.2.20': it begins with none of",
        ),
        (
            'address = "tcp://192.0.2.20:9100"',
            'address = "tcp://192.0.2.20:9100"\nprofile = "epson"',
            "terminal.toml:16: printer.profile: no printer profile 'epson'; there are gb18030-48, gb2312-48",
        ),
        (
            'address = "tcp://192.0.2.20:9100"',
            'address = "file:///dev/usb/lp0"\nprofile = "/no/such.toml"',
            "terminal.toml:16: printer.profile: /no/such.toml: No such file or directory",
        ),
        (
            'path = "/var/lib/bianmin/vault.db"',
            'key_backend = "plaintext"',
            "terminal.toml:13: vault.key_backend: Input should be 'systemd-credentials', 'secret-service' or",
        ),
        (
            'path = "/var/lib/bianmin/vault.db"',
            'key_backend = "demo-key-file"',
            "terminal.toml:12: vault: a demo-key-file has a file, the other backends have none",
        ),
        (
            'path = "/var/lib/bianmin/vault.db"',
            'key_name = "../key"',
            "terminal.toml:12: vault: key name '../key': letters, digits",
        ),
        (
            'id = "T001"',
            'id = "T001"\nname = "x"',
            "terminal.toml:3: terminal.name is no setting; allowed there: id, place, run_dir",
        ),
        (
            "[printer]",
            "[printers]",
            "terminal.toml:14: printers is no setting; allowed there: centre, demo, id_reader, outbox, ",
        ),
        ('id = "T001"\n', "", "terminal.toml:1: terminal.id is missing: add it to [terminal]"),
        (
            '[printer]\naddress = "tcp://192.0.2.20:9100"\n',
            "",
            "terminal.toml: printer is missing: add the table [printer]",
        ),
        (
            "[terminal]",
            "terminal = 5\n[x]",
            "terminal.toml:1: terminal: write it as a table, [terminal]",
        ),
        (
            "[printer]",
            '[pin_pad]\naddress = "192.0.2.21"\npoi_id = "P"\n[printer]',
            "pin pad address '192.0.2.21': it does not begin with tcp://; write tcp://host:port",
        ),
        (
            "[printer]",
            '[pin_pad]\naddress = "tcp://192.0.2.21:7778"\n[printer]',
            "terminal.toml:14: pin_pad.poi_id is missing: add it to [pin_pad]",
        ),
        (
            "[printer]",
            '[pin_pad]\naddress = "tcp://192.0.2.21:7778"\npoi_id = "PAD 1"\n[printer]',
            "terminal.toml:16: pin_pad.poi_id: String should match pattern",
        ),
        (
            "[printer]",
            '[pin_pad]\naddress = "tcp://192.0.2.21:7778"\npoi_id = "P"\ncharge_s = 90\n[printer]',
            "terminal.toml:17: pin_pad.charge_s: Input should be less than or equal to 75",
        ),
        (
            "[printer]",
            "[outbox]\nmax_waiting = 0\n[printer]",
            "terminal.toml:15: outbox.max_waiting: Input should be greater than or equal to 1",
        ),
        (
            "[printer]",
            "[outbox]\nmax_sum_yuan = 1.5\n[printer]",
            "terminal.toml:15: outbox.max_sum_yuan: Input should be a valid integer",
        ),
        (
            "[printer]",
            "[outbox]\nmax_sum_fen = 1\n[printer]",
            "outbox.max_sum_fen is no setting; allowed there: max_age_days, max_sum_yuan, max_waiting",
        ),
        ("[screen]", "screen", "terminal.toml: not TOML: "),
        ('"T001"', '"T001"\nid = "T002"', "terminal.toml: not TOML: "),
    ],
)
def test_a_bad_line_is_named_with_what_is_allowed(tmp_path: Path, line: str, instead: str, says: str) -> None:
    assert line in GOOD
    message = refused(tmp_path, GOOD.replace(line, instead, 1))
    assert says in message
    assert "Traceback" not in message


def test_a_text_that_is_no_toml_names_its_line(tmp_path: Path) -> None:
    assert "line 4" in refused(tmp_path, GOOD.replace("[screen]", "screen"))


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace('"T001"', '"?"').replace("1280", "1").replace("https://", "ftp://")
    assert len(refused(tmp_path, bad).splitlines()) == 3


@pytest.mark.parametrize(
    "written",
    [
        '[printer]\n"address" = "nonsense"\n',
        "[ printer ]\n'address' = 'nonsense'\n",
        'printer.address = "nonsense"\n',
        'printer = { address = "nonsense" }\n',
    ],
)
def test_the_line_is_found_however_toml_lets_it_be_written(tmp_path: Path, written: str) -> None:
    rest = GOOD.partition("[printer]")[0]
    text = rest + written if written.lstrip().startswith("[") else written + rest
    number = next(i for i, line in enumerate(text.splitlines(), start=1) if "nonsense" in line)
    assert f"terminal.toml:{number}: printer.address: " in refused(tmp_path, text)


def test_a_missing_file_says_where_to_copy_one_from(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no such file\. Copy packaging/terminal\.example\.toml there"):
        load_settings(tmp_path / "terminal.toml")


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)
    file = tmp_path / "terminal.toml"
    file.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(file)


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIANMIN_CENTRE__URL", "http://127.0.0.1:8080")
    monkeypatch.setenv("BIANMIN_DEMO", "true")
    monkeypatch.setenv("BIANMIN_NOW", "2026-11-20T09:30+08:00")
    file = tmp_path / "terminal.toml"
    file.write_text(GOOD, "utf-8")
    settings = load_settings(file)
    assert settings.centre.url == "http://127.0.0.1:8080"
    assert settings.centre.device_key == Path("/etc/bianmin/device-key.pem")
    assert settings.demo


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("BIANMIN_CENTRE__URL", "ftp://x", "the environment (BIANMIN_CENTRE__URL): centre.url: https://HOST"),
        ("BIANMIN_CENTRE__URLL", "x", "the environment (BIANMIN_CENTRE__URLL): centre.urll is no setting"),
        ("BIANMIN_CENTRE", "no json", "the environment (BIANMIN_…): "),
        ("BIANMIN_CENTRE", '{"url": "x"}', "the environment (BIANMIN_CENTRE): centre.url: "),
        ("BIANMIN_PACE__IDLE_S", "1", "the environment (BIANMIN_PACE__IDLE_S): pace.idle_s: "),
    ],
)
def test_a_bad_variable_is_not_blamed_on_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    assert says in refused(tmp_path, GOOD)


def test_a_terminal_without_a_pin_pad_takes_no_cards_and_has_its_caps(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert settings.pin_pad is None
    assert settings.outbox.caps() == Caps(500, 20_000_000, timedelta(days=60))


def test_a_pin_pad_and_caps_as_they_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Yuan in the file, fen inside."""
    monkeypatch.setenv("BIANMIN_PIN_PAD__CHARGE_S", "30")
    pad = '[pin_pad]\naddress = "tcp://192.0.2.21:7778"\npoi_id = "PAD-0001"\n'
    settings = loaded(tmp_path, f"{GOOD}{pad}[outbox]\nmax_sum_yuan = 399\nmax_age_days = 7\n")
    assert settings.pin_pad is not None
    assert (settings.pin_pad.address, settings.pin_pad.charge_s) == ("tcp://192.0.2.21:7778", 30.0)
    assert settings.outbox.caps() == Caps(500, 39_900, timedelta(days=7))


def test_settings_do_not_change_after_they_were_read(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.demo = True


def test_no_other_source_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a `.env` beside the program nor secret files."""
    shutil.copy(EXAMPLE, tmp_path / "terminal.toml")
    (tmp_path / ".env").write_text("BIANMIN_DEMO=true\n")
    monkeypatch.chdir(tmp_path)
    assert not load_settings(tmp_path / "terminal.toml").demo


def test_a_printer_on_a_line_of_its_own_and_what_its_font_holds_are_told(tmp_path: Path) -> None:
    file = tmp_path / "terminal.toml"
    wanted = 'address = "serial:///dev/ttyS1?baud=19200"\nprofile = "gb2312-48"'
    file.write_text(GOOD.replace('address = "tcp://192.0.2.20:9100"', wanted), "utf-8")
    printer = load_settings(file).printer
    assert printer.address.startswith("serial:///dev/ttyS1")
    assert printer.model.beyond("罗䶮") == {"䶮"}
