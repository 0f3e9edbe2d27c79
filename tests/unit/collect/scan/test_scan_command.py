"""The exact nmap command, and what comes of its end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt.collect.scan.nmap import Nmap, run


def test_scan_command_is_fixed() -> None:
    """Names are not looked up, no script runs, targets come last as canonical literals."""
    argv = Nmap("/opt/nmap").argv(["10.0.0.1", "10.0.0.2"], "T:22")

    assert argv[0] == "/opt/nmap"
    assert argv[-6:] == ("-p", "T:22", "-oX", "-", "10.0.0.1", "10.0.0.2")
    assert {"-n", "-Pn"} <= set(argv)
    assert not {"-6", "-A", "-sC", "-sV", "-sU", "-iL"} & set(argv)
    assert not [option for option in argv if option.startswith("--script")]


def test_scan_command_for_ipv6() -> None:
    """IPv6 needs its own option, and its own call."""
    argv = Nmap("/opt/nmap").argv(["FD00::0001"], "T:22")

    assert "-6" in argv
    assert argv[-1] == "fd00::1"


@pytest.mark.parametrize(
    "addresses",
    [
        (),
        ("-iL /etc/passwd",),
        ("-iL",),
        ("10.0.0.1", "--script=x"),
        ("10.0.0.0/8",),
        ("10.0.0.1-5",),
        ("web1",),
        ("fe80::1%eth0",),
        ("10.0.0.1 10.0.0.2",),
        ("10.0.0.1", "fd00::1"),
    ],
)
def test_scan_command_refuses_what_is_no_literal(addresses: tuple[str, ...]) -> None:
    """The last look before nmap: anything but literals of one family stops the run."""
    with pytest.raises(ValueError, match="not literals"):
        Nmap("/opt/nmap").argv(addresses, "T:22")


@given(st.lists(st.text(max_size=12), min_size=1, max_size=3))
def test_scan_command_never_gains_an_option(addresses: list[str]) -> None:
    """Whatever a target says, nothing after the fixed part begins with a dash."""
    try:
        argv = Nmap("/opt/nmap").argv(addresses, "T:22")
    except ValueError:
        return

    assert not [part for part in argv[-len(addresses) :] if part.startswith("-")]


def test_scan_run_returns_status_and_streams() -> None:
    """Both streams and the exit status come back as they are."""
    output = run(("sh", "-c", "echo xml; echo bad >&2; exit 3"), 10)

    assert (
        output.xml,
        output.stderr,
        output.status,
        output.is_cut,
    ) == (b"xml\n", "bad\n", 3, False)


def test_scan_run_ends_at_its_deadline() -> None:
    """A program that hangs is ended, and its status says that there is none."""
    output = run(("sh", "-c", "echo part; sleep 30"), 0.3)

    assert (output.status, output.xml) == (None, b"part\n")


def test_scan_run_does_not_pass_on_nmap_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment can't point nmap to other data or give it other rights."""
    monkeypatch.setenv("NMAPDIR", "/elsewhere")
    monkeypatch.setenv("NMAP_PRIVILEGED", "1")
    output = run(("env",), 10)

    assert b"NMAP" not in output.xml


def test_scan_command_for_asking_is_fixed() -> None:
    """The second look has limits of its own, and only scripts that read what a port offers."""
    argv = Nmap("/opt/nmap").argv(["10.0.0.1"], "T:22", is_asked=True)
    scripts = next(word for word in argv if word.startswith("--script="))

    assert {"-sV", "--version-intensity=2", "--script-timeout=60s", "--host-timeout=180s"} <= {
        *argv
    }
    assert "--script=ssl-cert,ssl-enum-ciphers,sslv2,ssh2-enum-algos,sshv1,http-auth" == scripts
    assert argv[-5:] == ("-p", "T:22", "-oX", "-", "10.0.0.1")


def test_scan_command_in_haste_tries_less() -> None:
    """Haste changes the rate and the tries, and nothing else."""
    nmap = Nmap("/opt/nmap")
    hasty, careful = (nmap.argv(["10.0.0.1"], "T:22", is_hasty=one) for one in (True, False))

    assert {"--min-rate=4000", "--max-retries=1"} == {*hasty} - {*careful}
    assert {"--min-rate=1000", "--max-retries=2"} == {*careful} - {*hasty}
