"""HAProxy's sections, what they take from their defaults, and where it listens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts import haproxy_binds
from attt.facts.haproxy_text import Section, seconds, sections
from attt.facts.kind import Unparsable
from attt.facts.web_host import Host


def proxy(text):
    """The last section of a text."""
    return sections([text])[-1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a b # c", ("a", "b")),
        ('a "b c" d', ("a", "b c", "d")),
        ("a 'b # c'", ("a", "b # c")),
        (r"a b\ c\#d", ("a", "b c#d")),
    ],
)
def test_words_quotes_and_comments_are_read(line, expected):
    """Quotes and backslashes keep blanks and the mark of a comment."""
    assert [expected] == proxy(f"global\n  {line}").lines


@pytest.mark.parametrize("text", ["maxconn 1", "global\n.if x\n", 'global\n a "b'])
def test_what_cannot_be_read_is_not_guessed(text):
    """Conditional blocks, lines before any section and open quotes are unparsable."""
    with pytest.raises(Unparsable):
        sections([text])


@given(st.text(alphabet="global \n\"'\\#.ift", max_size=150))
def test_any_text_is_read_or_refused(text):
    """No text stops the reader in another way."""
    try:
        found = sections([text])
    except Unparsable:
        return
    assert isinstance(found, list)


def test_a_proxy_takes_the_defaults_before_it_or_those_that_it_names():
    """Its own lines win; named defaults are found wherever they stand."""
    text = "defaults a\n mode http\ndefaults b\n mode tcp\nfrontend x from a\nfrontend y\n"
    found = {one.name: one.held("mode") for one in sections([text]) if one.is_proxy}

    assert {"x": [("mode", "http")], "y": [("mode", "tcp")]} == found


def test_no_option_wins_over_the_defaults():
    """`no option` in a proxy takes back what its defaults turn on."""
    one = proxy("defaults\n option httplog\nfrontend x\n no option httplog\n")

    assert not one.has_option("httplog")


@pytest.mark.parametrize(("text", "expected"), [("5000", 5), ("1m", 60), ("1", 1), ("x", None)])
def test_times_are_milliseconds_unless_said(text, expected):
    """Rounded up to seconds."""
    assert expected == seconds(text)


@pytest.mark.parametrize(
    ("default", "options", "version", "expected"),
    [
        ((), (), "2.6.1", ("TLSv1.2", "TLSv1.3")),
        ((), (), "2.0.1", ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")),
        (("ssl-min-ver", "TLSv1.1"), (), "2.6", ("TLSv1.1", "TLSv1.2", "TLSv1.3")),
        (("ssl-min-ver", "TLSv1.3"), ("ssl-min-ver", "TLSv1.0"), "2.6",
         ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")),
        (("no-tlsv10", "no-tlsv11"), (), "2.0", ("TLSv1.2", "TLSv1.3")),
        ((), ("force-tlsv10",), "3.0", ("TLSv1",)),
    ],
)  # fmt: skip
def test_the_bind_wins_over_the_global_options(default, options, version, expected):
    """The least version, by the bind's options, the global ones, or the release's default."""
    general = Section("global", "", [("ssl-default-bind-options", *default)])

    assert expected == haproxy_binds.protocols(general, options, version)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (":80", True),
        ("*:80", True),
        ("10.0.0.1:80", True),
        ("127.0.0.1:80", False),
        ("[::1]:80", False),
        ("ipv4@127.0.0.1:80", False),
        ("ipv6@:80", True),
        ("/run/a.sock", False),
        ("unix@/run/a.sock", False),
        ("abns@a", False),
        ("localhost:80", False),
    ],
)
def test_only_addresses_of_the_host_itself_are_not_exposed(address, expected):
    """Loopback addresses and sockets in the file system are reached from this host alone."""
    assert expected == haproxy_binds.is_exposed(address)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (" bind :1\n stats enable\n stats auth a:b", {"is_closed": True, "has_own_port": True}),
        (" bind :1\n stats enable", {"is_closed": False, "has_own_port": True}),
        (" bind 127.0.0.1:1\n stats enable", {"is_closed": True, "has_own_port": True}),
        (" bind :1\n stats uri /s\n server a 1.1.1.1:1",
         {"is_closed": False, "has_own_port": False}),
        (" bind :1\n stats uri /s\n http-request deny unless { src 10.0.0.0/8 }",
         {"is_closed": True, "has_own_port": True}),
        (" bind :1\n stats uri /s\n http-request deny unless { src 0.0.0.0/1 128.0.0.0/1 }",
         {"is_closed": False, "has_own_port": True}),
        (" bind :1\n acl all src 0.0.0.0/0\n stats uri /s\n http-request deny if !all",
         {"is_closed": False, "has_own_port": True}),
        (" bind :1\n acl own src 10.0.0.0/8\n stats uri /s\n http-request deny if !own",
         {"is_closed": True, "has_own_port": True}),
        (" bind :1\n acl all src ::/0\n stats enable\n tcp-request connection reject unless all",
         {"is_closed": False, "has_own_port": True}),
    ],
)  # fmt: skip
def test_a_stats_page_needs_a_login_or_a_refusal_and_a_port_of_its_own(lines, expected):
    """Whoever can reach it without either sees all that runs behind."""
    (page,) = haproxy_binds.stats_pages([proxy(f"listen s\n{lines}\n")])

    assert {"name": "s", **expected} == page


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("http-request redirect scheme https", "redirected"),
        ("redirect scheme https code 301 if !{ ssl_fc }", "redirected"),
        ("redirect scheme https unless { ssl_fc }", "redirected"),
        ("redirect scheme http", "served"),
        ("http-request deny", "refused"),
        ("http-request deny if { src 10.0.0.1 }", "served"),
        ("redirect scheme https if clear", {"_missed": "in_context"}),
        ("", "served"),
    ],
)
def test_what_a_visitor_without_tls_gets(line, expected):
    """A redirection on a condition that only HAProxy can judge is missing."""
    one = proxy(f"frontend x\n mode http\n bind :80\n {line}\n")
    (bind,) = haproxy_binds.binds(one)
    host = Host(processes=(), in_containers=False, entries={}, texts={}, now_s=0, policy=None)
    found = haproxy_binds.record(bind, Section("global", ""), "3.0", host)["clear_text"]

    assert expected == (found if isinstance(found, str) else {"_missed": str(found.obstacle)})
