"""What nmap says on stderr: remarks that do no harm, and the rest."""

import re

_CAP = 500
_HARMLESS = re.compile(
    r"\s*$|warning: |note: |RTTVAR has grown|.*supposedly had rtt of|.*giving up on port because"
    r"|Starting Nmap|Stats: ",
    re.IGNORECASE,
)


def complaint(stderr: str) -> str:
    """The lines that are not known to be harmless, "" where there are none.

    nmap ends with status 0 and calls ports filtered when its own packets could not be sent; only
    stderr tells. So such a line makes the whole call void.
    """
    lines = [line for line in stderr.splitlines() if not _HARMLESS.match(line)]
    return "\n".join(lines)[:_CAP]
