"""How the files of `tables/` are written: until when products are supported."""

import re
from datetime import date
from typing import Annotated

import re2
from pydantic import AfterValidator, Field, model_validator

from attt.explain import UnfitError, shown
from attt.message import Message
from attt.model.rule import Row, Table
from attt.rulebook.fields import some
from attt.rulebook.schema import Slug, WordsFile, Written
from attt.schema import Strict


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UnfitError(
            Message("'{text}' is no date", text=shown(text)),
            hint=Message("Write year, month and day, such as 2026-11-22."),
        ) from None


def _pattern(text: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error:
        raise UnfitError(
            Message("'{text}' is no pattern", text=shown(text)),
            hint=Message("Write a pattern as RE2 reads it; it must match the whole text."),
        ) from None
    return text


Day = Annotated[str, AfterValidator(_day)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]


class RowFile(Strict):
    """One product; `match` is what a fact calls it where that is not the product's own name."""

    product: Written
    match: Pattern | None = None
    until: Day
    source: Written
    condition: WordsFile | None = None

    def to_model(self) -> Row:
        """As the model holds it."""
        return Row(match=self.match or re.escape(self.product), until=self.until)


class TableFile(Strict):
    """A table of dates; `sources` says where its dates were announced."""

    id: Slug
    as_of: Day
    note: WordsFile | None = None
    sources: dict[Written, Written]
    rows: Annotated[tuple[RowFile, ...], AfterValidator(some)]

    @model_validator(mode="after")
    def _is_sound(self) -> "TableFile":
        """Refuses a product that stands twice and a source that is not named."""
        seen: set[str] = set()
        for row in self.rows:
            if row.product in seen:
                raise UnfitError(
                    Message("Product '{name}' stands in the table twice", name=row.product),
                    hint=Message("Keep one row a product."),
                )
            seen.add(row.product)
            if row.source not in self.sources:
                raise UnfitError(
                    Message("There is no source '{name}'", name=row.source),
                    hint=Message("Name it under sources, with the place of the announcement."),
                )
        return self

    def to_model(self) -> Table:
        """As the model holds it."""
        return Table(id=self.id, as_of=self.as_of, rows=tuple(row.to_model() for row in self.rows))
