"""What `apt-config dump` prints: apt's settings as resolved from all of its files (apt.conf(5))."""

import re
from functools import lru_cache

from attt.facts.kind import text_of
from attt.model.answer import Answer
from attt.model.ask import Command
from attt.model.value import Missing

DUMP = Command(argv=("apt-config", "dump"), cap_bytes=512 * 1024, redact="settings")
_LINE = re.compile(r'(?m)^([^\s"]+) "(.*)";$')
_YES = frozenset({"1", "true", "yes", "on", "with", "enable"})


class Settings:
    """Values by name, which apt reads without regard to case; lists hold several."""

    def __init__(self, text: str) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in _LINE.findall(text):
            self._values.setdefault(name.lower(), []).append(value)

    def text(self, name: str) -> str | None:
        """The last value of a setting, or None where it is not set."""
        values = self._values.get(name.lower())
        return values[-1] if values else None

    def is_on(self, name: str) -> bool:
        """Whether a switch is set to a word that apt takes for yes."""
        return (self.text(name) or "").strip().lower() in _YES

    def all(self, name: str) -> list[str]:
        """Every element of a list."""
        return self._values.get(f"{name.lower()}::", [])


def read(answer: Answer) -> Settings | Missing:
    """The settings, or why they are not known."""
    if answer.obstacle is not None:
        return Missing(answer.obstacle, answer.detail or "apt-config dump")
    return _settings(text_of(answer))


@lru_cache(maxsize=8)  # several facts of a host read the same answer
def _settings(text: str) -> Settings:
    return Settings(text)
