"""HTML to PDF, in a process of its own: a paper that goes wrong costs its own limits and no more."""

import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

from attt.errors import AtttError, MissingProgram
from attt.message import Message
from attt.report.pdf_child import MISSING, REFUSED

CPU_S = 300
WALL_S = 600
MEMORY_MIB = 3072
FONTS = "fonts-liberation (Debian 12: fonts-liberation2)"
PACKAGES = f"libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 {FONTS}"
_STEPS = 4
_CHILD = Path(__file__).with_name("pdf_child.py")


class ReportError(AtttError):
    """A report that could not be made."""

    code = "report"


def pdf(html: str, *, wall_s: float = WALL_S, child: tuple[str, ...] | None = None) -> bytes:
    """`html` as PDF: the same bytes for the same HTML, fonts and WeasyPrint.

    Raises MissingProgram where Pango is not installed, ReportError where the paper asked for
    something outside, or ran past its limits of time or memory. `child` replaces the program.
    """
    argv = child or (sys.executable, "-I", str(_CHILD), str(CPU_S), str(MEMORY_MIB))
    try:
        done = subprocess.run(
            argv,
            input=html.encode("utf-8", "replace"),
            capture_output=True,
            timeout=wall_s,
            check=False,
            env=_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long(wall_s) from error
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-"):
        return done.stdout
    raise _error(done.returncode, done.stderr.decode("utf-8", "replace"))


def one_page(html: Callable[[int], str]) -> bytes:
    """The first of `html(0)`, `html(1)` … (each set closer) that is one page; else the closest."""
    made = b""
    for tighter in range(_STEPS):
        made = pdf(html(tighter))
        if pages(made) == 1:
            break
    return made


def families(made: bytes) -> frozenset[str]:
    """The font families that a PDF of ours embeds, such as "Liberation-Serif".

    More than one for one text says that the first has not all the letters.
    """
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    inner = b"\n".join(_unpacked(stream) for stream in streams)
    names = re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", made + inner)
    return frozenset(re.sub(r"-(Bold|Italic|Oblique|Bold-Italic)$", "", n.decode()) for n in names)


def pages(made: bytes) -> int:
    """How many pages a PDF of ours has."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    inner = b"\n".join(_unpacked(stream) for stream in streams)
    return max(
        map(int, re.findall(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)", made + inner)), default=0
    )


def _unpacked(stream: bytes) -> bytes:
    """An object stream in the clear; pictures and fonts are not looked into further."""
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def _environment() -> dict[str, str]:
    """Nothing of ours but where fonts' caches lie: no proxy, no preload, no Python settings."""
    kept = ("HOME", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "TMPDIR")
    return {
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        **{name: os.environ[name] for name in kept if name in os.environ},
    }


def _error(status: int, said: str) -> AtttError:
    last = said.strip().splitlines()[-1][:300] if said.strip() else str(status)
    if status == MISSING:
        return MissingProgram(
            Message("PDF needs Pango, which this machine lacks: {detail}", detail=last),
            hint=Message("Install the packages {packages}", packages=PACKAGES),
        )
    if status == REFUSED:
        return ReportError(
            Message("The report's template asks for something outside attt: {detail}", detail=last),
            hint=Message("Use only the styles that are packaged with attt"),
        )
    if status < 0 or "MemoryError" in said:
        return ReportError(
            Message("Making the PDF went past its limits of time or memory"),
            hint=Message("Use the HTML report, or report on fewer systems"),
        )
    return ReportError(
        Message("Making the PDF failed: {detail}", detail=last),
        hint=Message("Use the HTML report, and send this message to whoever looks after attt"),
    )


def _too_long(wall_s: float) -> ReportError:
    return ReportError(
        Message("Making the PDF took longer than {seconds} seconds", seconds=int(wall_s)),
        hint=Message("Use the HTML report, or report on fewer systems"),
    )
