"""`POST /v1/transactions`: the outbox of a terminal."""

# Annotations here name dependencies made at run time, so they must not be strings.

from typing import Annotated

from fastapi import APIRouter, Depends

from central.auth import Terminal
from central.callers import Callers
from central.problems import Refused
from central.transactions import Transactions
from kiosk.contract.problems import ProblemType
from kiosk.contract.transactions import KeyReusedWire, TransactionsAnswer, TransactionsRequest


def router(callers: Callers, transactions: Transactions) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["payments"])

    @routes.post("/transactions")
    def take(
        terminal: Annotated[Terminal, Depends(callers.terminal)], request: TransactionsRequest
    ) -> TransactionsAnswer:
        """入账: takes entries in, each once, each answered for itself. Needs no resident: they come later."""
        answers = transactions.take(terminal.id, request.entries)
        match answers:
            case (KeyReusedWire(),):
                raise Refused(ProblemType.KEY_REUSED)
            case _:
                return TransactionsAnswer(entries=answers)

    return routes
