"""Taking out of answers what must not be kept, as each ask says."""

from collections.abc import Mapping
from dataclasses import replace

from attt.facts.redact import REDACTORS
from attt.model.answer import Answer
from attt.model.ask import Ask


def redacted(asks: Mapping[str, Ask], answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers, by ask key, without what their asks say is to be taken out."""
    return {
        key: _without(answer, name) if (name := asks[key].redact) and answer.stdout else answer
        for key, answer in answers.items()
    }


def _without(answer: Answer, redactor: str) -> Answer:
    hidden = REDACTORS[redactor](answer.stdout)
    return answer if hidden == answer.stdout else replace(answer, stdout=hidden)
