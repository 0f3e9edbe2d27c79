"""Apache's files as a tree, and what its sites do by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts import apache_folders, apache_sites, apache_text
from attt.facts.apache_text import Directive, Reading
from attt.facts.kind import Unparsable
from attt.facts.web_host import Entry, Host
from attt.model.value import Missing

MAIN = "/etc/apache2/apache2.conf"


def reading(files, policy=None):
    """A host that has these files."""
    entries = {
        path: Entry(modified_s=0, mode="0644", uid=0, gid=0, size=1, kind="f") for path in files
    }
    host = Host(
        processes=(), in_containers=False, entries=entries, texts=files, now_s=0, policy=policy
    )
    return Reading(host=host, root="/etc/apache2", names={"LOGS": "/var/log/apache2"})


def whole(text, **more):
    """The directives of a main file, with further files beside it."""
    files = {MAIN: text, **{f"/etc/apache2/{name}.conf": inner for name, inner in more.items()}}
    return apache_text.whole(MAIN, reading(files))


def site(text, policy=None):
    """What the fact tells of the only site of a main file."""
    read = reading({MAIN: text}, policy)
    main = apache_text.whole(MAIN, read)
    (one,) = apache_sites.sites(main)
    return apache_sites.record(one, frozenset(read.modules), read.host)


def vhost(inside, address="*:80"):
    """A main file with one virtual host."""
    return f"Listen 80\n<VirtualHost {address}>\n{inside}\n</VirtualHost>\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('A "b c" d', (Directive("a", ("b c", "d")),)),
        ("A\tb", (Directive("a", ("b",)),)),
        ("A b \\\n c", (Directive("a", ("b", "c")),)),
        ("# A \\\nB", ()),
        ("<X y>\nA\n</X>", (Directive("x", ("y",), (Directive("a", ()),)),)),
        ("A ${LOGS}/b", (Directive("a", ("/var/log/apache2/b",)),)),
        ("Define N v\nA ${N}\nUnDefine N\nB ${N}",
         (Directive("a", ("v",)), Directive("b", ("${N}",)))),
        ("<IfModule mod_ssl.c>\nA\n</IfModule>\n<IfModule !ssl_module>\nB\n</IfModule>",
         (Directive("b", ()),)),
        ("LoadModule ssl_module x.so\n<IfModule mod_ssl.c>\nA\n</IfModule>",
         (Directive("a", ()),)),
        ("<IfDefine N>\n<IfModule x>\nA\n</IfModule>\n</IfDefine>\nB", (Directive("b", ()),)),
        ("<IfModule log_config_module>\nA\n</IfModule>", (Directive("a", ()),)),
    ],
)  # fmt: skip
def test_files_are_resolved_as_apache_does(text, expected):
    """Names, modules, continued lines and sections count as they do when Apache starts."""
    assert expected == whole(text)


def test_included_files_stand_in_place():
    """A file that may be missing is none; a pattern takes all in the order of their names."""
    text = "Include a.conf\nIncludeOptional nothing.conf\nIncludeOptional b*.conf"
    names = [one.name for one in whole(text, a="A", b2="C", b1="B")]

    assert ["a", "b", "c"] == names


@pytest.mark.parametrize(
    "text",
    [
        *("<X>", "</X>", "<X>\n</Y>", "<X", "Include nothing.conf", "Include /srv/*.conf"),
        *("<IfVersion >= 2>\n</IfVersion>", "<Macro m>\n</Macro>", "Use m", "Include apache2.conf"),
        "Include ${NOTHING}/a.conf",
    ],
)
def test_what_cannot_be_decided_is_not_guessed(text):
    """Broken sections, files that were not read, circles, macros and versions are unparsable."""
    with pytest.raises(Unparsable):
        whole(text)


@given(st.text(alphabet="aI</> \n\"'\\${}#fModule", max_size=200))
def test_any_text_is_read_or_refused(text):
    """No text stops the reader in another way."""
    try:
        found = whole(text)
    except Unparsable:
        return
    assert isinstance(found, tuple)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("Redirect permanent / https://x/", "redirected"),
        ("Redirect / https://x/", "redirected"),
        ("Redirect permanent /old https://x/", "served"),
        ("Redirect permanent / http://x/", "served"),
        ("RewriteEngine on\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [L,R=301]",
         "redirected"),
        ("RewriteRule ^ https://x [R]", "served"),
        ("RewriteEngine on\nRewriteCond %{HTTPS} off\nRewriteRule (.*) https://x [R]",
         "redirected"),
        ("RewriteEngine on\nRewriteCond %{REMOTE_ADDR} =1.2.3.4\nRewriteRule ^ https://x [R]",
         "served"),
        ("<Location />\nRequire all denied\n</Location>", "refused"),
        ("SSLEngine on", "none"),
        ("DocumentRoot /a", "served"),
    ],
)  # fmt: skip
def test_what_a_visitor_without_tls_gets(inside, expected):
    """Only an answer for every address of a site counts as redirected or refused."""
    assert expected == site(vhost(inside))["clear_text"]


@pytest.mark.parametrize(
    ("listen", "address", "expected"),
    [
        ("80", "*:80", True),
        ("127.0.0.1:80", "*:80", False),
        ("80", "127.0.0.1:80", False),
        ("[::1]:80", "*:80", False),
        ("10.0.0.1:80", "*:80", True),
    ],
)
def test_a_site_is_exposed_where_address_and_listen_both_are(listen, address, expected):
    """A loopback address on either side keeps it inside."""
    text = f"Listen {listen}\n<VirtualHost {address}>\n</VirtualHost>"

    assert expected == site(text)["is_exposed"]


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        ("SSLProtocol all -SSLv3", None, ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")),
        ("SSLProtocol -all +TLSv1.2", None, ("TLSv1.2",)),
        ("SSLProtocol TLSv1.2 TLSv1.3", None, ("TLSv1.3",)),
        ("", "DEFAULT", ("TLSv1.2", "TLSv1.3")),
        ("", None, ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")),
    ],
)
def test_protocols_are_added_and_taken_away_in_order(text, policy, expected):
    """A name without a sign puts all before it aside, as mod_ssl does."""
    assert expected == site(vhost(f"SSLEngine on\n{text}"), policy)["protocols"]


@pytest.mark.parametrize(
    ("main", "inside", "expected"),
    [
        ("Header always set X-Frame-Options DENY", "", True),
        ("Header set X-Frame-Options DENY", "Header unset X-Frame-Options", False),
        ("", "Header set Content-Security-Policy \"frame-ancestors 'self'\"", True),
        ("", "Header set X-Frame-Options ALLOWALL", False),
        ("", "", False),
    ],
)
def test_a_header_of_the_site_wins_over_the_main_one(main, inside, expected):
    """Without a program behind, what nobody sets is not sent."""
    assert expected == site(f"{main}\n{vhost(inside)}")["has_frame_guard"]


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ("<Directory /w>\nOptions Indexes\n</Directory>", {"/w/h": True}),
        (("<Directory /w>\nOptions Indexes\n</Directory>\n<Directory /w/h>\nOptions -Indexes\n"
         "</Directory>"), {"/w/h": False}),
        ("<Directory /w/h/a>\nOptions +Indexes\n</Directory>", {"/w/h": False, "/w/h/a": True}),
        ("<Directory />\nOptions All\nRequire all denied\n</Directory>", {}),
        ("<Directory /other>\nOptions Indexes\n</Directory>", {"/w/h": False}),
    ],
)  # fmt: skip
def test_the_longer_path_decides_what_a_folder_lists(sections, expected):
    """Sections merge from the shorter path to the longer; a closed folder is left out."""
    main = whole(f"DocumentRoot /w/h\nListen 80\n{sections}")
    found = apache_folders.folders(apache_sites.sites(main), frozenset({"autoindex"}))

    assert expected == {one["path"]: one["lists"] for one in found}


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("Require local", True),
        ("Require all granted", False),
        ("", False),
        ("<RequireAny>\nRequire ip 10.0.0.1\nRequire all granted\n</RequireAny>", False),
        ("Order deny,allow\nDeny from all\nAllow from 127.0.0.1", True),
        ("Deny from all\nAllow from all", False),
        ("Require ip 0.0.0.0/1 128.0.0.0/1", False),
        ("Require ip ::/0", False),
        ("Require ip 10.0.0.0/8 192.168", True),
        ("Require method GET", False),
        ("Deny from all\nAllow from 0.0.0.0/0", False),
        ("Deny from all\nAllow from 10.", True),
    ],
)
def test_a_status_page_is_closed_by_some_rule_and_opened_by_none(inside, expected):
    """What says nothing is open."""
    main = whole(f"Listen 80\n<Location /s>\nSetHandler server-status\n{inside}\n</Location>")
    (page,) = apache_folders.status_pages(apache_sites.sites(main), main)

    assert expected == page["is_closed"]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("<Location /s>\nRequire all granted\n</Location>", False),
        ("<Location />\nRequire all granted\n</Location>", False),
        ("<Location /s/x>\nRequire all granted\n</Location>", True),
        ("<Location /s>\nHeader set A b\n</Location>", True),
        ("<Location />\nRequire all granted\n</Location>\n<Location /s>\nRequire local\n</Location>",
         True),
    ],
)  # fmt: skip
def test_of_sections_for_one_address_the_last_that_says_who_may_come_counts(later, expected):
    """As httpd merges them: a later section takes the place of the rules before it."""
    page = "<Location /s>\nSetHandler server-status\nRequire local\n</Location>"
    main = whole(f"Listen 80\n{page}\n{later}")
    (found,) = apache_folders.status_pages(apache_sites.sites(main), main)

    assert expected == found["is_closed"]


def test_a_pattern_that_may_open_a_status_page_leaves_it_unknown_and_a_site_may_open_it():
    """Nobody tells here which addresses a later pattern takes; a site's own section is clear."""
    page = "<Location /s>\nSetHandler server-status\nRequire local\n</Location>\n"
    main = whole(f"{page}<LocationMatch x>\nRequire all granted\n</LocationMatch>")
    opened = whole(page + vhost("<Location />\nRequire all granted\n</Location>"))
    (unsure,) = apache_folders.status_pages([], main)
    pages = apache_folders.status_pages(apache_sites.sites(opened), opened)

    assert "in_context" == unsure["is_closed"].obstacle
    assert [True, False] == [one["is_closed"] for one in pages]


def test_a_header_set_for_a_part_of_the_site_is_missing_not_false():
    """A folder of the main server may be all that the site serves."""
    part = "<Directory /w>\nHeader set X-Frame-Options DENY\n</Directory>"

    assert "in_context" == site(f"{part}\n{vhost('')}")["has_frame_guard"].obstacle


@pytest.mark.parametrize(
    ("override", "header", "lists"),
    [
        ("", True, False),
        ("AllowOverride None", True, False),
        ("AllowOverride All", None, None),
        ("AllowOverride FileInfo", None, False),
        ("AllowOverride Options", True, None),
        ("AllowOverride Options=FollowSymLinks", True, False),
        ("AllowOverride Options=Indexes,MultiViews", True, None),
        ("AllowOverride AuthConfig Limit", True, False),
        ("AllowOverride None\nAllowOverrideList Header", None, False),
        ("AllowOverride None\nAllowOverrideList Redirect", True, False),
        ("AllowOverride All\nAllowOverride None", True, False),
    ],
)
def test_what_a_htaccess_may_undo_is_not_known(override, header, lists):
    """By the classes of directives that the folder allows; the last word of a folder counts."""
    more = f"LoadModule autoindex_module x\n<Directory /w>\nOptions None\n{override}\n</Directory>"
    text = f"{more}\nHeader always set X-Frame-Options DENY\n{vhost('DocumentRoot /w')}"
    main = whole(text)
    (folder,) = apache_folders.folders(apache_sites.sites(main), frozenset({"autoindex"}))

    assert header == known(site(text)["has_frame_guard"])
    assert lists == known(folder["lists"])


def known(value):
    """A value, or None in place of a missing one."""
    return None if isinstance(value, Missing) else value


def test_a_deeper_folder_and_a_pattern_may_allow_a_htaccess_too():
    """What one part of a site may undo is not known for the whole site."""
    closed = "<Directory />\nAllowOverride None\n</Directory>\n"
    open_below = "<Directory /w/app>\nAllowOverride FileInfo\n</Directory>\n"
    by_pattern = '<DirectoryMatch "^/w/.*/app">\nAllowOverride All\n</DirectoryMatch>\n'
    frame = "Header always set X-Frame-Options DENY\n" + vhost("DocumentRoot /w")

    assert known(site(closed + frame)["has_frame_guard"])
    assert known(site(closed + open_below + frame)["has_frame_guard"]) is None
    assert known(site(closed + by_pattern + frame)["has_frame_guard"]) is None


def test_a_htaccess_may_make_a_page_about_the_server():
    """Where its module is there and the folder lets handlers be set."""
    main = whole("Listen 80\nDocumentRoot /w\n<Directory /w>\nAllowOverride All\n</Directory>")
    sites = apache_sites.sites(main)

    assert 1 == len(apache_folders.hidden_pages(sites, frozenset({"status"})))
    assert [] == apache_folders.hidden_pages(sites, frozenset({"autoindex"}))


@pytest.mark.parametrize(
    ("command", "unknown"),
    [
        ("Protocol ALL", "protocols"),
        ("MinProtocol TLSv1", "protocols"),
        ("CipherString DEFAULT", "weak_ciphers"),
        ("Curves X25519", None),
    ],
)
def test_what_openssl_is_told_besides_is_not_known(command, unknown):
    """SSLOpenSSLConfCmd holds over SSLProtocol and SSLCipherSuite, wherever it stands."""
    tls = "SSLEngine on\nSSLProtocol TLSv1.3\nSSLCipherSuite ECDHE-RSA-AES128-GCM-SHA256\n"
    for text in (vhost(f"{tls}SSLOpenSSLConfCmd {command}"),
                 f"SSLOpenSSLConfCmd {command}\n{vhost(tls)}"):  # fmt: skip
        told = site(text)
        missing = [n for n in ("protocols", "weak_ciphers") if isinstance(told[n], Missing)]

        assert ([unknown] if unknown else []) == missing


def test_a_header_taken_from_a_part_of_the_site_is_missing_not_true():
    """What a folder takes back is not sent there."""
    part = "<Files x>\nHeader always unset X-Frame-Options\n</Files>"
    text = f"Header always set X-Frame-Options DENY\n{vhost(part)}"

    assert "in_context" == site(text)["has_frame_guard"].obstacle


@pytest.mark.parametrize(("path", "expected"), [("/w/*", True), ("/home/*/www", False)])
def test_a_pattern_that_may_meet_what_is_served_leaves_a_gap(path, expected):
    """Which folders a pattern means nobody can tell here; one that lies elsewhere is no matter."""
    section = f"<Directory {path}>\nOptions Indexes\n</Directory>"
    main = whole(f"DocumentRoot /w/h\nListen 80\n{section}")
    found = apache_folders.folders(apache_sites.sites(main), frozenset({"autoindex"}))

    assert expected == any(isinstance(one, Missing) for one in found)
