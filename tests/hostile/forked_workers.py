"""A worker in a process of its own, forked from one where everything is loaded."""

from __future__ import annotations

import os
import signal
import sys
import threading

from django.db import connections

from kechuang.office.ground.worker import Pace, run_worker


def fork_worker(pace: Pace) -> int:
    """Start a worker and give the number of its process; SIGTERM lets it end by itself.

    The process that asks never computes with frames: the threads of polars do not live on in a
    fork.
    """
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        run_worker(stop, poll=0.01, pace=pace)
    finally:
        connections.close_all()
        os._exit(0 if sys.exc_info()[0] is None else 1)
