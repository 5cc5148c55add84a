"""Reading many files, in this process or in several."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Final

from kechuang.reading.documents import DocumentError, load
from kechuang.reading.model import About, Reading
from kechuang.reading.reader import read_text
from kechuang.reference import Catalogue, load_catalogue

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
WORKER_GONE: Final = "工作进程意外退出，可能是内存不足"


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read, with what is known of it."""

    path: Path
    about: About
    catalogue: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a reading and its encoding, or the code and detail of an error."""

    path: Path
    reading: Reading | None = None
    encoding: str | None = None
    code: str = ""
    detail: str = ""

    @property
    def error(self) -> DocumentError | None:
        """The error, as it was raised where the file was read."""
        return DocumentError(self.code, self.path, self.detail) if self.code else None


def read_all(tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """The outcome of each task in the order of the tasks, whatever the number of processes."""
    if jobs == 1 or len(tasks) < 2:
        yield from map(read_one, tasks)
        return
    executor = ProcessPoolExecutor(
        min(jobs, len(tasks)), mp_context=get_context("spawn"), initializer=_ignore_interrupts
    )
    done = 0
    try:
        with _undisturbed():
            outcomes = executor.map(read_one, tasks)
        for outcome in outcomes:
            yield outcome
            done += 1
    except BrokenProcessPool:
        for task in tasks[done:]:
            yield Outcome(task.path, code="internal", detail=WORKER_GONE)
    finally:
        # Whoever stops us does not want to wait for reports that are being read.
        for process in active_children():
            process.terminate()
        executor.shutdown(cancel_futures=True)


def read_one(task: Task) -> Outcome:
    """Open and read one file; no error of one file ever keeps the others from being read."""
    try:
        document = load(task.path)
        reading = read_text(
            document.raw, doc=document.doc, about=task.about, catalogue=_catalogue(task.catalogue)
        )
    except DocumentError as error:
        return Outcome(task.path, code=error.code, detail=error.detail)
    except Exception as error:  # noqa: BLE001 - a mistake of ours must not cost the other files
        return Outcome(task.path, code="internal", detail=f"{type(error).__name__}: {error}"[:200])
    return Outcome(task.path, reading=reading, encoding=document.encoding)


def _catalogue(path: Path | None) -> Catalogue | None:
    return None if path is None else load_catalogue(path)


@contextmanager
def _undisturbed() -> Generator[None]:
    """Who stops us waits until the workers have begun: half begun they would print a trace."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; the first one alone answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
