"""What BIND's name server does for whom, by `named-checkconf -px`: the BIND 9 reference manual."""

import re
from collections.abc import Iterator, Sequence

from attt.facts import bind_config, daemons
from attt.facts.bind_config import Statement, is_for_all, last
from attt.facts.daemons import Process
from attt.facts.kind import Answers, Unparsable, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask, Command, Privilege
from attt.model.value import Missing, Value

_CHECKS = {"bind": "/usr/bin/named-checkconf", "bind_sbin": "/usr/sbin/named-checkconf"}
ASKS: dict[str, Ask] = {
    **{
        name: Command(argv=(path, "-px"), privilege=Privilege.ROOT, redact="settings")
        for name, path in _CHECKS.items()
    },
    "bind_version": Command(argv=("/usr/sbin/named", "-v")),
}
_PRIVATE_REVERSE = re.compile(r"(?:[0-9.]*\.)?(?:127|0|255)\.in-addr\.arpa\.?|[01.]*\.ip6\.arpa\.?")
_TRANSFERRED = frozenset({"master", "primary", "slave", "secondary", "mirror"})
_CLOSED_SINCE = (9, 20)
_LISTS = ("allow-recursion", "allow-query-cache", "allow-query")
_OWN_FILES = ("/etc/named.conf", "/etc/bind/named.conf")  # what named-checkconf reads by itself
_Block = Sequence[Statement]


def settings(process: Process | None, answers: Answers) -> dict[str, Value] | Missing:
    """The fields of the server."""
    other = process and daemons.word_after(process, "-t")
    named = process and daemons.word_after(process, "-c")
    if other or named not in {None, *_OWN_FILES}:
        return Missing(Obstacle.IN_CONTEXT, "named runs on another file or in another root")
    told = next((answers[n] for n in _CHECKS if answers[n].obstacle is None), None)
    if told is None:
        worst = next((answers[n] for n in _CHECKS if answers[n].obstacle is not Obstacle.NO_TOOL),
                     answers["bind"])  # fmt: skip
        return Missing(worst.obstacle or Obstacle.FAILED, worst.detail or "named-checkconf")
    whole = bind_config.parse(text_of(told))
    options = _inside(last(whole, "options"))
    views = [one for one in whole if one.name == "view"]
    blocks: list[_Block] = [_inside(view) for view in views] or [()]
    resolving = [block for block in blocks if _recurses(block, options)]
    return {
        "recurses": bool(resolving),
        "recurses_for_all": any(_open(block, options, whole) for block in resolving),
        "gives_zones_to_all": _gives(whole, views, options, answers),
        "hides_version": _hides(options),
        "checks_signatures": all(_validates(block, options) for block in resolving),
        "filters_names": bool(resolving) and all(_filters(block, options) for block in resolving),
        "logs_queries": _logs(whole, options),
    }


def _inside(statement: Statement | None) -> _Block:
    return statement.inside or () if statement else ()


def _of(name: str, *blocks: _Block) -> Statement | None:
    """A statement of the innermost block that has it."""
    return next((found for block in blocks if (found := last(block, name))), None)


def _recurses(block: _Block, options: _Block) -> bool:
    said = _of("recursion", block, options)
    return said is None or said.words[1:2] not in {("no",), ("false",), ("0",)}


def _open(block: _Block, options: _Block, whole: _Block) -> bool:
    """Whether strangers are answered: a view that takes named clients alone is not open."""
    known = bind_config.acls(whole)
    clients = last(block, "match-clients")
    if clients is not None and not is_for_all(_inside(clients), known):
        return False
    said = next((found for name in _LISTS if (found := _of(name, block, options))), None)
    return said is not None and is_for_all(_inside(said), known)


def _gives(whole: _Block, views: list[Statement], options: _Block, answers: Answers) -> Value:
    zones: list[tuple[Statement, _Block]] = [(zone, ()) for zone in whole if zone.name == "zone"]
    zones += [(z, _inside(view)) for view in views for z in _inside(view) if z.name == "zone"]
    known = bind_config.acls(whole)
    unsaid = False
    for zone, view in zones:
        if not _is_given(zone):
            continue
        said = _of("allow-transfer", _inside(zone), view, options)
        unsaid |= said is None
        if said is not None and is_for_all(_inside(said), known):
            return True
    return _by_default(answers) if unsaid else False


def _is_given(zone: Statement) -> bool:
    kind = last(_inside(zone), "type")
    name = zone.words[1] if len(zone.words) > 1 else ""
    is_own = bool(_PRIVATE_REVERSE.fullmatch(name)) or name.rstrip(".").lower() == "localhost"
    return (
        not is_own and kind is not None and kind.words[1:2] != () and kind.words[1] in _TRANSFERRED
    )


def _by_default(answers: Answers) -> Value:
    """Without a word, BIND before 9.20 gives its zones to whoever asks."""
    answer = answers["bind_version"]
    found = re.match(r"BIND (\d+)\.(\d+)", text_of(answer)) if answer.obstacle is None else None
    if found is None:
        return Missing(answer.obstacle or Obstacle.UNPARSABLE, "the version of named")
    return (int(found[1]), int(found[2])) < _CLOSED_SINCE


def _hides(options: _Block) -> bool:
    said = last(options, "version")
    return said is not None and not any(re.search(r"\d+\.\d+", word) for word in said.words[1:])


def _filters(block: _Block, options: _Block) -> bool:
    """A policy zone counts where it may change an answer; `disabled` only writes a log."""
    zones = [one.words for one in _inside(_of("response-policy", block, options))]
    idle = ({"policy", "disabled"}, {"policy", "passthru"})
    return any(words[:1] == ("zone",) and not any(one <= set(words) for one in idle)
               for words in zones)  # fmt: skip


def _validates(block: _Block, options: _Block) -> bool:
    excepted = _inside(_of("validate-except", block, options))
    if any(one.name.strip('"') == "." for one in excepted):
        return False
    said = _of("dnssec-validation", block, options)
    return said is None or said.words[1:2] not in {("no",), ("false",), ("0",)}


def _logs(whole: _Block, options: _Block) -> bool:
    logging = _inside(last(whole, "logging"))
    queries = [one for one in logging if one.words[:2] == ("category", "queries")]
    kept = any(_names(one) - _deaf(logging) for one in queries)
    said = last(options, "querylog")
    if said is not None:
        return said.words[1:2] in {("yes",), ("true",), ("1",)} and (kept or not queries)
    return kept


def _names(category: Statement) -> set[str]:
    return {one.name.strip('"') for one in _inside(category)}


def _deaf(logging: _Block) -> set[str]:
    """Channels that keep no query: those to nowhere, and those of a severity above info."""
    channels = [one for one in logging if one.name == "channel" and len(one.words) > 1]
    return {"null"} | {
        one.words[1].strip('"')
        for one in channels
        if last(_inside(one), "null") or _is_above_info(last(_inside(one), "severity"))
    }


def _is_above_info(severity: Statement | None) -> bool:
    return severity is not None and severity.words[1:2] not in {("info",), ("debug",), ("dynamic",)}


def zone_files(answers: Answers) -> tuple[str, ...]:
    """How the paths of the files of zones end; nothing where the settings can't be read."""
    told = next((answers[n] for n in _CHECKS if answers[n].obstacle is None), None)
    try:
        whole = bind_config.parse(text_of(told)) if told else ()
    except Unparsable:
        return ()
    places = [*whole, *(one for view in whole if view.name == "view" for one in _inside(view))]
    files = [last(_inside(zone), "file") for zone in places if zone.name == "zone"]
    names = [one.words[1] for one in files if one and len(one.words) > 1]
    return tuple(f"/{name.lstrip('/')}" for name in names if name)


def upstreams(answers: Answers) -> tuple[str, ...] | Missing | None:
    """Whom it asks instead of asking the world itself; None where it does that itself."""
    told = next((answers[n] for n in _CHECKS if answers[n].obstacle is None), None)
    if told is None:
        return Missing(Obstacle.NO_TOOL, "named-checkconf")
    whole = bind_config.parse(text_of(told))
    blocks = [_inside(last(whole, "options")), *(_inside(v) for v in whole if v.name == "view")]
    found = tuple(dict.fromkeys(_forwarders(blocks)))
    return found or None


def _forwarders(blocks: list[_Block]) -> Iterator[str]:
    for block in blocks:
        yield from (one.name for one in _inside(last(block, "forwarders")) if one.name)
