"""The program's messages: each has Vietnamese that says it with the same values."""

import ast
import gettext
import importlib.util
import string
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import click
import pytest

from attt import message
from attt.errors import InputError, Place
from attt.message import Message, detail

ROOT = Path(message.__file__).parent.parent
THE_SAME = {"{problem}", "{day}", " [root]"}
"""Messages that are only a value, or a word that both languages share."""
NOT_SAID = ("an toàn thông tin", "thất bại", "vi phạm", "không đạt", "miễn trừ", "quy tắc")
"""Words that the shared list of terms rules out."""


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translate", ROOT / "scripts/translate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
WANTED = {entry.id: entry for entry in SCRIPT.extracted() if entry.id}
STORED = {entry.id: entry for entry in SCRIPT.stored() if entry.id}


def _forms(id_: str | tuple[str, ...]) -> tuple[str, ...]:
    return (id_,) if isinstance(id_, str) else id_


def _pairs() -> list[tuple[str, str]]:
    """The English and the Vietnamese; where English counts, the plural, which Vietnamese follows."""
    return [
        (_forms(id_)[-1], form)
        for id_, entry in STORED.items()
        for form in SCRIPT.translations(entry)
    ]


def _slots(template: str) -> set[tuple[str, str | None, str | None]]:
    """The named values of a template; one without any is never formatted, so it may hold braces."""
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return set()
    return {(name, conv, form) for _, name, form, conv in parsed if (name or "").isidentifier()}


def test_every_message_has_vietnamese() -> None:
    """What the program says is in the catalogue, and nothing that it no longer says."""
    assert set(WANTED) == set(STORED)
    missing = [id_ for id_, entry in STORED.items() if not all(SCRIPT.translations(entry))]

    assert [] == missing, "run scripts/translate.py and fill in attt.po"


def test_templates_are_literal() -> None:
    """Only `t` itself passes a template on; any other that is no literal would have no Vietnamese."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "attt").rglob("*.py")
        for _, first in SCRIPT.calls(path)
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str))
    }

    assert {"attt/cli/language.py"} == found


def test_messages_inside_f_strings_are_found(tmp_path: Path) -> None:
    """A call inside an f-string is a message like any other."""
    source = tmp_path / "one.py"
    source.write_text("print(f\"{t('Fix')}: {Message('Why')}\")\n")
    found = [first.value for _, first in SCRIPT.calls(source)]

    assert ["Fix", "Why"] == found


def test_the_same_values_stand_in_both_languages() -> None:
    """A value left out would hide what is wrong; one made up would be a crash."""
    different = [(en, vi) for en, vi in _pairs() if _slots(en) != _slots(vi)]

    assert [] == different


def test_every_vietnamese_message_can_be_filled() -> None:
    """A stray brace in a message that has values would be a crash when it is shown."""
    for en, vi in _pairs():
        names = {name for name, _, _ in _slots(en)}
        if names:
            values = dict.fromkeys(names, "x")
            assert "x" in vi.format(**values)


def test_the_edges_are_the_same() -> None:
    """Spaces and line ends around a message are layout, which a translation keeps."""
    different = [
        (en, vi)
        for en, vi in _pairs()
        if (en[: len(en) - len(en.lstrip())], en[len(en.rstrip()) :])
        != (vi[: len(vi) - len(vi.lstrip())], vi[len(vi.rstrip()) :])
    ]

    assert [] == different


def test_sentences_end_alike() -> None:
    """Sentences are put together as they are, so both languages end with a full stop or neither."""
    different = [
        (en, vi) for en, vi in _pairs() if en.rstrip().endswith(".") != vi.rstrip().endswith(".")
    ]

    assert [] == different


def test_only_a_few_are_the_same_in_both_languages() -> None:
    """A copy of the English is no translation."""
    same = {en for en, vi in _pairs() if en == vi}

    assert THE_SAME == same


def test_vietnamese_uses_the_shared_words() -> None:
    """No message uses a word that the shared terms rule out; letters are precomposed."""
    odd = [
        vi
        for _, vi in _pairs()
        if any(word in vi.casefold() for word in NOT_SAID) or unicodedata.normalize("NFC", vi) != vi
    ]

    assert [] == odd


@pytest.mark.parametrize("name", SCRIPT.COMPILED)
def test_the_compiled_catalogue_is_up_to_date(name: str) -> None:
    """Who edits attt.po and forgets to compile it changes nothing that people see."""
    fresh = SCRIPT.compiled(SCRIPT.stored())

    assert fresh == SCRIPT.PO.with_name(name).read_bytes(), "run scripts/translate.py"


def test_clicks_words_are_still_clicks() -> None:
    """A message that click has reworded would be shown in English."""
    texts = {
        node.value
        for path in Path(click.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # "required" is a key of click's own, which it shows translated
    gone = [form for one in SCRIPT.CLICK for form in _forms(one) if form not in texts]

    assert [] == gone


def test_click_finds_its_words() -> None:
    """Click's own domain holds its words, with the one form that Vietnamese has."""
    words = gettext.translation("messages", SCRIPT.PO.parents[2], languages=["vi"])
    said = [
        {words.gettext(one)} if isinstance(one, str) else {words.ngettext(*one, n) for n in (1, 3)}
        for one in SCRIPT.CLICK
    ]

    assert [set(SCRIPT.translations(STORED[one])) for one in SCRIPT.CLICK] == said


def test_a_message_is_shown_in_either_language() -> None:
    """The template is translated when it is shown, and its values are filled in."""
    one = Message("There is no host '{name}'", name="web-1")

    assert ("There is no host 'web-1'", "Không có máy chủ 'web-1'") == (one.text(), one.text("vi"))


def test_a_message_inside_a_message_is_translated_too() -> None:
    """A hint that carries a hint is not half English."""
    inner = Message("Write digits only, without quotes.")
    outer = Message("{hint} (And {n} more to mend in this file.)", hint=inner, n=2)
    expected = (
        "Chỉ ghi chữ số, không đặt trong dấu nháy. (Tệp này còn 2 chỗ nữa phải sửa.)",
        "Write digits only, without quotes. (And 2 more to mend in this file.)",
    )

    assert expected == (outer.text("vi"), outer.text("en"))


def test_braces_in_a_value_are_not_filled() -> None:
    """What a file or a host holds is a value, never a template."""
    one = Message("Unknown key '{key}'", key="{name}")

    assert "Không có trường '{name}'" == one.text("vi")


def test_an_error_says_all_of_it_in_vietnamese() -> None:
    """Place, message and mend come in the language asked for."""
    error = InputError(
        Message("This file is empty"),
        hint=Message("Write something in it, or remove it."),
        place=Place("tinh.yaml", 1),
    )

    assert "tinh.yaml:1: Tệp này trống\n  Ghi nội dung vào tệp, hoặc xóa tệp." == error.text("vi")


def test_dates_are_written_as_the_language_writes_them() -> None:
    """A day and a minute stand in Vietnamese as 22/11/2026, in English as 2026-11-22."""
    day, minute = date(2026, 11, 22), datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    texts = [Message("{day}", day=it).text(lang) for lang in ("vi", "en") for it in (day, minute)]

    assert ["22/11/2026", "09:05 22/11/2026", "2026-11-22", "2026-11-22 09:05"] == texts


def test_an_unknown_language_is_english() -> None:
    """No catalogue is no crash: the template itself is shown."""
    assert "This file is empty" == Message("This file is empty").text("fr")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("nginx runs inside a container", "nginx chạy trong container"),
        ("a time of nginx: 5x", "một giá trị thời gian trong cấu hình nginx: 5x"),
        ("no PAM: none of /etc/pam.d exists", "không có PAM: không tồn tại /etc/pam.d"),
        ("Permission denied", "Permission denied"),
    ],
)
def test_details_keep_the_words_of_the_host(said: str, shown: str) -> None:
    """A sentence of ours is Vietnamese around what the host said; what is the host's own stays."""
    assert (shown, said) == (detail(said, "vi"), detail(said, "en"))
