"""How stacks of PAM are followed: the layouts of other distributions, and the ways to get them wrong."""

import io
import tarfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.facts.kind import FactKind
from attt.facts.pam_passwords import PASSWORDS
from attt.facts.pam_paths import FAILURE, SUCCESS, ways
from attt.facts.pam_quality import promise
from attt.facts.pam_services import SERVICES
from attt.facts.pam_stack import Line, Services
from attt.facts.sessions import DEFAULTS
from attt.facts.su import SU
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Command, ReadFile, ReadTree
from attt.model.fact import FactRead
from attt.model.value import Missing, Value

RHEL_AUTH = """auth required pam_env.so
auth required pam_faildelay.so delay=2000000
auth required pam_faillock.so preauth silent
auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular
auth [default=1 ignore=ignore success=ok] pam_localuser.so
auth sufficient pam_unix.so
auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular
auth sufficient pam_sss.so forward_pass
auth required pam_faillock.so authfail
auth required pam_deny.so
"""
RHEL_PASSWORD = """password requisite pam_pwquality.so local_users_only
password [default=1 ignore=ignore success=ok] pam_localuser.so
password requisite pam_pwhistory.so use_authtok
password sufficient pam_unix.so yescrypt shadow use_authtok
password [success=1 default=ignore] pam_localuser.so
password sufficient pam_sss.so use_authtok
password required pam_deny.so
"""
SSHD = (
    "auth substack password-auth\naccount include password-auth\npassword include password-auth\n"
)
QUALITY = "minlen = 14\nminclass = 4\n"


def value_of(kind: FactKind, files: Mapping[str, str]) -> Value:
    """What a fact reads from files by path; whatever is not named does not exist."""
    fact = kind.parse({name: _answer(ask, files) for name, ask in kind.asks({}).items()}, {})
    assert isinstance(fact, FactRead), fact
    return fact.value


def _answer(ask: object, files: Mapping[str, str]) -> Answer:
    if isinstance(ask, ReadFile):
        return Answer(stdout=files.get(ask.path, "").encode(), exists=ask.path in files)
    if isinstance(ask, ReadTree):
        inside = {
            path.rsplit("/", 1)[1]: text
            for path, text in files.items()
            if path.rsplit("/", 1)[0] == ask.path
        }
        return Answer(stdout=_tar(inside), exists=bool(inside))
    if isinstance(ask, Command):
        return Answer(stdout=files.get(ask.argv[0], "").encode())
    return Answer(status=0)


def _tar(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def _sshd(auth: str, *, conf: str = "deny = 5\n") -> dict[str, object]:
    files = {
        "/etc/pam.d/sshd": SSHD,
        "/etc/pam.d/password-auth": auth + "account required pam_unix.so\n",
        "/etc/security/faillock.conf": conf,
    }
    value = value_of(SERVICES, files)
    assert isinstance(value, dict)
    [service] = value["services"]
    return service


@pytest.mark.parametrize(
    ("release", "words", "mode"),
    [
        ('ID=debian\nVERSION_ID="13"\n', "", "0770"),
        ('ID=debian\nVERSION_ID="13"\n', " nousergroups", "0750"),
        ('ID=debian\nVERSION_ID="12"\n', "", "0750"),
        ('ID=debian\nVERSION_ID="12"\n', " usergroups", "0770"),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', "", "0770"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n', " silent", "0750"),
        ("", "", "0770"),
    ],
)
def test_pam_umask_opens_a_group_of_ones_own(release: str, words: str, mode: str) -> None:
    """The release, or a word on the line, says whether such a group gets what its owner has."""
    files = {
        "/etc/pam.d/sshd": f"session optional pam_umask.so{words}\n",
        "/etc/login.defs": "UMASK 027\n",
        "/etc/os-release": release,
        "/etc/passwd": "root:x:0:0::/root:/bin/bash\nbinh:x:1000:1000::/home/binh:/bin/bash\n",
    }
    value = value_of(DEFAULTS, files)
    assert isinstance(value, dict)

    assert [mode] == [one["created_mode"] for one in value["shells"]]


@pytest.mark.parametrize(
    ("shell", "family", "minutes", "fixed"),
    [
        ("/bin/bash", "sh", 5, True),
        ("/bin/sh", "dash", None, False),
        ("/usr/bin/dash", "dash", None, False),
        ("/bin/mksh", "ksh", 10, False),
        (
            "/bin/ash",
            "ash",
            Missing(Obstacle.IN_CONTEXT, "busybox may be built without TMOUT"),
            False,
        ),
        ("", "dash", None, False),
    ],
)
def test_each_shell_keeps_the_time_out_that_it_knows(
    shell: str, family: str, minutes: object, fixed: object
) -> None:
    """Dash knows no TMOUT, busybox may know none, and bash alone reads its own file."""
    files = {
        "/etc/profile": "TMOUT=600\n",
        "/etc/bash.bashrc": "TMOUT=300; readonly TMOUT\n",
        "/etc/passwd": f"binh:x:1000:1000::/home/binh:{shell}\n",
        "readlink": "/usr/bin/dash\n",
    }
    value = value_of(DEFAULTS, files)
    assert isinstance(value, dict)
    [used] = [one for one in value["shells"] if one["is_used"]]

    assert (family, minutes, fixed) == (
        used["family"], used["timeout_minutes"], used["is_fixed"],
    )  # fmt: skip


def test_which_program_sh_is_must_be_known_where_people_have_it() -> None:
    """Where nobody could tell what /bin/sh is, nothing is said of shells."""
    value = value_of(DEFAULTS, {"/etc/passwd": "binh:x:1000:1000::/home/binh:/bin/sh\n"})
    assert isinstance(value, dict)

    assert Missing(Obstacle.FAILED, "which program /bin/sh is") == value["shells"]


def test_su_with_a_login_shell_is_restricted_too() -> None:
    """The service of `su -` has a stack of its own."""
    wheel = "auth required pam_wheel.so use_uid group=sugroup\nauth required pam_unix.so\n"
    files = {"/etc/pam.d/su": wheel, "/etc/group": "sugroup:x:100:\n", "/etc/passwd": ""}
    own = {"/etc/pam.d/su-l": "auth required pam_unix.so\n"}
    program = Answer(stdout=b"4755|89ed|0|root|0|root|84360|1783080241|/usr/bin/su\n")
    found = []
    for there in (files, files | own):
        answers = {name: _answer(ask, there) for name, ask in SU.asks({}).items()}
        fact = SU.parse({**answers, "programs": program}, {})
        assert isinstance(fact, FactRead)
        assert isinstance(fact.value, dict)
        found.append(fact.value["is_restricted"])

    assert [True, False] == found


def test_the_layout_of_rhel_locks() -> None:
    """Jumps over modules and a substack do not hide that each wrong password is counted."""
    found = _sshd(RHEL_AUTH)

    assert (5, 10, 15, False) == tuple(
        found[name] for name in ("lock_after", "unlock_minutes", "window_minutes", "locks_root")
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("auth required pam_faillock.so authfail\n", ""),
        ("auth required pam_faillock.so preauth silent\n", ""),
        ("auth required pam_faillock.so preauth", "auth optional pam_faillock.so preauth"),
        ("auth sufficient pam_unix.so", "auth requisite pam_unix.so"),
        ("auth required pam_env.so", "auth sufficient pam_unix.so"),
        (
            "auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular\nauth sufficient",
            "auth [default=3 ignore=ignore success=ok] pam_usertype.so isregular\nauth sufficient",
        ),
    ],
)
def test_a_lock_that_can_be_walked_around_is_none(old: str, new: str) -> None:
    """Not counting, not refusing, and leaving the stack too early each undo the lock."""
    assert _sshd(RHEL_AUTH.replace(old, new, 1))["lock_after"] is None


@pytest.mark.parametrize(
    ("conf", "expected"),
    [
        ("", (3, 10)),
        ("deny = 0\n", (None, None)),
        ("deny=4\nunlock_time = never\n", (4, None)),
        ("deny = 4 # sau\nunlock_time = 0\n", (4, None)),
        ("# deny = 9\nunlock_time = 119\n", (3, 1)),
    ],
)
def test_limits_of_faillock(conf: str, expected: tuple[int | None, int | None]) -> None:
    """Its own defaults hold where the file is silent; 0 and never are no limit."""
    found = _sshd(RHEL_AUTH, conf=conf)

    assert expected == (found["lock_after"], found["unlock_minutes"])


def test_words_on_the_line_win_over_the_file() -> None:
    """The module takes its own line last, and the weaker of its two lines counts."""
    auth = RHEL_AUTH.replace("preauth silent", "preauth deny=8").replace(
        "authfail", "authfail deny=4"
    )

    assert 8 == _sshd(auth)["lock_after"]


def test_pam_tally2_locks_when_it_stands_first() -> None:
    """The older module counts and refuses by itself; behind a sufficient module it sees nothing."""
    tally = "auth required pam_tally2.so deny=5 unlock_time=900\n"
    unix = "auth sufficient pam_unix.so\nauth required pam_deny.so\n"

    assert 5 == _sshd(tally + unix)["lock_after"]
    assert _sshd(unix.replace("auth required", tally + "auth required"))["lock_after"] is None


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("auth sufficient pam_permit.so", True),
        ("auth sufficient pam_localuser.so", True),
        ("auth [success=done default=ignore] pam_env.so", True),
        ("auth required pam_permit.so", False),
        ("auth sufficient pam_succeed_if.so user ingroup nopasswdlogin", False),
        ("auth sufficient pam_succeed_if.so user ingroup quantri", True),
        ("auth sufficient pam_rootok.so", True),
        ("auth [success = done default = ignore] pam_env.so", True),
        ("# a note \\\nauth sufficient pam_permit.so", True),
        ("  # auth sufficient pam_permit.so", False),
        ("auth required pam_env.so # a note \\\nauth sufficient pam_permit.so", True),
        ("auth sufficient \\\n pam_permit.so", True),
    ],
)
def test_a_stack_that_asks_for_nothing(first: str, *, expected: bool) -> None:
    """A module that is always content must not be enough."""
    assert expected is _sshd(f"{first}\n{RHEL_AUTH}")["accepts_anything"]


def test_rootok_is_harmless_where_the_caller_runs_the_program() -> None:
    """For su it asks whether root calls; for the stack of last resort nobody can tell who comes."""
    su = "auth sufficient pam_rootok.so\nauth required pam_unix.so\n"
    value = value_of(
        SERVICES, {"/etc/pam.d/su": su, "/etc/pam.d/other": "auth required pam_permit.so\n"}
    )
    assert isinstance(value, dict)

    assert {"su": False, "other": True} == {
        one["name"]: one["accepts_anything"] for one in value["services"]
    }


def test_a_group_that_is_never_locked_is_not_told_away() -> None:
    """The members of admin_group are treated as root is; only even_deny_root locks them."""
    conf = "deny = 5\nadmin_group = users\n"

    assert isinstance(_sshd(RHEL_AUTH, conf=conf)["lock_after"], Missing)
    assert 5 == _sshd(RHEL_AUTH, conf=conf + "even_deny_root\n")["lock_after"]


def test_a_program_that_lets_people_in_is_not_told() -> None:
    """Nobody can say what a program of pam_exec checks."""
    found = _sshd(f"auth sufficient pam_exec.so /opt/check\n{RHEL_AUTH}")["accepts_anything"]

    assert isinstance(found, Missing)


def _passwords(stack: str, quality: str = QUALITY) -> dict[str, object]:
    files = {
        "/etc/pam.d/passwd": "password substack system-auth\n",
        "/etc/pam.d/system-auth": stack,
        "/etc/security/pwquality.conf": quality,
        "/etc/security/pwhistory.conf": "remember = 12\n",
        "/etc/login.defs": "ENCRYPT_METHOD SHA512\n",
    }
    value = value_of(PASSWORDS, files)
    assert isinstance(value, dict)
    return value


def test_the_layout_of_rhel_holds_local_passwords_to_the_rules() -> None:
    """What sssd does with passwords of the directory does not count against local ones."""
    found = _passwords(RHEL_PASSWORD)

    assert {"min_length": 14, "min_classes": 4, "has_dictionary": True, "hash": "yescrypt"} == {
        name: found[name] for name in ("min_length", "min_classes", "has_dictionary", "hash")
    }


_UNIX = "password [success=1 default=ignore] pam_unix.so yescrypt{}\n"
_END = "password requisite pam_deny.so\npassword required pam_permit.so\n"


@pytest.mark.parametrize(
    ("before", "told", "after", "length"),
    [
        ("required pam_pwquality.so", " use_authtok", "", 14),
        ("optional pam_pwquality.so", " use_authtok", "", 14),
        ("requisite pam_pwquality.so", "", "", 14),
        ("required pam_pwquality.so", "", "", 0),
        ("optional pam_pwquality.so", "", "", 0),
        ("required pam_pwhistory.so", "", "password required pam_pwquality.so use_authtok\n", 0),
    ],
)
def test_what_is_looked_at_too_late_is_not_enforced(
    before: str, told: str, after: str, length: int
) -> None:
    """As Debian 12 and 13 were seen to do: what counts is what stood when pam_unix stored it."""
    stack = f"password {before}\n{_UNIX.format(told)}{_END}{after}"

    assert length == _passwords(stack)["min_length"]


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        ("# minlen = 14\n# dcredit = -1\n#minclass = 4\n", (8, 0)),
        ("# minlen = 9\n# dcredit = 1\n# ucredit = 1\n", (6, 0)),
    ],
)
def test_a_setting_that_is_commented_out_is_none(quality: str, expected: tuple[int, int]) -> None:
    """Only the credits of old releases are taken from the comments of the shipped file."""
    found = _passwords(RHEL_PASSWORD, quality)

    assert expected == (found["min_length"], found["min_classes"])


def test_history_that_some_can_jump_over_is_none() -> None:
    """The weakest way through the stack counts, for accounts of this host."""
    others = RHEL_PASSWORD.replace("pam_localuser.so", "pam_localuser.so file=/etc/some")
    some = RHEL_PASSWORD.replace("pam_localuser.so", "pam_succeed_if.so uid >= 1000")

    assert 0 == _passwords(others)["remember"]
    assert 0 == _passwords(some)["remember"]
    assert 12 == _passwords(some.replace("[default=1", "[default=ignore"))["remember"]


def test_history_that_only_accounts_of_a_directory_jump_over_is_kept() -> None:
    """Authselect's with-pwhistory asks pam_localuser first: each account of this host is one."""
    assert 12 == _passwords(RHEL_PASSWORD)["remember"]


@pytest.mark.parametrize(
    ("stack", "hash_"),
    [
        ("password required pam_unix.so sha512 md5\n", "md5"),
        ("password required pam_unix.so shadow\n", "sha512"),
        ("password required pam_unix.so blowfish\n", "bcrypt"),
    ],
)
def test_the_hash_of_new_passwords(stack: str, hash_: str) -> None:
    """The last word on the line, else login.defs."""
    assert hash_ == _passwords(stack)["hash"]


@pytest.mark.parametrize(
    ("module", "options", "expected"),
    [
        ("pam_pwquality", {}, (8, 0)),
        ("pam_pwquality", {"minlen": "14", "dcredit": "-1", "ucredit": "-1"}, (14, 2)),
        ("pam_pwquality", {"minlen": "14", "minclass": "3", "dcredit": "-1"}, (14, 3)),
        ("pam_pwquality", {"minlen": "8", **dict.fromkeys(("dcredit", "ucredit", "lcredit", "ocredit"), "1")}, (4, 0)),
        ("pam_pwquality", {"minlen": "12", "dcredit": "3", "ucredit": "3", "lcredit": "3", "ocredit": "3"}, (6, 0)),
        ("pam_pwquality", {"minlen": "14", "enforcing": "0"}, (0, 0)),
        ("pam_cracklib", {"minlen": "14"}, (10, 0)),
        ("pam_passwdqc", {"min": "disabled,disabled,disabled,disabled,14"}, (14, 4)),
        ("pam_passwdqc", {}, (7, 1)),
        ("pam_unix", {"obscure": ""}, (6, 0)),
        ("pam_unix", {"minlen": "9"}, (9, 0)),
    ],
)  # fmt: skip
def test_what_each_module_promises(
    module: str, options: dict[str, str], expected: tuple[int, int]
) -> None:
    """Credits above 0 shorten what is required; a module that only warns promises nothing."""
    found = promise(module, options)

    assert not isinstance(found, Missing)
    assert expected == (found.length, found.classes)


def test_drop_ins_are_read_before_the_file() -> None:
    """Libpwquality reads its folder first: what stands in the file itself wins."""
    files = {
        "/etc/pam.d/passwd": "password requisite pam_pwquality.so\npassword required pam_unix.so\n",
        "/etc/security/pwquality.conf": "minlen = 8\n",
        "/etc/security/pwquality.conf.d/50.conf": "minlen = 14\nminclass = 3\n",
    }
    value = value_of(PASSWORDS, files)

    assert isinstance(value, dict)
    assert (8, 3) == (value["min_length"], value["min_classes"])


@pytest.mark.parametrize(
    "text", ["auth include nowhere\n", "auth [odd] pam_unix.so\n", "what is this\n"]
)
def test_what_can_not_be_followed_is_missed(text: str) -> None:
    """A file that is not there or a line that is none leaves the service unknown."""
    value = value_of(SERVICES, {"/etc/pam.d/sshd": text})

    assert isinstance(value, dict)
    assert isinstance(value["services"][0], Missing)


@pytest.mark.parametrize(
    "files",
    [
        {"/etc/pam.d/sshd": "auth required pam_unix.so\n" * 60},
        {"/etc/pam.d/sshd": "auth optional pam_unix.so\n" * 5000},
        {"/etc/pam.d/sshd": "@include a\n" * 9, "/etc/pam.d/a": "@include b\n" * 999, "/etc/pam.d/b": "\n"},
        {"/etc/pam.d/sshd": "auth substack sshd\n"},
    ],
)  # fmt: skip
def test_a_hostile_stack_costs_little(files: dict[str, str]) -> None:
    """However long, branching or circular: an answer or a gap, and soon."""
    value = value_of(SERVICES, files)

    assert isinstance(value, dict)
    assert 1 == len(value["services"])


def test_a_service_without_lines_has_those_of_other() -> None:
    """PAM falls back on the service `other`, type by type."""
    services = Services(
        files={"sshd": ("account required pam_unix.so",), "other": ("auth required pam_deny.so",)}
    )

    assert ["pam_deny"] == [line.module for line in services.stack("sshd", "auth")]


_LINES = st.builds(
    lambda control, module: f"auth {control} {module}.so",
    st.sampled_from(
        ["required", "requisite", "sufficient", "optional", "[success=1 default=ignore]"]
    ),
    st.sampled_from(["pam_unix", "pam_permit", "pam_deny", "pam_env"]),
)


def _either(line: Line) -> tuple[str, ...]:
    return {"pam_deny": (FAILURE,), "pam_permit": (SUCCESS,)}.get(line.module, (SUCCESS, FAILURE))


@given(st.lists(_LINES, max_size=8))
def test_nothing_gets_past_a_module_that_always_refuses(lines: list[str]) -> None:
    """A required module that fails at the top cannot be made good by what follows."""
    services = Services(files={"sshd": ("auth required pam_deny.so", *lines)})
    stack = services.stack("sshd", "auth")

    assert not any(way.succeeds for way in ways(stack, _either, frozenset()))
