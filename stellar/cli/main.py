"""The `stellar` command: a group that imports a command when it is called, and the exit codes."""

import gc
import os
import signal
import sys
from importlib import import_module

import click

from stellar._version import __version__
from stellar.errors import StellarError

COMMANDS = {  # name: (module, attribute, one line for the overview)
    "modes": ("stellar.cli.modes", "modes", "Oscillation spectra of neutron stars."),
    "structure": ("stellar.cli.structure", "structure", "Masses, radii, tidal deformabilities."),
    "love": ("stellar.cli.love", "love", "Tidal Love numbers, electric and magnetic."),
    "rotation": ("stellar.cli.rotation", "rotation", "Slow rotation: I, Q, shifts of M and R."),
    "eos": ("stellar.cli.eos", "eos", "List, show, check, convert equations of state."),
    "plot": ("stellar.cli.plot", "plot", "Pictures of matter, spectra, stars and relations."),
    "run": ("stellar.cli.run", "run", "Run a recipe, or repeat the run of a result file."),
    "info": ("stellar.cli.info", "info", "What a result file holds and how to repeat it."),
    "export": ("stellar.cli.export", "export", "Write a result file as CSV, ECSV or JSON."),
    "relations": ("stellar.cli.relations", "relations", "Results beside universal relations."),
    "parode": ("stellar.cli.parode", "parode", "The published regression scheme, rerun."),
    "bench": ("stellar.cli.bench", "bench", "Costs, as ratios measured in one run."),
    "doctor": ("stellar.cli.doctor", "doctor", "Check this installation."),
}
INTERNAL_ERROR = 1
USAGE = 2
ROWS_FAILED = 4
OUTPUT_FAILED = 5
TRACEBACK_VARIABLE = "STELLAR_TRACEBACK"


class LazyGroup(click.Group):
    """Imports a command's module only when that command runs, so that --help stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(import_module(module), attribute)
        gc.freeze()  # what was imported stays: nobody need look for garbage in it again
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The overview, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]):
        """As in click, with a list of the commands in the sentence."""
        if args and args[0] not in COMMANDS:
            raise click.UsageError(
                f"there is no command '{args[0]}'; the commands are {', '.join(COMMANDS)}.", ctx
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with:  stellar modes --eos sly --masses 1.2:2.0",
)
@click.version_option(__version__, prog_name="stellar")
def group() -> None:
    """Neutron stars and their oscillation spectra from equations of state, many at a time."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code of the contract."""
    if sys.stdout is None:
        sys.exit(_complain("standard output is closed", OUTPUT_FAILED))
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        # not group.main(), which turns a broken pipe into exit code 1
        typed = sys.argv[1:] if arguments is None else arguments
        with group.make_context("stellar", list(typed)) as context:
            code = group.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:  # --help, --version
        return end.exit_code
    except click.exceptions.Abort:
        return _complain("interrupted", 130)
    except KeyboardInterrupt:
        return _complain("interrupted", 130)
    except click.exceptions.NoArgsIsHelpError as help_page:
        click.echo(help_page.format_message(), err=True)
        return USAGE
    except click.ClickException as problem:
        where = getattr(problem, "ctx", None)
        hint = f" See '{where.command_path} --help'." if where else ""
        return _complain(problem.format_message() + hint, USAGE)
    except StellarError as problem:
        return _complain(str(problem), problem.exit_code)
    except BrokenPipeError:
        _discard_output()
        return 0
    except OSError as problem:
        _discard_output()
        where = problem.filename or "standard output"
        return _complain(f"{where} cannot be used: {problem.strerror}", OUTPUT_FAILED)
    except Exception as problem:  # the last line of defence: a sentence, never a traceback
        if os.environ.get(TRACEBACK_VARIABLE):
            raise
        return _complain(
            f"internal error, {type(problem).__name__}: {problem}. This is a fault of stellar, "
            f"not of your input; set {TRACEBACK_VARIABLE}=1 to see where it happened.",
            INTERNAL_ERROR,
        )
    return code if isinstance(code, int) else 0


def _discard_output() -> None:
    """What is still buffered cannot be written; the interpreter must not try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(sentence: str, code: int) -> int:
    click.echo(f"stellar: {sentence}", err=True)
    return code


def _terminated(signum: int, frame: object) -> None:
    sys.exit(128 + signum)
