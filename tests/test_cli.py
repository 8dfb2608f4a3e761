from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from radassoc import __version__
from radassoc.base.errors import DesignError, StudyError
from radassoc.cli import app

SOUND = "ID,a,b\nP1,1,2\nP2,3,5\nP3,4,1\nP4,2,9\nP5,7,3\nP6,1,1\nP7,9,2\nP8,3,8\n"


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def process(*words, **settings):
    return subprocess.run(
        [sys.executable, "-m", "radassoc.cli", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        **settings,
    )


@pytest.fixture
def study(tmp_path):
    (tmp_path / "r.csv").write_text(SOUND)
    path = tmp_path / "study.toml"
    path.write_text('[cohort]\nradiomics = "r.csv"\n')
    return path


def fail_with(monkeypatch, error):
    import radassoc.study.run

    def refuse(*args, **settings):
        raise error

    monkeypatch.setattr(radassoc.study.run, "run_study", refuse)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["check", "--help"]])
def test_help_and_version_import_nothing_heavy(words):
    code = (
        "import sys\nfrom radassoc.cli import app\n"
        f"try:\n    app({words!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = [m for m in ('numpy', 'pandas', 'matplotlib') if m in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_version_and_commands_are_told():
    assert call("--version").output.strip() == f"radassoc {__version__}"
    told = call("--help").output
    for command in ("run", "check", "demo", "simulate"):
        assert command in told
    assert "130" in told


@pytest.mark.parametrize(
    "words", [["run"], ["runn", "x.toml"], ["run", "x.toml", "--jobs", "many"], ["check", "a", "b"]]
)
def test_wrong_usage_is_2(words):
    assert call(*words).exit_code == 2


def test_missing_study_is_3_with_one_message(tmp_path):
    done = call("run", tmp_path / "nix.toml")
    assert done.exit_code == 3
    assert done.stdout == ""
    assert done.stderr.startswith("StudyError: nix.toml cannot be read")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [(StudyError("bad"), 3), (DesignError("too few"), 4), (KeyboardInterrupt(), 130), (ZeroDivisionError("oops"), 1)],
)
def test_each_kind_of_error_has_its_exit_code(monkeypatch, study, error, code):
    fail_with(monkeypatch, error)
    done = call("run", study)
    assert done.exit_code == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_debug_shows_the_traceback(monkeypatch, study):
    fail_with(monkeypatch, DesignError("too few"))
    done = call("run", study, "--debug")
    assert done.exit_code == 4
    assert "Traceback (most recent call last)" in done.stderr


def test_step_of_an_error_is_told(monkeypatch, study):
    error = DesignError("too few")
    error.add_note("This was the step 'validation'.")
    fail_with(monkeypatch, error)
    assert "step 'validation'" in call("run", study).stderr


@pytest.mark.slow
def test_run_prints_the_report_on_stdout_and_progress_on_stderr(study, tmp_path):
    done = call("run", study, "--out", tmp_path / "out", "--jobs", "1")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "out" / "report.html")
    assert "reading the cohort" in done.stderr
    quiet = call("run", study, "--out", tmp_path / "out", "--quiet")
    assert quiet.exit_code == 0
    assert quiet.stderr == ""


def test_folder_that_cannot_be_written_is_3(study, tmp_path):
    (tmp_path / "taken").write_text("x")
    out = tmp_path / "taken" / "out"
    for words in (("run", study), ("demo",), ("simulate",)):
        done = call(*words, "--out", out)
        assert done.exit_code == 3, done.stderr
        assert done.stderr.startswith(f"StudyError: Cannot write to {out}: ")
        assert "--out" in done.stderr


def test_check_tells_counts_or_problems(study):
    done = call("check", study)
    assert done.exit_code == 0
    assert "8 patients" in done.stdout
    study.write_text('[cohort]\nradiomic = "r.csv"\n[study]\ntitel = "x"\n')
    done = call("check", study)
    assert done.exit_code == 3
    assert done.stdout == ""
    assert done.stderr.startswith("2 problems:")
    assert "Did you mean 'radiomics'?" in done.stderr


def test_check_as_json_goes_to_stdout(study):
    assert json.loads(call("check", study, "--json").stdout)["ok"] is True
    study.write_text('[cohort]\nradiomic = "r.csv"\n')
    done = call("check", study, "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["problems"][0]["error"] == "StudyError"


@pytest.mark.slow
def test_interrupted_process_ends_with_130(study):
    slow = (
        "import radassoc.study.run as run, time\nfrom radassoc.cli import main\n"
        "def wait(*a, **k):\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "run.run_study = wait\n"
        f"import sys; sys.argv = ['radassoc', 'run', {str(study)!r}]\nmain()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", slow],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell that runs the tests in the background ignores the signal, and its children would inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=20)
    finally:
        child.kill()
        child.wait(10)
    assert child.returncode == 130
    assert "Interrupted" in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_simulate_writes_a_study_that_passes_check(tmp_path):
    out = tmp_path / "made"
    done = call("simulate", "--out", out, "--seed", "4", "--patients", "60")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == str(out / "study.toml")
    checked = call("check", out / "study.toml")
    assert checked.exit_code == 0, checked.stderr
    again = call("simulate", "--out", tmp_path / "again", "--seed", "4", "--patients", "60")
    assert again.exit_code == 0
    for path in sorted(out.iterdir()):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    refused = call("simulate", "--out", out)
    assert refused.exit_code == 3
    assert "not empty" in refused.stderr
