"""The examples in the project's documents: what is shown is what happens.

In a ```console block each line that begins with `$ ` is run by bash and the lines under it are
what it printed. A ```python block runs as a doctest where it holds `>>>`, else as a program.
The blocks of one document run from top to bottom in one empty folder, in which `examples` is the
project's own.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import subprocess
import tempfile
from pathlib import Path

from tracked import ROOT, tracked_files

BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = "$ "
SECONDS = 120


def documents() -> list[Path]:
    """List the project's Markdown documents."""
    return [path for path in tracked_files() if path.suffix == ".md"]


def with_true_output(text: str) -> str:
    """Run the examples of a document and give its text with the output that they really have.

    >>> with_true_output("```console\\n$ echo 甲县\\n乙县\\n```\\n")
    '```console\\n$ echo 甲县\\n甲县\\n```\\n'

    Raises AssertionError where a Python example does not do what it shows.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "examples").symlink_to(ROOT / "examples")
        names: dict[str, object] = {"__name__": "example"}

        def run_block(match: re.Match[str]) -> str:
            language, body = match.groups()
            if language == "console":
                return f"```console\n{_console(body, folder)}```"
            with contextlib.chdir(folder):
                _python(body, names)
            return match.group()

        return BLOCK.sub(run_block, text)


def _console(body: str, folder: Path) -> str:
    commands = [line for line in body.splitlines() if line.startswith(PROMPT)]
    return "".join(f"{line}\n{_output(line.removeprefix(PROMPT), folder)}" for line in commands)


def _output(command: str, folder: Path) -> str:
    environment = {
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }
    printed = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    ).stdout.decode()
    lines = [line.rstrip() for line in printed.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _python(body: str, names: dict[str, object]) -> None:
    if ">>>" not in body:
        exec(compile(body, "example", "exec"), names)  # noqa: S102 - it is our own text
        return
    example = doctest.DocTestParser().get_doctest(body, names, "example", None, None)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report: list[str] = []
    runner.run(example, out=report.append, clear_globs=False)
    names.update(example.globs)
    if runner.failures:
        raise AssertionError("".join(report))


def main() -> None:
    """Write the true output into every document."""
    for path in documents():
        text = path.read_text(encoding="utf-8")
        true = with_true_output(text)
        if true != text:
            path.write_text(true, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
