import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attt import assets
from attt.facts.registry import FACTS
from attt.report.prose import reflow
from attt.report.steps import guide
from attt.rulebook.load import load

ROOT_LOGIN = """\
Trước hết, mở sẵn một phiên SSH khác.
1. Ghi vào /etc/ssh/sshd_config: PermitRootLogin no
   (hoặc prohibit-password nếu bắt buộc).
2. Kiểm tra cú pháp: sshd -t
3. Nạp lại: systemctl reload ssh (RHEL: systemctl reload sshd)
4. Kiểm chứng: sshd -T | grep -i permitrootlogin; đăng nhập thử.
"""


def commands(text):
    made = guide(text)
    steps = (*made.before, *made.steps, *made.verify)
    return [p.text for s in steps for p in s.parts if p.is_command]


def test_a_fix_is_read_as_it_is_done():
    """What to mind stands first, then the numbered steps, then how to verify."""
    made = guide(ROOT_LOGIN)

    assert ["Trước hết, mở sẵn một phiên SSH khác."] == [s.parts[0].text for s in made.before]
    assert ["1", "2", "3"] == [s.number for s in made.steps]
    assert ["4"] == [s.number for s in made.verify]
    assert made.first.startswith("Ghi vào /etc/ssh/sshd_config: PermitRootLogin no")


def test_commands_are_taken_out_exactly():
    """A command is what is typed, without the sentence around it."""
    assert [
        "sshd -t",
        "systemctl reload ssh",
        "sshd -T | grep -i permitrootlogin",
    ] == commands(ROOT_LOGIN)


@pytest.mark.parametrize(
    "text",
    [
        "1. Kiểm chứng: chage -l TÊN ghi ngày hết hạn đã qua.",
        "1. Verify: chage -l NAME shows a date that is past.",
        "1. Tự động: useradd -D -f 45, và chage -I 45 TÊN.",
        "1. Ask: somebody who knows",
        "1. (các thư mục: chown root: /etc/cron.d)",
    ],
)
def test_a_doubtful_command_stays_in_its_sentence(text):
    """Words of a sentence are never offered to be typed."""
    assert [] == commands(text)


def test_indented_lines_are_commands():
    """A line deeper than its step's text is a command, whatever its program."""
    assert ["my-own-tool --now"] == commands("1. Chạy:\n      my-own-tool --now\n2. Xong.")


def test_a_fix_without_numbers_is_all_steps():
    """Nothing is called a warning where there is no step to warn before."""
    made = guide("Sửa tệp.")

    assert () == made.before
    assert ["Sửa tệp."] == [p.text for s in made.steps for p in s.parts]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_word_of_a_packaged_fix_is_lost(language):
    """Every word of every fix stands in a step; only separators between pieces fall away."""
    for rule in load([assets.folder("rules")], FACTS).rules.values():
        text = rule.fix.text.text(language)
        made = guide(text)
        steps = (*made.before, *made.steps, *made.verify)
        kept = " ".join(p.text for s in steps for p in s.parts)
        bare = re.sub(r"(?m)^\d+\. ", "", reflow(text))
        expected, actual = (re.findall(r"\w+", t) for t in (bare, kept))

        assert sorted(expected) == sorted(actual), rule.id


@given(st.text(alphabet=st.sampled_from("ab1. :;()sshd-t\n ,")))
def test_any_text_has_steps(text):
    """No text stops the reader."""
    made = guide(text)

    assert isinstance(made.first, str)
