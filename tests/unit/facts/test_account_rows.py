"""Lines of /etc/passwd that hide an account from whoever reads them too simply."""

import pytest

from attt.facts.account_ids import IDS
from attt.facts.kind import Unparsable
from attt.model.answer import Answer

_ROOT = "root:x:0:0:root:/root:/bin/bash\n"


@pytest.mark.parametrize(
    "line", ["binh:x:+1000:1000::/:/bin/sh", "binh:x: 0:0::/:/bin/sh", "binh::0:0::/", "+::::::"]
)
def test_a_line_of_another_kind_hides_nothing(line: str) -> None:
    """The C library may see an account there, so nothing is said of shared numbers."""
    answers = {
        "passwd": Answer(stdout=f"{_ROOT}{line}\n".encode()),
        "group": Answer(stdout=b"root:x:0:\n"),
    }

    with pytest.raises(Unparsable):
        IDS.parse(answers, {})
