"""Every form of a secret that a redactor knows holds one of the words by which its lines are found."""

import pytest

from attt.collect.dialect.archive import written
from attt.facts.redact import REDACTORS
from attt.facts.tar import members

CANARY = b"c4n4ryw0rd"
LINES = {
    "settings": (
        b"%s = @@",
        *(
            *("passwd", "password", "passphrase", "pwd", "secret", "token"),
            *("apikey", "api_key", "DB_PASSWORD", "clientSecret"),
        ),
    ),
    "arguments": (
        b"run --%s @@",
        *("pass", "my-password", "secret", "token", "auth-code", "ssh-key", "pwd"),
    ),
    "snmp": (
        b"%s @@",
        *("rocommunity", "rwcommunity6", "trapcommunity", "com2sec a b", "com2sec6 a b"),
        *("trapsink h", "trap2sink h", "informsink h", "createUser", "usmUser", "com2secunix"),
        *("trapsess", "proxy", "authcommunity", "defCommunity", "defPassphrase", "defPassword"),
        *("defAuthPassphrase", "defPrivPassphrase", "defAuthMasterKey", "defPrivLocalizedKey"),
    ),
    "directives": (
        b"%s @@",
        *("SQLConnectInfo", "SQLNamedConnectInfo", "LDAPBindDN", "LDAPServer"),
        *("RadiusAuthServer", "TLSPassPhraseProvider", "UserPassword", "GroupPassword"),
    ),
    "redis": (
        b"%s @@",
        *("requirepass", "masterauth", "tls-key-file-pass", "tls-client-key-file-pass"),
        *("sentinel auth-pass m", "rename-command CONFIG"),
    ),
    "web": (
        b"%s @@",
        *("passwd", "db_password", "passphrase", "secret", "apikey", "api_key", "token"),
        *("Authorization", "stats auth"),
    ),
}
WHOLE = {
    "settings": (
        b"deb https://@@@mirror.vn/ x",
        b"*.* :ommysql:h,d,u,@@",
        b"<password>\n@@</password>",
    ),
    "arguments": (
        b"mysql -u a -p@@",
        b"mariadb-dump -p@@",
        b"sshpass -p@@ ssh h",
        b"x ftp://@@@h/",
    ),
    "redis": (b"user default on >@@ ~*",),
    "authorized_keys": (b'command="@@" ssh-rsa A', b'environment="A=@@" ssh-rsa A'),
    "commands": (b"argv[]=/bin/x --word @@ ; ignore_errors=no",),
    "web": (b"proxy_pass http://@@@h/;", b"binh:$apr1$@@", b"binh:{SHA}@@"),
}
CASES = [
    (name, form % word.encode()) for name, (form, *words) in LINES.items() for word in words
] + [(name, line) for name, lines in WHOLE.items() for line in lines]


@pytest.mark.parametrize(("redactor", "form"), CASES)
def test_a_secret_is_hidden_wherever_its_line_stands(redactor, form):
    """First, last or between others, and in front of the zeros that fill an archive."""
    line = form.replace(b"@@", CANARY)
    for content in (line, b"# a\n" + line + b"\n\nb c\n", line + b"\n" + bytes(2048)):
        hidden = REDACTORS[redactor](content)

        assert CANARY not in hidden
        assert len(content) == len(hidden)


def test_a_secret_at_the_end_of_a_file_leaves_the_archive_whole() -> None:
    """What pads a file in an archive is no part of the secret: the next file is still found."""
    archive = written({"a.conf": b"password=abc", "b.conf": b"port = 1\n"})

    redacted = REDACTORS["settings"](archive)

    assert {"a.conf": b"password=xxx", "b.conf": b"port = 1\n"} == {
        one.name: one.content for one in members(redacted)
    }
