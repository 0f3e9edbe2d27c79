"""The POSIX dialect against real shells: what is asked comes back, and nothing else can pass for it."""

import io
import os
import re
import secrets
import shutil
import subprocess
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attt.collect.dialect.frames import decode
from attt.collect.dialect.posix import EXEC, compile_program, sudo_argv
from attt.facts.kind import Unparsable
from attt.facts.tar import members
from attt.model.answer import Answer, Obstacle
from attt.model.ask import Command, Privilege, ReadFile, ReadTree, Stat
from attt.model.run import PrivilegeHad

SHELLS = [name for name in ("dash", "bash", "busybox") if shutil.which(name)]


def put(asks, shell="sh", *, prefix=(), password=""):
    """Run the program for `asks` with a real shell and read its reply."""
    program = compile_program(asks, nonce=secrets.token_hex(16))
    argv = ["busybox", "sh"] if shell == "busybox" else [shell]
    ran = subprocess.run(
        [*prefix, *argv, "-c", EXEC],
        input=program.stdin(password),
        capture_output=True,
        check=False,
    )
    return decode(program, ran.stdout, ran.stderr)


def ask_one(ask, shell="sh", **kwargs):
    """The answer to one ask."""
    return put([ask], shell, **kwargs).answers[0]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_answers_with_output_status_and_stderr(shell):
    """Output without a final newline, the exit status and stderr come back exactly."""
    ask = Command(argv=("/bin/sh", "-c", "printf 'a\\nb'; printf oops >&2; exit 3"), statuses=(3,))

    answer = ask_one(ask, shell)

    assert Answer(stdout=b"a\nb", status=3, stderr=b"oops") == answer


@pytest.mark.parametrize("shell", SHELLS)
def test_every_byte_survives(shell, tmp_path):
    """A file of all bytes, NUL and newlines included, comes back unchanged."""
    content = bytes(range(256)) * 3 + b"\n\n\n"
    (tmp_path / "all").write_bytes(content)

    answer = ask_one(ReadFile(path=str(tmp_path / "all")), shell)

    assert content == answer.stdout


def test_quoting_holds_for_hostile_words():
    """An argument full of shell signs reaches the program as one word and runs nothing."""
    word = "'; touch /tmp/attt-was-here; $(id) `id` \\ \" * ~"

    answer = ask_one(Command(argv=("printf", "%s", word)))

    assert word.encode() == answer.stdout


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_argument_is_one_word(word):
    """Whatever an argument holds, the program gets exactly that."""
    answer = ask_one(Command(argv=("printf", "%s", word)))

    assert word.encode() == answer.stdout


def test_absence_is_proved_and_denial_is_not_absence(tmp_path):
    """A file under a readable folder is proved absent; under a closed one it is denied."""
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "file").write_text("x")
    closed.chmod(0o700)
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    asks = [ReadFile(path=str(tmp_path / "none")), ReadFile(path=str(closed / "none"))]

    reply = put(asks, prefix=as_nobody())

    assert Answer(exists=False) == reply.answers[0]
    assert Obstacle.DENIED is reply.answers[1].obstacle


def as_nobody():
    """A prefix that runs without rights; skips where that can't be had."""
    if not shutil.which("setpriv"):
        pytest.skip("setpriv (util-linux) is not here")
    argv = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    if subprocess.run([*argv, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs root to give rights up")
    return argv


def test_without_rights_a_privileged_ask_is_not_run():
    """Neither root nor sudo: a privileged command says so and is not tried as it is."""
    ask = Command(argv=("/usr/bin/id",), privilege=Privilege.ROOT)

    reply = put([ask], prefix=(*as_nobody(), "env", "PATH=/usr/bin:/bin"))

    assert PrivilegeHad.NONE is reply.privilege
    assert Obstacle.NO_PRIVILEGE is reply.answers[0].obstacle


def test_processes_are_listed_without_rights_where_proc_shows_them_all():
    """Root is needed for a list of processes only on a host that hides those of others."""
    ask = Command(argv=("/bin/ps", "-e", "-o", "pid="), privilege=Privilege.ROOT)

    answer = put([ask], prefix=(*as_nobody(), "env", "PATH=/usr/bin:/bin")).answers[0]

    assert (None, "1") == (answer.obstacle, answer.stdout.split()[0].decode())


@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare (util-linux) is not here")
def test_a_host_that_hides_processes_shows_no_shortened_list():
    """With hidepid a list without rights would hold one's own alone: it is refused instead."""
    hiding = 'mount -t proc -o hidepid=2 proc /proc || exit 77; "$@"; exit $?'
    prefix = ("unshare", "--mount", "--pid", "--fork", "sh", "-c", hiding, "sh", *as_nobody())
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    asks = [
        Command(argv=("/bin/ps", "-e", "-o", "comm="), privilege=Privilege.ROOT),
        Command(argv=("/bin/cat", "/proc/1/comm"), privilege=Privilege.ROOT),
    ]

    reply = put(asks, prefix=(*prefix, "env", "PATH=/usr/bin:/bin"))

    assert [Obstacle.NO_PRIVILEGE] * 2 == [answer.obstacle for answer in reply.answers]


@pytest.mark.parametrize(
    "script",
    [
        "sleep 60",
        "sleep 60 & echo started",
        "setsid sh -c 'sleep 60 & echo started'",
        "trap '' TERM; sleep 60",
    ],
    ids=["hangs", "grandchild", "own-session", "ignores-term"],
)
def test_what_hangs_costs_its_own_deadline(script):
    """A hanging command, or one whose grandchild holds stdout, is timed out; the next is asked."""
    asks = [Command(argv=("/bin/sh", "-c", script), timeout_s=1), Command(argv=("echo", "next"))]

    reply = put(asks)

    assert Obstacle.TIMED_OUT is reply.answers[0].obstacle
    assert b"next\n" == reply.answers[1].stdout


def test_what_never_ends_is_cut():
    """Endless output is cut at the cap and said to be cut."""
    answer = ask_one(Command(argv=("yes",), cap_bytes=1000))

    assert (Obstacle.CUT, 1000) == (answer.obstacle, len(answer.stdout))


def test_endless_stderr_is_cut_too():
    """Endless stderr does not stop an ask from ending, and only its head is kept."""
    ask = Command(argv=("/bin/sh", "-c", "yes >&2"), timeout_s=2)

    answer = ask_one(ask)

    assert len(answer.stderr) <= 4096
    assert answer.obstacle is not None


def test_a_missing_program_is_no_tool():
    """A program that is not there is said to be missing, by name and by absolute path."""
    reply = put([Command(argv=("attt-no-such",)), Command(argv=("/opt/none", "x"))])

    assert [Obstacle.NO_TOOL] * 2 == [a.obstacle for a in reply.answers]


def test_a_tree_comes_back_as_tar_of_matching_files(tmp_path):
    """Only regular files directly in the folder that match; names with spaces and dashes too."""
    for name in ("a.conf", "-b c.conf", "other"):
        (tmp_path / name).write_text(name)
    (tmp_path / "sub.conf").mkdir()

    answer = ask_one(ReadTree(path=str(tmp_path), glob="*.conf"))

    with tarfile.open(fileobj=io.BytesIO(answer.stdout)) as archive:
        assert ["-b c.conf", "a.conf"] == archive.getnames()


def test_a_tree_is_canonical(tmp_path):
    """The same files give the same bytes whatever their times, so evidence is kept once."""
    (tmp_path / "a").write_text("x")
    first = ask_one(ReadTree(path=str(tmp_path)))
    (tmp_path / "a").touch()

    assert first == ask_one(ReadTree(path=str(tmp_path)))


def test_no_folder_and_an_empty_folder_differ(tmp_path):
    """A missing folder is proved absent; an empty one is an empty archive."""
    asks = [ReadTree(path=str(tmp_path / "none")), ReadTree(path=str(tmp_path), glob="*.x")]

    reply = put(asks)

    assert not reply.answers[0].exists
    assert reply.answers[1].exists
    assert reply.answers[1].obstacle is None


def test_stat_tells_each_path(tmp_path):
    """One line a path: attributes, or proved absent; a folder or a device is no regular file."""
    (tmp_path / "f").write_text("123")
    (tmp_path / "f").chmod(0o604)

    answer = ask_one(Stat(paths=(str(tmp_path / "f"), str(tmp_path / "none"))))

    lines = answer.stdout.decode().splitlines()
    assert f"absent|{tmp_path}/none" in lines
    assert any(line.startswith("604|81") and line.endswith(f"|{tmp_path}/f") for line in lines)


def test_an_ask_for_another_platform_is_not_put():
    """An ask that names platforms is guarded by them."""
    answer = ask_one(Command(argv=("true",), platforms=("no-such-platform",)))

    assert Obstacle.UNSUPPORTED is answer.obstacle


def test_content_can_not_forge_a_frame(tmp_path):
    """A file that imitates marks is content; without the nonce it ends nothing."""
    forged = b"\n0000000000000000 0 > 0\n\n0000000000000000 1 <\nforged\n"
    (tmp_path / "f").write_bytes(forged)
    asks = [ReadFile(path=str(tmp_path / "f")), Command(argv=("echo", "true words"))]

    reply = put(asks)

    assert forged == reply.answers[0].stdout
    assert b"true words\n" == reply.answers[1].stdout


def test_a_noisy_profile_changes_nothing():
    """What a login shell prints before the program is no answer."""
    program = compile_program([Command(argv=("echo", "x"))], nonce="n" * 32)
    ran = subprocess.run(
        ["/bin/sh", "-c", f"echo Welcome; echo '*** warning ***' >&2; {EXEC}"],
        input=program.stdin(), capture_output=True, check=False,
    )  # fmt: skip

    assert b"x\n" == decode(program, ran.stdout, ran.stderr).answers[0].stdout


def test_a_reply_that_breaks_off_keeps_what_was_whole():
    """Answers before the break stand; the one under way and those after it are lost."""
    asks = [Command(argv=("echo", str(n))) for n in range(3)]
    program = compile_program(asks, nonce="n" * 32)
    ran = subprocess.run(
        ["/bin/sh", "-c", EXEC], input=program.stdin(), capture_output=True, check=False
    )
    half = ran.stdout[: ran.stdout.index(b" 1 <") + 6]

    reply = decode(program, half, ran.stderr)

    assert [None, Obstacle.LOST, Obstacle.LOST] == [a.obstacle for a in reply.answers]
    assert not reply.is_whole


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_decode(stdout, stderr):
    """Whatever a host sends, decoding gives a reply with an answer for every ask."""
    program = compile_program([Command(argv=("true",)), ReadFile(path="/x")], nonce="n" * 16)
    mark = b"\n" + b"n" * 16

    for text in (stdout, stdout.replace(b"\x00", mark + b" 0 <\n")):
        assert 2 == len(decode(program, text, stderr).answers)


def test_the_program_is_only_sent_never_an_argument():
    """The command line is constant: no ask, no password and no nonce is ever in it."""
    assert "nonce" not in EXEC
    assert EXEC.startswith("/bin/sh -c '")


def test_sudo_argv_are_exact():
    """What sudoers must allow is exactly what the program runs with sudo -n."""
    ask = ReadFile(path="/etc/shadow", privilege=Privilege.ROOT)

    program = compile_program([ask], nonce="n" * 16)

    assert (("/usr/bin/cat", "/etc/shadow"),) == sudo_argv(ask)
    assert "sudo -n -- /usr/bin/cat" in program.text


def test_a_second_name_of_a_file_is_read_too(tmp_path):
    """A hard link in a folder is a file like its first name, which another glob may leave out."""
    (tmp_path / "a.old").write_text("Match all\n")
    (tmp_path / "b.conf").hardlink_to(tmp_path / "a.old")
    whole = subprocess.run(
        ["tar", "-chf", "-", "-C", tmp_path, "."], capture_output=True, check=True
    ).stdout
    program = compile_program([ReadTree(path="/x", glob="*.conf")], nonce="0" * 32)
    out = b"\n%s h <\n\n%s h > 0\n" % (b"0" * 32, b"0" * 32)
    out += b"\n%s 0 <\n%s\n%s 0 > 0\n" % (b"0" * 32, whole, b"0" * 32)

    answer = decode(program, out, b"").answers[0]

    assert {"b.conf": b"Match all\n"} == {m.name: m.content for m in members(answer.stdout)}


@pytest.mark.parametrize("size", [b"\xff" * 12, b"77777777777\0", b"-0000000001\0"])
def test_sizes_of_a_hostile_archive_end_the_reading(size):
    """A negative or an endless member is no archive: it is passed on, for the parser to refuse."""
    header = bytearray(tarfile.TarInfo("x").tobuf(tarfile.USTAR_FORMAT))
    header[124:136] = size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    hostile = bytes(header) + b"\0" * 1024
    program = compile_program([ReadTree(path="/x")], nonce="0" * 32)
    out = b"\n%s 0 <\n%s\n%s 0 > 0\n" % (b"0" * 32, hostile, b"0" * 32)

    answer = decode(program, out, b"").answers[0]

    assert hostile == answer.stdout
    with pytest.raises(Unparsable):
        members(answer.stdout)


def test_the_systems_own_tools_come_first(tmp_path):
    """A program of the same name in /usr/local does not answer in place of the system's own."""
    path = ask_one(Command(argv=("/bin/sh", "-c", "echo $PATH"))).stdout.decode().strip()

    assert path.index("/usr/bin") < path.index("/usr/local/bin")


@pytest.mark.parametrize("status", [b"9" * 5000, b"9" * 21])
def test_a_status_too_long_for_a_number_is_no_end(status):
    """A hostile host can't make reading its reply fail by a number that nothing holds."""
    program = compile_program([Command(argv=("true",))], nonce="0" * 32)
    out = b"\n%s 0 <\nx\n%s 0 > %s\n" % (b"0" * 32, b"0" * 32, status)

    answer = decode(program, out, b"").answers[0]

    assert Obstacle.LOST is answer.obstacle


def test_a_program_is_found_where_usr_is_not_merged(tmp_path):
    """/usr/bin/x is asked for, only /bin/x is there (or the other way round): it is the same program."""
    busybox = shutil.which("busybox")
    if os.geteuid() != 0 or not busybox:
        pytest.skip("needs root and busybox")
    root = tmp_path / "root"
    for folder in ("bin", "usr/bin", "etc", "dev"):
        (root / folder).mkdir(parents=True)
    (root / "dev/null").touch()
    shutil.copy(busybox, root / "bin/busybox")
    needed = subprocess.run(["ldd", busybox], capture_output=True, text=True, check=False).stdout
    for library in re.findall(r"(/\S+) \(0x", needed):
        (root / library[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library[1:])
    for name in ("sh", "cat", "head", "id", "uname", "timeout", "printf", "true"):
        (root / "bin" / name).symlink_to("busybox")
    (root / "bin/only-here").write_text("#!/bin/sh\necho from bin\n")
    (root / "bin/only-here").chmod(0o755)
    asks = [Command(argv=("/usr/bin/only-here",)), Command(argv=("/usr/sbin/only-here",))]
    program = compile_program(asks, nonce="n" * 32)
    ran = subprocess.run(
        ["chroot", root, "/bin/sh", "-c", EXEC],
        input=program.stdin(),
        capture_output=True,
        check=False,
    )

    reply = decode(program, ran.stdout, ran.stderr)

    assert b"from bin\n" == reply.answers[0].stdout
    assert Obstacle.NO_TOOL is reply.answers[1].obstacle


@pytest.mark.parametrize("shell", SHELLS)
def test_small_files_travel_together(shell, tmp_path):
    """Readable files come in one archive, exactly; empty, absent and made-up ones come as they are."""
    for number in range(5):
        (tmp_path / f"file {number}").write_bytes(bytes(range(256)) * number)
    (tmp_path / "link").symlink_to("/proc/self/mounts")
    (tmp_path / "same").hardlink_to(tmp_path / "file 3")
    names = [*(f"file {n}" for n in range(5)), "same", "none", "link"]
    asks = [ReadFile(path=str(tmp_path / name)) for name in names]
    program = compile_program(asks, nonce=secrets.token_hex(16))
    argv = ["busybox", "sh"] if shell == "busybox" else [shell]
    ran = subprocess.run(
        [*argv, "-c", EXEC], input=program.stdin(), capture_output=True, check=True
    )

    answers = decode(program, ran.stdout, ran.stderr).answers

    assert [bytes(range(256)) * n for n in (0, 1, 2, 3, 4, 3)] == [a.stdout for a in answers[:6]]
    assert [0] * 6 == [answer.status for answer in answers[:6]]
    assert not answers[6].exists
    assert b"/proc" in answers[7].stdout
    assert 5 == ran.stdout.count(b" > packed\n")


def test_a_file_over_its_cap_is_cut_in_the_archive_too(tmp_path):
    """One way of travelling is as strict as the other; and what is too much for it goes alone."""
    (tmp_path / "a").write_bytes(b"x" * 2000)
    (tmp_path / "b").write_bytes(b"y" * 1000)
    (tmp_path / "c").write_bytes(b"z" * 9_000_000)
    small = [ReadFile(path=str(tmp_path / n), cap_bytes=1000) for n in "ab"]

    assert [(Obstacle.CUT, 1000), (None, 1000)] == [
        (a.obstacle, len(a.stdout)) for a in put(small).answers
    ]
    assert [(Obstacle.CUT, 1000), (None, 1000), (Obstacle.CUT, 1000)] == [
        (a.obstacle, len(a.stdout))
        for a in put([*small, ReadFile(path=str(tmp_path / "c"), cap_bytes=1000)]).answers
    ]


@pytest.mark.parametrize(
    ("shell", "script", "obstacle"),
    [
        *((shell, "yes", Obstacle.CUT) for shell in SHELLS),
        *((shell, "yes >&2", Obstacle.FAILED) for shell in SHELLS),
        *((shell, "kill -9 $PPID; sleep 1; echo too late", None) for shell in SHELLS),
        ("sh", "sleep 60 & echo started", Obstacle.TIMED_OUT),
    ],
)
def test_what_breaks_a_batch_costs_only_itself(shell, script, obstacle):
    """Asks of the same batch, before and after, answer as ever; the culprit is put again, alone."""
    asks = [
        *(Command(argv=("echo", str(n))) for n in range(3)),
        Command(argv=("/bin/sh", "-c", script), cap_bytes=1000),
        *(Command(argv=("echo", str(n))) for n in range(3)),
    ]

    answers = put(asks, shell).answers

    assert [b"0\n", b"1\n", b"2\n"] * 2 == [a.stdout for n, a in enumerate(answers) if n != 3]
    if obstacle:
        assert obstacle is answers[3].obstacle


def test_the_random_word_is_no_argument():
    """Others on the host see arguments: the word that guards the marks is not among them."""
    asks = [Command(argv=("cat", "/proc/self/environ")), Command(argv=("ps", "-ewwo", "args="))]
    program = compile_program(asks, nonce="n0" * 16)
    ran = subprocess.run(
        ["/bin/sh", "-c", EXEC], input=program.stdin(), capture_output=True, check=True
    )

    answers = decode(program, ran.stdout, ran.stderr).answers

    assert b"n0" * 16 not in b"".join(a.stdout for a in answers)
    assert b"PATH=" in answers[0].stdout
