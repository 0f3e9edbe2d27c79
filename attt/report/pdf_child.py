"""The process that sets one paper: HTML on stdin, PDF on stdout, within limits. Not imported."""

import os
import resource
import sys
from pathlib import Path

MISSING = 69  # sysexits.h: EX_UNAVAILABLE
REFUSED = 77  # sysexits.h: EX_NOPERM
_MIB = 1024 * 1024


def main(cpu_s: int, memory_mib: int) -> int:
    """Set the paper on stdin. Exit status 0, MISSING or REFUSED; anything else is a bug or a limit."""
    _limit(cpu_s, memory_mib)
    try:
        import weasyprint  # noqa: PLC0415  # after the limits, and it loads Pango

        from attt.report.fetcher import PackagedOnly, RefusedError  # noqa: PLC0415
    except OSError as error:
        sys.stderr.write(str(error))
        return MISSING
    try:
        fetcher = PackagedOnly()
        paper = weasyprint.HTML(
            string=sys.stdin.buffer.read().decode("utf-8"),
            url_fetcher=fetcher,
            base_url="",
        )
        made = paper.write_pdf(finisher=_clean)
    except RefusedError as error:
        sys.stderr.write(str(error))
        return REFUSED
    if fetcher.refused:
        sys.stderr.write(f"a paper may not load {fetcher.refused[0][:80]!r}")
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


def _limit(cpu_s: int, memory_mib: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * _MIB, memory_mib * _MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * _MIB, 64 * _MIB))


def _clean(_document: object, pdf: object) -> None:
    """Leave nothing but the title in the paper's metadata."""
    info = pdf.info  # type: ignore[attr-defined]
    for name in [name for name in info if name != "Title"]:
        del info[name]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    status = main(int(sys.argv[1]), int(sys.argv[2]))
    # Pango's objects are not taken apart one by one: in what order Python would is a matter of luck.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
