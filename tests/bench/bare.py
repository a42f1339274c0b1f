# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A bare client: the requests that a case needs, sent with ``requests`` and nothing else around them.

Reads a job as JSON from its standard input: ``url``, ``authorization``, ``concurrency``, ``reads`` (paths, one after
the other) and ``writes`` (method, path, body). Prints the seconds from the first request to the last answer; starting
Python and importing ``requests`` are no part of them, for they are in the floor.
"""

from __future__ import annotations

import concurrent.futures
import json
import sys
import threading
import time
import typing as t

import requests


def main() -> None:
    job = json.load(sys.stdin)
    local = threading.local()

    def send(request: list[t.Any]) -> t.Any:
        method, path, body = request
        session = getattr(local, "session", None)
        if session is None:
            session = local.session = requests.Session()
            session.trust_env = False
            session.headers.update({"Authorization": job["authorization"], "Content-Type": "application/json"})
        response = session.request(
            method, job["url"] + path, data=None if body is None else json.dumps(body), timeout=60
        )
        response.raise_for_status()
        return response.json()

    start = time.perf_counter()
    for path in job["reads"]:
        send(["GET", path, None])
    with concurrent.futures.ThreadPoolExecutor(job["concurrency"]) as threads:
        for _answer in threads.map(send, job["writes"]):
            pass
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
