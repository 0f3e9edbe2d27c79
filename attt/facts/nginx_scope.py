"""What holds within one server or location of nginx, by inheritance from the blocks around it.

Sources: https://nginx.org/en/docs/http/ngx_http_core_module.html, …_headers_module.html (add_header
is inherited only where a block has none of its own), …_access_module.html, …_log_module.html.
"""

import re
from collections.abc import Iterator, Sequence

from attt.facts import networks
from attt.facts.nginx_text import Directive, Scope, blocks, nearest
from attt.model.answer import Obstacle
from attt.model.value import Missing, Value

HANDLERS = ("proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass")
_CODE = re.compile(r"(?:content_by_lua|rewrite_by_lua|access_by_lua|js_content|perl|passenger_).*")
_UNIT_S = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
HEADERS = ("strict-transport-security", "x-content-type-options", "x-frame-options")
_POLICY = "content-security-policy"


def locations(scope: Scope) -> Iterator[tuple[Directive, Scope]]:
    """Every location below a scope, however deep, with the scope that it makes."""
    for one in blocks(scope[-1], "location"):
        inner = (*scope, one.block or ())
        yield one, inner
        yield from locations(inner)


def first(scope: Scope, name: str) -> tuple[str, ...] | None:
    """The words of a directive where it is set nearest; None where nobody sets it."""
    found = nearest(scope, name)
    return found[-1].words if found else None


def is_on(scope: Scope, name: str, default: str = "off") -> bool:
    """Whether a switch is on."""
    return (first(scope, name) or (default,))[0].lower() == "on"


def seconds(scope: Scope, name: str, default: int) -> Value:
    """A time setting, rounded up to seconds; its second word (what the header says) is left out."""
    words = first(scope, name)
    if words is None:
        return default
    parts = re.findall(r"([0-9]{1,9})(ms|[smhdw]|)", words[0].lower()) if words else []
    if not parts or "".join(n + u for n, u in parts) != words[0].lower():
        return Missing(Obstacle.OUT_OF_TYPE, f"a time of nginx: {name}")
    return -(-int(sum(int(n) * _UNIT_S[u] for n, u in parts) * 1000) // 1000)


def is_closed(scope: Scope) -> bool:
    """Not for everybody: addresses are limited, or a login is asked."""
    rules = nearest(scope, "allow", "deny")
    allowed = [word for r in rules if r.name == "allow" for word in r.words]
    is_open = "all" in allowed or networks.is_one_for_everybody(allowed)
    by_address = any(r.name == "deny" and r.words == ("all",) for r in rules) and not is_open
    if is_open and first(scope, "satisfy") == ("any",):
        return False
    basic = first(scope, "auth_basic")
    return by_address or (basic is not None and basic != ("off",)) or _asks_for_login(scope)


def _asks_for_login(scope: Scope) -> bool:
    words = first(scope, "auth_request") or first(scope, "auth_jwt") or ("off",)
    return words != ("off",)


def is_shut(scope: Scope) -> bool:
    """Nobody gets anything here: refused, answered at once, or for nginx's own use."""
    here = scope[-1]
    rules = nearest(scope, "allow", "deny")
    refused = bool(rules) and all(r.name == "deny" for r in rules) and rules[-1].words == ("all",)
    return refused or any(one.name in {"return", "internal", "stub_status"} for one in here)


def is_handed_on(scope: Scope) -> bool:
    """A program behind nginx answers, and may send headers of its own."""
    return any(one.name in HANDLERS or _CODE.fullmatch(one.name) for one in scope[-1])


def served(server: Scope) -> list[Scope]:
    """The places of a server that answer with content; its own only where no `/` stands before it."""
    below = list(locations(server))
    places = [scope for _, scope in below if not is_shut(scope)]
    places += [
        (*scope, branch.block or ())
        for scope in (*places, server)
        for branch in blocks(scope[-1], "if")
        if any(one.name == "add_header" for one in branch.block or ())
    ]
    has_root = any(one.words == ("/",) or (one.words[:1] == ("^~",) and one.words[1:] == ("/",))
                   for one in blocks(server[-1], "location"))  # fmt: skip
    return places if has_root else [*places, server]


def headers(scope: Scope) -> dict[str, str]:
    """The headers that nginx adds to what it answers here, by lower-case name."""
    found = {}
    for block in scope:
        for one in block:
            if one.name == "more_set_headers":
                for word in one.words:
                    name, _, text = word.partition(":")
                    found[name.strip().lower()] = text.strip()
    for one in nearest(scope, "add_header"):
        if len(one.words) > 1:
            found[one.words[0].lower()] = one.words[1]
    return found


def has_header(scope: Scope, name: str) -> Value:
    """Whether a browser is told: true, false, or missing where a program behind may tell it."""
    sent = headers(scope)
    text = sent.get(name, "")
    if name == "x-frame-options" and "frame-ancestors" in sent.get(_POLICY, ""):
        return True
    if "$" in text:
        return Missing(Obstacle.IN_CONTEXT, f"a header made from a variable: {name}")
    good = {
        "x-content-type-options": r"nosniff",
        "x-frame-options": r"deny|sameorigin",
        "strict-transport-security": r".*max-age=\"?0*[1-9].*",
    }[name]
    if re.fullmatch(good, text.strip(), re.IGNORECASE):
        return True
    if not text and is_handed_on(scope):
        return Missing(Obstacle.IN_CONTEXT, f"the program behind nginx may send it: {name}")
    return False


def all_of(values: Sequence[Value]) -> Value:
    """False where one is false, else missing where one is missing, else true."""
    if any(value is False for value in values):
        return False
    return next((value for value in values if isinstance(value, Missing)), True)
