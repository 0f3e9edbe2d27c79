"""A network namespace of the benchmark's own: nothing that it sends can leave this process tree."""

import os
import subprocess
import sys

_MARK = "ATTT_BENCH_NAMESPACE"


def enter() -> None:
    """Run this same program again inside a new network namespace, unless it runs in one already.

    Root needs `unshare --net`; anybody else keeps their own name in a user namespace beside it.
    """
    if os.environ.get(_MARK) == "1":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    words = ["unshare", "--net"]
    if os.geteuid() != 0:
        words += ["--user", "--map-current-user", "--keep-caps"]
    os.environ[_MARK] = "1"
    os.execvp(words[0], [*words, sys.executable, *sys.argv])
