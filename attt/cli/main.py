"""`attt`: the group of commands. A command's module is imported only when it is called."""

import gc
import importlib
import io
import logging
import os
import signal
import sys

import click

from attt import __version__
from attt.cli import language
from attt.cli.crash import guarded
from attt.cli.exits import Exit
from attt.cli.language import t
from attt.errors import UsageError
from attt.message import Message

COMMANDS = (
    "audit", "check", "plan", "doctor", "inventory", "rules", "runs", "find", "judge",
    "transition", "report", "keys",
)  # fmt: skip


def _summaries() -> dict[str, str]:
    """One line a command for `attt --help`, so that no command need be imported to show it."""
    return {
        "audit": t("Audit every system of an inventory and write the reports"),
        "check": t("Check one host, without an inventory"),
        "plan": t("Show every command and packet that an audit would send; send none"),
        "doctor": t("Say what is missing here and on the hosts, and what to type"),
        "inventory": t("Check, show or begin an inventory; print JSON Schemas"),
        "rules": t("List, show and prove rules; show what they cover"),
        "runs": t("List and show past runs, and finish what was cut off"),
        "find": t("Find software on hosts, in what past runs have kept"),
        "judge": t("Judge the evidence of a past run again"),
        "transition": t("Show what each system still owes of the edition that follows its own"),
        "report": t("Write a report of a past run"),
        "keys": t("Look at host keys and enrol them"),
    }


class Lazy(click.Group):
    """A group whose commands are named in COMMANDS and imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks
        """The commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"attt.cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, from summaries alone."""
        rows = [(name, summary) for name, summary in _summaries().items()]
        with formatter.section(t("Commands")):
            formatter.write_dl(rows)


def build() -> click.Group:
    """The group in the language that is in force."""
    group = Lazy(
        name="attt",
        help=t(
            "Audits information systems by security level: what the standard asks, what the "
            "machines really do, what is still owed.\n\nBegin with: attt check local"
        ),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        params=[
            click.Option(
                ["--lang"],
                type=click.Choice(["vi", "en"]),
                expose_value=False,
                help=t("Language of the messages (default: the locale's)"),
            ),
            click.Option(
                ["--config"],
                type=click.Path(exists=False, dir_okay=False),
                expose_value=False,
                callback=_config,
                help=t("The attt.toml to use instead of the one found upward from here"),
            ),
        ],
    )
    return click.version_option(__version__, prog_name="attt", message="%(prog)s %(version)s")(
        group
    )


def _config(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    ctx.ensure_object(dict)["config"] = value


def main() -> None:
    """Run the command line and exit with its code."""
    # What a run makes is values, hardly any of it in circles: looking for those costs a tenth of it.
    gc.set_threshold(100_000, 20, 20)
    argv = sys.argv[1:]
    _let_any_letter_out()
    # Libraries speak through their errors, which attt translates; their logs would be noise.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
    code = guarded(lambda: _run(language.choose(argv, os.environ)), argv)
    # Nothing is left to interrupt, and Python would answer with a traceback while it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(code)


def _let_any_letter_out() -> None:
    """A terminal that lacks Vietnamese letters shows them spelt out; that is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(argv: list[str]) -> int:
    try:
        result = build().main(args=argv, prog_name="attt", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as help_:
        click.echo(help_.format_message(), err=True)
        return Exit.WRONG_USE
    except SystemExit:
        # What click and rich do where the reader of a pipe went away.
        raise BrokenPipeError from None
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        raise _as_usage(error) from error
    return result if isinstance(result, int) else Exit.CLEAN


def _as_usage(error: click.ClickException) -> UsageError:
    path = getattr(getattr(error, "ctx", None), "command_path", "attt")
    return UsageError(
        Message("{problem}", problem=error.format_message()),
        hint=Message("See: {command} --help", command=path),
    )
