"""Which folders Apache serves, and what may be done there; and its status pages.

Sections of the main server and of a site are merged as httpd does, the shorter path first. What a
.htaccess says is not read: where one may change something, that is missing. Source: https://httpd.apache.org/docs/2.4/sections.html, mod/core.html
"""

import re
from collections.abc import Iterator, Sequence

from attt.facts import apache_overrides, networks
from attt.facts.apache_headers import Site
from attt.facts.apache_text import Directive, last, named, value
from attt.model.answer import Obstacle
from attt.model.shape import Boolean, ListOf, Record, Text
from attt.model.value import Missing, Value

_DEFAULT_ROOT = "/usr/local/apache/htdocs"
_EVERY = {"indexes", "includes", "followsymlinks", "execcgi", "symlinksifownermatch"}
_STATUS = {"server-status", "server-info", "ldap-status", "balancer-manager"}

SHAPE = Record({"path": Text(), "lists": Boolean(), "options": ListOf(Text())})
STATUS = Record({"name": Text(), "is_closed": Boolean()})


def folders(sites: Sequence[Site], modules: frozenset[str]) -> list[Value]:
    """Each folder that a site serves: its root, what an Alias leads to, and sections below."""
    found: dict[tuple[str, tuple[str, ...]], Value] = {}
    for site in sites:
        sections = list(_sections(site))
        served = _served(site)
        below = {p for p, _ in sections if any(p.startswith(f"{root}/") for root in served)}
        for path in sorted({*served, *below}):
            options, is_open = _merged(path, sections)
            if is_open:
                lists = _lists(path, sections, options, modules)
                words = tuple(sorted(options))
                found[path, words] = {"path": path, "lists": lists, "options": words}
        found.update(_unsure(site, modules))
    return list(found.values())


def _lists(
    path: str,
    sections: Sequence[tuple[str, tuple[Directive, ...]]],
    options: set[str],
    modules: frozenset[str],
) -> Value:
    if "autoindex" not in modules or "indexes" in options:
        return "autoindex" in modules
    if "options" in apache_overrides.merged(_above(path, sections)):
        return Missing(Obstacle.IN_CONTEXT, f"a .htaccess may turn lists on: {path[:60]}")
    return False


def _above(
    path: str, sections: Sequence[tuple[str, tuple[Directive, ...]]]
) -> list[tuple[Directive, ...]]:
    """The sections that hold for a folder, in the order in which they count."""
    return [
        inside for place, inside in sections if place in (path, "/") or path.startswith(f"{place}/")
    ]


def loosened(site: Site) -> dict[str, apache_overrides.Allowed]:
    """The folders of a site that anybody gets and where a .htaccess may change something."""
    sections = list(_sections(site))
    served = _served(site)
    below = {p for p, _ in sections if any(p.startswith(f"{root}/") for root in served)}
    found = {
        path: apache_overrides.merged(_above(path, sections)) | _by_pattern(site, served)
        for path in sorted({*served, *below})
        if _merged(path, sections)[1]
    }
    return {path: allowed for path, allowed in found.items() if allowed}


def _by_pattern(site: Site, served: set[str]) -> apache_overrides.Allowed:
    """What sections by a pattern allow, which may hold for any folder of the site."""
    found = apache_overrides.NOTHING
    for place in site.places:
        for one in place:
            if one.name == "directorymatch" or (
                one.name == "directory" and _may_match(one.words, served)
            ):
                found |= apache_overrides.merged([one.inside or ()])
    return found


def _served(site: Site) -> set[str]:
    roots = value("documentroot", *site.places) or (_DEFAULT_ROOT,)
    aliases = {
        one.words[1]
        for place in site.places
        for one in place
        if one.name in {"alias", "scriptalias"} and len(one.words) > 1
    }
    return {path.rstrip("/") or "/" for path in (roots[0], *aliases)}


def _sections(site: Site) -> Iterator[tuple[str, tuple[Directive, ...]]]:
    """Directory sections by path, the shorter first and the main server's before the site's."""
    places = [one for place in reversed(site.places) for one in named(place, "directory")]
    plain = [one for one in places if one.words and one.words[0] != "~"]
    for one in sorted(plain, key=lambda each: each.words[0].rstrip("/").count("/")):
        yield one.words[0].rstrip("/") or "/", one.inside or ()


def _merged(
    path: str, sections: Sequence[tuple[str, tuple[Directive, ...]]]
) -> tuple[set[str], bool]:
    """The options in force in a folder, and whether anybody may come there."""
    options, is_open = {"followsymlinks"}, True
    for inside in _above(path, sections):
        for one in named(inside, "options"):
            options = _changed(options, one.words)
        rules = [one.words for one in inside if one.name == "require"]
        if rules:
            is_open = any(words != ("all", "denied") for words in rules)
    return options, is_open


def _changed(options: set[str], words: Sequence[str]) -> set[str]:
    relative = [word for word in words if word[:1] in {"+", "-"}]
    if not relative:
        options = set()
    for word in words:
        sign, name = (word[0], word[1:].lower()) if word in relative else ("+", word.lower())
        names = _EVERY if name == "all" else set() if name == "none" else {name}
        options = options - names if sign == "-" else options | names
    return options


def _unsure(site: Site, modules: frozenset[str]) -> dict[tuple[str, tuple[str, ...]], Value]:
    """Sections by pattern or address that turn lists on: nobody can tell here for which folder."""
    found: dict[tuple[str, tuple[str, ...]], Value] = {}
    for place in site.places:
        for one in place:
            is_pattern = one.name in {"directorymatch", "location", "locationmatch"} or (
                one.name == "directory" and _may_match(one.words, _served(site))
            )
            inside = one.inside or () if is_pattern else ()
            options = last(inside, "options")
            turned_on = bool(options) and "indexes" in _changed(set(), options or ())
            turned_on |= "options" in apache_overrides.merged([inside])
            if turned_on and "autoindex" in modules:
                path = " ".join(one.words)
                why = f"lists of folders by a section: {path[:60]}"
                found[path, ()] = Missing(Obstacle.IN_CONTEXT, why)
    return found


def _may_match(words: Sequence[str], served: set[str]) -> bool:
    """A section by a pattern whose plain beginning leads to, or lies in, what a site serves."""
    if words[:1] == ("~",):
        return True
    start = re.split(r"[*?\[]", words[0])[0] if words else ""
    is_near = any(start.startswith(f"{root}/") or f"{root}/".startswith(start) for root in served)
    return bool(words) and start != words[0] and is_near


def status_pages(sites: Sequence[Site], main: Sequence[Directive]) -> list[Value]:
    """Pages about the server itself, and whether they are for everybody."""
    general = _by_address(main)
    found = {" ".join(page.words): closed for page, closed in _pages(general)}
    for site in sites:
        own = _by_address(site.inside)
        for page, closed in _pages([*general, *own]):
            words = " ".join(page.words)
            if page in own or closed != found.get(words):
                found[f"{site.name} {words}"] = closed
    return [{"name": name, "is_closed": closed} for name, closed in found.items()]


def hidden_pages(sites: Sequence[Site], modules: frozenset[str]) -> list[Value]:
    """Pages about the server that a .htaccess may make, for whomever it says."""
    if not modules & {"status", "info"}:
        return []
    places = [path for site in sites for path, can in loosened(site).items() if "fileinfo" in can]
    what = "a .htaccess may make a page about the server"
    return [Missing(Obstacle.IN_CONTEXT, f"{what}: {path[:60]}") for path in places[:1]]


def _pages(sections: Sequence[Directive]) -> Iterator[tuple[Directive, Value]]:
    for at, one in enumerate(sections):
        if (last(one.inside or (), "sethandler") or ("",))[0].lower() in _STATUS:
            yield one, _is_closed_in_the_end(one, sections[at + 1 :])


def _by_address(place: Sequence[Directive]) -> list[Directive]:
    return [one for one in place if one.name in {"location", "locationmatch"}]


def _is_closed_in_the_end(page: Directive, later: Sequence[Directive]) -> Value:
    """Of several sections for one address the last that says who may come counts."""
    closed: Value = is_closed(page.inside or ())
    address = page.words[0].rstrip("/") if page.words else ""
    for one in later:
        if not list(_rules(one.inside or ())):
            continue
        if one.words == page.words or (one.name == "location" and _is_above(one.words, address)):
            closed = is_closed(one.inside or ())
        elif one.name == "locationmatch" and not is_closed(one.inside or ()):
            what = f"a later section by a pattern opens addresses: {' '.join(one.words)[:60]}"
            closed = Missing(Obstacle.IN_CONTEXT, what) if closed is True else closed
    return closed


def _is_above(words: Sequence[str], address: str) -> bool:
    start = words[0].rstrip("/") if words else "~"
    return words[:1] != ("~",) and (address == start or address.startswith(f"{start}/"))


def is_closed(inside: Sequence[Directive]) -> bool:
    """Not for everybody: some Require, or `Deny from all` of old, and nothing that opens it."""
    rules = list(_rules(inside))
    required = [words for name, words in rules if name == "require"]
    if required:
        is_open = any(words[:2] == ("all", "granted") for words in required)
        limiting = [words for words in required if words[:1] != ("method",)]
        addresses = [word for words in required if words[:1] == ("ip",) for word in words[1:]]
        return bool(limiting) and not is_open and not _are_everybody(addresses)
    denied = any(name == "deny" and words == ("from", "all") for name, words in rules)
    allowed = [word for name, words in rules if name == "allow" for word in words[1:]]
    return denied and "all" not in allowed and not _are_everybody(allowed)


def _are_everybody(words: Sequence[str]) -> bool:
    """`128` and `10.1` are networks by their beginning."""
    starts = [
        w.rstrip(".") for w in words if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.?", w)
    ]
    whole = [f"{word}/{8 * (word.count('.') + 1)}" for word in starts]
    return networks.is_one_for_everybody([*words, *whole])


def _rules(inside: Sequence[Directive]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in inside:
        if one.name in {"require", "allow", "deny"}:
            yield one.name, tuple(word.lower() for word in one.words)
        elif one.name in {"requireall", "requireany", "limit", "limitexcept"}:
            yield from _rules(one.inside or ())
        elif one.name == "requirenone":
            continue
