"""Text that was wrapped for a rule file, set free for a page that wraps by itself."""

import re

_ITEM = re.compile(r"\d+\. ")
_HANGING = 3  # spaces under "1. "
_ENDS = (".", ";", ":")


def reflow(text: str) -> str:
    """Steps and paragraphs as one line each; deeper indented lines (commands) stay as they are.

    A line goes on with the one before it unless it begins a step, is indented deeper than a step's
    own text, or follows a line that ends a sentence or a deeper one.
    """
    lines: list[str] = []
    may_go_on = False
    for line in text.strip().split("\n"):
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        is_deep = indent > _HANGING
        if may_go_on and bare and not is_deep and not _ITEM.match(bare):
            lines[-1] += f" {bare}"
        else:
            lines.append(f"{' ' * 6 if is_deep else ''}{bare}")
        may_go_on = bool(bare) and not is_deep and not bare.endswith(_ENDS)
    return "\n".join(lines)
