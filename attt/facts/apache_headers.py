"""A site of Apache, and whether it tells browsers what protects them (mod_headers).

Source: https://httpd.apache.org/docs/2.4/mod/mod_headers.html
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attt.facts.apache_text import Directive
from attt.model.answer import Obstacle
from attt.model.value import Missing, Value

_SETS = ("set", "append", "merge", "add", "setifempty")
HEADERS = ("strict-transport-security", "x-content-type-options", "x-frame-options")
_GOOD = {
    "x-content-type-options": r"nosniff",
    "x-frame-options": r"deny|sameorigin",
    "strict-transport-security": r".*max-age=\"?0*[1-9].*",
}
_BEHIND = re.compile(
    r"php[0-9.]*|proxy_(?:http|fcgi|ajp|uwsgi|scgi|wstunnel|balancer)|wsgi|passenger|cgid?|perl|jk"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One virtual host, or the main server with `inside` empty."""

    name: str
    addresses: tuple[str, ...]
    inside: tuple[Directive, ...]
    main: tuple[Directive, ...]

    @property
    def places(self) -> tuple[tuple[Directive, ...], ...]:
        """Where a directive counts, the innermost first."""
        return (self.inside, self.main)


def _sent(site: Site) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each Header directive that holds for the whole site, as its action and the words behind."""
    for place in reversed(site.places):
        for one in place:
            is_whole = one.name == "location" and one.words[:1] == ("/",)
            for header in one.inside or () if is_whole else (one,):
                if header.name == "header":
                    words = header.words[1:] if header.words[:1] == ("always",) else header.words
                    if len(words) > 1:
                        yield words[0].lower(), words[1:]


def has_header(site: Site, name: str, modules: frozenset[str]) -> Value:
    """Whether all that a site answers carries a header; missing where a program may send it."""
    values = [_one_header(site, name)]
    if name == "x-frame-options":
        values.append(_one_header(site, "content-security-policy"))
    if True in values and _is_set_below(site, name, ("unset",)):
        return Missing(Obstacle.IN_CONTEXT, f"a header taken from a part of the site: {name}")
    if True in values:
        return True
    if missing := next((v for v in values if isinstance(v, Missing)), None):
        return missing
    if None in values and _is_set_below(site, name, _SETS):
        return Missing(Obstacle.IN_CONTEXT, f"a header set for a part of the site: {name}")
    if None in values and any(map(_BEHIND.fullmatch, modules)):
        return Missing(Obstacle.IN_CONTEXT, f"a program behind Apache may send it: {name}")
    return False


def _is_set_below(site: Site, name: str, actions: Sequence[str]) -> bool:
    """Some folder, file or condition changes the header; nobody can tell here for how much."""
    sections = [one for place in site.places for one in place if one.inside]
    while sections:
        one = sections.pop()
        is_site = one.name == "virtualhost"
        inner = () if is_site else one.inside or ()
        said = [tuple(map(str.lower, h.words)) for h in inner if h.name == "header"]
        if any(name in words and set(actions) & set(words) for words in said):
            return True
        sections += [deeper for deeper in inner if deeper.inside]
    return False


def _one_header(site: Site, name: str) -> Value:
    """True or false by what is set for the whole site; null where nobody sets it."""
    told: Value = None
    for action, words in _sent(site):
        if words[0].lower() != name:
            continue
        if action == "unset":
            told = None
        elif action in _SETS and len(words) > 1:
            told = _is_good(name, words[1])
            if any(word.startswith(("env=", "expr=")) for word in words[2:]):
                told = Missing(Obstacle.IN_CONTEXT, f"a header sent on a condition: {name}")
        elif action.startswith("edit"):
            told = Missing(Obstacle.IN_CONTEXT, f"a header that is edited: {name}")
    return told


def _is_good(name: str, text: str) -> bool:
    if name == "content-security-policy":
        return "frame-ancestors" in text.lower()
    return bool(re.fullmatch(_GOOD[name], text.strip(), re.IGNORECASE))
