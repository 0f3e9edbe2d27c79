import re
from html.parser import HTMLParser

import pytest

from attt.errors import UsageError
from attt.report.html import render
from attt.report.options import Options

FULL = Options(place="Tỉnh Mẫu", circulation="LƯU HÀNH NỘI BỘ", with_addresses=True)


class Tags(HTMLParser):
    """The tags with their attributes, and the words, of a page."""

    def __init__(self):
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


@pytest.mark.parametrize("kind", ["leader", "system"])
@pytest.mark.parametrize("paper", [True, False])
def test_hostile_words_are_only_words(make, evil, kind, paper):
    """A host's words add no tag, run no template and hide no character."""
    page = render(kind, make(1, 9, hostile=True), FULL, paper=paper)
    calm = render(kind, make(1, 9, hostile=False), FULL, paper=paper)
    tags = parsed(page)

    assert {t for t, _ in parsed(calm).seen} == {t for t, _ in tags.seen}
    assert "script" not in {t for t, _ in tags.seen}
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", page)
    assert evil not in page
    if kind == "system":
        assert "{{7*7}}⟨U+202E⟩gnp.exe⟨U+001B⟩[31m" in "".join(tags.words)


@pytest.mark.parametrize("kind", ["leader", "system"])
def test_a_report_is_one_file(make, kind):
    """No script, link, picture or address to load; a policy that forbids them all."""
    tags = parsed(render(kind, make(1, 9), FULL))
    loading = [t for t, a in tags.seen if {"src", "href", "srcset", "data", "action"} & set(a)]
    policy = [
        a["content"] for t, a in tags.seen if a.get("http-equiv") == "Content-Security-Policy"
    ]

    assert [] == loading
    assert policy
    assert policy[0].startswith("default-src 'none';")
    assert "@import" not in "".join(tags.words)
    assert "url(" not in "".join(tags.words)


def test_addresses_only_where_asked_for(make):
    """Addresses stand in annex III alone, flagged, and only when it was asked for."""
    audited = make(1, 9)
    plain, full = (render("system", audited, o) for o in (Options(), FULL))

    assert not re.search(r"10\.\d+\.20\.\d", plain)
    assert "2001:db8" not in plain
    assert "in riêng" in plain
    annex = full.split("HẠN CHẾ PHỔ BIẾN")[1]
    assert "10.0.20.1" in annex
    assert "10.0.20." not in full.split("HẠN CHẾ PHỔ BIẾN")[0]


def test_parts_of_the_system_report(make):
    """The nine parts, the receivers and the annexes stand in their order."""
    words = "".join(parsed(render("system", make(1, 9), FULL)).words)
    parts = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "I. THÔNG TIN CHUNG",
        "II. TÌNH TRẠNG HỒ SƠ CẤP ĐỘ",
        "III. KẾT QUẢ KIỂM TRA VIỆC TUÂN THỦ",
        "IV. MỨC ĐỘ ĐÁP ỨNG PHƯƠNG ÁN",
        "V. KẾT QUẢ KIỂM TRA KỸ THUẬT",
        "VI. BIỆN PHÁP TƯƠNG ĐƯƠNG",
        "VII. TỒN TẠI, HẠN CHẾ",
        "VIII. KẾT LUẬN",
        "IX. KIẾN NGHỊ",
        "Nơi nhận:",
        "Phụ lục I\n",
        "Phụ lục II\n",
        "Phụ lục III\n",
        "Phụ lục VI\n",
    ]
    places = [words.find(part) for part in parts]

    assert -1 not in places
    assert sorted(places) == places


def test_papers_speak_of_no_old_law(make):
    """New papers say "an ninh mạng", and give no mark out of a hundred."""
    for kind in ("leader", "system"):
        words = "".join(parsed(render(kind, make(1, 9), FULL)).words)

        assert "an toàn thông tin" not in words
        assert "/100" not in words


def test_an_unknown_kind_is_a_usage_error(make):
    """A kind that does not exist names those that do."""
    with pytest.raises(UsageError) as error:
        render("poster", make())

    assert "leader, system" in str(error.value)
