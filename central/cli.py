"""`central`: serve the API, enrol a demo terminal, print the OpenAPI document."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import as_file, files
from itertools import product
from pathlib import Path

from central.app import create_app
from central.county.loader import fill_if_empty
from central.enrolment import demo_enrol
from central.faults import Faults
from central.gateway import Gateway
from central.openapi import document
from central.region import load_region
from central.revocations import RevocationBooks
from central.seals.issuer_keys import demo_issuer_keys, load_issuer_keys
from central.seals.sealing import Sealer
from central.server import CannotServe, Listening, Tls, listen, make_server, serve
from central.state import State
from central.store.database import Database, DatabaseUnusable, default_database_url
from central.sweeper import Sweeper
from central.toml_file import BadToml
from central.wechatpay.client import WechatpayGateway
from central.wechatpay.config import load_wechatpay
from kiosk.clock import BadStart, SystemClock, clock_of
from kiosk.contract.papers import PaperType
from kiosk.contract.seals.claims import SealIssuer
from kiosk.domain.region import Issuer
from kiosk.domain.tenders import QrChannel

_USAGE = 2
_log = logging.getLogger(__name__)
_SWEEP_EVERY_S = 2.0


class BadUsage(Exception):
    """Options that do not go together."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 2 with one line on standard error that says what to do."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="central: %(levelname)s %(name)s: %(message)s")
    # What is written holds people's data and keys: it is nobody else's to read.
    os.umask(0o077)
    try:
        match options.command:
            case "serve":
                _serve(options)
            case "demo-enrol":
                _demo_enrol(options)
            case "revoke-paper":
                _revoke_paper(options)
            case _:
                _openapi()
    except (BadUsage, BadToml, BadStart, CannotServe, DatabaseUnusable) as error:
        print(f"central: {error}", file=sys.stderr)
        return _USAGE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="central", description="The reference central API of 便民.")
    commands = parser.add_subparsers(dest="command", required=True)
    database = argparse.ArgumentParser(add_help=False)
    database.add_argument(
        "--database-url",
        metavar="URL",
        default=default_database_url(),
        help="sqlite:///FILE or postgresql://… (default: %(default)s)",
    )

    serving = commands.add_parser("serve", parents=[database], help="serve the API")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=8440, help="0 picks a free one (default: %(default)s)")
    serving.add_argument("--region", type=Path, required=True, metavar="FILE", help="the region's TOML file")
    serving.add_argument("--county", choices=["demo"], help="fill an empty database with these people")
    serving.add_argument(
        "--public-url", metavar="URL", help="printed on papers (default: the address served)"
    )
    serving.add_argument("--tls-cert", type=Path, metavar="FILE")
    serving.add_argument("--tls-key", type=Path, metavar="FILE")
    serving.add_argument(
        "--gateway-config",
        type=Path,
        metavar="DIR",
        help="take payments by WeChat Pay: a directory with wechatpay.toml and the keys it names",
    )
    serving.add_argument(
        "--seal-keys",
        type=Path,
        metavar="DIR",
        help="seal papers: a directory with seals.toml and the keys it names",
    )
    serving.add_argument(
        "--demo-seals",
        type=Path,
        metavar="DIR",
        help="seal papers by keys for the demo, made there on first use: such seals are worth nothing",
    )
    serving.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    serving.add_argument(
        "--allow-faults", action="store_true", help="let POST /v1/_faults make it fail (loopback only)"
    )

    enrolling = commands.add_parser(
        "demo-enrol", parents=[database], help="make a device key for a terminal and record it"
    )
    enrolling.add_argument("--terminal", required=True, metavar="ID")
    enrolling.add_argument("--key-out", type=Path, required=True, metavar="FILE")

    revoking = commands.add_parser(
        "revoke-paper",
        parents=[database],
        help="take a paper back: whoever checks it hears that it is void",
    )
    revoking.add_argument("code", metavar="CODE", help="its 验证码, XXXX-XXXX-XXXX-XXXX-XXXX")

    commands.add_parser("openapi", help="print the OpenAPI document")
    return parser


def _serve(options: argparse.Namespace) -> None:
    if (options.tls_cert is None) != (options.tls_key is None):
        raise BadUsage("--tls-cert and --tls-key go together")
    tls = None if options.tls_cert is None else Tls(options.tls_cert, options.tls_key)
    if options.seal_keys is not None and options.demo_seals is not None:
        raise BadUsage("--seal-keys and --demo-seals exclude each other")
    region = load_region(options.region)
    clock = clock_of(os.environ)
    gateways: dict[QrChannel, Gateway] = {}
    if options.gateway_config is not None:
        gateways[QrChannel.WECHATPAY] = WechatpayGateway(load_wechatpay(options.gateway_config), clock)
    database = Database(options.database_url)
    database.create_tables()
    if options.county == "demo":
        fill_if_empty(database)
    at = listen(options.host, options.port, tls)
    state = State(
        database=database,
        region=region,
        clock=clock,
        public_url=options.public_url or at.url,
        faults=_faults(at, allowed=options.allow_faults),
        gateways=gateways,
        sealer=_sealer(options, region.code, clock.now()),
    )
    sweeper = Sweeper(state.orders(), _SWEEP_EVERY_S)
    sweeper.start()
    serve(make_server(create_app(state), at, tls), at, with_parent=options.with_parent)
    sweeper.stop()
    database.close()


def _faults(at: Listening, *, allowed: bool) -> Faults | None:
    if not allowed:
        return None
    if not at.loopback:
        at.socket.close()
        raise BadUsage("--allow-faults is for loopback addresses only")
    return Faults()


def _sealer(options: argparse.Namespace, region: str, now: datetime) -> Sealer | None:
    """Warns where a bureau's papers would go out without a seal."""
    if options.seal_keys is not None:
        sealer = Sealer(load_issuer_keys(options.seal_keys))
    elif options.demo_seals is not None:
        try:
            sealer = Sealer(demo_issuer_keys(options.demo_seals, region))
        except OSError as error:
            raise BadUsage(f"--demo-seals {options.demo_seals} cannot be written: {error}") from error
    else:
        return None
    for kind, bureau in product((one.kind for one in PaperType), Issuer):
        if not sealer.may_seal(SealIssuer(region, bureau), kind, now):
            _log.warning("no key of %s.%s may seal a %s now: it will say 未盖章", region, bureau, kind.word)
    return sealer


def _revoke_paper(options: argparse.Namespace) -> None:
    database = Database(options.database_url)
    database.require_there()
    database.create_tables()
    try:
        since = RevocationBooks(database, clock_of(os.environ)).revoke(options.code)
    finally:
        database.close()
    if since is None:
        raise BadUsage(f"no paper was issued under {options.code}: look at its 验证码 again")
    print(f"void since {since.isoformat(timespec='seconds')}")


def _demo_enrol(options: argparse.Namespace) -> None:
    database = Database(options.database_url)
    database.create_tables()
    try:
        demo_enrol(database, clock_of(os.environ), options.terminal, options.key_out)
    except FileExistsError:
        raise BadUsage(f"--key-out {options.key_out} is there already: remove it or name another") from None
    except OSError as error:
        raise BadUsage(f"--key-out {options.key_out} cannot be written: {error.strerror}") from error
    finally:
        database.close()


def _openapi() -> None:
    """The routes and models are the document; whichever region and database stand behind them."""
    with as_file(files("central.regions") / "demo.toml") as region:
        state = State(
            database=Database(default_database_url()),
            region=load_region(region),
            clock=SystemClock(),
            public_url="http://127.0.0.1",
        )
    json.dump(document(create_app(state)), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
