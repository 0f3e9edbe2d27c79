"""A sentence for a person: an English template with named values, translated only when shown.

`Message("Cannot read {path}", path=p)` is what errors and progress carry; the command line
turns it into text in the language asked for. Templates are gettext msgids, so every template
must be a literal; `tests/unit/test_message.py` fails when one has no Vietnamese.
"""

import gettext
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path

LANGUAGES = ("vi", "en")
_LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True, init=False)
class Message:
    """One translatable sentence and the values that fill it."""

    template: str
    values: dict[str, object] = field(hash=False)

    def __init__(self, template: str, /, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def text(self, language: str = "en") -> str:
        """The sentence in `language` ("vi" or "en"); a nested Message is translated too."""
        template = catalogue(language).gettext(self.template)
        values = {name: _shown(value, language) for name, value in self.values.items()}
        return template.format(**values) if values else template

    def __str__(self) -> str:
        return self.text("en")


def detail(text: str, language: str) -> str:
    """A detail of a finding: translated where it is a sentence of ours, else as the host said it.

    "sentence of ours: words of the host" is translated up to the colon; words of the host inside a
    sentence stand where the translation wants them.
    """
    known = catalogue(language)
    ours, colon, theirs = text.partition(": ")
    if not ours:
        return text
    whole = known.gettext(text)
    if whole != text:
        return whole
    if (front := known.gettext(ours)) != ours:
        return f"{front}{colon}{theirs}"
    for pattern, translated in _sentences(language):
        if found := pattern.fullmatch(text):
            return translated.format(**found.groupdict())
    return text


_INSIDE = re.compile(r"\{([a-f])\}")
"""Words of the host inside a sentence, as scripts/translate.py names them."""


@cache
def _sentences(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """How to know a sentence with words of the host inside, and its translation; the longest first."""
    entries: dict[object, str] = vars(catalogue(language)).get("_catalog", {})
    ours = [one for one in entries if isinstance(one, str) and _INSIDE.search(one)]
    return tuple((_pattern(one), entries[one]) for one in sorted(ours, key=len, reverse=True))


def _pattern(template: str) -> re.Pattern[str]:
    parts = _INSIDE.split(template)
    named = (f"(?P<{one}>.+)" if n % 2 else re.escape(one) for n, one in enumerate(parts))
    return re.compile("".join(named))


def _shown(value: object, language: str) -> object:
    """A value as a sentence shows it: dates as dd/mm/yyyy in Vietnamese, ISO in English."""
    if isinstance(value, Message):
        return value.text(language)
    if isinstance(value, datetime):
        return value.strftime("%H:%M %d/%m/%Y" if language == "vi" else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y") if language == "vi" else value.isoformat()
    return value


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The program's translations into `language`; English is the source text itself."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("attt", _LOCALE, languages=[language], fallback=True)
