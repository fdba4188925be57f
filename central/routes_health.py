"""`GET /v1/health`: whether the centre answers."""

from __future__ import annotations

from fastapi import APIRouter

from kiosk.clock import Clock
from kiosk.contract.health import HealthAnswer


def router(clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["health"])

    @routes.get("/health")
    def health() -> HealthAnswer:
        """That the centre answers, and its clock's time."""
        return HealthAnswer(status="ok", now=clock.now())

    return routes
