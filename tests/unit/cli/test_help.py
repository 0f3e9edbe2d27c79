"""Help in both languages, and what showing it costs."""

import json
import subprocess
import sys

import pytest

WALK = """
import json, sys
from attt.cli import language
language.choose(["--lang", sys.argv[1]], {})
import click
from attt.cli.main import build
pages = {}
def walk(command, path, parent):
    ctx = click.Context(command, info_name=path.split()[-1], parent=parent)
    pages[path] = {
        "page": command.get_help(ctx),
        "bare": [p.name for p in command.params if isinstance(p, click.Option) and not p.help],
        "help": command.help or "",
    }
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            walk(command.get_command(ctx, name), f"{path} {name}", ctx)
walk(build(), "attt", None)
print(json.dumps(pages))
"""
HEAVY = ("rich", "paramiko", "sqlalchemy", "pydantic", "weasyprint", "jinja2", "yaml", "re2")
COMMANDS = {
    "attt", "attt audit", "attt check", "attt plan", "attt doctor",
    "attt inventory", "attt inventory check", "attt inventory schema",
    "attt inventory show", "attt inventory template",
    "attt rules", "attt rules list", "attt rules show", "attt rules lint", "attt rules prove",
    "attt rules new", "attt rules coverage",
    "attt runs", "attt runs list", "attt runs show", "attt runs diff",
    "attt runs trend", "attt runs resume",
    "attt find", "attt find software", "attt judge", "attt transition",
    "attt report", "attt keys", "attt keys scan", "attt keys enrol",
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory, environment_of):
    """Every help page, by language and command."""
    home = tmp_path_factory.mktemp("help")
    return {
        lang: json.loads(
            subprocess.run(
                [sys.executable, "-c", WALK, lang],
                env=environment_of(home),
                capture_output=True,
                check=True,
            ).stdout
        )
        for lang in ("vi", "en")
    }


def test_every_command_has_help_in_both_languages(pages):
    """No page, option or command is without words, and no page is the same in both languages."""
    same = {path for path in pages["en"] if pages["en"][path]["page"] == pages["vi"][path]["page"]}
    bare = [(path, page["bare"]) for path, page in pages["en"].items() if page["bare"]]
    mute = [path for both in pages.values() for path, page in both.items() if not page["help"]]

    assert COMMANDS == pages["en"].keys() == pages["vi"].keys()
    assert (set(), [], []) == (same, bare, mute)


def test_pages_are_not_a_mix_of_languages(pages):
    """Click's own words are translated with ours."""
    english = [p for p, page in pages["vi"].items() if "Usage:" in page["page"]]
    vietnamese = [p for p, page in pages["en"].items() if "Cách dùng" in page["page"]]
    own = [p for p, page in pages["vi"].items() if "Show this message and exit." in page["page"]]

    assert ([], [], []) == (english, vietnamese, own)


def test_help_imports_nothing_heavy(tmp_path, environment_of):
    """Whoever asks for help waits for click alone."""
    code = (
        "import sys\nfrom attt.cli.main import main\nsys.argv = ['attt', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    print(end.code, *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment_of(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    ended, *modules = done.stderr.split()

    assert "attt check local" in done.stdout
    assert "click" in modules
    assert ("0", []) == (ended, [name for name in HEAVY if name in modules])


@pytest.mark.parametrize("argv", [(), ("rules",), ("runs",), ("keys",), ("inventory",)])
def test_a_group_alone_shows_its_help_as_wrong_use(run, argv):
    """Nothing was asked for: exit 2, and the page on stderr without the word Error."""
    said = run(*argv)

    assert (2, "") == (said.code, said.out)
    assert said.err.startswith("Usage: attt") or said.err.startswith("Cách dùng: attt")


@pytest.mark.parametrize("argv", [("nonesuch",), ("audit",), ("check", "local", "--levl", "3"),
                                  ("check", "local", "--level", "6"),
                                  ("check", "local", "--level", "true"),
                                  ("audit", "x.yaml", "--fail-on", "terrible"),
                                  ("--lang=fr", "rules", "list"), ("rules", "list", "--lang")])  # fmt: skip
def test_wrong_words_on_the_command_line(run, argv):
    """Each is refused with a next step, and nothing else happens."""
    said = run(*argv)
    lines = said.err.splitlines()

    assert (2, "") == (said.code, said.out)
    assert lines[0].startswith(("Error: ", "Lỗi: "))
    assert lines[-1].startswith("  ")


def test_language_of_the_settings_holds_unless_told(run, here):
    """attt.toml sets an office's language; --lang is stronger, and so is neither the locale."""
    (here / "attt.toml").write_text('language = "en"\n')
    by_settings = run("rules", "show", "nonesuch", lang=None)
    by_option = run("rules", "show", "nonesuch", lang="vi")
    (here / "attt.toml").unlink()
    by_locale = run("rules", "show", "nonesuch", lang=None)

    assert by_settings.err.startswith("Error: There is no rule 'nonesuch'")
    assert by_option.err.startswith("Lỗi: ")
    assert by_locale.err.startswith("Lỗi: ")
