"""``fit_risk_score``: a penalised Cox score of imaging features, with unpenalised covariates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.base.arguments import check_number, check_whole
from radassoc.base.errors import InputError
from radassoc.base.parallel import one_blas_thread, run_tasks
from radassoc.preparation.recipe import Preparation
from radassoc.survival._modalities import Modalities
from radassoc.survival._pipeline import Criterion, LambdaRule, Runner, Ties, learn_model, learn_volume
from radassoc.survival._score_frames import Learnt, labelled
from radassoc.survival._settings import Begun, begin
from radassoc.survival.score import RiskScore
from radassoc.survival.split_inference import split_and_test
from radassoc.survival.stability import select_stable

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["RiskScore", "fit_risk_score"]


def fit_risk_score(
    cohort: Cohort,
    *,
    modality: Modalities = "radiomics",
    covariates: str | Sequence[str] = (),
    strata: str | Sequence[str] | None = None,
    l1_ratio: float = 1.0,
    screen: int | None = None,
    n_folds: int = 10,
    n_repeats: int = 100,
    lambda_rule: LambdaRule = "min",
    criterion: Criterion = "deviance",
    preparation: Preparation | Mapping[str, Preparation] | None = None,
    ties: Ties = "efron",
    volume: str | None = "auto",
    stability: int = 0,
    stability_bound: float = 1.0,
    splits: int = 0,
    seed: int = 0,
    force: bool = False,
) -> RiskScore:
    """Estimate a risk score: the log hazard as a sparse sum of imaging features, by LASSO-Cox.

    Model: within each stratum, ``h(t) = h0(t) exp(score)``, the score being linear in the prepared features (penalised)
    and the covariates (not penalised). The penalty is chosen by repeated cross-validation; filter, imputation, pruning,
    scaling and screen are relearned in every fold. Censoring is taken as independent of the event time given the score
    and the stratum. Missing features are imputed; patients who lack a table, a covariate or a stratum are left out and
    counted.

    Parameters
    ----------
    cohort
        The training patients; several samples of a patient are averaged.
    modality
        The table of features; several tables; or a mapping from tables to penalty factors, as in
        ``{"radiomics": 1.0, "pathways": 0.5}``: a smaller factor lets a table's features in earlier, 0 leaves them
        unpenalised (refused for more features than events). Patients who have all tables are used. Where two tables
        share a name their features are called ``"table:name"``. Pathway scores that were learned from all patients
        together (``score_pathways(method="zscore")``) are refused.
    covariates
        Column references of clinical covariates, kept in the model whatever the penalty: numbers as they are,
        categories as indicators of all but the first level.
    strata
        Column references; each combination has its own baseline hazard. None: the clinical column called centre,
        center, site, hospital or institution (exactly one such), if it is known for all patients, at least two of its
        levels have 10 patients and 3 events each, and smaller levels hold at most a tenth of the patients; what was
        decided is in ``.params["strata"]`` and ``.provenance["notes"]``. ``()``: no strata.
    l1_ratio
        1: LASSO; between 0 and 1: elastic net, which spreads weight over correlated features; 0: ridge, which keeps
        all.
    screen
        Keep so many features, those with the largest Cox score statistic given covariates and strata, before the
        penalised model; relearned in every fold. None: no screen.
    n_folds
        Folds of the cross-validation; fewer where there are less than three events for each.
    n_repeats
        Repeats of the cross-validation with new folds; their mean curve chooses lambda, which a single repeat leaves to
        chance. 100 repeats of ten folds are a thousand fits: 5 to 10 seconds on two cores for 80 patients and 700
        features, a minute or more for thousands of features, two to three minutes for a ridge; 10 repeats take a tenth.
    lambda_rule
        ``"min"``: the smallest loss; ``"1se"``: the largest lambda within one standard error (mean over repeats of
        the standard error within a repeat), which is sparser.
    criterion
        What the cross-validation minimises: ``"deviance"``, the grouped partial-likelihood deviance per event, or minus
        the ``"concordance"`` (pairs inside one held-out fold and stratum, folds weighted by comparable pairs), which
        is flat and noisy with few events, and blind to the size of the coefficients: it often keeps many features with
        large ones, whose absolute survival is too extreme.
    preparation
        The recipe of preparation, or one for each modality; ``Preparation()`` by default.
    ties
        Tied event times: ``"efron"`` or ``"breslow"``.
    volume
        The feature that holds the tumour volume, kept aside for comparison: ``"auto"`` finds it by its name, None goes
        without.
    stability
        Pairs of complementary half-samples for stability selection; 50 are usual, 0 goes without. In each half the
        first q clusters of features on the path are selected; features that the preparation kept are clustered where
        all correlate by 0.7. Fills ``stability_frequency`` (of the feature's cluster) and ``stable`` (at least 0.75).
    stability_bound
        The bound E[V] on the expected number of stable clusters that are noise (chance of selection in a half at most
        q / p): q is the largest with ``q^2 / ((2 * 0.75 - 1) p) <= stability_bound``, p being the number of clusters,
        of which the bound must stay below.
    splits
        Random splits for p-values by multi-sample-splitting; 50 are usual, 0 goes without. Fills ``p_value`` and
        ``p_adjusted``.
    seed
        Seed of the folds, halves and splits.
    force
        Go on with fewer than 10 events or 20 patients.

    Returns
    -------
    RiskScore
        ``.table``: feature, modality, coefficient, hazard_ratio (penalised), per, resample_low, resample_high,
        selection_frequency, stability_frequency, stable, p_value, p_adjusted (missing where not asked for). ``status``
        is ``"no_signal"`` where no feature is selected: a valid score whose imaging part is 0 for everybody.
        ``.provenance["notes"]`` tells what was decided on the centre, and names features of which a single patient's
        value, far outside all others', gives an absurd hazard when left out (above exp(10) at the head of the path):
        such a value decides the cross-validation.

    Raises
    ------
    DesignError
        Too few patients or events, a covariate that does not vary, pathway scores learned from all patients, a table
        without penalty that has more features than events, fewer than two clusters for stability selection; the
        message has the numbers.
    InputError
        A setting outside its range; stability or splits with a ridge, which selects nothing.

    Notes
    -----
    Lambda has the scale of R ``glmnet`` (``family="cox"``): the path agrees with ``glmnet(..., standardize=FALSE)`` on
    the prepared features to 1e-5 (Breslow ties; glmnet has no Efron ties and rescales penalty factors to sum to p),
    with ``alpha=0`` too, of which the first lambda is the null model here and there. Covariates are standardised inside
    and reported per unit.

    Coefficients have no confidence interval, because bootstrap intervals of LASSO coefficients are invalid. What holds
    on the training patients: the bound of stability selection, and the p-values of the splits, since the half that
    tests has not selected. ``p_value`` is that of one feature; ``p_adjusted`` multiplies by the number selected in each
    split (Bonferroni) before the splits are put together, and controls the chance of any false rejection. Both take the
    smallest quantile over splits from 0.05 up and pay for the search; they are conservative.

    References
    ----------
    Simon N, et al. (2011) J Stat Softw 39(5):1. doi:10.18637/jss.v039.i05
    van Houwelingen HC, et al. (2006) Stat Med 25:3201. doi:10.1002/sim.2353
    Chatterjee A, Lahiri SN (2011) J Am Stat Assoc 106:608. doi:10.1198/jasa.2011.tm10159
    Meinshausen N, Buehlmann P (2010) J R Stat Soc B 72:417. doi:10.1111/j.1467-9868.2010.00740.x
    Shah RD, Samworth RJ (2013) J R Stat Soc B 75:55. doi:10.1111/j.1467-9868.2011.01034.x
    Meinshausen N, Meier L, Buehlmann P (2009) J Am Stat Assoc 104:1671. doi:10.1198/jasa.2009.tm08647

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=80, seed=1).cohort
    >>> score = ra.fit_risk_score(cohort, n_repeats=1)
    >>> score.predict(cohort).name
    'risk_score'
    """
    _check_inference(l1_ratio, stability, stability_bound, splits)
    begun = begin(
        cohort,
        what="a risk score",
        modality=modality,
        covariates=covariates,
        strata=strata,
        l1_ratio=l1_ratio,
        screen=screen,
        n_folds=n_folds,
        n_repeats=n_repeats,
        lambda_rule=lambda_rule,
        criterion=criterion,
        preparation=preparation,
        ties=ties,
        volume=volume,
        seed=seed,
        force=force,
    )
    with one_blas_thread():
        learnt = _learn(begun, stability, stability_bound, splits)
    told = {"n_repeats": n_repeats, "stability": stability, "stability_bound": stability_bound, "splits": splits}
    return labelled(cohort, begun, learnt, told)


def _learn(begun: Begun, n_pairs: int, bound: float, n_splits: int) -> Learnt:
    """Learn the score, and whatever inference is asked for."""
    settings, data = begun.settings, begun.subjects.data
    stability = None
    if n_pairs:  # first, for a bound that cannot be held is refused here
        stability = select_stable(data, settings, n_pairs, bound, ("fit",), _runner("stability selection"))
    model = learn_model(data, settings, ("fit",), run=_runner("cross-validation"))
    splits = None
    if n_splits:
        splits = split_and_test(data, settings, n_splits, ("fit",), _runner("sample splitting"))
    return Learnt(model, learn_volume(data, settings), settings, stability, splits)


def _runner(label: str) -> Runner:
    return lambda function, tasks: run_tasks(function, tasks, label=label)


def _check_inference(l1_ratio: Any, stability: Any, bound: Any, splits: Any) -> None:
    check_number("l1_ratio", l1_ratio)
    check_number("stability_bound", bound)
    for name, value in (("stability", stability), ("splits", splits)):
        check_whole(name, value)
        if value < 0:
            raise InputError(f"{name}={value} is no number of resamples.", wanted="0 or more")
        if value and l1_ratio == 0:
            raise InputError(
                f"{name}={value} asks which features a ridge selects, and it selects none.", wanted="l1_ratio above 0"
            )
    if not 0 < bound < np.inf:
        raise InputError(f"stability_bound={bound} is no bound.", wanted="a number above 0, such as 1.0")
