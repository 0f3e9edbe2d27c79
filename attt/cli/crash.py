"""Every error ends here, in one place: what the user can mend, an interrupt, and bugs."""

import errno
import os
import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from attt import __version__
from attt.cli.exits import Exit
from attt.cli.json_text import json_text
from attt.cli.language import language, t
from attt.errors import AtttError, InputError, Place, UsageError
from attt.message import Message

_NOWHERE = {"file": None, "line": None, "column": None}
_FULL = (errno.ENOSPC, errno.EDQUOT)


def guarded(call: Callable[[], int], argv: Sequence[str]) -> int:
    """Run `call`; give its exit code, or that of the error that ended it."""
    as_json = "--json" in argv
    try:
        return call()
    except AtttError as error:
        _tell(error, as_json=as_json)
        return error.exit_code
    except KeyboardInterrupt:
        print(t("Interrupted. What was finished is kept."), file=sys.stderr)  # noqa: T201
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe went away (`attt … | head`): not an error, and nothing more to say.
        _drop_stdout()
        return Exit.CLEAN
    except Exception as bug:  # noqa: BLE001 - the one place where a bug ends
        if isinstance(bug, OSError) and bug.errno in _FULL:
            _tell(_no_room(bug), as_json=as_json)
            _flush_or_drop()
            return Exit.WRONG_USE
        if isinstance(bug, PermissionError) and bug.filename:
            _tell(_no_right(bug), as_json=as_json)
            return Exit.WRONG_USE
        _tell_bug(bug, as_json=as_json)
        return Exit.BUG


def _no_room(error: OSError) -> AtttError:
    return UsageError(
        Message("There is no room left to write to: {why}", why=error.strerror),
        hint=Message("Make room on the disk, or write to another one."),
    )


def _no_right(error: PermissionError) -> AtttError:
    return InputError(
        Message("This account has no right to it: {why}", why=error.strerror),
        hint=Message(
            "Look at who may read and write it, and its folder: ls -ld {path}",
            path=shlex.quote(str(error.filename)),
        ),
        place=Place(str(error.filename)),
    )


def _drop_stdout() -> None:
    """What still waits to be written has nowhere to go; Python would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _flush_or_drop() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _drop_stdout()


def _print_document(document: object) -> None:
    try:
        print(json_text(document), flush=True)  # noqa: T201
    except OSError:
        _drop_stdout()


def _tell(error: AtttError, *, as_json: bool) -> None:
    if as_json:
        from attt.report.document import error_document  # noqa: PLC0415 - only when asked

        _print_document(error_document(error, language()))
    word = t("Error")
    print(f"{word}: {visible_lines(error.text(language()))}", file=sys.stderr)  # noqa: T201


def visible_lines(text: str) -> str:
    """Text for a terminal: whatever could steer it is shown instead."""
    from attt.report.taint import visible  # noqa: PLC0415 - only when something is shown

    return "\n".join(visible(line) for line in text.split("\n"))


def _tell_bug(bug: Exception, *, as_json: bool) -> None:
    """A log to send: the traceback without local values, so that no secret can be in it."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    head = f"attt {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    frames = "".join(traceback.format_tb(bug.__traceback__))
    name = type(bug).__name__
    handle, path = tempfile.mkstemp(prefix=f"attt-crash-{moment}-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{head}{frames}{name}\n")
    text = t(
        "This is a bug in attt ({name}). Please send {path} to whoever maintains attt here.",
        name=name,
        path=path,
    )
    if as_json:
        body = {"code": "bug", "message": text, "hint": None, **_NOWHERE}
        _print_document({"schema": "attt.error/1", "attt": __version__, "error": body})
    print(text, file=sys.stderr)  # noqa: T201
    if Path.cwd().joinpath(".git").is_dir() and os.environ.get("ATTT_DEBUG"):
        traceback.print_exception(bug)
