"""A text in both languages of attt, side by side."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The same text in Vietnamese and in English."""

    vi: str
    en: str

    def text(self, language: str) -> str:
        """The text in `language`: "vi" or "en"."""
        return self.vi if language == "vi" else self.en
