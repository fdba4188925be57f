"""Who calls a route, as FastAPI dependencies: a terminal, or a resident at a terminal with enough proof."""

# Annotations here name dependencies made at run time, so they must not be strings.

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Response, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from central.auth import Devices, Session, Sessions, Terminal
from central.evidence import require
from kiosk.contract.device import SESSION_HEADER
from kiosk.domain.assurance import Disclosure

_DEVICE_TOKEN = HTTPBearer(
    scheme_name="device",
    bearerFormat="JWT",
    description="Signed by the terminal's device key (Ed25519), 60 s at most, used once.",
    auto_error=False,
)
_SESSION_TOKEN = APIKeyHeader(
    name=SESSION_HEADER,
    scheme_name="session",
    description="From /v1/residents/identify.",
    auto_error=False,
)


class Callers:
    """Hands a route who calls it, or refuses the call before the route runs."""

    def __init__(self, devices: Devices, sessions: Sessions, *, details_on_card_read: bool) -> None:
        self._devices = devices
        self._sessions = sessions
        self._details_on_card_read = details_on_card_read

    def terminal(
        self, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_DEVICE_TOKEN)]
    ) -> Terminal:
        """Dependency: an enrolled terminal."""
        return self._devices.terminal(None if bearer is None else bearer.credentials)

    @property
    def session(self) -> Callable[..., Session]:
        """Dependency: a session in force, of that terminal."""

        def session(
            terminal: Annotated[Terminal, Depends(self.terminal)],
            token: Annotated[str | None, Security(_SESSION_TOKEN)],
            response: Response,
        ) -> Session:
            response.headers["Cache-Control"] = "no-store"
            return self._sessions.session(terminal, token)

        return session

    def resident(self, disclosure: Disclosure) -> Callable[..., Session]:
        """Dependency: a session whose evidence is enough for what the route gives."""

        def resident(session: Annotated[Session, Depends(self.session)]) -> Session:
            require(disclosure, session.evidence, details_on_card_read=self._details_on_card_read)
            return session

        return resident
