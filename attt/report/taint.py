"""Words of hosts are shown, never obeyed: control and bidirectional characters become visible."""

import unicodedata

from markupsafe import Markup

_KEPT = frozenset("\n")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """`text` with every control, format, surrogate, private or unassigned character spelt out.

    U+202E becomes ⟨U+202E⟩. Line feeds stay; `one_line` removes those too.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(char) for char in unicodedata.normalize("NFC", text))


def one_line(text: str) -> str:
    """`visible`, with line breaks shown as ↵."""
    return visible(text.strip("\n").replace("\r\n", "\n")).replace("\n", " ↵ ")


def finalize(value: object) -> object:
    """What Jinja does to every value that a template prints, before it is escaped."""
    match value:
        case Markup():
            return Markup(visible(str(value)))  # noqa: S704  # made by macros, escaped there  # made by our own macros, escaped there
        case str():
            return visible(value)
        case _:
            return value


def short(text: str, limit: int, language: str = "vi") -> str:
    """At most `limit` characters; says how many were left out."""
    if len(text) <= limit:
        return text
    left = len(text) - limit
    more = f"còn {left} ký tự" if language == "vi" else f"{left} characters more"
    return f"{text[:limit]}… ({more})"


def _seen(char: str) -> str:
    if char in _KEPT or unicodedata.category(char) not in _HIDDEN:
        return char
    return f"⟨U+{ord(char):04X}⟩"
