"""The file of enrolled host keys: what somebody wrote there by hand stays."""

from attt.collect.transport.pins import Pins


def test_forgetting_one_host_keeps_all_else_of_the_file(tmp_path):
    """Notes, blank lines and other names on the same line stay as somebody wrote them."""
    path = tmp_path / "known_hosts"
    path.write_text("# note\n\na,b ssh-ed25519 AAAA\na ssh-rsa BBBB\nc ssh-ed25519 CCCC\n")

    assert 2 == Pins(path).forget("a", 22)
    assert "# note\n\nb ssh-ed25519 AAAA\nc ssh-ed25519 CCCC\n" == path.read_text()
