"""One column against one other: the number that a map has for them, and what it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from radassoc.association._answers import Question, question_of
from radassoc.association._columns import CONTINUOUS
from radassoc.association._estimates import CONFIDENCE
from radassoc.association._found import Asked
from radassoc.association._inputs import Inputs, read_inputs
from radassoc.association._pair_question import check_pair, narrowed, right_of, source_of
from radassoc.association._pair_scan import PairScan, Settings
from radassoc.association._pair_values import Shown, class_frame, fit_frame, measured, shown_values
from radassoc.association._stream import named
from radassoc.association._where import where
from radassoc.association.associate import Method, Repeats
from radassoc.association.pair_result import SAMPLE_COLUMNS, VALUE_COLUMNS, PairAssociation
from radassoc.association.result import AssociationMap
from radassoc.base.arguments import check_choice, check_whole, names_in
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["pair"]

_PERMUTATIONS = 10_000


def pair(
    cohort: Cohort,
    left: str | pd.Series,
    right: str | pd.Series,
    *,
    method: Method = "spearman",
    covariates: Sequence[str] = (),
    repeats: Repeats = "cluster_robust",
    color_by: str | None = None,
    chosen_from: AssociationMap | None = None,
    n_permutations: int | None = None,
    seed: int = 0,
) -> PairAssociation:
    """Estimate the association of one column with one other, given covariates, and keep what a picture of it needs.

    The null hypothesis, the test and the estimate are those of :func:`associate` for the same two columns in their
    whole tables (of which a composition is read as log-ratios, for example).

    Parameters
    ----------
    cohort
        The patients.
    left, right
        References to columns (``"radiomics:VOLUME_TC"``, ``"expression:EGFR"``, ``"age"``), or named Series by patient
        or sample.
    method, covariates, repeats, n_permutations, seed
        As in :func:`associate`.
    color_by
        Reference to a column that colours the patients in the picture. It changes no number.
    chosen_from
        The map from which the pair was chosen, made of the same cohort by the same method and covariates: its adjusted
        p-value is then told. A pair chosen for its small p-value has no other honest one.

    Returns
    -------
    PairAssociation
        ``table`` (one row, in the columns of a map), ``samples`` (values of patients; never saved unasked), ``fit`` or
        ``classes``, ``notes``. Status ``"not_estimable"``: too few patients, or a column that does not vary.

    Raises
    ------
    DesignError
        No patient has both values and all covariates; a column is the outcome or among the covariates.
    IdentifierError
        An unknown or ambiguous reference.
    InputError
        Twice the same column, or a map of other patients, method or covariates.

    Notes
    -----
    Equal to :func:`associate` to the last digits; a p-value by permutation may differ by its Monte Carlo error. The
    line of a rank correlation is drawn through ranks: on them, and on residuals given covariates, it stands for the
    estimate exactly, and its band for the usual interval of a mean.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=40, seed=1).cohort
    >>> feature, gene = cohort.radiomics.columns[0], cohort.expression.columns[0]
    >>> answer = ra.association.pair(cohort, f"radiomics:{feature}", f"expression:{gene}", covariates=["age"])
    >>> answer.table["estimate_kind"].tolist(), len(answer.samples)
    (['partial_spearman'], 40)
    """
    from radassoc.cohort.align import check_cohort

    check_cohort(cohort)
    covariates = names_in("covariates", covariates)
    _check(method, repeats, n_permutations)
    sources, names = zip(*(source_of(cohort, side) for side in (left, right)), strict=True)
    check_pair(cohort, sources, names)
    params = {
        "left": names[0],
        "right": names[1],
        "method": method,
        "covariates": covariates,
        "repeats": repeats,
        "color_by": color_by,
        "n_permutations": n_permutations,
        "seed": seed,
    }
    _check_map(cohort, chosen_from, params)
    inputs = read_inputs(cohort, sources[0], sources[1], covariates, repeats)
    settings = Settings(method == "spearman", CONFIDENCE, n_permutations or _PERMUTATIONS, seed)
    asked = Asked(method, "bh", 0.05, 0, 1, settings)
    question = narrowed(question_of(inputs, asked, repeats, where(None)), names)
    found = question.answer()
    shown = shown_values(question.left, right_of(question), question.inputs.Z, ranked=settings.ranked)
    return _assembled(cohort, question, found.values, question.notes(found), shown, chosen_from, params)


def _check(method: str, repeats: str, n_permutations: int | None) -> None:
    check_choice("method", method, get_args(Method))
    check_choice("repeats", repeats, get_args(Repeats))
    if n_permutations is not None:
        check_whole("n_permutations", n_permutations)
        if n_permutations < 1:
            raise InputError(f"n_permutations={n_permutations}.", wanted="a positive number")


def _check_map(cohort: Cohort, chosen_from: AssociationMap | None, params: dict[str, Any]) -> None:
    if chosen_from is None:
        return
    if not isinstance(chosen_from, AssociationMap):
        raise InputError(f"chosen_from is a {type(chosen_from).__name__}.", wanted="what ra.associate returned")
    other = [
        f"{name}={chosen_from.params.get(name)!r}"
        for name in ("method", "covariates", "repeats")
        if _plain(chosen_from.params.get(name)) != _plain(params[name])
    ]
    if chosen_from.provenance.get("data") != cohort.fingerprint:
        other.append("another cohort")
    if other:
        raise InputError(
            f"The map was made with {', '.join(other)}.",
            wanted="the map from which this pair was chosen",
            remedy="Ask for the pair with the settings of the map (chosen_from.params).",
        )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


def _assembled(
    cohort: Cohort,
    question: Question,
    answer: PairScan,
    notes: tuple[str, ...],
    shown: Shown,
    chosen_from: AssociationMap | None,
    params: dict[str, Any],
) -> PairAssociation:
    inputs, left, right = question.inputs, question.left, right_of(question)
    estimable = bool(np.isfinite(answer.p[0]))
    numbers = (left.kinds[0], right.kinds[0]) == (CONTINUOUS, CONTINUOUS)
    p_adjusted, told = _adjusted(chosen_from, params)
    values = named(answer, np.array([p_adjusted]))
    sides = (inputs.sides[0].name, inputs.sides[1].name)
    row = pd.DataFrame({sides[0]: [params["left"]], sides[1]: [params["right"]], **values})
    n_patients = int(answer.n_patients[0] or answer.n[0])
    frames: dict[str, Any] = {"fit": fit_frame(shown, answer)} if numbers and estimable else {}
    return PairAssociation(
        table=tidy(row, [*sides, *VALUE_COLUMNS]),
        samples=_samples(cohort, question, shown, params["color_by"]),
        classes=class_frame(left, right, shown),
        **frames,
        left_name=sides[0],
        right_name=sides[1],
        left=params["left"],
        right=params["right"],
        left_kind=str(left.kinds[0]),
        right_kind=str(right.kinds[0]),
        scale="ranks" if question.asked.settings.ranked else "values",
        notes=(*notes, *_words(answer, estimable), *told),
        status="ok" if estimable else "not_estimable",
        reason="" if estimable else "too few patients, or a column that does not vary given the covariates",
        families=() if chosen_from is not None else (_family(params),),
        params=params,
        provenance=provenance(data=cohort.fingerprint, seed=params["seed"], n_patients=n_patients, n_tests=1),
    )


def _adjusted(chosen_from: AssociationMap | None, params: dict[str, Any]) -> tuple[float, tuple[str, ...]]:
    """Look the adjusted p-value up in the map."""
    if chosen_from is None:
        return float("nan"), ()
    adjusted, (left, right) = chosen_from.adjusted, (params["left"], params["right"])
    n_tests = chosen_from.provenance["counts"]["n_tests"]
    known = left in adjusted.index and right in adjusted.columns
    value = float(adjusted.loc[left, right]) if known else float("nan")
    if not np.isfinite(value):
        return value, (f"The map of {n_tests} tests does not hold the adjusted p-value of this pair.",)
    return value, (f"Chosen among {n_tests} tests, for which p_adjusted accounts; p_value does not.",)


def _words(answer: PairScan, estimable: bool) -> tuple[str, ...]:
    """Word a test that finds nothing."""
    if not estimable or answer.p[0] < 0.05:
        return ()
    low, high = answer.ci_low[0], answer.ci_high[0]
    interval = f", 95% interval {low:.2g} to {high:.2g}" if np.isfinite(low) else ""
    return (f"No evidence of association: {answer.estimate[0]:.2g}{interval}.",)


def _family(params: dict[str, Any]) -> Family:
    given = f" given {', '.join(params['covariates'])}" if params["covariates"] else ""
    return Family(hypothesis=f"No association of {params['left']} and {params['right']}{given}", n_tests=1)


def _samples(cohort: Cohort, question: Question, shown: Shown, color_by: str | None) -> pd.DataFrame:
    inputs = question.inputs
    index = inputs.left.index[shown.rows]
    patients = _patients(cohort, inputs, index)
    color = pd.Series(np.nan, index=index) if color_by is None else cohort.column(color_by).reindex(patients)
    columns = {
        "patient": patients,
        "sample": index,
        "left_value": measured(question.left, shown.rows),
        "right_value": measured(right_of(question), shown.rows),
        "left_shown": shown.x,
        "right_shown": shown.y,
        "color": color.to_numpy(),
    }
    return pd.DataFrame(columns, columns=list(SAMPLE_COLUMNS))


def _patients(cohort: Cohort, inputs: Inputs, index: pd.Index) -> np.ndarray:
    if inputs.codes is None:
        return index.to_numpy()
    for modality in cohort.modalities:
        known = cohort.sample_patients(modality)
        if index.isin(known.index).all():
            return known.loc[index].to_numpy()
    return index.to_numpy()
