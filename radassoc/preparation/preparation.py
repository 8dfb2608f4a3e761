"""``fit_preparation``: learn filter, imputation, pruning and scaling on training patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from radassoc.base.errors import DesignError
from radassoc.base.provenance import provenance
from radassoc.cohort.align import check_cohort
from radassoc.preparation.fitted import FittedPreparation
from radassoc.preparation.recipe import Preparation, as_recipe
from radassoc.preparation.steps import learn

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["FittedPreparation", "Preparation", "fit_preparation"]


def fit_preparation(
    cohort: Cohort, modality: str = "radiomics", *, preparation: Preparation | None = None
) -> FittedPreparation:
    """Learn which features of a modality to keep, and how to fill and scale them, from these patients.

    Several samples of a patient are averaged first, so that each patient counts once. No outcome is used.

    Parameters
    ----------
    cohort
        The training patients.
    modality
        Which table.
    preparation
        The recipe; ``Preparation()`` by default.

    Returns
    -------
    FittedPreparation
        ``.table`` says for each feature whether it is kept and why not; ``.apply(cohort)`` prepares other patients.

    Raises
    ------
    DesignError
        Fewer than two patients have the modality.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> fitted = ra.fit_preparation(cohort)
    >>> list(fitted.table.columns[:3])
    ['feature', 'kept', 'reason']
    """
    check_cohort(cohort)
    recipe = as_recipe(preparation, Preparation())
    frame = cohort.patient_frame(modality)
    if len(frame) < 2:
        raise DesignError(f"{len(frame)} patients have {modality!r}.", wanted="at least 2 training patients")
    origin = provenance(
        data=cohort.fingerprint,
        n_patients=len(frame),
        n_samples=len(cohort[modality]),
        n_features=frame.shape[1],
    )
    return learn(recipe, frame, modality=modality, provenance=origin)
