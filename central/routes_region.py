"""`GET /v1/region`: the region's facts, by ETag."""

# Annotations here name dependencies made at run time, so they must not be strings.

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from central.callers import Callers
from central.etags import unchanged
from kiosk.contract.region import RegionAnswer


def router(callers: Callers, region: RegionAnswer) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["region"])
    etag = f'"{region.version}"'

    @routes.get(
        "/region",
        response_model=RegionAnswer,
        dependencies=[Depends(callers.terminal)],
        responses={304: {"description": "The version named in If-None-Match is the current one"}},
    )
    def region_facts(
        response: Response, if_none_match: Annotated[str | None, Header()] = None
    ) -> RegionAnswer | Response:
        """Offices, issuers, limits and switches of the region."""
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if if_none_match is not None and unchanged(if_none_match, etag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        response.headers.update(headers)
        return region

    return routes
