"""The example's study file is a valid one that runs every analysis, and its README tells the truth that was planted."""

from __future__ import annotations

import tomllib

from radassoc.base.data import data_path
from radassoc.cohort._example_texts import README, STUDY
from radassoc.cohort.simulate_study import example_design
from radassoc.study.schema import StudyFile


def test_the_study_file_is_valid_and_runs_every_analysis() -> None:
    study = StudyFile.model_validate(tomllib.loads(STUDY))
    for section in ("risk_score", "validation", "groups", "pathways", "association", "enrichment"):
        assert getattr(study, section) is not None, section


def test_the_readme_says_that_it_is_simulated_before_anything_else() -> None:
    assert README.splitlines()[2].startswith("**Simulated.**")


def test_the_readme_tells_every_planted_effect() -> None:
    readme = data_path("example_study", "README.md").read_text(encoding="utf-8")
    assert "{" not in readme
    design = example_design(seed=0)
    assert design.hazard_ratios is not None
    assert design.pathway_correlations is not None
    for name, ratio in design.hazard_ratios.items():
        assert any(
            line.startswith(f"| `{name}` | all |") and line.endswith(f"| {ratio:g} |") for line in readme.splitlines()
        )
    for name, (_, r) in design.pathway_correlations.items():
        assert any(line.startswith(f"| `{name}` |") and line.endswith(f"| {r:g} |") for line in readme.splitlines())
