"""``interactions``: whether an effect differs between strata, such as women and men."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from radassoc.base.arguments import check_choice, check_number, names_in
from radassoc.base.errors import InputError
from radassoc.cohort.align import check_cohort
from radassoc.strata._interaction_assemble import enrichment_result, slope_result, survival_result
from radassoc.strata.interaction_result import Interactions

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Interactions", "interactions"]

Kind = Literal["survival", "association", "enrichment"]
Keep = Literal["significant", "top", "all"]

#: What each kind can be told, and what holds where nothing is said.
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "survival": {
        "left": "radiomics",
        "covariate_effects": "by_stratum",
        "baseline": "by_stratum",
        "test": "wald",
        "scale": "sd",
        "strata": (),
    },
    "association": {"left": "radiomics", "right": "expression", "variance": "unequal", "scale": "sd"},
    "enrichment": {"by": None, "gene_sets": None, "strata": (), "n_permutations": None},
}
_CHOICES = {
    "covariate_effects": ("by_stratum", "common"),
    "baseline": ("by_stratum", "common"),
    "test": ("wald", "likelihood_ratio", "score"),
    "variance": ("unequal", "pooled", "hc3"),
    "scale": ("sd", "units", "normal_scores"),
}


def interactions(
    cohort: Cohort,
    variable: str,
    *,
    kind: Kind = "survival",
    left: Any = None,
    right: Any = None,
    by: Any = None,
    gene_sets: Any = None,
    levels: Sequence[str] | None = None,
    covariates: Sequence[str] = (),
    covariate_effects: Literal["by_stratum", "common"] | None = None,
    strata: Sequence[str] | None = None,
    baseline: Literal["by_stratum", "common"] | None = None,
    test: Literal["wald", "likelihood_ratio", "score"] | None = None,
    variance: Literal["unequal", "pooled", "hc3"] | None = None,
    scale: Literal["sd", "units", "normal_scores"] | None = None,
    n_permutations: int | None = None,
    keep: Keep = "top",
    level: float = 0.05,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interactions:
    """Test whether effects differ between strata, and estimate them in each stratum and their difference.

    Null hypothesis of each feature (``kind="survival"``): its hazard ratio is the same in all strata. Of each pair
    (``"association"``): the slope of the right column on the left is. Of each set (``"enrichment"``): all genes have
    the same slope on the value in both strata. The effect itself need not be zero, and strata may differ in size, in
    means and in variances. "Significant in men, not in women" is no evidence of a difference: with equal effects it
    happened in up to 56% of simulated survival studies and up to 77% of associations
    (``benchmarks/null_interactions.csv``), where these tests held their level.

    Survival: one Cox model per feature with a log hazard ratio of its own in each stratum, per standard deviation of
    the feature over all patients. By default each stratum has its own baseline hazard and its own covariate effects, so
    that neither a non-proportional main effect nor a covariate that acts differently, such as age where it goes with
    sex, can pass for an interaction.

    Association: one linear regression per pair and stratum with the covariates; effects of covariates always differ by
    stratum. Slopes are in standard deviations of both columns over all patients, the same unit in all strata.

    Parameters
    ----------
    cohort
        The patients.
    variable
        Column whose levels are the strata: ``"sex"``, ``"idh_status"``, a centre, an age group. Strata with fewer than
        ten patients (and one more for each covariate) or ten events are left out and told.
    kind
        ``"survival"``, ``"association"`` or ``"enrichment"``.
    left
        Features: name of a modality, or a frame of patients x numbers. Default ``"radiomics"``.
    right
        Of associations, the second table; default ``"expression"``. A frame of one column, such as a tumour volume as
        ``left``, asks one question.
    by, gene_sets
        Of enrichment, one value per patient and the sets: see ``compare_enrichment``, which does this test.
    levels
        Which strata, the reference first; by default all, sorted. Enrichment compares two.
    covariates
        Column references; patients with a missing one are left out.
    covariate_effects
        Of survival: ``"by_stratum"`` (default) or ``"common"``, one effect for all strata, which saves degrees of
        freedom where strata are small and is wrong where effects differ.
    strata
        Of survival: columns whose levels have their own baseline hazard besides; of enrichment: within which residuals
        are permuted.
    baseline
        Of survival: ``"by_stratum"`` (default), or ``"common"``: one baseline and a hazard ratio of the variable.
    test
        Of survival. ``"wald"`` (default): t of the difference with Satterthwaite's degrees of freedom, from events less
        parameters of each stratum; ``"likelihood_ratio"``; ``"score"``. Chosen by simulation: with 20 events in the
        smaller stratum and a skewed feature the three are wrong in 6.1%, 8.0% and 8.2% of studies at 5%; with 30
        events and a normal one in 3.8%, 4.1% and 4.0% (``benchmarks/null_interactions.csv``).
    variance
        Of associations. ``"unequal"`` (default): each stratum has a residual variance of its own (Welch); ``"pooled"``:
        one for all, as ``lm`` with an interaction, wrong where both sizes and variances differ; ``"hc3"``: each patient
        has one, for spread that grows with the feature.
    scale
        ``"sd"`` (default): effects per standard deviation of the columns over all patients; of associations also
        ``"units"``; ``"normal_scores"``: columns are turned into normal scores of their ranks over all patients first.
        Raw imaging features are often so skewed that one patient makes up most of a stratum's variation. The effect
        there rests on that patient, and its t has no t distribution (in published imaging with 77 patients p < 1e-5 of
        a slope came up 125 times too often): such columns are left out and told, unless normal scores are asked for.
        Those answer another question: equal slopes in units are not equal on that scale where strata differ in mean or
        spread.
    n_permutations
        Of enrichment.
    keep
        Rows of ``table``: ``"top"``, the 100 smallest p-values; ``"significant"``: adjusted p below ``level``;
        ``"all"``, up to two million pairs.
    level
        Of ``differs``, ``detectable`` and ``keep``.
    confidence
        Coverage of the intervals.
    seed
        Of permutations, and of the background of a map.

    Returns
    -------
    Interactions
        ``table``: effects in both strata and their difference with intervals in one row, p and its Benjamini-Hochberg
        adjustment over all features or pairs; ``effects``; ``strata``; ``dropped``; ``background``; ``notes``.

    Raises
    ------
    DesignError
        Fewer than two strata are large enough (the numbers are told), the variable is continuous, the outcome itself or
        a covariate too, or a covariate orders all deaths of a stratum.
    InputError
        An option that belongs to another kind; more rows than a table can hold.

    Notes
    -----
    Estimates and standard errors equal R ``coxph(y ~ x * sex + Z * sex)`` (with ``strata(sex)`` by default)
    and ``lm(y ~ x * sex + Z * sex)`` (``variance="pooled"``) to 1e-6; likelihood ratio and score test those of
    ``anova`` and ``summary``; ``variance="unequal"`` equals two separate ``lm``. More than two strata: ``overall_p`` is
    Welch's F that all are equal; ``p_value`` is each one against the reference, not corrected for their number.

    References
    ----------
    Welch BL (1951) Biometrika 38:330. doi:10.1093/biomet/38.3-4.330
    Satterthwaite FE (1946) Biometrics Bull 2:110. doi:10.2307/3002019
    Gelman A, Stern H (2006) Am Stat 60:328. doi:10.1198/000313006X152649
    Schmoor C et al. (2000) Stat Med 19:441.
    doi:10.1002/(SICI)1097-0258(20000229)19:4<441::AID-SIM349>3.0.CO;2-N

    Examples
    --------
    >>> import radassoc as ra
    >>> from radassoc.strata.interactions import interactions
    >>> cohort = ra.simulate_cohort(n_patients=160, n_features=20, seed=1).cohort
    >>> found = interactions(cohort, "sex", covariates=["age"], levels=("male", "female"))
    >>> found.n_tests, found.table["stratum_1"].unique().tolist(), found.table["stratum_2"].unique().tolist()
    (19, ['male'], ['female'])
    """
    check_cohort(cohort)
    check_choice("kind", kind, tuple(_OPTIONS))
    check_choice("keep", keep, ("significant", "top", "all"))
    for name, value in (("level", level), ("confidence", confidence)):
        check_number(name, value)
        if not 0 < value < 1:
            raise InputError(f"{name}={value}.", wanted="a number between 0 and 1")
    own = _own_options(
        kind,
        {"left": left, "right": right, "by": by, "gene_sets": gene_sets, "covariate_effects": covariate_effects}
        | {"strata": strata, "baseline": baseline, "test": test, "variance": variance, "scale": scale}
        | {"n_permutations": n_permutations},
    )
    covariates = names_in("covariates", covariates)
    shared: dict[str, Any] = {"levels": levels, "covariates": covariates, "keep": keep, "level": level}
    if kind == "survival":
        return survival_result(cohort, variable, **own, **shared, confidence=confidence, seed=seed)
    if kind == "association":
        return slope_result(cohort, variable, **own, **shared, confidence=confidence, seed=seed)
    if confidence != 0.95:
        raise InputError("A difference of enrichment has no interval.", wanted="confidence as it is, 0.95")
    return enrichment_result(cohort, variable, **own, **shared, seed=seed)


def _own_options(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a kind, its defaults filled in; refuse those of another kind."""
    known = _OPTIONS[kind]
    foreign = [name for name, value in given.items() if value is not None and name not in known]
    if foreign:
        raise InputError(
            f"{foreign[0]}= is no option of kind={kind!r}.", wanted=f"{', '.join(known)}", remedy="Leave it out."
        )
    own = {name: default if given[name] is None else given[name] for name, default in known.items()}
    for name, choices in _CHOICES.items():
        if name in own:
            check_choice(name, own[name], choices)
    if kind == "survival":
        check_choice("scale", own["scale"], ("sd", "normal_scores"))
    missing = [name for name in ("by", "gene_sets") if name in own and own[name] is None]
    if missing:
        raise InputError(f"kind={kind!r} needs {' and '.join(missing)}.", wanted="a value per patient and gene sets")
    if "strata" in own:
        own["strata"] = names_in("strata", own["strata"])
    return own
