"""The region: its file, its versions, its ETag."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixtures.centre import DEMO_REGION, STRICT_REGION
from fixtures.gateway import RunningGateway
from fixtures.local_centre import LocalCentre, Opened

from central.region import load_region, published
from central.toml_file import BadToml
from kiosk.contract.region import RegionAnswer
from kiosk.domain.insurance import Kind
from kiosk.domain.tenders import QrChannel


def test_the_demo_region_comes_over_the_wire(standing_centre: LocalCentre) -> None:
    answer = standing_centre.call("GET", "/v1/region")
    region = RegionAnswer.model_validate_json(answer.content).to_domain()
    assert (region.code, region.name) == ("800100", "示例县")
    assert region.details_on_card_read
    assert region.office(Kind.MEDICAL_EMPLOYEE).name == "示例县医保中心"
    assert region.office(Kind.PENSION_EMPLOYEE).name == "示例县社保中心"
    assert region.tax_office.telephone
    assert set(region.base_limits) == set(range(2015, 2027))
    assert answer.headers["ETag"] == f'"{region.version}"'


def test_the_strict_region_is_the_demos_without_one_line() -> None:
    demo, strict = load_region(DEMO_REGION), load_region(STRICT_REGION)
    assert not strict.details_on_card_read
    assert strict.version != demo.version
    same = {"details_on_card_read": True, "version": demo.version}
    assert strict.model_copy(update=same) == demo


@pytest.mark.parametrize("form", ["{}", "W/{}", '"old", {}', "*"])
def test_a_terminal_that_has_this_version_is_not_sent_it_again(
    standing_centre: LocalCentre, form: str
) -> None:
    etag = standing_centre.call("GET", "/v1/region").headers["ETag"]
    answer = standing_centre.call("GET", "/v1/region", headers={"If-None-Match": form.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == etag


def test_a_terminal_that_has_another_version_is_sent_this_one(open_centre: Opened) -> None:
    old = open_centre().call("GET", "/v1/region").headers["ETag"]
    answer = open_centre(region=STRICT_REGION).call("GET", "/v1/region", headers={"If-None-Match": old})
    assert answer.status_code == 200
    assert answer.json()["details_on_card_read"] is False


def test_a_terminal_is_told_through_which_gateways_its_centre_takes_payments(
    open_centre: Opened, gateway: RunningGateway
) -> None:
    """A centre started again with a gateway has another version of the region: the change is noticed."""
    without = open_centre().call("GET", "/v1/region")
    taking = open_centre(gateways={QrChannel.WECHATPAY: gateway.adapter()})
    answer = taking.call("GET", "/v1/region", headers={"If-None-Match": without.headers["ETag"]})
    assert answer.status_code == 200
    told = [RegionAnswer.model_validate_json(one.content).to_domain() for one in (without, answer)]
    assert [region.qr_channels for region in told] == [frozenset(), {QrChannel.WECHATPAY}]
    assert answer.headers["ETag"] == f'"{told[1].version}"'


def test_equal_regions_with_equal_gateways_have_one_version() -> None:
    region = load_region(DEMO_REGION)
    assert published(region, set(), ()) == region
    with_wechatpay = published(region, {QrChannel.WECHATPAY}, ())
    assert with_wechatpay == published(load_region(DEMO_REGION), {QrChannel.WECHATPAY}, ())
    assert with_wechatpay.version not in (region.version, load_region(STRICT_REGION).version)


def test_a_region_file_may_leave_out_the_base_limits(tmp_path: Path) -> None:
    file = tmp_path / "region.toml"
    file.write_text(DEMO_REGION.read_text(encoding="utf-8").partition("[base_limits]")[0], encoding="utf-8")
    assert load_region(file).base_limits == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'name = "示例县"',
            'nmae = "示例县"',
            ["line 3, nmae: unknown key; allowed: base_limits, code", "name: missing"],
        ),
        (
            'address = "示例县城关镇解放街18号"',
            'adress = "x"',
            ["offices.tax.adress: unknown key; allowed: address, hours, name, telephone"],
        ),
        ('code = "800100"', "code = 800100", ["line 2, code: Input should be a valid string"]),
        ('code = "800100"', 'code = "80010"', ["line 2, code: ", "match pattern"]),
        (
            "2019 = { floor_fen = 2991_00",
            "2019 = { floor = 2991_00",
            ["base_limits.2019.floor: unknown key; allowed: ceiling_fen, floor_fen"],
        ),
        ("2019 = { floor_fen = 2991_00", "2019 = { floor_fen = 2991.00", ["base_limits.2019.floor_fen"]),
        (
            "2019 = { floor_fen = 2991_00",
            "2019 = { floor_fen = 99991_00",
            ["floor_fen must be below ceiling_fen"],
        ),
        ("2019 = {", "19 = {", ["base_limits.19"]),
        ("details_on_card_read = true", 'details_on_card_read = "yes"', ["line 6, details_on_card_read"]),
        ("[issuers]", "[issuers", ["is no TOML", "line 8"]),
    ],
)
def test_a_faulty_region_file_is_told_by_file_line_key_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, told: list[str]
) -> None:
    text = DEMO_REGION.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "region.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadToml) as bad:
        load_region(file)
    message = str(bad.value)
    assert all(re.match(re.escape(str(file)), line) for line in message.splitlines())
    for part in told:
        assert part in message, message


def test_a_region_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadToml, match=r"cannot be read: No such file"):
        load_region(tmp_path / "nothing.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadToml, match="is not UTF-8"):
        load_region(tmp_path / "bytes.toml")
