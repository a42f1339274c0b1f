# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Play a recording of a real Grafana against a server, and print each difference between its answers and the recorded
ones. With --record, write the answers of the server to a file instead.

The server must be fresh and hold what tests/recordings/README.md says. The last line says how many answers agree and
how many differ. Exit status: 0 if all agree or are recorded, 1 if any differs, 2 if the recording cannot be read or the
server cannot be asked.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import requests

from tests.replay.initial_state import NotReady, ask, check
from tests.replay.player import Outcome, Server, play
from tests.replay.recorder import record
from tests.replay.recording import RecordingError, load, read, write


def credentials(text: str) -> tuple[str, str]:
    """``NAME:PASSWORD`` as a pair; a password may have colons."""
    name, colon, password = text.partition(":")
    if not name or not colon:
        raise argparse.ArgumentTypeError("not NAME:PASSWORD")
    return name, password


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.replay", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recording", type=Path, metavar="RECORDING", help="a file of tests/recordings")
    parser.add_argument("url", metavar="URL", help="of the server, such as http://127.0.0.1:3000")
    parser.add_argument(
        "--user",
        type=credentials,
        default=("admin", "admin"),
        metavar="NAME:PASSWORD",
        help="the administrator (admin:admin)",
    )
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="write a recording of the server to this file; it may be RECORDING"
    )
    return parser.parse_args()


def lines(number: int, outcome: Outcome) -> list[str]:
    """A line for each difference, with what finds the exchange in the recording."""
    exchange = outcome.exchange
    heading = "%d, %s, %s: %s %s" % (
        number,
        exchange.scenario,
        exchange.why,
        exchange.request.method,
        exchange.request.path,
    )
    return ["%s: %s" % (heading, difference) for difference in outcome.differences]


def compare(recording: Path, server: Server) -> int:
    """Play, print the differences, and return the exit status."""
    agreeing = differing = 0
    for number, outcome in enumerate(play(load(recording), server), 1):
        for line in lines(number, outcome):
            print(line)
        differing += bool(outcome.differences)
        agreeing += not outcome.differences
    print("%d agree, %d differ" % (agreeing, differing))
    return 1 if differing else 0


def record_to(path: Path, recording: Path, server: Server) -> int:
    """Record all answers, then write them, and return the exit status."""
    document = read(recording)
    check(server, document["exchanges"])
    version = ask(server, "/api/health").get("version", "unknown")
    exchanges = list(record(document, server))
    write(path, {**document, "version": version, "exchanges": exchanges})
    print("%d exchanges with Grafana %s recorded in %s" % (len(exchanges), version, path))
    return 0


def main() -> int:
    """Play or record, and return the exit status."""
    options = arguments()
    server = Server(options.url, options.user)
    try:
        if options.record:
            return record_to(options.record, options.recording, server)
        return compare(options.recording, server)
    except (RecordingError, NotReady, OSError, requests.RequestException) as error:
        verb = "record" if options.record else "play"
        print("cannot %s %s against %s: %s" % (verb, options.recording, options.url, error), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
