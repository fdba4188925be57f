"""The published document: FastAPI's, with every error as the problem it is."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kiosk.contract.problems import PROBLEM_JSON, Problem

_DESCRIPTION = """\
The central API of 便民, a self-service terminal for social insurance. Money in whole fen, months as YYYY-MM,
times in RFC 3339 with zone. Every call but the public ones carries a device token; every call of a resident
also a session token. Every error is a problem (RFC 9457)."""
_PROBLEM_RESPONSE = {
    "description": "A problem",
    "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the app's routes. The one dict that is the answer itself."""
    built = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
    for path in built["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _PROBLEM_RESPONSE
    schemas = built["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    built["components"]["schemas"] = dict(sorted(schemas.items()))
    return built


def publish(app: FastAPI) -> None:
    """Serves the document at the app's `openapi_url`. It is made when it is first asked for: that takes
    longer than the rest of a start."""

    @cache
    def published() -> dict[str, Any]:
        return document(app)

    app.openapi = published  # type: ignore[method-assign]
