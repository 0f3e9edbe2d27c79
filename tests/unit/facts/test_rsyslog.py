"""Where rsyslog's rules send what logins tell, in both of its languages."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts import rsyslog
from attt.facts.kind import Unparsable
from attt.facts.rsyslog_rules import Config, read

HEAD = 'module(load="imuxsock")\n'


def config(text, **files):
    """What these rules say; `files` are those of /etc/rsyslog.d."""
    made = Config(files={f"/etc/rsyslog.d/{name}.conf": body for name, body in files.items()})
    read(HEAD + text, made)
    return made


def sent(text, **files):
    """Each forward as (target, protocol, encrypted, covers logins)."""
    found = rsyslog.forwards(config(text, **files))
    return [(f"{f.target}:{f.port}", f.protocol, f.is_encrypted, f.covers_logins) for f in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*.* @10.0.0.1\n", [("10.0.0.1:514", "udp", False, True)]),
        ("*.*   @@log.example:6514;Format\n", [("log.example:6514", "tcp", False, True)]),
        ("*.* @@(o)[2001:db8::1]:6514\n", [("2001:db8::1:6514", "tcp", False, True)]),
        ("*.* :omrelp:10.0.0.1:2514\n", [("10.0.0.1:2514", "relp", False, True)]),
        ("#*.* @10.0.0.1\n", []),
        ("*.info;authpriv.none @10.0.0.1\n", [("10.0.0.1:514", "udp", False, False)]),
        ("auth,authpriv.* @10.0.0.1\n", [("10.0.0.1:514", "udp", False, True)]),
        ("auth.* @10.0.0.1\n", [("10.0.0.1:514", "udp", False, False)]),
        ("*.err @10.0.0.1\n", [("10.0.0.1:514", "udp", False, False)]),
        ("*.=info @10.0.0.1\n", [("10.0.0.1:514", "udp", False, True)]),
        ("*.*;*.!=info @10.0.0.1\n", [("10.0.0.1:514", "udp", False, False)]),
        (':programname, isequal, "sshd" @10.0.0.1\n', [("10.0.0.1:514", "udp", False, None)]),
        ("if $msg contains 'then' then @10.0.0.1\n", [("10.0.0.1:514", "udp", False, None)]),
        (
            "if prifilt('auth,authpriv.*') then { @10.0.0.1 }\n",
            [("10.0.0.1:514", "udp", False, True)],
        ),
        (
            "if $syslogfacility-text == 'auth' or $syslogfacility-text == 'authpriv' then @10.0.0.1\n",
            [("10.0.0.1:514", "udp", False, True)],
        ),
    ],
)
def test_a_line_sends_what_its_selector_takes(text, expected):
    """Selectors and conditions decide whether logins come by; what can't be weighed is unknown."""
    found = sent(text)

    assert expected == found


@pytest.mark.parametrize(
    ("text", "is_encrypted"),
    [
        ('action(type="omfwd" target="a" protocol="tcp")', False),
        ('action(type="omfwd" target="a" protocol="tcp" StreamDriver="gtls" StreamDriverMode="1")', True),
        ('action(type="omfwd" target="a" protocol="tcp" StreamDriver="gtls" StreamDriverMode="0")', False),
        ('action(type="omfwd" target="a" protocol="udp" StreamDriver="gtls" StreamDriverMode="1")', False),
        ('global(DefaultNetstreamDriver="ossl")\naction(type="omfwd" target="a"\n protocol="tcp" StreamDriverMode="1")', True),
        ("$DefaultNetstreamDriver gtls\n$ActionSendStreamDriverMode 1\n*.* @@a\n", True),
        ("$DefaultNetstreamDriver gtls\n*.* @@a\n", False),
        ('action(type="omrelp" target="a" port="2514" tls="on")', True),
    ],
)  # fmt: skip
def test_only_a_forced_tls_driver_encrypts(text, is_encrypted):
    """Mode 1 of a TLS driver over TCP, or RELP with TLS; a driver alone encrypts nothing."""
    found = rsyslog.forwards(config(text))

    assert [is_encrypted] == [one.is_encrypted for one in found]


@pytest.mark.parametrize(
    ("text", "covers"),
    [
        ("*.* ~\n*.* @a\n", False),
        ("auth,authpriv.* stop\n*.* @a\n", False),
        ("mail.* stop\n*.* @a\n", True),
        ("if $programname == 'sshd' then stop\n*.* @a\n", None),
        ("if $programname == 'haproxy' then { action(type=\"omfile\" file=\"/x\") stop }\n*.* @a\n", True),
        ("auth,authpriv.* /var/log/auth.log\n& stop\n*.* @a\n", False),
        ("*.* @a\n*.* stop\n", True),
        ("if ($syslogfacility-text == 'kern') and ($msg contains 'IN= or not') then stop\n*.* @a\n", True),
        ("if ($syslogfacility-text == 'auth') and ($msg contains 'x') then stop\n*.* @a\n", None),
        ("if ($syslogfacility-text == 'kern') or ($msg contains 'sshd') then stop\n*.* @a\n", None),
        ("if not ($syslogfacility-text == 'kern' and $msg contains 'x') then stop\n*.* @a\n", None),
    ],
)  # fmt: skip
def test_what_was_dropped_before_is_not_sent(text, covers):
    """A discard takes messages from every action behind it, never from those before."""
    found = rsyslog.forwards(config(text))

    assert [covers] == [one.covers_logins for one in found]


def test_an_include_stands_where_it_is_written():
    """A file of /etc/rsyslog.d that drops logins takes them from the rules behind the include."""
    rules = "$IncludeConfig /etc/rsyslog.d/*.conf\nauth,authpriv.* /var/log/auth.log\n"
    [kept] = rsyslog.files(config(rules))
    [dropped] = rsyslog.files(config(rules, drop="auth,authpriv.* stop\n"))

    assert ({True}, {False}) == (
        {kept.covers["auth"], kept.covers["authpriv"]},
        {dropped.covers["auth"], dropped.covers["authpriv"]},
    )


def test_comments_hide_rules_and_stars_of_paths_begin_none():
    """A path with a star is no comment, nor is a hash inside quotes; a comment hides its rules."""
    text = """$IncludeConfig /etc/rsyslog.d/*.conf
template(name="t" type="string" string="%msg% # it's")
*.* @10.0.0.1
/* *.* @10.0.0.2 */
  # *.* @10.0.0.3
"""

    assert ["10.0.0.1:514"] == [one[0] for one in sent(text)]


def test_a_ruleset_that_nobody_calls_sends_nothing():
    """Actions of a ruleset count for local messages only once something calls it."""
    ruleset = 'ruleset(name="out") { action(type="omfwd" target="a") }\n'

    assert ([], 1) == (sent(ruleset), len(sent(ruleset + "call out\n")))


def test_an_include_of_another_folder_is_seen_to_be_unread():
    """What stands in a file that was not asked for is not known to be nothing."""
    made = config('include(file="/opt/rules/*.conf")\n$IncludeConfig /etc/rsyslog.d/*.conf\n')

    assert ["/opt/rules/*.conf"] == made.unseen


def test_the_file_of_sockets_that_suse_makes_hides_no_rule():
    """Its unit writes it at each start, and only names of sockets into it."""
    made = config("$IncludeConfig /run/rsyslog/additional-log-sockets.conf\n*.* @a\n")

    assert [] == made.unseen


def test_without_its_socket_rsyslog_hears_no_program():
    """A switched-off socket and no journal: local programs can't reach it."""
    deaf, by_journal = Config(), Config()
    read('module(load="imuxsock" SysSock.Use="off")\n', deaf)
    read('module(load="imuxsock" SysSock.Use="off")\nmodule(load="imjournal")\n', by_journal)

    assert (False, True) == (rsyslog.hears_local(deaf), rsyslog.hears_local(by_journal))


@given(st.text(alphabet="*.@&{}()$:\"'\\#! \nabcithenflsop/;,", max_size=200))
def test_any_text_is_read_to_its_end_or_refused(text):
    """No configuration makes the reader hang or fail in another way than Unparsable."""
    made = Config()
    with suppress(Unparsable):
        read(text, made)

    assert len(rsyslog.forwards(made)) <= len(made.steps)


def test_blocks_without_end_are_refused():
    """A hostile depth is Unparsable, not a crash."""
    with pytest.raises(Unparsable):
        read("if $a then { " * 5000, Config())
    with pytest.raises(Unparsable):
        read("*.* {\n" + "& {\n" * 5000, Config())


@pytest.mark.parametrize(
    ("text", "covers"),
    [
        ("auth.* @a\nauthpriv.* @a\n", [True]),
        ("auth.* @a\nauthpriv.* @b\n", [False, False]),
        ('action(type="omfwd" target="a" config.enabled="off")\n', []),
        ("$IncludeConfig /opt/*.conf\n*.* @a\n", [None]),
        ("*.* @a\n$IncludeConfig /opt/*.conf\n", [True]),
        ("$IncludeConfig /etc/rsyslog.d/*.rules\n*.* @a\n", [None]),
        ("$IncludeConfig /etc/rsyslog.d/\n*.* @a\n", [None]),
    ],
)
def test_what_is_sent_to_one_place_adds_up_and_unread_files_may_drop_it(text, covers):
    """Two lines may share the work; what stands before in a file that was not read is unknown."""
    found = rsyslog.forwards(config(text))

    assert covers == [one.covers_logins for one in found]


def test_a_hidden_file_is_no_part_of_a_glob():
    """Rsyslog's star takes no name that begins with a dot."""
    made = Config(files={"/etc/rsyslog.d/.old.conf": "*.* @a\n"})
    read(HEAD + "$IncludeConfig /etc/rsyslog.d/*.conf\n", made)

    assert [] == rsyslog.forwards(made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('action(type="omkafka" broker="a")\n', ["omkafka"]),
        ('kern.* action(type="omprog" binary="/x")\n', []),
        ('action(type="omfile" file="/x")\n*.* :omusrmsg:*\n*.emerg :omusrmsg:*\n', []),
        ("*.* :ommysql:a,b,c\n", ["ommysql"]),
        ("*.* ^/usr/bin/send\n", ["omprog"]),
        ('action(type="omfwd" target=`echo $SERVER`)\n', ["omfwd"]),
        ('action(type="omfwd" target="a")\naction(type="mmjsonparse")\n', []),
    ],
)
def test_other_ways_to_send_are_told_apart_from_none(text, expected):
    """An output whose settings are not read may send; a file or a terminal never does."""
    assert expected == rsyslog.senders(config(text))


@pytest.mark.parametrize(
    ("target", "is_own"),
    [("10.0.0.9", True), ("log", True), ("LOG.", True), ("::ffff:127.0.0.1", True), ("fe80::9%eth0", True),
     ("0.0.0.0", True), ("10.0.0.8", False), ("logs", False)],
)  # fmt: skip
def test_a_forward_to_the_host_itself_is_none(target, is_own):
    """By address, mapped address, zone or name, whatever the case."""
    [one] = rsyslog.forwards(config(f'action(type="omfwd" target="{target}")\n'))

    assert is_own == one.is_own(frozenset({"10.0.0.9", "fe80::9", "log"}))


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ('action(type="omfwd" target="a" protocol="tcp" StreamDriver="ossl")', "lmnsd_ossl.so"),
        ('action(type="omfwd" target="a" protocol="udp" StreamDriver="ossl")', ""),
        ("$DefaultNetstreamDriver gtls\n*.* @@a\n", "lmnsd_gtls.so"),
        ("*.* :omrelp:a:2514\n", "omrelp.so"),
        ("*.* @@a\n", ""),
    ],
)
def test_a_forward_names_the_module_it_can_not_do_without(text, module):
    """Where that file is missing rsyslogd sends nothing, and no check of its syntax says so."""
    [one] = rsyslog.forwards(config(text))

    assert module == one.module
