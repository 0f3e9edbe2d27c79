"""Where settings are found, what holds without any, and how a wrong file is told."""

import tomllib
from pathlib import Path

import jsonschema
import pytest

from attt import settings
from attt.errors import InputError, Place

NOWHERE = {"HOME": "/nonexistent"}


def write(folder: Path, text: str) -> Path:
    path = folder / "attt.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> InputError:
    path = write(folder, text)
    with pytest.raises(InputError) as caught:
        settings.load(folder, path)
    assert caught.value.hint is not None
    return caught.value


def test_without_a_file_everything_lies_beside_the_working_folder(tmp_path):
    """No attt.toml anywhere: defaults, with state and out where attt was started."""
    found = settings.load(tmp_path, environ=NOWHERE)

    assert settings.Settings(state=tmp_path / "state", out=tmp_path / "out") == found


def test_the_nearest_file_upward_is_used(tmp_path):
    """A file two folders up holds, and paths count from where it lies."""
    write(tmp_path, "state = 'kho'\npacks = ['goi', '/opt/goi']\nconcurrency = 8\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    found = settings.load(below, environ=NOWHERE)

    assert found.source == tmp_path / "attt.toml"
    assert found.state == tmp_path / "kho"
    assert found.out == tmp_path / "out"
    assert found.packs == (tmp_path / "goi", Path("/opt/goi"))
    assert found.concurrency == 8


def test_the_users_file_is_used_where_none_lies_upward(tmp_path):
    """XDG_CONFIG_HOME, or else ~/.config, is the last place looked at."""
    start = tmp_path / "work"
    config = tmp_path / "home" / ".config" / "attt"
    start.mkdir()
    config.mkdir(parents=True)
    path = write(config, 'language = "en"\n')
    by_home = settings.load(start, environ={"HOME": str(tmp_path / "home")})
    by_xdg = settings.load(start, environ={"XDG_CONFIG_HOME": str(config.parent)})

    assert (path, "en") == (by_home.source, by_home.language)
    assert by_xdg == by_home


def test_an_explicit_file_beats_the_nearest(tmp_path):
    """What the command line names is the one that holds."""
    write(tmp_path, "concurrency = 8\n")
    other = tmp_path / "other.toml"
    other.write_text("concurrency = 9\n")

    assert settings.load(tmp_path, other).concurrency == 9


def test_every_setting_is_read(tmp_path):
    """Each key of the file reaches the value that the program sees."""
    text = """
circulation = "LƯU HÀNH NỘI BỘ"
[letterhead]
parent_body = "Ủy ban nhân dân tỉnh Mẫu"
body = "Sở Khoa học và Công nghệ"
place = "Tỉnh Mẫu"
[deadlines]
transition = 2027-07-01
annual_report_unit = "19/12"
annual_report = "24/12"
[budget]
small_below = 100
large_above = 500
[assessor]
independent = true
"""
    found = settings.load(tmp_path, write(tmp_path, text))

    assert found.circulation == "LƯU HÀNH NỘI BỘ"
    assert found.letterhead.place == "Tỉnh Mẫu"
    assert found.deadlines.transition == "2027-07-01"
    assert found.deadlines.annual_report == "24/12"
    assert found.budget == settings.Budget(small_below=100, large_above=500)
    assert found.assessor_independent


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = \n", 1, "TOML"),
        ('out = "x"\nout = "y"\n', 2, "TOML"),
        ('state = "x"\nconcurency = 3\n', 2, "concurrency"),
        ('# x\nlanguage = "fr"\n', 2, "vi, en"),
        ("concurrency = 0\n", 1, "at least 1"),
        ("concurrency = true\n", 1, "whole number"),
        ('packs = "goi"\n', 1, "list"),
        ("packs = [1]\n", 1, "text"),
        ('[deadlines]\ntransition = "30/6/2027"\n', 2, "2027-06-30"),
        ('[deadlines]\nannual_report = "31/2"\n', 2, "25/12"),
        ('[letterhead]\nbdoy = "x"\n', 2, "body"),
        ('circulation = "MẬT"\n', 1, "LƯU HÀNH NỘI BỘ"),
        ("letterhead = 3\n", 1, "key: value"),
        ("a = " + "[" * 5000, 0, "TOML"),
    ],
)
def test_wrong_settings_are_refused_with_line_and_mend(tmp_path, text, line, words):
    """A wrong line is named, with what may stand there."""
    error = refused(tmp_path, text)

    assert error.place is not None
    assert (error.place.file, error.place.line) == (str(tmp_path / "attt.toml"), line)
    assert words in error.text()


def test_a_missing_or_binary_file_is_refused(tmp_path):
    """A file named that is not there, or is not text, is an error and not the defaults."""
    binary = tmp_path / "b.toml"
    binary.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(InputError, match="can't be read"):
        settings.load(tmp_path, tmp_path / "none.toml")
    with pytest.raises(InputError, match="UTF-8") as caught:
        settings.load(tmp_path, binary)

    assert Place(str(binary), 2) == caught.value.place


def test_schema_accepts_what_is_read():
    """The JSON Schema for editors is valid and takes a right file."""
    schema = settings.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    assert validator.is_valid(tomllib.loads('language = "vi"\n[budget]\nsmall_below = 1\n'))
    assert not validator.is_valid({"langage": "vi"})
