"""What of the files of web servers is never kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.web_redact import web


@pytest.mark.parametrize(
    "secret",
    [
        "stats auth quantri:{}",
        'proxy_set_header Authorization "{}";',
        "fastcgi_param DB_PASSWORD {};",
        'SetEnv API_TOKEN "{}"',
        "AuthLDAPBindPassword {}",
        "user a insecure-password {}",
        "proxy_pass http://nguoi:{}@10.0.0.1/;",
        "set $api_key '{}';",
        "nguoi:$apr1${}",
    ],
)
def test_a_secret_is_hidden_at_its_length(secret):
    """The value goes, the line and its length stay."""
    text = f"/etc/nginx/a\0{secret.format('Bi-mat.123456789')}\n".encode()
    hidden = web(text)

    assert b"123456789" not in hidden
    assert len(text) == len(hidden)
    assert hidden == web(hidden)


@pytest.mark.parametrize(
    "line",
    [
        "server_tokens off;",
        "ServerTokens Prod",
        "ssl_password_file /etc/nginx/p;",
        "listen 80;",
        "access_log /var/log/nginx/access.log combined;",
        "bind 127.0.0.1:8404",
        "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384;",
        "SSLPassPhraseDialog exec:/usr/libexec/httpd-ssl-pass-dialog",
    ],
)
def test_settings_that_are_judged_stay(line):
    """A setting that is only named like a secret keeps its value."""
    text = f"/etc/nginx/a\0{line}\n".encode()

    assert text == web(text)


def test_the_lines_of_a_key_are_hidden():
    """A private key in an oddly named file leaves only its first and last line."""
    key = b"/etc/nginx/odd\0-----BEGIN PRIVATE KEY-----\n/etc/nginx/odd\0" + b"MIIB" * 16 + b"\n"

    assert b"MIIB" not in web(key)


@given(st.binary(max_size=200))
def test_hiding_keeps_the_length_of_anything(content):
    """Offsets of what else is read never move."""
    assert len(content) == len(web(content))
