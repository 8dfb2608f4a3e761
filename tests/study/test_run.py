from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from radassoc.base.errors import DesignError, StudyError
from radassoc.study import run as run_module
from radassoc.study.run import run_study

#: A study in which every step is quick: no reruns of the pipeline.
QUICK = {"n_bootstraps = 4": "n_bootstraps = 0", "n_permutations = 4\n": "n_permutations = 0\n"}

#: Runs a study and dies, as if the power had gone, right after a step was kept or a file was written.
KILLED = """
import os, signal, sys
from radassoc.study import run, store
from radassoc.report import export

victim, study, out, drawn = sys.argv[1:]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

keep = store.Store.keep
def keep_and_die(self, name, key, results):
    keep(self, name, key, results)
    if name == victim:
        die()
store.Store.keep = keep_and_die

write = export.write_atomic
def write_and_die(path, content):
    done = write(path, content)
    if path.name == victim:
        die()
    return done
export.write_atomic = run.write_atomic = store.write_atomic = write_and_die

if drawn == "plain":
    run.draw_pictures = lambda results: []
run.run_study(study, out=out, n_jobs=1, quiet=True)
"""


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in ("log.txt", "lock")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def quickly(path: Path) -> Path:
    text = path.read_text()
    for old, new in QUICK.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory, make_study):
    """Return a quick study, run once; drawing the same figures again and again would be most of these tests' time."""
    path = quickly(make_study(tmp_path_factory.mktemp("study")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "draw_pictures", lambda results: [])
        return path, run_study(path, quiet=True, n_jobs=1)


@pytest.fixture
def plain(monkeypatch):
    """Let further runs in this process draw no figure either."""
    monkeypatch.setattr(run_module, "draw_pictures", lambda results: [])


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, make_study):
    """Return a quick study with its figures, run once."""
    path = quickly(make_study(tmp_path_factory.mktemp("drawn")))
    return path, run_study(path, quiet=True, n_jobs=1)


def test_everything_is_there(finished):
    path, run = finished
    assert run.folder == path.parent / "study_results"
    assert run.report == run.folder / "report.html"
    for name in (
        "tables/validation.csv",
        "models/risk_score.json",
        "provenance.json",
    ):
        assert (run.folder / name).is_file(), name
    assert {"cohort", "risk_score", "validation", "survival", "enrichment_columns_adjusted"} <= set(run.results)
    assert run.kept == ()
    assert "12 steps computed" in repr(run)


def test_no_output_names_a_patient_or_a_folder(finished):
    path, run = finished
    shared = {name: data for name, data in content(run.folder).items() if not name.startswith(".radassoc")}
    for name, data in shared.items():
        if not name.endswith((".png", ".pdf")):
            assert b"PAT-0" not in data, name
            assert str(path.parent).encode() not in data, name


@pytest.mark.slow
def test_figures_are_drawn_in_both_formats(drawn):
    _, run = drawn
    names = {path.name for path in (run.folder / "figures").iterdir()}
    assert {"survival_kaplan_meier.pdf", "survival_kaplan_meier.png", "cohort_attrition.pdf"} <= names
    assert run.report.read_text().count("<img ") == len(names) / 2


@pytest.mark.usefixtures("plain")
def test_second_run_computes_nothing_and_changes_no_byte(finished):
    path, run = finished
    before = content(run.folder)
    again = run_study(path, quiet=True)
    assert again.computed == ()
    assert len(again.kept) == 12
    assert content(run.folder) == before


@pytest.mark.slow
@pytest.mark.usefixtures("plain")
def test_other_folder_and_more_workers_give_the_same_bytes(finished, tmp_path):
    path, run = finished
    run_study(path, out=tmp_path / "elsewhere", n_jobs=2, quiet=True)
    assert content(tmp_path / "elsewhere") == content(run.folder)


@pytest.mark.usefixtures("plain")
def test_changed_setting_computes_only_what_it_touches(finished, tmp_path):
    path, _ = finished
    shutil.copytree(path.parent, tmp_path / "copy")
    study = tmp_path / "copy" / "study.toml"
    study.write_text(
        study.read_text().replace(
            '[pathways]\ngene_sets = "sets.gmt"', '[pathways]\ngene_sets = "sets.gmt"\nmethod = "zscore"'
        )
    )
    again = run_study(study, quiet=True, n_jobs=1)
    assert again.computed == ("association_radiomics_pathways",)
    steps = sorted(path.name.rsplit("-", 1)[0] for path in (again.folder / ".radassoc" / "steps").iterdir())
    assert len(steps) == len(set(steps)) == 12


@pytest.mark.slow
@pytest.mark.usefixtures("plain")
def test_damaged_step_is_computed_anew(finished, tmp_path):
    path, run = finished
    shutil.copytree(path.parent, tmp_path / "copy")
    step = next((tmp_path / "copy" / "study_results" / ".radassoc" / "steps").glob("pca-*"))
    (step / "0" / "manifest.json").write_text("{")
    again = run_study(tmp_path / "copy" / "study.toml", quiet=True, n_jobs=1)
    assert again.computed == ("pca",)
    assert content(again.folder) == content(run.folder)


#: A run dies after each of these steps was kept; each of these files was written.
STEPS = (
    "table_one",
    "pca",
    "risk_score",
    "validation",
    "groups",
    "table_one_risk_group",
    "sample_size",
    "association_radiomics_pathways",
    "enrichment_risk_score",
    "enrichment_columns",
    "enrichment_risk_score_adjusted",
    "enrichment_columns_adjusted",
)
FILES = ("survival_kaplan_meier.pdf",)


@pytest.mark.usefixtures("plain")
@pytest.mark.slow
@pytest.mark.parametrize("victim", ["validation.csv", *STEPS[::4]])
def test_killed_run_resumes_to_the_same_bytes(finished, tmp_path, victim):
    kill_and_resume(finished, tmp_path, victim, drawn="plain")


@pytest.mark.slow
@pytest.mark.parametrize("victim", FILES)
def test_run_killed_while_writing_resumes_to_the_same_bytes(drawn, tmp_path, victim):
    kill_and_resume(drawn, tmp_path, victim, drawn="drawn")


def kill_and_resume(finished, tmp_path, victim, *, drawn):
    path, run = finished
    out = tmp_path / "out"
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    done = subprocess.run(
        [sys.executable, str(script), victim, str(path), str(out), drawn],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    resumed = run_study(path, out=out, n_jobs=1, quiet=True)
    assert content(out) == content(run.folder)
    if victim in resumed.results:
        assert victim in resumed.kept


CLINICAL = """
[evaluation]
clinical_model = "nomogram"
n_bootstraps = 20

[cox_table]
variables = ["risk_score", "age", "sex"]
per = { age = 10 }
also_in = ["test"]

[subgroups]
subgroups = ["sex"]

[nomogram]
variables = ["age", "sex"]
n_bootstraps = 0
"""


@pytest.mark.slow
@pytest.mark.usefixtures("plain")
def test_clinical_models_stand_beside_the_score_in_old_and_new_patients(small_study):
    path = quickly(small_study)
    text = path.read_text().replace('unit = "months"', 'unit = "months"\ntest = { fraction = 0.4 }')
    changed = "[risk_score]\nmodality = { radiomics = 1.0, pathways = 0.5 }\nstability = 2\nstability_bound = 3.0"
    text = text.replace("[risk_score]", changed).replace('method = "median"', 'method = "maxstat"')
    path.write_text(text.replace("[association]", 'method = "ssgsea"\nmin_size = 5\n[association]') + CLINICAL)
    run = run_study(path, quiet=True, n_jobs=1)
    own, new = run.results["cox_table"].table, run.results["cox_table_test"].table
    score = own[own["variable"] == "risk_score"]
    assert (score["source"] == "out_of_fold").all()
    assert score["p_value"].isna().all()
    assert new.loc[new["variable"] == "risk_score", "p_value"].notna().all()
    assert set(run.results["subgroups"].table["level"]) == {"all patients", "female", "male"}
    assert run.results["validation"].params["cut"] == "maxstat"
    assert list(run.results["risk_score"].preparations) == ["radiomics", "pathways"]
    assert "clinical" in set(run.results["evaluation_test"].table["model"])
    assert run.results["sample_size"].n_required > 0
    page = run.report.read_text()
    for title in ("Clinical models", "Nomogram", "Sample size", "Cox models: test patients"):
        assert title in page
    for name in ("cox_table_formatted.csv", "cox_table_test.csv", "nomogram_validation.csv", "sample_size.csv"):
        assert (run.folder / "tables" / name).is_file(), name
    assert (run.folder / "models" / "nomogram.json").is_file()


def test_problems_stop_a_run_before_anything_is_computed(small_study):
    small_study.write_text(small_study.read_text().replace('covariates = ["age"]', 'covariates = ["agee"]'))
    with pytest.raises(StudyError, match="agee"):
        run_study(small_study, quiet=True)
    assert not (small_study.parent / "study_results" / "report.html").exists()
    assert list((small_study.parent / "study_results" / ".radassoc").glob("steps/*")) == []


def test_folder_of_something_else_is_refused(small_study, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(StudyError, match="something else"):
        run_study(small_study, out=tmp_path / "mine", quiet=True)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_too_few_events_are_refused(small_study):
    path = small_study.parent / "clinical.csv"
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join([lines[0], *(line.rsplit(",", 1)[0] + f",{int(i < 4)}" for i, line in enumerate(lines[1:]))])
    )
    with pytest.raises(DesignError, match="4 events"):
        run_study(small_study, quiet=True)


@pytest.mark.slow
def test_progress_is_told_on_stderr_unless_quiet(write_study, tmp_path, capsys):
    (tmp_path / "r.csv").write_text("ID,a,b\n" + "\n".join(f"P{i},{i % 7},{(i * 5) % 11}" for i in range(20)) + "\n")
    study = write_study('[cohort]\nradiomics = "r.csv"\n')
    run_study(study, quiet=True)
    assert capsys.readouterr().err == ""
    run = run_study(study, out=tmp_path / "out2")
    told = capsys.readouterr()
    assert "reading the cohort" in told.err
    assert told.out == ""
    assert list(run.results) == ["study", "cohort", "pca"]
