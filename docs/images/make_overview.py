"""Draw the README's picture from the bundled example: python docs/images/make_overview.py."""

from pathlib import Path

import radassoc as ra
from radassoc.figures.style import MM, PaperFigure, style

COVARIATES = ["age", "idh"]


def main() -> None:
    cohort = ra.example_cohort()
    validation = ra.validate_risk_score(
        cohort, covariates=COVARIATES, n_folds=5, n_outer_repeats=3, n_bootstraps=0, n_permutations=300
    )
    sets = ra.gene_sets(["glioma_core", "hypoxia", "glioma_subtypes"])
    enriched = ra.enrich(cohort, validation, sets, covariates=COVARIATES)
    pathways = ra.score_pathways(cohort, sets)
    associations = ra.associate(pathways, "radiomics", "pathways", covariates=COVARIATES)

    figure = PaperFigure(figsize=(290 * MM, 118 * MM), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.15], wspace=0.04)
    top, bottom = left.subfigures(2, 1, height_ratios=[1.35, 1])
    with style():
        axes = top.add_subplot()
    ra.compare_survival(cohort, validation).plot(on=axes, title="Out-of-fold risk groups")
    enriched.plot(on=bottom)
    associations.plot(on=right, most=24, title="Features against pathways")
    figure.savefig(Path(__file__).with_name("overview.png"), dpi=140)


if __name__ == "__main__":
    main()
