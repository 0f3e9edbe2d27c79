"""Archives written out by hand are those of the library."""

import io
import tarfile

from hypothesis import given
from hypothesis import strategies as st

from attt.collect.dialect.archive import written

names = st.text("abcxyz.-_0", min_size=1, max_size=100) | st.text(min_size=1, max_size=120)
plain = names.filter(lambda name: "/" not in name and "\0" not in name and name.isprintable())


@given(st.dictionaries(plain, st.binary(max_size=1100), max_size=4))
def test_the_bytes_are_the_librarys(files):
    """Short plain names are written here, others by the library: nobody can tell them apart."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))

    assert buffer.getvalue() == written(files)
