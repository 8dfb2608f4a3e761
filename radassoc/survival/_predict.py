"""Applying a frozen score to patients, relearning it out of fold for its own, and writing it as a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from radassoc.base.apparent import mark_apparent, mark_out_of_fold
from radassoc.base.errors import DesignError, InputError
from radassoc.base.parallel import run_tasks
from radassoc.survival._coding import encode
from radassoc.survival._modalities import own_name
from radassoc.survival._nested import nested
from radassoc.survival._pipeline import Block, Settings
from radassoc.survival._settings import begin
from radassoc.survival.training import hash_patients

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort
    from radassoc.survival.score import Part, RiskScore

__all__ = ["formula", "out_of_fold", "predict", "settings_of", "training_overlap"]

NAME = "risk_score"
CLINICAL = "clinical"  # what the table calls the modality of covariates
_OUTER_FOLDS = 10


def predict(score: RiskScore, cohort: Cohort, part: Part) -> pd.Series:
    """See ``RiskScore.predict``."""
    _check_part(part)
    values = _part(score, cohort, part)
    return mark_apparent(values, int(training_overlap(score, values.index).sum()))


def _check_part(part: Part) -> None:
    if part not in ("total", "imaging", "covariates"):
        raise InputError(f"part={part!r} is no part of a score.", wanted="'total', 'imaging' or 'covariates'")


def _part(score: RiskScore, cohort: Cohort, part: Part) -> pd.Series:
    if part == "imaging":
        return _imaging(score, cohort)
    if part == "covariates":
        return _clinical(score, cohort)
    both = pd.concat([_imaging(score, cohort), _clinical(score, cohort)], axis=1, join="inner")
    return both.sum(axis=1).rename(NAME)


def _imaging(score: RiskScore, cohort: Cohort) -> pd.Series:
    """Return the sum over modalities, for the patients who have all that the score uses."""
    table = score.table
    chosen = table[(table["modality"] != CLINICAL) & (table["coefficient"] != 0)]
    parts = []
    for name, preparation in score.preparations.items():
        mine = chosen[chosen["modality"] == name]
        if mine.empty and len(chosen):
            continue  # nobody needs a table of which the score uses nothing
        frame = cohort.patient_frame(name)
        features = [own_name(label, name, preparation.table["feature"]) for label in mine["feature"]]
        values = preparation.transform(frame, features=features)
        parts.append(pd.Series(values.to_numpy() @ mine["coefficient"].to_numpy(), index=frame.index, dtype=float))
    return pd.concat(parts, axis=1, join="inner").sum(axis=1).rename(NAME)


def _clinical(score: RiskScore, cohort: Cohort) -> pd.Series:
    table, coding = score.table, score.coding
    coefficient = table[table["modality"] == CLINICAL].set_index("feature")["coefficient"]
    values = encode(cohort, coding, cohort.patients).dropna()
    centred = values.to_numpy() - coding["center"].to_numpy(dtype=float)
    total = centred @ coefficient.reindex(coding["name"]).to_numpy()
    return pd.Series(total, index=values.index, name=NAME, dtype=float)


def training_overlap(score: RiskScore, patients: pd.Index) -> np.ndarray:
    """Tell which patients took part in the training of the score."""
    known = set(score.training)
    return np.array([code in known for code in hash_patients(patients, score.salt)], dtype=bool)


def settings_of(score: RiskScore) -> Settings:
    """Return the pipeline's settings as they were when the score was fitted."""
    told = score.params
    factors = told.get("penalty_factors", {})
    return Settings(
        recipe=score.preparation.recipe,
        l1_ratio=told["l1_ratio"],
        n_folds=told["n_folds"],
        n_repeats=told["n_repeats"],
        lambda_rule=told["lambda_rule"],
        ties=told["ties"],
        seed=told["seed"],
        criterion=told["criterion"],
        screen=told["screen"],
        blocks=tuple(
            Block(len(part.table), factors.get(name, 1.0), part.recipe) for name, part in score.preparations.items()
        ),
    )


_ASKED = ("covariates", "strata", "l1_ratio", "n_folds", "n_repeats", "lambda_rule", "ties", "seed", "force")


def out_of_fold(score: RiskScore, cohort: Cohort, part: Part) -> pd.Series:
    """See ``RiskScore.out_of_fold``."""
    _check_part(part)
    told = score.params
    subjects = begin(
        cohort,
        what="out-of-fold scores",
        modality=told["penalty_factors"],
        preparation=told["preparation"],
        volume=None,
        criterion=told["criterion"],
        screen=told["screen"],
        **{name: told[name] for name in _ASKED},
    ).subjects
    ours = training_overlap(score, subjects.patients)
    if not ours.all() or len(ours) != len(score.training):
        raise DesignError(
            f"Of {len(ours)} patients {int(ours.sum())} are among the score's {len(score.training)} training patients.",
            wanted="exactly the training patients",
            remedy="Out-of-fold scores exist for them only; use .predict(cohort) for other patients.",
        )
    found = nested(
        subjects.data,
        settings_of(score),
        n_outer_folds=_OUTER_FOLDS,
        n_outer_repeats=1,
        path=("out_of_fold",),
        run=lambda function, tasks: run_tasks(function, tasks, label="out-of-fold scores"),
    )
    values = {"total": found.total[0], "imaging": found.imaging[0], "covariates": (found.total - found.imaging)[0]}[
        part
    ]
    return mark_out_of_fold(pd.Series(values, index=subjects.patients, name=NAME))


def formula(score: RiskScore) -> str:
    """See ``RiskScore.formula``."""
    table = score.table
    learned = {name: part.table.set_index("feature") for name, part in score.preparations.items()}
    center = score.coding.set_index("name")["center"]
    level = score.coding.set_index("name")["level"]
    terms = []
    for row in table[table["coefficient"] != 0].itertuples():
        if row.modality == CLINICAL:
            name = f"[{row.feature}]" if level[row.feature] else row.feature  # an indicator: 1 if so, else 0
            terms.append(_term(row.coefficient, name, center[row.feature], 1.0))
        else:
            known = learned[row.modality]
            middle, spread = known.loc[own_name(row.feature, row.modality, known.index), ["center", "scale"]]
            terms.append(_term(row.coefficient, row.feature, middle, spread))
    return "risk_score =" + ("\n    " + "\n    ".join(terms) if terms else " 0")


def _term(coefficient: float, name: str, middle: float, spread: float) -> str:
    shifted = f"({name} {'-' if middle >= 0 else '+'} {abs(middle):.6g})" if middle else name
    scaled = "" if spread == 1 else f" / {spread:.6g}"
    return f"{'-' if coefficient < 0 else '+'} {abs(coefficient):.6g} * {shifted}{scaled}"
