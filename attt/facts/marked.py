"""Redacting only the lines that could hold a secret: most files of a host hold none.

To look for words costs a tenth of what looking for patterns does. A pattern that never reaches
beyond its line finds in a line alone what it finds there in the whole.
"""

from collections.abc import Callable, Iterable

_PADDING = bytes(1024)  # archives are filled up with zeros, often for the most part


def on_marked_lines(
    content: bytes, marks: Iterable[bytes], hide: Callable[[bytes], bytes]
) -> bytes:
    """The content, with `hide` applied to each line that holds one of `marks`, in any case.

    `marks` are in lower case; a line is given to `hide` without its line feed.
    """
    end_of_text = len(content)
    while content.endswith(_PADDING, 0, end_of_text):
        end_of_text -= len(_PADDING)
    folded, lines = content[:end_of_text].lower(), dict[int, int]()
    for mark in marks:
        at = folded.find(mark)
        while at >= 0:
            end = folded.find(b"\n", at)
            end = len(content) if end < 0 else end
            lines[folded.rfind(b"\n", 0, at) + 1] = end
            at = folded.find(mark, end)
    if not lines:
        return content
    parts, done = list[bytes](), 0
    for start, end in sorted(lines.items()):
        parts += (content[done:start], hide(content[start:end]))
        done = end
    return b"".join([*parts, content[done:]])
