"""Weak prose in rules: what an officer could not act on, or would not read as Vietnamese."""

import re
import unicodedata
from collections.abc import Iterator

from attt.message import Message
from attt.model.rule import Comparison, Rule
from attt.model.words import Words
from attt.rulebook.complaint import Complaint
from attt.rulebook.walk import conditions

_WHY_AT_LEAST = 40
_BARE_WORDS = 4
_VERIFY = {
    "vi": re.compile(r"kiểm chứng|kiểm tra lại|xác minh|xác nhận lại", re.IGNORECASE),
    "en": re.compile(r"\bverify|\bverified|check again", re.IGNORECASE),
}
_SETTING = re.compile(r"\w+[_=]\w+|\b[a-z]+[A-Z]\w*\b|\b(?:[A-Z][a-z]+){3,}\b")
_NAMES = frozenset({"iSCSI", "macOS", "iptables", "eBPF", "vSphere", "iLO"})
_MARKED = frozenset("ăâđêôơưĂÂĐÊÔƠƯ")
_LONG_FIELD = 12


def weak_prose(rule: Rule) -> Iterator[Complaint]:
    """Every complaint about the words of a rule, but for those that are not there at all."""
    yield from _why(rule)
    yield from _fix(rule)
    yield from _title(rule)
    for key, words in _texts(rule):
        if _is_bare(words.vi):
            yield _say(
                rule,
                Message("{rule}: {key} has no Vietnamese letters", rule=rule.id, key=key),
                Message("Write vi with all its marks."),
            )
        if key.startswith("label") and words.vi == words.en and _is_prose(words.vi):
            yield _say(
                rule,
                Message("{rule}: {key} is the same in both languages", rule=rule.id, key=key),
                Message("Write vi and en, each in its own language."),
            )


def _say(rule: Rule, message: Message, hint: Message) -> Complaint:
    return Complaint(place=rule.place, message=message, hint=hint, severity="warning")


def _why(rule: Rule) -> Iterator[Complaint]:
    shortest = min(len(rule.why.vi), len(rule.why.en))
    if shortest < _WHY_AT_LEAST:
        yield _say(
            rule,
            Message("{rule}: why has only {n} characters", rule=rule.id, n=shortest),
            Message("Say in a sentence or two what an attacker does with it."),
        )


def _fix(rule: Rule) -> Iterator[Complaint]:
    texts = {"vi": rule.fix.text.vi, "en": rule.fix.text.en}
    lacking = [name for name, text in texts.items() if not _VERIFY[name].search(text)]
    if lacking:
        yield _say(
            rule,
            Message(
                "{rule}: fix does not say how to verify it ({names})",
                rule=rule.id,
                names=", ".join(lacking),
            ),
            Message("End it with a step such as 'Kiểm chứng: …', 'Verify: …'."),
        )


def _title(rule: Rule) -> Iterator[Complaint]:
    fields = {
        one.path.fields[-1].casefold()
        for one in conditions(rule)
        if isinstance(one, Comparison) and one.path.fields
    }
    long = {field for field in fields if len(field) >= _LONG_FIELD}
    text = f"{rule.title.vi} {rule.title.en}"
    words = [word for word in _SETTING.findall(text) if word not in _NAMES]
    words += [word for word in re.findall(r"\w+", text) if word.casefold() in long]
    if words:
        yield _say(
            rule,
            Message("{rule}: the title names a setting, '{word}'", rule=rule.id, word=words[0]),
            Message("Name what the host is protected from, not which setting has which value."),
        )


def _texts(rule: Rule) -> Iterator[tuple[str, Words]]:
    yield "title", rule.title
    yield "why", rule.why
    yield "fix", rule.fix.text
    for one in conditions(rule):
        if isinstance(one, Comparison) and one.label is not None:
            yield f"label of {one.id}", one.label


def _is_prose(text: str) -> bool:
    return len(re.findall(r"(?<!\S)[a-z]{2,}(?!\S)", text)) >= _BARE_WORDS


def _is_bare(text: str) -> bool:
    """Several words and not one of the letters that only Vietnamese writes."""
    if text.isascii():
        return _is_prose(text)
    plain = unicodedata.normalize("NFD", text)
    marks = any(unicodedata.combining(letter) for letter in plain)
    return not marks and not _MARKED & set(text) and _is_prose(text)
