"""Studies that never were, with effects of stated size: to test a method, to plan a study, to learn the package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Record
from radassoc.cohort._simulated_expression import choose_genes, simulate_activities, simulate_expression
from radassoc.cohort._simulated_imaging import simulate_imaging, with_missing
from radassoc.cohort._simulated_names import feature_catalogue
from radassoc.cohort._simulated_plan import Design, log_hazards, pathways_table, plan_effects, survival_table
from radassoc.cohort._simulated_survival import simulate_patients, simulate_survival
from radassoc.cohort.cohort import Cohort
from radassoc.tables.gene_sets import gene_sets as read_gene_sets

__all__ = ["Frames", "Simulation", "SimulationTruth", "simulate_cohort", "simulate_frames"]


@register("simulation_truth")
@dataclass(frozen=True, eq=False, kw_only=True)
class SimulationTruth(Record):
    """What was planted in a simulated cohort.

    Attributes
    ----------
    survival
        One row per planted hazard ratio: ``variable``, ``sex`` (``"all"``, ``"female"`` or ``"male"``), ``unit``,
        ``hazard_ratio``, ``log_hazard_ratio``.
    pathways
        One row per pathway: ``pathway``, ``source`` (a feature; ``"risk"``, the imaging part of the log hazard; or
        empty, where nothing is planted), ``correlation`` of its activity with the source.
    features
        By feature: ``sequence``, ``block``, ``loading``, and the scale (``transform``, ``center``, ``spread``) on which
        it is standard normal and on which its effects are planted.
    genes
        By gene: the ``module`` (a pathway or a background module) that it follows, and its ``loading``.
    shifts
        Centres x features: shifts in standard deviations; the first centre is the reference.
    values
        By patient: ``log_hazard``, ``risk``, and the activity of each pathway.
    params
        The settings.
    """

    survival: pd.DataFrame
    pathways: pd.DataFrame
    features: pd.DataFrame
    genes: pd.DataFrame
    shifts: pd.DataFrame
    values: pd.DataFrame
    params: Mapping[str, Any] = field(default_factory=dict)


class Frames(NamedTuple):
    """The tables of a simulated study; ``patients`` tells the patient of each imaging sample."""

    radiomics: pd.DataFrame
    patients: pd.Series
    expression: pd.DataFrame
    clinical: pd.DataFrame


class Simulation(NamedTuple):
    """A simulated cohort, and what was planted in it."""

    cohort: Cohort
    truth: SimulationTruth


def simulate_cohort(
    *,
    n_patients: int = 160,
    n_features: int = 149,
    n_genes: int = 1000,
    gene_sets: Any = "glioma",
    hazard_ratios: Mapping[str, float] | None = None,
    sex_hazard_ratios: Mapping[str, tuple[float, float]] | None = None,
    pathway_correlations: Mapping[str, tuple[str, float]] | None = None,
    n_centres: int = 2,
    centre_shift: float = 0.3,
    samples_per_patient: int = 1,
    missing: float = 0.02,
    censored: float = 0.3,
    median_survival: float = 18.0,
    seed: int = 0,
) -> Simulation:
    """Simulate a radiogenomic cohort with planted effects of stated size.

    Features are standard normal in blocks that share a factor, then put on the scales that PyRadiomics writes
    (log-normal, between 0 and 1, or signed). The genes of a pathway follow its activity; other genes follow modules of
    their own. Survival is Weibull with proportional hazards, and follow-up is uniform, long enough for the share of
    censored patients that is asked for. A feature's effects act on the patient's value on its standard scale, before
    the shift of the centre and the noise of a sample.

    Parameters
    ----------
    n_patients
        Number of patients. IDH mutation goes with youth, MGMT methylation with IDH; imaging with neither.
    n_features
        Number of features, in the order of shape, T1c, FLAIR, T2, T1; then wavelet and filtered images.
    n_genes
        Number of genes: all of ``gene_sets``, then others.
    gene_sets
        The pathways, as ``ra.gene_sets`` takes them. A gene of several sets follows the first.
    hazard_ratios
        By feature (per standard deviation) or covariate: ``"age"`` (per 10 years), ``"sex"`` (male), ``"idh"``
        (mutant), ``"mgmt"`` (methylated). None: volume, sphericity, entropy, age and IDH, as far as they are simulated;
        an empty mapping: no effect.
    sex_hazard_ratios
        By feature: the hazard ratio in women and in men. None: the skewness of T1c, 0.75 and 1.40.
    pathway_correlations
        By pathway: what its activity follows (a feature, or ``"risk"`` for the imaging part of the log hazard) and
        their correlation. None: both hypoxia sets with the risk (0.55), RTK/RAS/PI3K with the contrast of FLAIR (0.60).
    n_centres, centre_shift
        Number of centres, and standard deviation of their shifts of a feature, in standard deviations of the feature.
    samples_per_patient
        Imaging samples per patient; several scatter around the patient with 0.3 standard deviations.
    missing
        Share of the imaging values, and of IDH and MGMT, that are missing completely at random.
    censored
        Share of patients who are censored.
    median_survival
        Median survival of the average patient in months.
    seed
        Seed; what a feature or gene looks like depends on its name alone.

    Returns
    -------
    Simulation
        ``cohort`` with ``radiomics``, ``expression``, ``clinical`` (sex, age, idh, mgmt, centre, os_months, os_event)
        and the outcome in months; ``truth``, see ``SimulationTruth``.

    Raises
    ------
    InputError
        A number that cannot be simulated, or an effect of a feature, covariate or pathway that is not there.

    Examples
    --------
    >>> cohort, truth = simulate_cohort(n_patients=40, n_features=14, n_genes=30, gene_sets="glioma_core")
    >>> cohort.radiomics.shape, cohort.expression.shape
    ((40, 14), (40, 30))
    >>> truth.survival[["variable", "hazard_ratio"]].values.tolist()[1]
    ['TC_original_shape_Sphericity', 0.65]
    """
    design = Design(
        n_patients=n_patients,
        n_features=n_features,
        n_genes=n_genes,
        gene_sets=gene_sets,
        hazard_ratios=hazard_ratios,
        sex_hazard_ratios=sex_hazard_ratios,
        pathway_correlations=pathway_correlations,
        n_centres=n_centres,
        centre_shift=centre_shift,
        samples_per_patient=samples_per_patient,
        missing=missing,
        censored=censored,
        median_survival=median_survival,
        seed=seed,
    )
    frames, truth = simulate_frames(design)
    cohort = Cohort.from_frames(
        radiomics=frames.radiomics,
        expression=frames.expression,
        clinical=frames.clinical,
        patients={"radiomics": frames.patients},
        time="os_months",
        event="os_event",
        unit="months",
        event_coding={0: False, 1: True},  # with nobody censored, 1 alone could mean either
    )
    return Simulation(cohort, truth)


def simulate_frames(design: Design) -> tuple[Frames, SimulationTruth]:
    """Return the tables of a simulated study and what was planted in them; see ``simulate_cohort``."""
    catalogue, sets = feature_catalogue(design.n_features), read_gene_sets(design.gene_sets)
    genes = choose_genes(sets, design.n_genes)
    plan = plan_effects(design, catalogue.index, sets)
    patients = simulate_patients(design.n_patients, design.n_centres, design.seed)
    imaging = simulate_imaging(
        catalogue,
        patients["centre"],
        centre_shift=design.centre_shift,
        samples_per_patient=design.samples_per_patient,
        seed=design.seed,
    )
    hazards = log_hazards(plan, imaging.standard, patients)
    followed = imaging.standard.assign(risk=hazards["risk"])
    sources = {name: (followed[source], r) for name, (source, r) in plan.pathways.items()}
    activities = simulate_activities(list(sets), sources, patients.index, design.seed)
    outcome = simulate_survival(
        hazards["log_hazard"], median=design.median_survival, censored=design.censored, seed=design.seed
    )
    frames = Frames(
        radiomics=with_missing(imaging.frame, design.missing, design.seed, "radiomics"),
        patients=imaging.patients,
        expression=simulate_expression(genes, activities, design.seed),
        clinical=_clinical(patients, outcome, design),
    )
    truth = SimulationTruth(
        survival=survival_table(plan),
        pathways=pathways_table(plan, sets),
        features=catalogue,
        genes=genes,
        shifts=imaging.shifts,
        values=hazards.join(activities),
        params={**asdict(design), "gene_sets": tuple(sets)},
    )
    return frames, truth


def _clinical(patients: pd.DataFrame, outcome: pd.DataFrame, design: Design) -> pd.DataFrame:
    markers = with_missing(patients[["idh", "mgmt"]], design.missing, design.seed, "markers")
    told = patients.assign(idh=markers["idh"], mgmt=markers["mgmt"])
    return told.assign(os_months=outcome["time"], os_event=outcome["event"])
