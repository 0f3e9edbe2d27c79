"""Whether nginx writes down who asked for what, and with which fields (ngx_http_log_module)."""

import re
from collections.abc import Mapping, Sequence

from attt.facts import nginx_scope
from attt.facts.nginx_text import Directive, Scope, nearest
from attt.model.answer import Obstacle
from attt.model.value import Missing, Value

_COMBINED = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent"'
)
_MEANS: Mapping[str, re.Pattern[str]] = {
    "client": re.compile(
        r"\$\{?(?:binary_)?remote_addr\b|\$\{?(?:http_x_forwarded_for|http_x_real_ip|"
        r"proxy_add_x_forwarded_for|realip_remote_addr|proxy_protocol_addr)\b"
    ),
    "user": re.compile(r"\$\{?(?:remote_user|ssl_client_s_dn|jwt_claim_sub|http_x_remote_user)\b"),
    "time": re.compile(r"\$\{?(?:time_local|time_iso8601|msec)\b"),
    "request": re.compile(r"\$\{?(?:request(?:_uri)?|uri)\b(?!_)"),
    "status": re.compile(r"\$\{?(?:upstream_)?status\b"),
}
FIELDS = tuple(_MEANS)
_NOWHERE = "/dev/null"


def formats(http: Sequence[Directive]) -> dict[str, str]:
    """The text of each log format by name."""
    named = {
        one.words[0]: "".join(word for word in one.words[1:] if not word.startswith("escape="))
        for one in http
        if one.name == "log_format" and len(one.words) > 1
    }
    return {"combined": _COMBINED, **named}


def is_logged(server: Scope) -> Value:
    """Whether each place that may hold an application is logged; pictures and the like may not be."""
    found = [_kept(server)]
    for location, scope in nginx_scope.locations(server):
        own = any(one.name == "access_log" for one in scope[-1])
        is_application = nginx_scope.is_handed_on(scope) and location.words[:1] != ("=",)
        if own and (is_application or location.words == ("/",)) and not nginx_scope.is_shut(scope):
            found.append(_kept(scope))
    return nginx_scope.all_of(found)


def _kept(scope: Scope) -> Value:
    logs = nearest(scope, "access_log")
    if not logs:
        return True  # nginx writes to the place that it was built with
    if any(one.words[:1] == ("off",) for one in logs):
        return False
    kept = [one for one in logs if one.words and one.words[0] != _NOWHERE]
    if any(not _condition(one) for one in kept):
        return True
    return Missing(Obstacle.IN_CONTEXT, "a log that is kept on a condition") if kept else False


def _condition(one: Directive) -> bool:
    return any(word.startswith("if=") for word in one.words)


def fields(server: Scope, known: Mapping[str, str]) -> Value:
    """What the log of a server tells, of `FIELDS`; all its logs together where it has several."""
    logs = [one for one in nearest(server, "access_log") if one.words[:1] != ("off",)]
    texts = []
    for one in logs or [Directive("access_log", ("", "combined"))]:
        options = [word for word in one.words[1:] if "=" not in word]
        name = options[0] if options else "combined"
        if name not in known:
            return Missing(Obstacle.IN_CONTEXT, f"a log format that is not known: {name[:40]}")
        texts.append(known[name])
    text = "\n".join(texts)
    return tuple(name for name, means in _MEANS.items() if means.search(text))
