"""The study file and the explanation that stand beside the bundled example's tables."""

from __future__ import annotations

__all__ = ["README", "STUDY"]

STUDY = r"""# A simulated study (see README.md). Run it with: radassoc run study.toml --out results
[study]
title = "Radiomic risk in a simulated glioma cohort"
seed = 1
primary = "risk_score"

[cohort]
radiomics = "radiomics.csv"
clinical = "clinical.csv"
time = "os_months"
event = "os_status"
unit = "months"

# Samples are called GL-001-T1; the patient is GL-001.
[cohort.expression]
path = "expression.tsv.gz"
patient_pattern = 'GL-\d{3}'

[pca]
n_components = 10

[risk_score]
covariates = ["age", "idh"]
n_folds = 5
n_repeats = 5

# Small numbers, so that the demonstration is quick; leave these out of a study of your own.
[validation]
n_outer_repeats = 3
n_bootstraps = 30
n_permutations = 300

[groups]
method = "median"
covariates = ["age", "idh"]

[cox_table]
variables = ["risk_score", "age", "idh", "sex"]
per = { age = 10 }

[subgroups]
subgroups = ["sex", "idh"]

[nomogram]
variables = ["risk_score", "sex"]
n_bootstraps = 50

[pathways]
gene_sets = ["glioma_core", "hypoxia", "glioma_subtypes"]

[association]
pairs = [["radiomics", "pathways"]]
covariates = ["age", "idh"]

[enrichment]
by = ["risk_score", "radiomics:FLAIR_WT_original_glcm_Contrast"]
covariates = ["age", "idh"]
"""

README = """\
# The example study

**Simulated.** No patient stands behind these files. `radassoc demo` analyses them, `radassoc.example_cohort()` reads
them, and `python -m radassoc.cohort.simulate_study FOLDER` writes them anew.

| file | what | untidy on purpose |
|---|---|---|
| `radiomics.csv` | {n_imaging} patients x {n_features} features of the tumour core (T1c) and whole lesion (FLAIR) \
| paths and diagnostics; {n_missing} missing values; a centre whose scanner shifts the features |
| `expression.tsv.gz` | {n_genes} genes x {n_samples} samples of {n_expression} patients, log2(TPM + 1) \
| genes in rows; samples end in `-T1` or `-T2`: `study.toml` states the rule from sample to patient |
| `clinical.csv` | {n_clinical} patients: survival, sex, age, IDH, MGMT, centre \
| events as `1:DECEASED` and `0:LIVING`; missing markers; {n_unknown} patients without known survival |
| `study.toml` | what is analysed | |

Not every patient is in every table: {n_all} are in all three with known survival.

## What was planted

Hazard ratios; a feature's is on the scale on which it is normal, before the shift of the centre:

| variable | sex | per | hazard ratio |
|---|---|---|---|
{survival}

Pathways:

| pathway | its activity follows | correlation |
|---|---|---|
{pathways}

All other pathways, the core p53 and RB1 pathways among them, follow nothing: what is found for them is chance.
Features of a block are correlated (mostly 0.4 to 0.9, sizes above 0.9), so that a score may choose the neighbour of a
planted feature, and the neighbours of FLAIR's contrast go with the RTK pathway too. Imaging is independent of age, sex
and IDH. The second centre shifts each feature by about {shift} standard deviations.

The settings were chosen after looking at the results: effects were made smaller once, gene sets were taken out, and
the reruns were raised from 100 to 300, because with 200 the planted hypoxia sets had adjusted p-values just above 0.05.
That is fit to demonstrate a known truth, and no evidence of power; in a real study it would be a fault.
"""
