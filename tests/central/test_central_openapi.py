"""The published document is the contract's models, and the file in docs/ is current."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from fixtures.centre import ROOT, run_central
from fixtures.local_centre import LocalCentre
from pydantic import BaseModel

from kiosk.contract import (
    bills,
    health,
    ledger,
    papers,
    past_payments,
    payees,
    payments,
    problems,
    region,
    residents,
    transactions,
)
from kiosk.contract.seals import keys as seal_keys

MODELS: list[type[BaseModel]] = [
    bills.BillsAnswer,
    health.HealthAnswer,
    ledger.ChangesAnswer,
    ledger.ContributionsAnswer,
    ledger.OverviewAnswer,
    papers.PaperAnswer,
    seal_keys.RevocationsAnswer,
    seal_keys.SealKeyWire,
    papers.PaperCheck,
    papers.PaperRequest,
    past_payments.PaymentsAnswer,
    payees.PayeeAnswer,
    payees.PayeeRequest,
    payments.OrderAnswer,
    payments.OrderRequest,
    problems.Problem,
    region.RegionAnswer,
    residents.IdentifyAnswer,
    residents.IdentifyRequest,
    transactions.TransactionsAnswer,
    transactions.TransactionsRequest,
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    printed = run_central("openapi")
    assert printed.returncode == 0, printed.stderr
    parsed: dict[str, Any] = json.loads(printed.stdout)
    return parsed


def test_the_file_in_docs_is_current(document: dict[str, Any]) -> None:
    file = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert file == document, "run: central openapi > docs/openapi.json"


def test_the_centre_serves_the_same_document(standing_centre: LocalCentre, document: dict[str, Any]) -> None:
    assert requests.get(f"{standing_centre.base_url}/v1/openapi.json", timeout=10).json() == document


def without_null_defaults(schema: Any) -> Any:
    """The framework leaves out `"default": null`, which says no more than the type does."""
    match schema:
        case dict():
            return {
                key: without_null_defaults(value)
                for key, value in schema.items()
                if (key, value) != ("default", None)
            }
        case list():
            return [without_null_defaults(one) for one in schema]
        case _:
            return schema


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_its_schemas_are_the_contracts(document: dict[str, Any], model: type[BaseModel]) -> None:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {}) | {model.__name__: schema}
    published = document["components"]["schemas"]
    for name, part in parts.items():
        assert without_null_defaults(published[name]) == without_null_defaults(part)


def test_every_operation_names_its_callers_and_its_problems(document: dict[str, Any]) -> None:
    security = {
        (method, path): {name for one in operation.get("security", []) for name in one}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    device, resident = {"device"}, {"device", "session"}
    assert security == {
        ("get", "/v1/health"): set(),
        ("get", "/v1/region"): device,
        ("post", "/v1/residents/identify"): device,
        ("delete", "/v1/session"): resident,
        ("get", "/v1/me/overview"): resident,
        ("get", "/v1/me/contributions"): resident,
        ("get", "/v1/me/changes"): resident,
        ("get", "/v1/me/bills"): resident,
        ("get", "/v1/me/payments"): resident,
        ("post", "/v1/payees"): resident,
        ("post", "/v1/transactions"): device,
        ("post", "/v1/payment-orders"): device,
        ("get", "/v1/payment-orders/{order_id}"): device,
        ("post", "/v1/payment-orders/{order_id}/close"): device,
        ("post", "/v1/payment-notifications/{channel}"): set(),
        ("post", "/v1/papers"): resident,
        ("get", "/v1/papers/{code}"): set(),
        ("get", "/v1/seal-keys"): set(),
        ("get", "/v1/revocations"): set(),
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
