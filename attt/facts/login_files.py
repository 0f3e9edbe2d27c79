"""The text of login.defs(5) as shadow reads it: the office's file, or else the vendor's, and drop-ins.

SUSE's shadow keeps the vendor's file in /usr/etc and merges `*.defs` of two folders over it, where
the office's folder hides a file of the same name; other families read /etc/login.defs alone.
"""

from attt.facts import tar
from attt.facts.kind import text_of
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Ask, ReadFile, ReadTree
from attt.model.value import Missing

SUSE = ("suse", "opensuse", "sles")
_SKIPPED = frozenset({Obstacle.UNSUPPORTED, Obstacle.NOT_COLLECTED})

DEFS: Ask = ReadFile(path="/etc/login.defs")
VENDOR: Ask = ReadFile(path="/usr/etc/login.defs")
DROP_INS: Ask = ReadTree(path="/etc/login.defs.d", glob="*.defs", platforms=SUSE)
VENDOR_DROP_INS: Ask = ReadTree(path="/usr/etc/login.defs.d", glob="*.defs", platforms=SUSE)


def text(defs: Answer, vendor: Answer, vendor_d: Answer, defs_d: Answer) -> str | Missing | None:
    """All lines in the order in which they count, the last one most; None where no file is there."""
    if defs.obstacle is not None:
        return Missing(defs.obstacle, "/etc/login.defs")
    main = defs if defs.exists else vendor
    if main.obstacle is not None and main.obstacle not in _SKIPPED:
        return Missing(main.obstacle, "/usr/etc/login.defs")
    texts = [text_of(main)] if main.obstacle is None and main.exists else []
    parts: dict[str, str] = {}
    for folder in (vendor_d, defs_d):
        if folder.obstacle is not None and folder.obstacle not in _SKIPPED:
            return Missing(folder.obstacle, "/etc/login.defs.d")
        members = tar.members(folder.stdout) if folder.obstacle is None and folder.exists else ()
        parts |= {one.name: one.content.decode("utf-8", errors="replace") for one in members}
    texts += [parts[name] for name in sorted(parts)]
    return "\n".join(texts) if texts else None
