"""`python -m central.virtual_gateway`: a gateway until it is ended; prints its ports as one JSON line."""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from central.toml_file import BadToml
from central.virtual_gateway.control import ControlServer
from central.virtual_gateway.faults import Faults
from central.virtual_gateway.http_api import MerchantApi, MerchantServer
from central.virtual_gateway.keys import make_or_load
from central.virtual_gateway.notifier import Notifier
from central.virtual_gateway.trades import Trades
from kiosk.clock import BadStart, clock_of

_TICK_S = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 2 with one line on standard error."""
    options = _options(arguments)
    os.umask(0o077)
    try:
        return _run(options)
    except (OSError, BadToml, BadStart) as error:
        print(f"virtual gateway: {error}", file=sys.stderr)
    except ValidationError as error:
        faults = error.error_count()
        print(f"virtual gateway: {options.ledger} is no ledger ({faults} faults)", file=sys.stderr)
    return 2


def _run(options: argparse.Namespace) -> int:
    clock = clock_of(os.environ)
    faults = Faults()
    trades = Trades(options.ledger, clock)
    keys_directory = options.keys or options.ledger.with_name(f"{options.ledger.name}.keys")
    with MerchantServer(options.port) as merchants:
        keys = make_or_load(keys_directory, merchants.url)
        notifier = Notifier(keys, faults, clock)
        merchants.parts = (MerchantApi(trades, keys, clock), keys, faults, clock)
        with ControlServer(options.control, trades, notifier, faults) as control:
            notifier.start()
            threading.Thread(
                target=control.serve_forever, args=(_TICK_S,), name="control", daemon=True
            ).start()
            if options.with_parent:
                threading.Thread(
                    target=_end_with_parent, args=(merchants,), name="parent", daemon=True
                ).start()
            ports = {"port": merchants.server_address[1], "control": control.server_address[1]}
            print(json.dumps(ports | {"config": str(keys_directory / "centre")}), flush=True)
            try:
                merchants.serve_forever(_TICK_S)
            except KeyboardInterrupt:
                return 0
            finally:
                control.shutdown()
    return 0


def _end_with_parent(merchants: MerchantServer) -> None:
    """The parent holds our standard input open; its end is ours."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    merchants.shutdown()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m central.virtual_gateway",
        description="A payment gateway for demo and tests; listens on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=8450, help="for merchants; 0 for any free one")
    parser.add_argument("--control", type=int, default=8451, help="for the hand; 0 for any free one")
    parser.add_argument("--ledger", type=Path, required=True, metavar="FILE", help="its trades, kept")
    parser.add_argument(
        "--keys",
        type=Path,
        metavar="DIR",
        help="its keys; DIR/centre is for `central serve --gateway-config` (default: FILE.keys)",
    )
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
