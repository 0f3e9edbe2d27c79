"""Installed packages, package sources and the plan of an upgrade, line by line."""

import io
import tarfile
import time

import pytest

from attt.facts import apt_config, apt_sources
from attt.facts.package_sources import SOURCES
from attt.facts.package_updates import UPDATES
from attt.facts.packages import INSTALLED
from attt.facts.redact import REDACTORS
from attt.model.answer import Answer, Obstacle
from attt.model.value import Missing

NONE = Answer(obstacle=Obstacle.UNSUPPORTED)
SILENT = dict.fromkeys(("published", "system", "pins", "pins_tree", "caches"), NONE)
CURRENT = {
    "plan": Answer(stdout=b"0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n"),
    "stamps": Answer(stdout=b"755|41ed|0|root|0|root|1|1795344444|/var/lib/apt/lists\n"),
    "lists": Answer(stdout=b"a_dists_bookworm-security_main_binary-amd64_Packages\n"),
    "system": Answer(stdout=b"ID=debian\nVERSION_CODENAME=bookworm\n"),
}


def installed(**answers):
    """The fact from these answers; the other managers are not there."""
    given = dict.fromkeys(("dpkg", "rpm", "apk"), NONE) | {
        name: Answer(stdout=text.encode(), status=0) for name, text in answers.items()
    }
    return INSTALLED.parse(given, {}).value


def test_dpkg_counts_only_what_is_whole():
    """Removed and never unpacked packages are out, held ones in, a half one is a gap."""
    rows = ["ii \ta\t1\tall\ta", "hi \tb\t2\tall\tb", "rc \tc\t3\tall\tc", "iU \td\t4\tall\td"]
    rows += ["iW \te\t5\tall\te", "un \tf\t\t\t", "ri \tg\t6\tall\tsrc"]
    entries = installed(dpkg="\n".join(rows) + "\n")["entries"]

    assert ["a", "b", Obstacle.IN_CONTEXT, "e", "g"] == [
        one.obstacle if isinstance(one, Missing) else one["name"] for one in entries
    ]


def test_rpm_gives_epoch_and_source_and_no_keys():
    """An epoch stands before the version, the source package is named alone, keys are no packages."""
    text = "bash\t5.1.8-9.el9\tx86_64\tbash-5.1.8-9.el9.src.rpm\n"
    text += "bind-libs\t32:9.16.23-1.el9\tx86_64\tbind-9.16.23-1.el9.src.rpm\n"
    text += "gpg-pubkey\tfd431d51-4ae0493b\t(none)\t(none)\n"
    value = installed(rpm=text)

    expected = [("bash", "5.1.8-9.el9", "bash"), ("bind-libs", "32:9.16.23-1.el9", "bind")]
    found = [(one["name"], one["version"], one["source"]) for one in value["entries"]]
    assert ("rpm", expected) == (value["manager"], found)


def test_apk_names_hold_hyphens():
    """The last two parts are version and release."""
    text = "ca-certificates-bundle-20240226-r0 x86_64 {ca-certificates} (MPL-2.0) [installed]\n"
    [entry] = installed(apk=text)["entries"]

    assert {
        "name": "ca-certificates-bundle",
        "version": "20240226-r0",
        "arch": "x86_64",
        "source": "ca-certificates",
    } == entry


def test_two_thousand_packages_are_read_quickly():
    """The parser is a few milliseconds for 200 KB; twenty times the target still passes here."""
    rows = [
        f"ii \tlibpackage-number-{n}\t1:2.{n}-3+deb12u1\tamd64\tsource-{n}" for n in range(2000)
    ]
    text = "\n".join(rows) + "\n"
    start = time.process_time()
    entries = installed(dpkg=text)["entries"]
    spent = time.process_time() - start

    assert (2000, True) == (len(entries), spent < 0.12)


@pytest.mark.parametrize(
    ("line", "is_signed"),
    [
        ("deb http://a/debian x main", True),
        ("deb [trusted=yes] http://a/debian x main", False),
        ("deb [ arch=amd64 trusted=yes ] http://a/debian x main", False),
        ("deb [allow-insecure=yes] http://a/debian x main", False),
        ("deb [trusted=no signed-by=/k.gpg] http://a/debian x main", True),
        ("deb-src [trusted=yes] http://a/debian x main", False),
    ],
)
def test_an_option_that_trusts_everything_leaves_a_source_unsigned(line, is_signed):
    """Options may stand anywhere between the brackets."""
    assert [is_signed] == [one.is_signed for one in apt_sources.one_line(line)]


def test_deb822_knows_switched_off_folded_and_commented_fields():
    """A stanza that is off is no source; folded lines and comments are read as apt reads them."""
    text = "# x\nTypes: deb\nURIs: http://a/d\n http://b/d\nSuites: x\n#Trusted: yes\n\n"
    text += "Enabled: no\nTypes: deb\nURIs: http://c/d\nSuites: x\n\nTypes: deb\nURIs: http://e/d\n"
    text += "Suites: y\nTrusted: yes\n"
    found = [(one.address, one.is_signed) for one in apt_sources.deb822(text)]

    assert [("http://a/d", True), ("http://b/d", True), ("http://e/d", False)] == found


def test_apt_reads_its_own_words_for_yes_whatever_the_case():
    """Names without regard to case, the last value counts."""
    settings = apt_config.Settings('apt::get::x "0";\nAPT::Get::X "true";\nL:: "a";\nL:: "b";\n')

    assert (True, ["a", "b"], None) == (
        settings.is_on("APT::Get::X"),
        settings.all("l"),
        settings.text("M"),
    )


def test_the_account_in_an_address_is_hidden_without_moving_anything():
    """Redaction keeps every length, so that an archive of files stays readable."""
    text = b'deb https://bot:geheim@mirror/d x\nAcquire::http::Proxy "http://u:p@proxy:1/";\npassword = "abc"\n'
    hidden = REDACTORS["settings"](text)

    assert len(text) == len(hidden)
    assert not any(secret in hidden for secret in (b"geheim", b"u:p", b"abc"))
    assert hidden == REDACTORS["settings"](hidden)


def test_new_packages_that_an_upgrade_needs_are_not_outdated_ones():
    """Only installed packages wait for an update; their origin says whether it is one of security."""
    plan = "Inst linux-image-2 (2.0 Debian-Security:12/stable-security [amd64])\n"
    plan += "Inst libc6 [2.36-9] (2.36-9+deb12u8 Debian:12.8/stable, Debian-Security:12/stable-security [amd64]) []\n"
    plan += "Inst tzdata [1] (2 Debian:12-updates/stable-updates [all])\nConf libc6 (x)\n"
    plan += "2 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\n"
    answers = {
        "plan": Answer(stdout=plan.encode(), status=0),
        "stamps": Answer(
            stdout=b"755|41ed|0|root|0|root|1|1795344444|/var/lib/apt/lists\n", status=0
        ),
        "lists": Answer(stdout=b"a_dists_x-security_main_binary-amd64_Packages\n", status=0),
    }
    pending = UPDATES.parse({**SILENT, **answers}, {}).value["pending"]

    assert [("libc6", True), ("tzdata", False)] == [(p["name"], p["is_security"]) for p in pending]


def test_what_apt_keeps_back_and_a_missing_security_archive_are_gaps():
    """Neither a package that can't be upgraded nor a host without security lists is up to date."""
    plan = "The following packages have been kept back:\n  bash\n"
    plan += "0 upgraded, 0 newly installed, 0 to remove and 1 not upgraded.\n"
    answers = {
        "plan": Answer(stdout=plan.encode(), status=0),
        "stamps": Answer(stdout=b"755|41ed|0|root|0|root|1|1795344444|/var/lib/apt/lists\n"),
        "lists": Answer(stdout=b"a_dists_x_main_binary-amd64_Packages\n"),
    }
    pending = UPDATES.parse({**SILENT, **answers}, {}).value["pending"]

    assert ["kept back: bash", "no list of a security archive is on the host"] == [
        gap.detail for gap in pending
    ]


@pytest.mark.parametrize(
    ("pin", "is_gap"),
    [
        ("Package: openssl\nPin: version 3.0.*\nPin-Priority: 1001", True),
        ("Package: *\nPin: release l=Debian-Security\nPin-Priority: -1", True),
        ("Package: *\nPin: release n=bookworm-security\nPin-Priority: never", True),
        ("Package: *\nPin: release l=Debian-Security\nPin-Priority: 900", False),
        ("Package: *\nPin: origin packages.example\nPin-Priority: 1000", False),
        ("Package: *\nPin: release a=testing\nPin-Priority: 90", False),
        ("Explanation: Pin: version 1\nPackage: *\nPin: origin a\nPin-Priority: 500", False),
    ],
)
def test_a_pin_that_may_hide_a_security_update_is_a_gap(pin, is_gap):
    """Apt's plan obeys pins; one that holds a version or the security archive back leaves a doubt."""
    given = {**SILENT, **CURRENT, "pins": Answer(stdout=f"{pin}\n".encode(), status=0)}
    found = UPDATES.parse(given, {}).value["pending"]

    assert is_gap == bool(found)


@pytest.mark.parametrize(
    ("name", "is_gap"),
    [("bookworm-security", False), ("stable-security", False), ("bullseye-security", True), ("bookworm", True)],
)  # fmt: skip
def test_security_lists_of_another_release_are_none(name, is_gap):
    """After an upgrade the old release's lists hold nothing newer, and prove nothing."""
    lists = Answer(stdout=f"a_dists_{name}_main_binary-amd64_Packages\n".encode())
    found = UPDATES.parse({**SILENT, **CURRENT, "lists": lists}, {}).value["pending"]

    assert is_gap == bool(found)


def test_lists_are_as_old_as_the_newest_list_of_a_security_archive():
    """Another archive that is fetched every day says nothing of security updates."""
    told = Answer(stdout=b"1767225600.5 a_dists_bookworm-security_InRelease\n", status=0)
    old = UPDATES.parse({**SILENT, **CURRENT, "published": told}, {}).value["refreshed"]
    new = UPDATES.parse({**SILENT, **CURRENT}, {}).value["refreshed"]

    assert ("2026-01-01T00:00:00Z", "2026-11-22T") == (old, new[:11])


def repositories(main, repo=""):
    """Names of dnf's sources that are not known to be signed, from dnf.conf and one more file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("a.repo")
        member.size = len(repo)
        archive.addfile(member, io.BytesIO(repo.encode()))
    places = (
        b"absent|/etc/apt\n755|41ed|0|root|0|root|1|1|/etc/yum.repos.d\nabsent|/etc/zypp/repos.d\n"
    )
    answers = dict.fromkeys(("list", "lists", "apt", "yum", "zypp", "zypp_repos"), NONE)
    answers |= {
        "places": Answer(stdout=places, status=0),
        "dnf": Answer(stdout=main.encode(), status=0),
        "repos": Answer(stdout=buffer.getvalue(), status=0),
    }
    found = SOURCES.parse(answers, {}).value["sources"]
    return [s if isinstance(s, Missing) else s["name"] for s in found if _is_open(s)]


def _is_open(source):
    return isinstance(source, Missing) or source["is_signed"] is not True


def test_repositories_stand_in_the_main_file_too_or_in_folders_that_are_not_read():
    """dnf.conf may hold repositories of its own, and name other folders."""
    main = "[main]\ngpgcheck=1\n"

    assert ["own"] == repositories(f"{main}[own]\nbaseurl=http://a/\ngpgcheck=0\n")
    assert ["x"] == repositories(
        main, "[x]\ngpgcheck = 0\n[y]\nenabled=1\n[z]\ngpgcheck=0\nenabled=0\n"
    )
    assert isinstance(repositories(f"{main}reposdir=/opt/repos\n")[0], Missing)
    assert [] == repositories(main, "[y]\nbaseurl=http://a/\n")
