"""What tells findings apart where one rule is asked of one subject with several parameters."""

from collections.abc import Iterable, Mapping

from attt.model.finding import Compared, Finding
from attt.model.rule import Reference, Rule
from attt.model.subject import Subject
from attt.model.value import Value
from attt.report.values import shown, wanted

_Key = tuple[Subject, str, str | None]
_Params = Mapping[str, Value]
_SHORT = 80  # characters of a value in a title


class Variants:
    """Made once of all findings that stand on one page or in one list."""

    def __init__(self, findings: Iterable[Finding], rules: Mapping[str, Rule]) -> None:
        held: dict[_Key, tuple[tuple[tuple[str, Value], ...], ...]] = {}
        for finding in findings:
            rule = rules[finding.rule]
            if not rule.params:
                continue
            known = held.get(_key(finding), ())
            if finding.params not in known:
                held[_key(finding)] = (*known, finding.params)
        self._rules = rules
        self._differing = {
            key: names
            for key, several in held.items()
            if len(several) > 1
            and (names := _differing([_settled(rules[key[1]], one) for one in several]))
        }

    def title(self, finding: Finding, language: str = "vi") -> str:
        """The rule's title and, where it would stand twice, what is wanted this time."""
        rule = self._rules[finding.rule]
        title = rule.title.text(language)
        names = self._differing.get(_key(finding), ())
        if not names:
            return title
        params = _settled(rule, finding.params)
        return f"{title} ({'; '.join(_told(rule, n, params[n], language) for n in names)})"


def _key(finding: Finding) -> _Key:
    return finding.subject, finding.rule, finding.item


def _settled(rule: Rule, params: Iterable[tuple[str, Value]]) -> _Params:
    return {name: one.default for name, one in rule.params.items()} | dict(params)


def _differing(several: list[_Params]) -> tuple[str, ...]:
    return tuple(name for name in several[0] if any(p[name] != several[0][name] for p in several))


def _told(rule: Rule, name: str, value: Value, language: str) -> str:
    """A parameter in the words of the first expectation that it is the bound of."""
    for one in rule.comparisons:
        if one.wanted == Reference(name):
            bound = Compared(id=one.id, operator=one.operator, found=None, wanted=value)
            said = wanted(bound, limit=_SHORT, language=language)
            return f"{one.label.text(language)}: {said}" if one.label else said
    return f"{name}: {shown(value, limit=_SHORT, language=language)}"
