"""A program beside this process: started, started again whenever it ends, stopped with this one."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds: before the first new start, at most before any, how long a program must have run
    so that the pauses begin anew, and how long it may take to stop."""

    first: float = 1.0
    longest: float = 60.0
    calm: float = 120.0
    stopping: float = 30.0

    def after(self, earlier: float, ran: float) -> float:
        """The pause that follows `earlier` (0 for none) where the program ran for `ran`."""
        if not earlier or ran >= self.calm:
            return self.first
        return min(earlier * 2, self.longest)


ORDINARY = Pauses()


@contextmanager
def kept_running(name: str, command: Sequence[str], pauses: Pauses = ORDINARY) -> Generator[None]:
    """Keep a program running for as long as the block runs; the log tells each time it ended."""
    keeper = _Keeper(name, command, pauses)
    thread = threading.Thread(target=keeper.keep, name=f"keeper of the {name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.stop()
        thread.join()


class _Keeper:
    """The program as it runs at this moment, and what is known of how it ran before."""

    def __init__(self, name: str, command: Sequence[str], pauses: Pauses) -> None:
        self._name = name
        self._command = list(command)
        self._pauses = pauses
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Run the program until `stop`, again and again."""
        pause = 0.0
        while not self._ended.is_set():
            began = monotonic()
            told = self._run_once()
            pause = self._pauses.after(pause, monotonic() - began)
            # Ctrl-C in a terminal ends both: after the pause it is known whether this one ends too.
            if not self._ended.wait(pause):
                words = "the %s ended (%s); starting it again after %g seconds"
                log.error(words, self._name, told, pause)

    def _run_once(self) -> str:
        """Run the program to its end; gives how it ended."""
        try:
            with self._lock:
                if self._ended.is_set():
                    return "not started"
                self._process = subprocess.Popen(self._command)  # noqa: S603 - our own command
        except OSError as error:
            return f"could not be started: {error}"
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def stop(self) -> None:
        """Stop the program and start it no more; what does not stop in time is killed."""
        with self._lock:
            self._ended.set()
            process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(self._pauses.stopping)
        except subprocess.TimeoutExpired:
            log.error("the %s did not stop in time and is killed", self._name)
            process.kill()
            process.wait()
