"""The servers that nginx's files make, each with what holds for whoever connects to it.

Sources: https://nginx.org/en/docs/http/ngx_http_core_module.html, …_ssl_module.html,
…_rewrite_module.html, …_limit_conn_module.html, …_stub_status_module.html
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from attt.facts import nginx_logs, nginx_scope, web_ciphers
from attt.facts.nginx_text import Directive, Scope, blocks, nearest
from attt.facts.web_host import Host, file_of
from attt.model.answer import Obstacle
from attt.model.shape import Boolean, Integer, ListOf, Mode, Record, Text
from attt.model.value import Missing, Value

_CIPHERS = "HIGH:!aNULL:!MD5"
_HTTPS = re.compile(r"https://.*", re.DOTALL)
_CHALLENGE = "/.well-known/"
_TIMES = {
    "header_timeout_s": ("client_header_timeout", 60),
    "body_timeout_s": ("client_body_timeout", 60),
    "send_timeout_s": ("send_timeout", 60),
    "keepalive_timeout_s": ("keepalive_timeout", 75),
}
KEY = Record({"path": Text(), "mode": Mode(), "uid": Integer("uid"), "gid": Integer("gid")})
SHAPE = Record(
    {
        "name": Text(),
        "is_exposed": Boolean(),
        "has_tls": Boolean(),
        "clear_text": Text(choices=("none", "redirected", "refused", "served")),
        "is_serving": Boolean(),
        "protocols": ListOf(Text()),
        "weak_ciphers": ListOf(Text()),
        "shows_version": Boolean(),
        "lists_folders": Boolean(),
        "is_logged": Boolean(),
        "log_fields": ListOf(Text()),
        "has_hsts": Boolean(),
        "has_nosniff": Boolean(),
        "has_frame_guard": Boolean(),
        "has_connection_limit": Boolean(),
        **{name: Integer("seconds") for name in _TIMES},
    }
)
STATUS = Record({"name": Text(), "is_closed": Boolean()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """One address of a server."""

    text: str
    is_exposed: bool
    has_tls: bool


def listens(server: Directive) -> list[Listen]:
    """Where a server listens; everywhere at port 80 where it does not say."""
    inner = server.block or ()
    said = [one.words for one in inner if one.name == "listen" and one.words] or [("80",)]
    is_old = any(one.name == "ssl" and one.words == ("on",) for one in inner)
    return [
        Listen(
            text=words[0],
            is_exposed=_is_exposed(words[0]),
            has_tls=is_old or bool({"ssl", "quic"} & set(words[1:])),
        )
        for words in said
    ]


def _is_exposed(text: str) -> bool:
    if text.startswith("unix:"):
        return False
    host = re.sub(r"(?<!:):[0-9]+$|^[0-9]+$", "", text) if not text.startswith("[") else text
    host = host.split("]")[0].strip("[")
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def name_of(server: Directive) -> str:
    """Its first name and address, for people."""
    names = [w for one in server.block or () if one.name == "server_name" for w in one.words]
    return f"{(names or ['_'])[0] or '_'} ({listens(server)[0].text})"


def record(http: Sequence[Directive], server: Directive, host: Host, version: str) -> Value:
    """One server of the fact."""
    scope: Scope = (tuple(http), server.block or ())
    places = nginx_scope.served(scope)
    all_at = listens(server)
    has_tls = any(one.has_tls for one in all_at)
    clear = _clear_text(scope, all_at)
    is_answered = _answer(server.block or ()) is None
    rejects = nginx_scope.is_on((server.block or (),), "ssl_reject_handshake")
    sent = {
        name: nginx_scope.all_of([nginx_scope.has_header(place, name) for place in places])
        for name in nginx_scope.HEADERS
    }
    return {
        "name": name_of(server),
        "is_exposed": any(one.is_exposed for one in all_at),
        "has_tls": has_tls,
        "clear_text": clear,
        "is_serving": is_answered and not rejects and (has_tls or clear in {"served", "none"}),
        "protocols": _protocols(scope, version, host),
        "weak_ciphers": _ciphers(scope, host),
        "shows_version": any(_shows_version(place) for place in (scope, *places)),
        "lists_folders": any(
            nginx_scope.is_on(place, "autoindex") and not nginx_scope.is_closed(place)
            for place in places
        ),
        "is_logged": nginx_logs.is_logged(scope),
        "log_fields": nginx_logs.fields(scope, nginx_logs.formats(http)),
        "has_hsts": sent["strict-transport-security"],
        "has_nosniff": sent["x-content-type-options"],
        "has_frame_guard": sent["x-frame-options"],
        "has_connection_limit": all(_is_limited(place) for place in places),
        **{
            field: nginx_scope.seconds(scope, name, default)
            for field, (name, default) in _TIMES.items()
        },
    }


def stream_record(
    stream: Sequence[Directive], server: Directive, host: Host, version: str
) -> Value:
    """A server of the stream block: bytes pass as they are, and nothing of HTTP is judged."""
    scope: Scope = (tuple(stream), server.block or ())
    all_at = listens(server)
    unseen = Missing(Obstacle.IN_CONTEXT, "bytes that nginx passes on as they are")
    is_clear = any(one.is_exposed and not one.has_tls for one in all_at)
    no = ("is_serving", "shows_version", "lists_folders", "has_hsts", "has_nosniff")
    return {
        "name": f"stream {name_of(server)}",
        "is_exposed": any(one.is_exposed for one in all_at),
        "has_tls": any(one.has_tls for one in all_at),
        "clear_text": unseen if is_clear else "none",
        "protocols": _protocols(scope, version, host),
        "weak_ciphers": _ciphers(scope, host),
        **dict.fromkeys((*no, "has_frame_guard", "is_logged"), False),
        "log_fields": (),
        "has_connection_limit": _is_limited(scope),
        **dict.fromkeys(_TIMES, unseen),
    }


def _shows_version(scope: Scope) -> bool:
    words = nginx_scope.first(scope, "server_tokens") or ("on",)
    return words[0].lower() in {"on", "build"}


def _is_limited(scope: Scope) -> bool:
    return bool(nearest(scope, "limit_conn")) and not nginx_scope.is_on(scope, "limit_conn_dry_run")


def _protocols(scope: Scope, version: str, host: Host) -> Value:
    words = nginx_scope.first(scope, "ssl_protocols")
    if words is not None:
        return tuple(words)
    parts = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if parts is None:
        return Missing(Obstacle.NO_TOOL, "the version of nginx, whose default holds")
    if tuple(int(part) for part in parts.groups()) >= (1, 23, 4):
        return ("TLSv1.2", "TLSv1.3")
    if host.policy is not None:
        return Missing(Obstacle.IN_CONTEXT, "the crypto policy of the system")
    return ("TLSv1", "TLSv1.1", "TLSv1.2")


def _ciphers(scope: Scope, host: Host) -> Value:
    words = nginx_scope.first(scope, "ssl_ciphers")
    return web_ciphers.weak(words[0] if words else _CIPHERS, host.policy)


def _clear_text(scope: Scope, all_at: Sequence[Listen]) -> Value:
    """What somebody gets who comes from elsewhere without TLS."""
    if not any(one.is_exposed and not one.has_tls for one in all_at):
        return "none"
    server = scope[-1]
    if answer := _answer(server):
        return answer
    for branch in blocks(server, "if"):
        is_plain = any("$scheme" in w or "$https" in w or "$server_port" in w for w in branch.words)
        if is_plain and _answer(branch.block or ()) == "redirected":
            return "redirected"
    return _by_locations(server)


def _by_locations(server: Sequence[Directive]) -> str:
    answers = {
        (one.words or ("",))[-1]: _answer(one.block or ()) for one in blocks(server, "location")
    }
    rest = {path: answer for path, answer in answers.items() if _CHALLENGE not in path}
    if "/" not in rest or None in rest.values():
        return "served"
    return "redirected" if "redirected" in rest.values() else "refused"


def _answer(block: Sequence[Directive]) -> str | None:
    """What a block answers to everybody: on to HTTPS, a refusal; None where it serves."""
    for one in block:
        if one.name == "return" and one.words:
            target = one.words[-1]
            if _HTTPS.fullmatch(target):
                return "redirected"
            if re.fullmatch(r"4[0-9][0-9]", one.words[0]):
                return "refused"
            return None
        if one.name == "rewrite" and len(one.words) > 1 and _HTTPS.fullmatch(one.words[1]):
            is_all = one.words[0] in {
                "^",
                ".*",
                "^.*",
                "^.*$",
                "(.*)",
                "^(.*)",
                "^(.*)$",
                "^/(.*)$",
            }
            return "redirected" if is_all or one.words[0] == "^/(.*)" else None
    rules = [one for one in block if one.name in {"allow", "deny"}]
    is_refused = bool(rules) and all(r.name == "deny" for r in rules)
    return "refused" if is_refused and rules[-1].words == ("all",) else None


def status_pages(http: Sequence[Directive], server: Directive) -> list[Value]:
    """The pages that tell what the server does now, and whether they are for everybody."""
    exposed = any(one.is_exposed for one in listens(server))
    return [
        {
            "name": f"{name_of(server)} {' '.join(location.words)}",
            "is_closed": not exposed or nginx_scope.is_closed(scope) or _only_denied(scope),
        }
        for location, scope in nginx_scope.locations((tuple(http), server.block or ()))
        if any(one.name in {"stub_status", "status", "api"} for one in scope[-1])
    ]


def _only_denied(scope: Scope) -> bool:
    rules = nearest(scope, "allow", "deny")
    return bool(rules) and all(one.name == "deny" for one in rules) and rules[-1].words == ("all",)


def keys(http: Sequence[Directive], servers: Sequence[Directive], host: Host) -> tuple[Value, ...]:
    """Mode and owner of each private key."""
    found: dict[str, Value] = {}
    for scope in (http, *(server.block or () for server in servers)):
        for one in scope:
            if one.name == "ssl_certificate_key" and one.words:
                path = one.words[0]
                path = path if path.startswith(("/", "$")) else f"/etc/nginx/{path}"
                if not one.words[0].startswith(("engine:", "store:")):
                    found[path] = file_of(host, path)
    return tuple(found.values())
