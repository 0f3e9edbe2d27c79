"""Which lines of modprobe.d stop a module, and which only look as if they did."""

import pytest

from attt.facts.modules import MODULES
from attt.model.answer import Answer
from attt.model.fact import FactRead

_RELEASE = "6.1.0-37-amd64"
_FILE = f"insmod /lib/modules/{_RELEASE}/kernel/drivers/usb/storage/usb-storage.ko \n"


@pytest.mark.parametrize(
    ("config", "can_load"),
    [
        ("install usb_storage /bin/false\n", False),
        ("install usb-storage /usr/bin/true\n", False),
        ("install usb_storage /bin/true usb is off\n", False),
        ("install usb* /bin/false\n", False),
        ("blacklist usb-storage\n", False),
        ("", True),
        ("options usb_storage delay_use=1\n", True),
        ("install usb_storage /bin/true; /sbin/modprobe --ignore-install usb_storage\n", True),
        ("install usb_storage /bin/false || /sbin/modprobe -i usb_storage\n", True),
        ("install usb_storage /bin/echo off\n", True),
        ("install usb_storage modprobe -i usb_storage\ninstall usb_storage /bin/false\n", True),
    ],
)
def test_a_module_that_something_stops(config: str, *, can_load: bool) -> None:
    """The first install line counts as a whole, and a blacklist besides it."""
    answers = {
        "loaded": Answer(stdout=b"xfs 1 0 - Live 0x0\n"),
        "filesystems": Answer(stdout=b"nodev\tproc\n"),
        "protocols": Answer(stdout=b"protocol\n"),
        "disabled": Answer(stdout=b"0\n"),
        "release": Answer(stdout=_RELEASE.encode()),
        "trees": Answer(stdout=_RELEASE.encode()),
        "config": Answer(stdout=f"{config}\n# End of configuration files.\n".encode()),
        "files": Answer(stdout=_FILE.encode(), status=1),
    }
    fact = MODULES.parse(answers, {})
    assert isinstance(fact, FactRead)
    assert isinstance(fact.value, dict)

    assert [can_load] == [
        one["can_load"] for one in fact.value["modules"] if one["name"] == "usb_storage"
    ]
