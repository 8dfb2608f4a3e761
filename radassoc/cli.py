"""radassoc run | check | demo | simulate: what a user types; heavy libraries are imported only when something runs."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from radassoc._version import __version__
from radassoc.base.errors import RadassocError

__all__ = ["app", "main"]

INTERNAL, INTERRUPTED = 1, 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Statistical association of imaging features with genes, pathways and survival.",
    epilog="Exit codes: 0 done, 1 internal error, 2 usage, 3 input or study file, 4 analysis impossible, "
    "130 interrupted.",
)

StudyPath = Annotated[Path, typer.Argument(metavar="STUDY", help="The study file (TOML).")]
Jobs = Annotated[int | None, typer.Option("--jobs", help="Number of workers; no result depends on it.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing while working.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


@contextmanager
def _told(*, debug: bool) -> Iterator[None]:
    """Turn errors into a message on stderr and an exit code."""
    try:
        yield
    except RadassocError as error:
        _explain(error, debug=debug)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        typer.echo("Interrupted. Finished steps are kept: the same command goes on from here.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except typer.Exit:
        raise
    except Exception as error:
        _explain(error, debug=debug)
        typer.echo("This is an error of radassoc, not of your data. --debug shows where it happened.", err=True)
        raise typer.Exit(INTERNAL) from None


def _explain(error: Exception, *, debug: bool) -> None:
    if debug:
        traceback.print_exception(error)
        return
    typer.echo("\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])]), err=True)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"radassoc {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version and stop.")
    ] = False,
) -> None:
    del version  # its callback has done everything


@app.command()
def run(
    study: StudyPath,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the results [STUDY_results].")] = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Run a study: report, tables, figures. A stopped run goes on where it was."""
    with _told(debug=debug):
        from radassoc.study.run import run_study

        typer.echo(run_study(study, out=out, n_jobs=jobs, quiet=quiet).report)


@app.command()
def check(
    study: StudyPath,
    json: Annotated[bool, typer.Option("--json", help="Findings as JSON on stdout.")] = False,
    debug: Debug = False,
) -> None:
    """Read a study and its data and report every problem at once; compute nothing."""
    with _told(debug=debug):
        from radassoc.study.check import check_study

        found = check_study(study)
        if json:
            from json import dumps

            typer.echo(dumps(found.as_json(), ensure_ascii=False, indent=1))
        else:
            typer.echo(found.told(), err=bool(found.problems))
        raise typer.Exit(found.exit_code)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder of the results.")] = Path("radassoc_demo"),
    jobs: Jobs = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Run the bundled example study: one or two minutes on a laptop."""
    with _told(debug=debug):
        from radassoc.base.data import data_path
        from radassoc.study.run import run_study

        study = data_path("example_study", "study.toml")
        typer.echo(run_study(study, out=out, n_jobs=jobs, quiet=quiet).report)


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("--out", help="New folder for the files.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the simulation.")] = 0,
    patients: Annotated[int, typer.Option("--patients", min=30, help="Number of patients.")] = 160,
    debug: Debug = False,
) -> None:
    """Write a simulated study with planted effects: tables, their truth, and a study file."""
    with _told(debug=debug):
        from radassoc.study.simulated import write_simulated_study

        typer.echo(write_simulated_study(out, n_patients=patients, seed=seed))


def main() -> None:
    """Start the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a Windows console would otherwise stumble over a Greek letter
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


if __name__ == "__main__":
    main()
