"""What hosts of rpm say: the tokens of their sources, their caches, and who installs updates."""

import pytest

from attt.facts import package_caches
from attt.facts.redact import REDACTORS
from attt.model.answer import Answer, Obstacle

TOKEN = b"mXkT3fQz81LwPz0aJd7sVYbN"


@pytest.mark.parametrize("end", [b"\n", b"", b"&x=1\n"])
def test_a_customers_token_in_an_address_of_suse_is_hidden(end: bytes) -> None:
    """Who has it may fetch in the customer's name; every length stays as it is."""
    raw = b"baseurl=https://updates.suse.com/SUSE/Updates/x86_64/update/?" + TOKEN + end
    hidden = REDACTORS["settings"](raw)

    assert TOKEN not in hidden
    assert len(raw) == len(hidden)


def test_other_addresses_keep_what_stands_behind_a_question_mark() -> None:
    """The parameters of a mirror list are no secret."""
    raw = b"mirrorlist=https://mirrors.example/mirrorlist?arch=x86_64&repo=BaseOS-8&and=more\n"

    assert raw == REDACTORS["settings"](raw)


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/var/cache/dnf/baseos-93ef/repodata/repomd.xml", "dnf -C updateinfo list --security"),
        ("/var/cache/yum/x86_64/7/base/repomd.xml", "yum -C updateinfo list security"),
        ("/var/cache/zypp/raw/up/repodata/repomd.xml", "zypper --no-refresh list-patches"),
    ],
)
def test_an_unknown_update_names_the_command_to_run_on_the_host(path: str, command: str) -> None:
    """The manager whose cache is there is the one that can tell."""
    gap = package_caches.pending(Answer(stdout=f"1795358000.5 {path}\n".encode(), status=1))

    assert Obstacle.UNSUPPORTED == gap.obstacle
    assert command in gap.detail


def test_lists_are_as_old_as_the_newest_of_them() -> None:
    """A repository that is no longer used keeps its old list."""
    lines = b"1795000000.0 /var/cache/dnf/a/repodata/repomd.xml\n1795358000.1 /var/cache/dnf/b/x\n"

    assert "2026-11-22T14:33:20Z" == package_caches.refreshed(Answer(stdout=lines, status=0))
    assert package_caches.refreshed(Answer(stdout=b"", status=1)) is None
