# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator for Grafana's correlations HTTP API, for tests, the demo and benchmarks.

usage: python tests/simulator [--generation 12|9|13] [--apis off|legacy|unified|shared] [--no-legacy-api] [--port N]
[--database sqlite|mysql|postgres] [--busy off|overlap|always] [--busy-share SHARE] [--seed N] [--no-provisioned]
[--anonymous] [--brute-force] [--header-user NAME] [--tls-cert FILE --tls-key FILE [--client-ca FILE]] [--path-prefix
/grafana]

It answers as Grafana 12.4.3 or 9.4.0 was recorded to answer, or as 13 would by its sources (none was run). It listens
on 127.0.0.1 only, prints its base URL as the first line and ends on SIGTERM. A fresh one holds user admin (password
admin), organization 1 "Main Org." and, unless --no-provisioned is given, two read-only data sources with one
provisioned correlation. Paths under /_simulator/ look into it and change it (control.py); they are no part of Grafana.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import ssl
import sys

import apis
from aiohttp import web
from busy import KINDS, OFF
from database import DATABASES, SQLITE
from simulator import Options, Server, Simulator


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="simulator",
        description=__doc__,
        usage=argparse.SUPPRESS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--generation", type=int, choices=(9, 12, 13), default=12, help="9.4.0, 12.4.3 (the default) or 13")
    add("--port", type=int, default=0, help="0, the default, takes a free port")
    add("--apis", choices=tuple(apis.FORMS), default="off", help="the /apis route and what is behind it (apis.py)")
    add("--no-legacy-api", action="store_true", help="no correlations routes under /api")
    add("--provisioned", action=argparse.BooleanOptionalAction, default=True, help="start with the provisioned data")
    add("--database", choices=DATABASES, default=SQLITE, help="what keeps the old tables (database.py)")
    add("--busy", choices=KINDS, default=OFF, help="a SQLite database that is locked now and then (busy.py)")
    add("--busy-share", type=float, default=Options.busy_share, metavar="SHARE", help="of writes that go wrong (0.05)")
    add("--seed", type=int, default=0, help="of the choice of those writes")
    add("--anonymous", action="store_true", help="anonymous access as a Viewer")
    add("--brute-force", action="store_true", help="five wrong passwords lock a login for five minutes")
    add("--header-user", metavar="NAME", help="who sends X-WEBAUTH-USER: NAME is signed in as NAME, an Admin")
    add("--tls-cert", metavar="FILE")
    add("--tls-key", metavar="FILE")
    add("--client-ca", metavar="FILE", help="ask for a client certificate of this authority")
    add("--path-prefix", metavar="PATH", default="", help="serve under this path")
    options = parser.parse_args()
    if options.apis != "off" and options.generation == 9:
        parser.error("9.4 has no /apis route")
    if options.apis == "shared" and options.generation != 13:
        parser.error("only 13 can have one store for both routes")
    if options.busy != OFF and options.database != SQLITE:
        parser.error("only sqlite is locked when it is busy")
    return options


def tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    if not options.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    if options.client_ca:
        context.load_verify_locations(options.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def main(options: argparse.Namespace) -> None:
    prefix = "/" + options.path_prefix.strip("/") if options.path_prefix.strip("/") else ""
    simulator = Simulator(
        Options(
            generation=options.generation,
            apis=options.apis,
            provisioned=options.provisioned,
            legacy_api=not options.no_legacy_api,
            prefix=prefix,
            anonymous=options.anonymous,
            brute_force=options.brute_force,
            header_user=options.header_user,
            database=options.database,
            busy=options.busy,
            busy_share=options.busy_share,
            seed=options.seed,
        )
    )
    runner = web.ServerRunner(Server(simulator), shutdown_timeout=0.1)
    await runner.setup()
    context = tls(options)
    site = web.TCPSite(runner, "127.0.0.1", options.port, ssl_context=context, backlog=1024)
    await site.start()
    port = runner.addresses[0][1]
    print("{}://127.0.0.1:{}{}".format("https" if context else "http", port, prefix), flush=True)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(arguments()))
    sys.exit(0)
