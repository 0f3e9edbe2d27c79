"""Fact `mail.servers`: the mail servers of this host and whom they serve.

One record a server: `name` (postfix, exim …), `is_reachable` (other hosts can bring it mail),
`relays_for_all` (it passes on anybody's mail to anybody), `tls_in` and `tls_out` (Postfix's words: none, may, encrypt, dane, verify …),
`says_who_is_there` (VRFY), `names_its_version` (in its greeting), `takes_clear_passwords`,
`has_filter` (mail passes a filter), `has_scanner` (an anti-malware scanner of mail runs here).
`relay_networks` (`name` and `address`) are those whose mail Postfix passes on without a password.
Exim, sendmail and others are seen, not read: their settings are missing.
Sources: postconf(5), master(5), ps(1).
"""

from attt.facts import daemons, postfix
from attt.facts.daemons import Daemon, Seen
from attt.facts.kind import Answers, FactKind, Params, text_of
from attt.model.answer import Obstacle
from attt.model.ask import Ask
from attt.model.fact import Assurance, Fact, FactRead
from attt.model.shape import Address, Boolean, ListOf, Record, Shape, Text
from attt.model.value import Missing, Value

_OTHERS = frozenset({"exim4", "exim", "sendmail", "sendmail-mta"})
_DAEMON = Daemon(
    programs=(
        *("/usr/sbin/postfix", "/usr/sbin/exim4", "/usr/sbin/exim", "/usr/sbin/smtpd"),
        *("/usr/lib/sm.bin/sendmail", "/usr/sbin/sendmail.sendmail"),
    ),
    processes=_OTHERS | {"master"},
    units=("postfix.service", "exim4.service", "exim.service", "sendmail.service"),
    ports=frozenset({"25/tcp", "465/tcp", "587/tcp"}),
)
_SCANNERS = frozenset(
    {"clamd", "clamav-milter", "amavisd", "amavisd-new", "rspamd", "kav4mailservers"}
)
_SETTINGS: dict[str, Shape] = {
    "relays_for_all": Boolean(),
    "tls_in": Text(),
    "tls_out": Text(),
    "says_who_is_there": Boolean(),
    "names_its_version": Boolean(),
    "takes_clear_passwords": Boolean(),
    "has_filter": Boolean(),
}
_SERVER = Record({"name": Text(), "is_reachable": Boolean(), **_SETTINGS, "has_scanner": Boolean()})

_NETWORK = Record({"name": Text(), "address": Address()})


def _asks(_params: Params) -> dict[str, Ask]:
    return {**daemons.asks(_DAEMON), **postfix.ASKS}


def _parse(answers: Answers, _params: Params) -> Fact:
    seen = daemons.look(_DAEMON, answers)
    if not isinstance(seen, Seen):
        return seen
    servers: list[Value] = [*seen.gaps]
    networks: tuple[Value, ...] = seen.gaps
    if seen.of("master") or not seen.is_running:
        server, mine = _postfix(seen, answers)
        servers.append(server)
        networks += mine
    servers += [_other(name, seen) for name in sorted(_OTHERS) if seen.of(name)]
    networks += tuple(
        Missing(Obstacle.UNSUPPORTED, f"networks that {name} trusts")
        for name in sorted(_OTHERS)
        if seen.of(name)
    )
    return FactRead(
        value={"servers": tuple(servers), "relay_networks": networks},
        assurance=Assurance.RESOLVED,
    )


def _postfix(seen: Seen, answers: Answers) -> tuple[Value, tuple[Value, ...]]:
    said = postfix.settings(answers)
    fields = dict.fromkeys(_SETTINGS, said) if isinstance(said, Missing) else dict(said)
    server = {
        "name": "postfix",
        "is_reachable": seen.is_reachable("master"),
        **fields,
        "has_scanner": _has_scanner(answers),
    }
    networks = said if isinstance(said, Missing) else postfix.networks(answers)
    return server, networks if isinstance(networks, tuple) else (networks,)


def _other(name: str, seen: Seen) -> Value:
    gap = Missing(Obstacle.UNSUPPORTED, f"settings of {name} are not read")
    return {
        "name": name,
        "is_reachable": seen.is_reachable(name),
        **dict.fromkeys(_SETTINGS, gap),
        "has_scanner": gap,
    }


def _has_scanner(answers: Answers) -> Value:
    """One that runs inside a container counts too: the filter's address leads to it."""
    lines = text_of(answers["daemons"]).splitlines()
    return any(line.split(None, 1)[:1] and line.split()[0] in _SCANNERS for line in lines)


MAIL = FactKind(
    id="mail.servers",
    title="Mail servers",
    shape=Record({"servers": ListOf(_SERVER), "relay_networks": ListOf(_NETWORK)}),
    asks=_asks,
    parse=_parse,
)
