"""Every key of a study file; a section's keys are the keywords of the verbs that it drives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

__all__ = ["SOURCE_TAGS", "CohortSection", "Section", "StudyFile", "TableSection"]


References = str | list[str]


class Section(BaseModel):
    """A section of a study file: unknown keys are errors, and values are never bent into another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    def given(self, *leave_out: str) -> dict[str, Any]:
        """Return what the user wrote, without the keys named; all else is left to the verbs' own defaults."""
        return {key: _plain(getattr(self, key)) for key in sorted(self.model_fields_set - set(leave_out))}


def _plain(value: Any) -> Any:
    if isinstance(value, Section):
        return value.given()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


class TableSection(Section):
    """One file described in full, where its path alone does not tell enough."""

    path: References
    sample: str | None = None
    patient: str | None = None
    columns: list[str] | None = None
    drop: list[str] = []
    prefix: References = ""
    sep: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"
    sheet: str | None = None
    orientation: Literal["auto", "samples_in_rows", "samples_in_columns"] = "auto"
    duplicates: Literal["error", "mean", "max_variance", "first"] = "error"
    missing_patient: Literal["error", "drop"] = "error"
    mapping: str | dict[str, str] | None = None
    patient_pattern: str | None = None
    identifier_rule: Literal["auto", "exact", "tcga"] = "auto"


#: Marks in pydantic's locations that are no keys of the file.
SOURCE_TAGS = ("<path>", "<table>", "<list>")


def _shape(value: Any) -> str:
    if isinstance(value, (dict, TableSection)):
        return "<table>"
    return "<list>" if isinstance(value, list) else "<path>"


_One = Annotated[
    Annotated[str, Tag("<path>")] | Annotated[TableSection, Tag("<table>")],
    Discriminator(_shape),
]
Source = Annotated[
    Annotated[str, Tag("<path>")] | Annotated[TableSection, Tag("<table>")] | Annotated[list[_One], Tag("<list>")],
    Discriminator(_shape),
]


class StudySection(Section):
    """What the study is, its one primary hypothesis, and the seed of all chance in it."""

    title: str = "Radiogenomic study"
    seed: Annotated[int, Field(ge=0)] = 0
    primary: str | None = None


class TestSplit(Section):
    """Patients set aside: a random fraction, or those with given values in a column."""

    __test__ = False  # pytest would take the name for a test

    fraction: Annotated[float, Field(gt=0, lt=1)] | None = None
    column: str | None = None
    values: list[str | int | float] | None = None
    stratify: list[str] = []

    @model_validator(mode="after")
    def _one_way(self) -> TestSplit:
        if (self.fraction is None) == (self.column is None):
            raise ValueError("test needs either fraction, or column with values")
        if (self.column is None) != (self.values is None):
            raise ValueError("column and values of test belong together")
        return self


class CohortSection(Section):
    """The files of a cohort and how they are read."""

    radiomics: Source | None = None
    expression: Source | None = None
    clinical: Source | None = None
    other: dict[str, Source] = {}
    time: str | None = None
    event: str | None = None
    unit: Literal["days", "weeks", "months", "years"] | None = None
    patient: str | None = None
    derive: dict[str, dict[str, Any]] = {}
    event_coding: dict[str, bool] | None = None
    invert_event: bool = False
    missing_patient: Literal["error", "drop"] = "error"
    duplicates: Literal["error", "mean", "max_variance", "first"] = "error"


class MainCohortSection(CohortSection):
    """The study's own cohort, which may set patients aside for a test."""

    test: TestSplit | None = None


class TableOneSection(Section):
    """Settings of Table 1, which every run has."""

    variables: list[str] | None = None
    groups: list[str] | None = None


class PcaSection(Section):
    """Settings of the principal components, which every run with imaging has."""

    modality: str = "radiomics"
    n_components: Annotated[int, Field(ge=1)] = 10
    preparation: PreparationSection | None = None
    optional: bool = False


class ExploreSection(Section):
    """The first look at a table: redundancy, gaps, outliers, centres, size."""

    modality: str = "radiomics"
    limit: Annotated[float, Field(gt=0, lt=1)] = 0.9
    volume: str = "auto"
    centre: str = "auto"
    covariates: References = []
    preparation: PreparationSection | None = None
    n_permutations: Annotated[int, Field(ge=19)] = 999
    optional: bool = False


class PreparationSection(Section):
    """The recipe of learned steps before a model."""

    max_missing: Annotated[float, Field(ge=0, le=1)] = 0.2
    impute: Literal["median", "mean"] = "median"
    near_constant: Annotated[float, Field(ge=0, le=1)] = 0.95
    max_correlation: Annotated[float, Field(ge=0, le=1)] = 0.95
    scale: Literal["standard", "none"] = "standard"


class RiskScoreSection(Section):
    """The penalised Cox risk score."""

    modality: References | dict[str, Annotated[float, Field(ge=0)]] = "radiomics"
    covariates: References = []
    strata: References | None = None
    l1_ratio: Annotated[float, Field(ge=0, le=1)] = 1.0
    screen: Annotated[int, Field(ge=1)] | None = None
    n_folds: Annotated[int, Field(ge=2)] = 10
    n_repeats: Annotated[int, Field(ge=1)] = 100
    lambda_rule: Literal["min", "1se"] = "min"
    criterion: Literal["deviance", "concordance"] = "deviance"
    preparation: PreparationSection | None = None
    ties: Literal["efron", "breslow"] = "efron"
    volume: str = "auto"
    stability: Annotated[int, Field(ge=0)] = 0
    stability_bound: Annotated[float, Field(gt=0)] = 1.0
    splits: Annotated[int, Field(ge=0)] = 0
    force: bool = False
    optional: bool = False

    @property
    def modalities(self) -> tuple[str, ...]:
        """The tables that the score is made of."""
        return (self.modality,) if isinstance(self.modality, str) else tuple(self.modality)


class ValidationSection(Section):
    """How the risk score is validated: the outer folds, the bootstrap, the permutations of the whole pipeline."""

    n_outer_folds: Annotated[int, Field(ge=2)] = 5
    n_outer_repeats: Annotated[int, Field(ge=1)] = 10
    n_inner_repeats: Annotated[int, Field(ge=1)] = 1
    interval: Literal["rerun", "conditional", "none"] = "rerun"
    n_bootstraps: Annotated[int, Field(ge=0)] = 100
    n_permutations: Annotated[int, Field(ge=0)] = 100
    cut: Literal["median", "quantiles", "maxstat"] = "median"
    n_groups: Annotated[int, Field(ge=2)] = 2
    times: list[float] | float | None = None
    tau: float | None = None


class EvaluationSection(Section):
    """How the frozen score is judged in test patients and external cohorts."""

    clinical_model: Literal["nomogram"] | None = None
    strata: References = []
    times: list[float] | float | None = None
    tau: float | None = None
    reclassification: bool | list[float] = False
    n_bootstraps: Annotated[int, Field(ge=0)] = 1000


class GroupsSection(Section):
    """Low- and high-risk groups and the comparison of their survival."""

    method: Literal["median", "quantiles", "maxstat", "value"] = "median"
    value: float | list[float] | None = None
    n_groups: Annotated[int, Field(ge=2, le=10)] | None = None
    min_share: Annotated[float, Field(gt=0, lt=0.5)] | None = None
    p_method: Literal["auto", "monte_carlo", "lau94", "lau92", "hl", "exact_gauss"] = "auto"
    n_resamples: Annotated[int, Field(ge=1)] = 9999
    covariates: list[str] = []
    strata: list[str] = []
    trend: bool | None = None
    times: list[float] | float | None = None
    tau: float | None = None


class CoxTableSection(Section):
    """Cox models of clinical variables and the risk score, each alone and all together."""

    variables: References
    strata: References = []
    per: dict[str, Annotated[float, Field(gt=0)] | Literal["SD"]] = {}
    reference: dict[str, str | int | float | bool] = {}
    n_candidates: Annotated[int, Field(ge=1)] | None = None
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    also_in: list[str] = []
    optional: bool = False


class SubgroupsSection(Section):
    """The hazard ratio of one variable within subgroups of patients, with tests of interaction."""

    variable: str = "risk_score"
    subgroups: References
    covariates: References = []
    strata: References = []
    cuts: dict[str, float] = {}
    per: dict[str, Annotated[float, Field(gt=0)] | Literal["SD"]] = {}
    reference: dict[str, str | int | float | bool] = {}
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    also_in: list[str] = []
    optional: bool = False


class NomogramSection(Section):
    """An unpenalised Cox model to be read off a sheet of paper, validated by the bootstrap."""

    variables: References
    times: list[float] | float | None = None
    strata: References = []
    reference: dict[str, str | int | float | bool] = {}
    n_groups: Annotated[int, Field(ge=1)] = 5
    n_bootstraps: Annotated[int, Field(ge=0)] = 200
    optional: bool = False


class SampleSizeSection(Section):
    """Settings of the sample size, which every run with a risk score tells; candidates and time come from the score."""

    n_candidates: Annotated[int, Field(ge=1)] | None = None
    timepoint: Annotated[float, Field(gt=0)] | None = None
    event_rate: Annotated[float, Field(gt=0)] | None = None
    mean_follow_up: Annotated[float, Field(gt=0)] | None = None
    r_squared: Annotated[float, Field(gt=0, lt=1)] | None = None
    shrinkage: Annotated[float, Field(gt=0, lt=1)] = 0.9
    optimism: Annotated[float, Field(gt=0, lt=1)] = 0.05
    margin: Annotated[float, Field(gt=0, lt=1)] = 0.05


class PathwaysSection(Section):
    """Gene sets, and how each patient is scored on them."""

    gene_sets: References
    method: Literal["ssgsea", "gsva", "zscore", "singscore", "pc1"] = "ssgsea"
    modality: str = "expression"
    min_size: Annotated[int, Field(ge=1)] = 10
    max_size: Annotated[int, Field(ge=1)] = 500
    min_coverage: Annotated[float, Field(ge=0, le=1)] = 0.3
    keep_small: bool | list[str] = True
    optional: bool = False


class AssociationSection(Section):
    """Tables against tables."""

    pairs: list[list[str]]
    method: Literal["spearman", "pearson", "linear"] = "spearman"
    covariates: list[str] = []
    repeats: Literal["cluster_robust", "mixed", "average"] = "cluster_robust"
    correction: Literal["bh", "by", "holm", "storey", "two_level", "max_statistic"] = "bh"
    keep: Literal["significant", "top", "all"] = "significant"
    level: Annotated[float, Field(gt=0, lt=1)] = 0.05
    n_permutations: Annotated[int, Field(ge=1)] | None = None
    full_matrix: bool = False
    optional: bool = False

    @model_validator(mode="after")
    def _two_each(self) -> AssociationSection:
        if not self.pairs or any(len(pair) != 2 for pair in self.pairs):
            raise ValueError('pairs needs two tables each, such as [["radiomics", "pathways"]]')
        return self


class EnrichmentSection(Section):
    """Gene sets along a score or column, before and after adjustment for the covariates."""

    by: References = "risk_score"
    gene_sets: References | None = None
    modality: str = "expression"
    statistic: Literal["correlation", "rank_correlation", "t", "cox"] | None = None
    null: Literal["samples", "genes", "rotation"] = "samples"
    covariates: list[str] = []
    strata: References = []
    n_permutations: Annotated[int, Field(ge=1)] | None = None
    weight: Annotated[float, Field(ge=0)] = 1.0
    inter_gene_correlation: Annotated[float, Field(ge=0, lt=1)] | None = None
    maxmean: bool = False
    min_size: Annotated[int, Field(ge=1)] = 10
    max_size: Annotated[int, Field(ge=1)] = 500
    min_coverage: Annotated[float, Field(ge=0, le=1)] = 0.3
    keep_small: bool | list[str] = True
    level: Annotated[float, Field(gt=0, lt=1)] = 0.05
    optional: bool = False


class StrataSection(Section):
    """One variable by which analyses are run per stratum, tested for a difference, and scores crossed over."""

    variable: str
    levels: list[str] | None = None
    analyses: list[
        Literal[
            "weighted_comparison",
            "survival",
            "association",
            "enrichment",
            "risk_score",
            "cross_application",
            "interactions",
        ]
    ]
    within: References = []
    n_inner_repeats: Annotated[int, Field(ge=1)] = 1
    n_outer_folds: Annotated[int, Field(ge=2)] = 5
    n_outer_repeats: Annotated[int, Field(ge=1)] = 10
    n_bootstraps: Annotated[int, Field(ge=0)] = 100
    n_permutations: Annotated[int, Field(ge=0)] = 100
    optional: bool = False

    @model_validator(mode="after")
    def _weighted_to(self) -> StrataSection:
        if "weighted_comparison" in self.analyses and not self.within:
            raise ValueError('"weighted_comparison" needs within, the columns that strata are weighted to')
        return self


class StudyFile(Section):
    """A whole study file."""

    study: StudySection = StudySection()
    cohort: MainCohortSection
    external: dict[str, CohortSection] = {}
    table_one: TableOneSection = TableOneSection()
    explore: ExploreSection | None = None
    pca: PcaSection = PcaSection()
    risk_score: RiskScoreSection | None = None
    validation: ValidationSection | None = None
    evaluation: EvaluationSection = EvaluationSection()
    groups: GroupsSection | None = None
    cox_table: CoxTableSection | None = None
    subgroups: SubgroupsSection | None = None
    nomogram: NomogramSection | None = None
    sample_size: SampleSizeSection = SampleSizeSection()
    pathways: PathwaysSection | None = None
    association: AssociationSection | None = None
    enrichment: EnrichmentSection | None = None
    strata: StrataSection | None = None


ExploreSection.model_rebuild()
PcaSection.model_rebuild()
