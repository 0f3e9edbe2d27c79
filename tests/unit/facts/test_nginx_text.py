"""nginx's files as a tree, and what is inherited in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts import nginx_logs, nginx_scope, nginx_servers
from attt.facts.kind import Unparsable
from attt.facts.nginx_text import Directive, glob, parse
from attt.facts.web_host import Host

HOST = Host(processes=(), in_containers=False, entries={}, texts={}, now_s=0, policy=None)


def scope(text):
    """An http block and its only server."""
    http = parse(text)
    server = next(one for one in http if one.name == "server")
    return http, server


def record(text, version="1.26.0"):
    """What the fact tells of the only server of an http block."""
    http, server = scope(text)
    return nginx_servers.record(http, server, HOST, version)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b 'c d';", (Directive("a", ("b", "c d")),)),
        ('a "x\\"y"; # b;\nc;', (Directive("a", ('x"y',)), Directive("c", ()))),
        ("a { b ${c}d; }", (Directive("a", (), (Directive("b", ("${c}d",)),)),)),
        (
            "x_by_lua_block { if a then t = {1} end } b;",
            (Directive("x_by_lua_block", (), ()), Directive("b", ())),
        ),
        ("if ($a ~ '^{2}') { return 1; }",
         (Directive("if", ("($a", "~", "^{2}", ")"), (Directive("return", ("1",)),)),)),
    ],
)  # fmt: skip
def test_words_quotes_comments_and_blocks_are_read(text, expected):
    """Each directive has its name, its words without quotes and its block."""
    assert expected == parse(text)


@pytest.mark.parametrize("text", ["a", "a {", "}", ";", "a { b }", '"a', "a; x_by_lua_block { {"])
def test_what_nginx_refuses_is_not_guessed(text):
    """Text without an end, or with a mark alone, is unparsable."""
    with pytest.raises(Unparsable):
        parse(text)


@given(st.text(alphabet="ab {};'\"#\\$\n", max_size=200))
def test_any_text_is_read_or_refused(text):
    """No text stops the reader in another way."""
    try:
        found = parse(text)
    except Unparsable:
        return
    assert isinstance(found, tuple)


def test_a_hundred_thousand_blocks_within_each_other_are_refused():
    """Depth is bounded, so that no file exhausts the stack."""
    with pytest.raises(Unparsable):
        parse("a {" * 100_000)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/etc/nginx/conf.d/*.conf", "/etc/nginx/conf.d/a.conf", True),
        ("/etc/nginx/conf.d/*.conf", "/etc/nginx/conf.d/.a.conf", False),
        ("/etc/nginx/conf.d/*.conf", "/etc/nginx/conf.d/x/a.conf", False),
        ("/etc/nginx/*/a[0-9].conf", "/etc/nginx/b/a7.conf", True),
        ("/etc/nginx/a[!0].conf", "/etc/nginx/a0.conf", False),
        ("/etc/nginx/a?c", "/etc/nginx/abc", True),
    ],
)
def test_stars_stay_within_a_folder(pattern, path, expected):
    """As in a shell: no slash, no hidden name at the start."""
    assert expected == bool(glob(pattern).fullmatch(path))


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("listen 80; return 301 https://$host$request_uri;", "redirected"),
        ("listen 80; return 301 $scheme://x;", "served"),
        ("listen 80; return 444;", "refused"),
        ("listen 80; deny all;", "refused"),
        ("listen 80; rewrite ^/(.*) https://x/$1 permanent;", "redirected"),
        ("listen 80; rewrite ^/old https://x/ permanent;", "served"),
        ("listen 80; location / { return 308 https://x; }", "redirected"),
        ("listen 80; location / { return 308 https://x; } location /api { proxy_pass http://a; }",
         "served"),
        (("listen 80; location /.well-known/acme-challenge/ { root /a; } "
         "location / { return 301 https://x; }"), "redirected"),
        ("listen 80; listen 443 ssl; if ($scheme = http) { return 301 https://x; }", "redirected"),
        ("listen 80; listen 443 ssl;", "served"),
        ("listen 80; ssl on;", "none"),
        ("listen unix:/run/a.sock;", "none"),
        ("listen 127.0.0.1:80; listen [::1]:80; listen localhost:81;", "none"),
        ("root /a;", "served"),
    ],
)  # fmt: skip
def test_what_a_visitor_without_tls_gets(server, expected):
    """Only an answer for every address of a server counts as redirected or refused."""
    assert expected == record(f"server {{ {server} }}")["clear_text"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ssl_protocols TLSv1.3; server { ssl_protocols TLSv1; }", ("TLSv1",)),
        ("ssl_protocols TLSv1.3; server { }", ("TLSv1.3",)),
        ("server { }", ("TLSv1.2", "TLSv1.3")),
    ],
)
def test_a_server_inherits_what_it_does_not_say(text, expected):
    """The nearest block wins, then the default of the version."""
    assert expected == record(text)["protocols"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add_header X-Frame-Options DENY; server { }", True),
        ("add_header X-Frame-Options DENY; server { add_header A b; }", False),
        ("server { add_header X-Frame-Options DENY; location /a { add_header A b; } }", False),
        ("server { add_header X-Frame-Options DENY; location / { proxy_pass http://a; } }", True),
        ("server { add_header Content-Security-Policy \"frame-ancestors 'none'\"; }", True),
        ("server { add_header X-Frame-Options ALLOWALL; }", False),
        ("server { add_header X-Frame-Options DENY; location /a { if ($b) { add_header A b; } } }",
         False),
    ],
)  # fmt: skip
def test_a_header_of_its_own_drops_what_was_inherited(text, expected):
    """add_header is inherited only by a block without any; each place that serves counts."""
    assert expected == record(text)["has_frame_guard"]


def test_a_program_behind_may_send_the_header_itself():
    """Where nginx passes on and says nothing, nobody can tell; a static place beside is false."""
    behind = record("server { location / { proxy_pass http://a; } }")["has_nosniff"]
    both = record("server { location / { proxy_pass http://a; } location /s { root /s; } }")

    assert "in_context" == behind.obstacle
    assert False is both["has_nosniff"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("server { autoindex on; }", True),
        ("autoindex on; server { autoindex off; location /f { autoindex on; } }", True),
        ("server { location /f { autoindex on; auth_basic x; } location / { } }", False),
        ("server { location /f { autoindex on; allow 10.0.0.0/8; deny all; } location / { } }",
         False),
        ("server { location /f { autoindex on; allow all; deny all; } location / { } }", True),
    ],
)  # fmt: skip
def test_folders_are_listed_where_anybody_may_see_them(text, expected):
    """One open place is enough; a place with a login or a list of addresses is none."""
    assert expected == record(text)["lists_folders"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("server { }", True),
        ("server { access_log off; }", False),
        ("server { access_log /dev/null; }", False),
        ("server { location = /favicon.ico { access_log off; } }", True),
        ("server { location ~ \\.png$ { access_log off; } }", True),
        ("server { location /api { access_log off; proxy_pass http://a; } }", False),
        ("server { location ~ \\.php$ { access_log off; fastcgi_pass unix:/a; } }", False),
        ("server { location = /health { access_log off; proxy_pass http://a; } }", True),
        ("server { location /static/ { access_log off; root /s; } }", True),
        ("server { location / { access_log off; root /s; } }", False),
    ],
)
def test_logs_of_pictures_may_be_off_those_of_an_application_not(text, expected):
    """What an application does must be written down."""
    assert expected == record(text)["is_logged"]


@pytest.mark.parametrize(
    ("format_text", "expected"),
    [
        ("$remote_addr $status", ("client", "status")),
        ("$http_x_forwarded_for [$time_iso8601] $request_method", ("client", "time")),
        ('{"u":"$remote_user","r":"$request"}', ("user", "request")),
        ("$request_time $request_length", ()),
    ],
)
def test_the_fields_of_a_format_are_those_that_it_names(format_text, expected):
    """A time that a request took is not the request, nor its moment."""
    text = f"log_format f '{format_text}'; server {{ access_log /a f; }}"

    assert expected == record(text)["log_fields"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1h 30m", 3600), ("90", 90), ("1m30s", 90), ("500ms", 1), ("0", 0)],
)
def test_times_are_seconds_rounded_up(text, expected):
    """The second word of keepalive_timeout only names what the header says."""
    http, server = scope(f"server {{ keepalive_timeout {text}; }}")

    assert expected == nginx_scope.seconds((http, server.block), "keepalive_timeout", 75)


def test_formats_hold_the_built_in_one():
    """Without a format of its own a log is combined, which tells all five."""
    assert nginx_logs.FIELDS == nginx_logs.fields(((),), nginx_logs.formats(()))


def test_a_server_that_refuses_every_handshake_serves_nothing():
    """The usual answer to names that nobody has: no certificate, no content, no headers asked."""
    found = record("server { listen 443 ssl; ssl_reject_handshake on; }")

    assert (True, False) == (found["has_tls"], found["is_serving"])


def test_a_stream_shows_its_tls_and_hides_what_it_carries():
    """Whether what passes in a clear stream is clear text nobody can tell from nginx."""
    stream, server = scope("ssl_protocols TLSv1; server { listen 1; listen 2 ssl; }")
    found = nginx_servers.stream_record(stream, server, HOST, "1.26.0")

    assert ("TLSv1",) == found["protocols"]
    assert "in_context" == found["clear_text"].obstacle
    assert not found["is_serving"]
