"""What is hidden in settings that are written as XML."""

import pytest

from attt.facts.redact import settings


@pytest.mark.parametrize("tag", ["password", "api_key", "authd_password", "client-secret"])
def test_the_content_of_an_element_named_like_a_secret_is_hidden(tag):
    """Its length stays, so that whatever stands behind it is found in the same place."""
    hidden = settings(f"<client><{tag}>Bi-mat 123</{tag}><port>1514</port></client>".encode())

    assert f"<client><{tag}>xxxxxxxxxx</{tag}><port>1514</port></client>".encode() == hidden


def test_other_elements_stay_as_they_are():
    """An address or a folder is no secret, not even beside one."""
    text = b"<address>10.10.30.7</address><directories>/etc,/usr/bin</directories>"

    assert text == settings(text)
