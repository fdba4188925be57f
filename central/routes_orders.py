"""`/v1/payment-orders` for terminals, `/v1/payment-notifications` for gateways."""

# Annotations here name dependencies made at run time, so they must not be strings.

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool

from central.auth import Terminal
from central.callers import Callers
from central.gateway import NotFromGateway
from central.orders import Orders
from central.problems import Refused
from kiosk.contract.payments import OrderAnswer, OrderId, OrderRequest
from kiosk.contract.problems import ProblemType
from kiosk.domain.tenders import QrChannel


def router(callers: Callers, orders: Orders) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["payments"])

    @routes.post("/payment-orders")
    def create(
        terminal: Annotated[Terminal, Depends(callers.terminal)], request: OrderRequest
    ) -> OrderAnswer:
        """扫码支付: an order at the gateway, under a key; the same key, the same order."""
        return OrderAnswer.of(orders.create(terminal.id, request))

    @routes.get("/payment-orders/{order_id}")
    def look(terminal: Annotated[Terminal, Depends(callers.terminal)], order_id: OrderId) -> OrderAnswer:
        """How the order stands; asks the gateway where that is not known."""
        return OrderAnswer.of(orders.look(terminal.id, order_id))

    @routes.post("/payment-orders/{order_id}/close")
    def close(terminal: Annotated[Terminal, Depends(callers.terminal)], order_id: OrderId) -> OrderAnswer:
        """Ends the order, unless it is paid. `pending` in the answer: not known yet, and still blocked."""
        return OrderAnswer.of(orders.close(terminal.id, order_id))

    @routes.post("/payment-notifications/{channel}", status_code=204)
    async def notified(channel: QrChannel, request: Request) -> None:
        """From a gateway, signed by it. The bytes are needed as they came: the signature is over them."""
        body = await request.body()
        try:
            await run_in_threadpool(orders.notified, channel, request.headers, body)
        except NotFromGateway as error:
            raise Refused(ProblemType.NOTIFICATION_REFUSED, str(error)) from error

    return routes
