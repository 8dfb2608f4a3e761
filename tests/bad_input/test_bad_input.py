"""The corpus of malformed input: each case gives one clear error of the right class, or is read right and says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import radassoc as ra
from radassoc.base.errors import (
    ClinicalError,
    DesignError,
    ExpressionError,
    IdentifierError,
    InputError,
    RadassocError,
    RadiomicsError,
)
from radassoc.tables.clinical import read_clinical
from radassoc.tables.expression import read_expression
from radassoc.tables.outcome import code_outcome
from radassoc.tables.plain import read_plain
from radassoc.tables.radiomics import read_radiomics
from radassoc.tables.table import ReadTable, Table

FILES = Path(__file__).parent / "files"
PATIENTS = [f"P{i:03d}" for i in range(1, 13)]


@dataclass(frozen=True)
class Case:
    """What is done, which error it gives, and what the message must tell."""

    name: str
    act: Callable[[], Any]
    error: type[RadassocError]
    tells: tuple[str, ...]


def radiomics(file: str, **described: Any) -> Callable[[], ReadTable]:
    return lambda: read_radiomics(Table(FILES / file, **described))


def expression(file: str, **described: Any) -> Callable[[], ReadTable]:
    return lambda: read_expression(Table(FILES / file, **described))


def clinical(file: str, **described: Any) -> Callable[[], ReadTable]:
    return lambda: read_clinical(Table(FILES / file, **described))


def outcome(time: str = "os_months", event: str = "os_event", unit: Any = "months", **coding: Any) -> Callable[[], Any]:
    return lambda: code_outcome(read_clinical(FILES / "outcomes.csv").frame, time, event, unit, **coding)


def cohort(**asked: Any) -> Callable[[], Any]:
    told = {"clinical": "clinical.csv", "time": "os_months", "event": "os_event", "unit": "months", **asked}
    for name in ("radiomics", "expression", "clinical"):
        if isinstance(told.get(name), str):
            told[name] = FILES / told[name]
    return lambda: ra.read_cohort(**told)


def then(read: Callable[[], Any], act: Callable[[Any], Any]) -> Callable[[], Any]:
    return lambda: act(read())


def both(other: str) -> Callable[[], Any]:
    return lambda: read_radiomics([FILES / "radiomics.csv", FILES / other])


WHOLE = cohort(radiomics="radiomics.csv", expression="expression.tsv")

BROKEN_FILES = [
    Case("empty file", radiomics("empty.csv"), InputError, ("empty.csv", "is empty")),
    Case("blank lines only", radiomics("blank_lines.csv"), InputError, ("is empty",)),
    Case("header only", radiomics("header_only.csv"), InputError, ("no row below",)),
    Case("one column", radiomics("one_column.csv"), InputError, ("only one column", "sep=")),
    Case("file not there", radiomics("radiomics.tsv"), InputError, ("does not exist", "'radiomics.csv'")),
    Case("a folder", lambda: read_radiomics(FILES), InputError, ("is a folder",)),
    Case("no path at all", lambda: read_radiomics(None), InputError, ("path",)),  # type: ignore[arg-type]
    Case("wrong delimiter", radiomics("semicolon.csv", sep=","), InputError, ("only one column", "sep=';'")),
    Case("web page", radiomics("web_page.csv"), InputError, ("web page",)),
    Case("too many fields in a line", radiomics("too_many_fields.csv"), InputError, ("line 5", "6 fields", "5")),
    Case("cut off", radiomics("cut_off.csv"), InputError, ("line 13", "fields", "cut off")),
    Case("values without a name", radiomics("unnamed_column.csv"), InputError, ("column 6", "no name")),
    Case("UTF-16", radiomics("utf16.csv"), InputError, ("UTF-16", 'encoding="utf-16"')),
    Case("Latin-1", radiomics("latin1.csv"), InputError, ("line 3", "0xFC", 'encoding="latin-1"')),
    Case("unknown encoding", radiomics("latin1.csv", encoding="latin-99"), InputError, ("latin-99",)),
    Case("binary file", radiomics("binary.csv"), InputError, ("not a text file",)),
    Case("truncated gzip", radiomics("truncated.csv.gz"), InputError, ("damaged", "breaks off")),
    Case("gz that is not", radiomics("not_gzip.csv.gz"), InputError, ("not compressed", "'not_gzip.csv'")),
    Case("gzip without its name", radiomics("gzip_inside.csv"), InputError, ("compressed", "'gzip_inside.csv.gz'")),
    Case("text named .xlsx", radiomics("text_inside.xlsx"), InputError, ("not an Excel workbook", ".csv")),
    Case("text named .parquet", radiomics("text_inside.parquet"), InputError, ("not a Parquet file",)),
    Case("workbook named .csv", radiomics("workbook_inside.csv"), InputError, ("Excel", "'workbook_inside.xlsx'")),
    Case("old workbook", radiomics("old.xls"), InputError, (".xlsx",)),
    Case("damaged workbook", radiomics("damaged.xlsx"), InputError, ("cannot be opened",)),
    Case("damaged Parquet", radiomics("damaged.parquet"), InputError, ("damaged",)),
    Case("damaged h5ad", radiomics("damaged.h5ad"), InputError, ("cannot be opened",)),
    Case("GCT cut off", expression("cut_off.gct"), InputError, ("20 genes", "holds 12")),
    Case("GCT without sizes", expression("no_sizes.gct"), InputError, ("second line",)),
]

VALUES = [
    Case("decimal comma", radiomics("decimal_comma.csv"), RadiomicsError, ("10,6912", 'decimal=","')),
    Case("decimal comma in one column", radiomics("decimal_comma_one_column.csv"), RadiomicsError, ('decimal=","',)),
    Case("decimal comma unquoted", radiomics("decimal_comma_unquoted.csv"), InputError, ("9 fields", "decimals")),
    Case("point under decimal comma", radiomics("semicolon.csv", decimal=","), RadiomicsError, ('decimal="."',)),
    Case("text in numbers", radiomics("text_in_numbers.csv"), RadiomicsError, ("'not done' (P003)", "drop=")),
    Case("dates in numbers", radiomics("dates_in_numbers.csv"), RadiomicsError, ("'1-May' (P004)", "spreadsheet")),
    Case("dates as features", radiomics("dates_and_paths_only.csv"), RadiomicsError, ("no column of numbers",)),
    Case("features in rows", radiomics("features_in_rows.csv"), RadiomicsError, ("samples_in_columns",)),
    Case("all values missing", radiomics("all_missing.csv"), RadiomicsError, ("without any value",)),
    Case("constant features", radiomics("constant.csv"), RadiomicsError, ("constant",)),
    Case("duplicate features", radiomics("duplicate_columns.csv"), RadiomicsError, ("glcm_Contrast", "duplicates=")),
    Case("text in a plain table", lambda: read_plain(FILES / "text_in_numbers.csv", "mutations"), InputError,
         ("'not done'",)),
    Case("two files with the same names", both("spreadsheet_errors.csv"), RadiomicsError, ("prefix=",)),
    Case("two files without a common sample",
         lambda: read_radiomics([FILES / "radiomics.csv", Table(FILES / "other_patients.csv", prefix="T1_")]),
         IdentifierError, ("No patient is in both",)),
    Case("unknown column to drop", radiomics("radiomics.csv", drop=["original_glcm_contrast"]), RadiomicsError,
         ("Did you mean 'original_glcm_Contrast'",)),
    Case("unknown column to keep", radiomics("radiomics.csv", columns=["volume"]), RadiomicsError, ("'volume'",)),
    Case("genes declared as samples", expression("expression.tsv", orientation="samples_in_rows"), ExpressionError,
         ('orientation="samples_in_columns"',)),
    Case("samples declared as genes", expression("samples_in_rows.tsv", orientation="samples_in_columns"),
         ExpressionError, ('orientation="samples_in_rows"',)),
    Case("no known gene", expression("no_known_gene.tsv"), ExpressionError, ("orientation=",)),
    Case("duplicate genes", expression("duplicate_genes.tsv"), ExpressionError, ("'MET'", 'duplicates="mean"')),
    Case("symbols turned into dates", expression("mangled_genes.tsv"), ExpressionError, ("1-Mar", "2-Sep", "SEPTIN2")),
    Case("text in expression", expression("text_in_expression.tsv"), ExpressionError, ("low", "PTEN")),
    Case("constant expression", expression("constant_expression.tsv"), ExpressionError, ("constant",)),
    Case("sample column of a turned table", expression("expression.tsv", sample="P001"), ExpressionError, ("sample=",)),
]  # fmt: skip

IDENTIFIERS = [
    Case("duplicated patients", radiomics("duplicate_patients.csv"), IdentifierError, ("'P004'", "sample=")),
    Case("duplicated samples", expression("duplicate_samples.tsv"), IdentifierError, ("'P004'", "header")),
    Case("rows without a name", radiomics("no_identifier.csv"), IdentifierError, ("2 rows", 'missing_patient="drop"')),
    Case("unknown patient column", radiomics("radiomics.csv", patient="patientt"), IdentifierError, ("Did you mean",)),
    Case("pattern that fails", radiomics("radiomics.csv", patient_pattern="TCGA-..-...."), IdentifierError,
         ("12 of 12", "mapping=")),
    Case("pattern that is none", radiomics("radiomics.csv", patient_pattern="P("), IdentifierError, ("expression",)),
    Case("rule that fails", radiomics("radiomics.csv", identifier_rule="tcga"), IdentifierError, ("12 of 12",)),
    Case("function that fails", radiomics("radiomics.csv", patient=lambda name: name.split("-")[3]), IdentifierError,
         ("IndexError", "'P001'")),
    Case("mapping with gaps", radiomics("radiomics.csv", mapping=FILES / "mapping_part.csv"), IdentifierError,
         ("10 of 12", "'P003'")),
    Case("mapping that contradicts itself", radiomics("radiomics.csv", mapping=FILES / "mapping_twice.csv"),
         IdentifierError, ("two patients",)),
    Case("normal tissue only", radiomics("tcga_normal.csv"), IdentifierError,
         ("tumour", "TCGA-02-0001-11A")),
    Case("patient told twice", radiomics("radiomics.csv", patient=str.upper, patient_pattern="P"), InputError,
         ("twice",)),
    Case("rows that contradict each other", clinical("contradicting_rows.csv"), ClinicalError, ("P002", "'age'")),
    Case("duplicate clinical columns", clinical("duplicate_columns.csv"), ClinicalError, ("more than once",)),
    Case("unknown choice", radiomics("radiomics.csv", duplicates="median"), InputError, ("'max_variance'",)),
]  # fmt: skip

OUTCOMES = [
    Case("negative time", outcome(time="negative"), ClinicalError, ("1 negative", "'P003'")),
    Case("zero time", outcome(time="zero"), ClinicalError, ("2 zero", "'P003'", "'P008'")),
    Case("text in time", outcome(time="time_text"), ClinicalError, ("'12 months' (P003)",)),
    Case("dates as time", outcome(time="last_seen"), ClinicalError, ("length of time",)),
    Case("unit missing", outcome(unit=None), ClinicalError, ("not stated", '"months"')),
    Case("unit unknown", outcome(unit="month"), ClinicalError, ("'month'", '"months"')),
    Case("unit implausible", outcome(time="days"), ClinicalError, ("years", "unit")),
    Case("three event codes", outcome(event="three_codes"), ClinicalError, ("3 codes", "composite", "cause-specific")),
    Case("three causes", outcome(event="causes"), ClinicalError, ("3 codes", "event_coding=")),
    Case("unknown word", outcome(event="unknown_word"), ClinicalError,
         ("meaning of 'perhaps'", "event_coding=")),
    Case("unknown letters", outcome(event="letters"), ClinicalError, ("'A', 'B'", "event_coding=")),
    Case("only ones", outcome(event="only_ones"), ClinicalError, ("if all had the event",)),
    Case("all censored", outcome(event="only_zeros"), ClinicalError, ("All 12 patients are censored",)),
    Case("named after the censored", outcome(event="censored"), ClinicalError, ("invert_event=True",)),
    Case("event contradicts itself", outcome(event="contradicts"), ClinicalError, ("contradicts", "0:DECEASED")),
    Case("event empty", outcome(event="empty"), ClinicalError, ("is empty",)),
    Case("time and event never together", outcome(time="early_time", event="late_event"), ClinicalError, ("both",)),
    Case("misspelt columns", outcome(time="os_month", event="os_evnt"), ClinicalError, ("'os_months'", "'os_event'")),
    Case("time as event", outcome(event="os_months"), ClinicalError, ("both time and event",)),
    Case("coding with gaps", outcome(event="three_codes", event_coding={0: False, 1: True}), ClinicalError, ("'2'",)),
    Case("coding that is none", outcome(event_coding={0: "alive", 1: True}), ClinicalError, ("'alive'",)),
    Case("coding and inversion", outcome(event_coding={0: False, 1: True}, invert=True), ClinicalError, ("one of",)),
]  # fmt: skip

COHORTS = [
    Case("no overlap", cohort(radiomics="other_patients.csv"), IdentifierError, ("No patient",)),
    Case("leading zeros", cohort(radiomics="numeric_identifiers.csv", clinical="clinical_numeric.csv"), IdentifierError,
         ("leading zeros", "'001'")),
    Case("upper and lower case", cohort(radiomics="lower_case_identifiers.csv"), IdentifierError, ("case", "'p001'")),
    Case("TCGA barcodes with a suffix", cohort(radiomics="tcga_suffix.csv", clinical="clinical_tcga.csv"),
         IdentifierError, ('identifier_rule="tcga"',)),
    Case("swapped tables", cohort(radiomics="expression.tsv", expression="radiomics.csv"), InputError,
         ("look like genes",)),
    Case("misspelt time", cohort(radiomics="radiomics.csv", time="os_month"), ClinicalError, ("'os_months'",)),
    Case("unit left out", cohort(radiomics="radiomics.csv", unit=None), ClinicalError, ("unit",)),
    Case("time without event", cohort(radiomics="radiomics.csv", event=None), ClinicalError, ("event",)),
    Case("no table at all", lambda: ra.read_cohort(), InputError, ()),
    Case("all censored in a cohort", cohort(radiomics="radiomics.csv", clinical="outcomes.csv", event="only_zeros"),
         ClinicalError, ("censored",)),
    Case("unknown column reference", then(WHOLE, lambda c: c.column("ages")), IdentifierError, ("'age'",)),
    Case("ambiguous column reference",
         then(cohort(radiomics="same_names.csv", expression="expression.tsv"), lambda c: c.column("EGFR")),
         IdentifierError, ("radiomics:EGFR", "expression:EGFR")),
]  # fmt: skip

ANALYSES = [
    Case("a single event",
         then(cohort(radiomics="radiomics.csv", clinical="outcomes.csv", event="single_event"),
              lambda c: ra.fit_risk_score(c)), DesignError, ("event",)),
    Case("one patient", then(cohort(radiomics="one_patient.csv"), lambda c: ra.fit_risk_score(c)), DesignError, ()),
    Case("unknown modality", then(WHOLE, lambda c: ra.fit_risk_score(c, modality="radiomic")), InputError,
         ("radiomics",)),
    Case("gene sets without overlap",
         then(WHOLE, lambda c: ra.score_pathways(c, FILES / "unrelated.gmt")), ExpressionError, ("XYZ1",)),
    Case("gene sets without overlap, enrichment",
         then(WHOLE, lambda c: ra.enrich(c, "age", FILES / "unrelated.gmt")), ExpressionError, ()),
    Case("unknown gene set", lambda: ra.gene_sets("glioma_kore"), InputError, ("glioma_core",)),
    Case("enrichment without expression",
         then(cohort(radiomics="radiomics.csv"), lambda c: ra.enrich(c, "age", {"one": ["EGFR", "TP53"]})), InputError,
         ("expression",)),
]  # fmt: skip

ARGUMENTS = [
    Case(
        "a frame for a cohort",
        then(WHOLE, lambda c: ra.fit_risk_score(c.clinical)),
        InputError,
        ("DataFrame", "read_cohort"),
    ),
    Case("a path for a cohort", lambda: ra.table_one("clinical.csv"), InputError, ("str", "read_cohort")),
    Case("nothing for a cohort", lambda: ra.score_pathways(None, "hypoxia"), InputError, ("NoneType",)),
    Case(
        "time as covariate",
        then(WHOLE, lambda c: ra.fit_risk_score(c, covariates=["os_months"])),
        DesignError,
        ("'os_months'", "outcome"),
    ),
    Case(
        "event as covariate",
        then(WHOLE, lambda c: ra.compare_survival(c, "sex", covariates=["os_event"])),
        DesignError,
        ("'os_event'",),
    ),
    Case(
        "event as stratum",
        then(WHOLE, lambda c: ra.fit_risk_score(c, strata="clinical:os_event")),
        DesignError,
        ("os_event",),
    ),
    Case(
        "covariate named twice",
        then(WHOLE, lambda c: ra.fit_risk_score(c, covariates=["age", "age"])),
        InputError,
        ("more than once", "'age'"),
    ),
    Case("negative seed", then(WHOLE, lambda c: c.split(test_fraction=0.5, seed=-1)), InputError, ("seed=-1",)),
    Case("no seed", lambda: ra.simulate_cohort(seed=None), InputError, ("seed=None",)),
    Case(
        "half a patient", lambda: ra.simulate_cohort(n_patients=30.5), InputError, ("n_patients=30.5", "whole number")
    ),
    Case("text as share", then(WHOLE, lambda c: c.split(test_fraction="half")), InputError, ("test_fraction='half'",)),
    Case(
        "text as mixing",
        then(WHOLE, lambda c: ra.fit_risk_score(c, l1_ratio="lasso")),
        InputError,
        ("l1_ratio='lasso'",),
    ),
    Case(
        "folds and a half", then(WHOLE, lambda c: ra.fit_risk_score(c, n_repeats=2.5)), InputError, ("n_repeats=2.5",)
    ),
    Case(
        "half an outer repeat",
        then(WHOLE, lambda c: ra.validate_risk_score(c, n_outer_repeats=0.5)),
        InputError,
        ("n_outer_repeats=0.5",),
    ),
    Case(
        "recipe in words",
        then(WHOLE, lambda c: ra.fit_preparation(c, preparation="none")),
        InputError,
        ("'none'", "ra.Preparation"),
    ),
    Case(
        "recipe in words, components", then(WHOLE, lambda c: ra.pca(c, preparation={})), InputError, ("ra.Preparation",)
    ),
    Case("share in words", lambda: ra.Preparation(max_missing="a fifth"), InputError, ("max_missing='a fifth'",)),
    Case(
        "components and a half", then(WHOLE, lambda c: ra.pca(c, n_components=2.5)), InputError, ("n_components=2.5",)
    ),
    Case(
        "cut in words",
        then(WHOLE, lambda c: ra.fit_cutpoint(c, "age", method="value", value="old")),
        InputError,
        ("value='old'",),
    ),
    Case(
        "level of zero",
        then(WHOLE, lambda c: ra.associate(c, "radiomics", "expression", level=0)),
        InputError,
        ("level=0",),
    ),
    Case(
        "level of zero, enrichment",
        then(WHOLE, lambda c: ra.enrich(c, "age", "glioma", level=0)),
        InputError,
        ("level=0",),
    ),
    Case(
        "permutations and a half",
        then(WHOLE, lambda c: ra.enrich(c, "age", "glioma", n_permutations=9.5)),
        InputError,
        ("9.5",),
    ),
    Case(
        "weight in words", then(WHOLE, lambda c: ra.enrich(c, "age", "glioma", weight="p")), InputError, ("weight='p'",)
    ),
    Case(
        "largest statistic of categories",
        then(WHOLE, lambda c: ra.associate(c, "radiomics", c.clinical[["sex"]], correction="max_statistic")),
        InputError,
        ("max_statistic", 'correction="by"'),
    ),
    Case(
        "stream to a folder that is not there",
        then(WHOLE, lambda c: ra.associate(c, "radiomics", "expression", stream="no/such/folder/pairs.parquet")),
        InputError,
        ("cannot be written", "pairs.parquet"),
    ),
    Case(
        "infinite values to associate",
        then(WHOLE, lambda c: ra.associate(c, "radiomics", c.clinical[["age"]] / 0)),
        InputError,
        ("infinite", "'age'"),
    ),
    Case("workers in words", lambda: ra.options(n_jobs="all"), InputError, ("n_jobs='all'",)),
    Case("progress in words", lambda: ra.options(progress="yes"), InputError, ("progress='yes'",)),
    Case("load without a path", lambda: ra.load(None), InputError, ("None", "path")),
    Case("save to a number", then(WHOLE, lambda c: c.audit.save(3)), InputError, ("3", "path")),
    Case(
        "save below a file",
        then(WHOLE, lambda c: c.audit.save(FILES / "clinical.csv" / "audit.json")),
        InputError,
        ("cannot be written",),
    ),
    Case(
        "derive without names", cohort(radiomics="radiomics.csv", derive=["grade"]), ClinicalError, ("list", "mapping")
    ),
    Case(
        "coding without meaning",
        cohort(radiomics="radiomics.csv", event_coding=[0, 1]),
        ClinicalError,
        ("[0, 1]", "{0: False"),
    ),
    Case("further tables without names", cohort(other=["radiomics.csv"]), InputError, ("list", '"mutations"')),
    Case("further table named by a number", cohort(other={3: FILES / "radiomics.csv"}), InputError, ("3",)),
    Case(
        "color of a figure in words",
        then(WHOLE, lambda c: ra.pca(c).plot(color="sex")),
        InputError,
        ("'sex'", "cohort.column"),
    ),
]

FRAME = WHOLE().radiomics

FRAMES = [
    Case(
        "a series for a frame",
        lambda: ra.Cohort.from_frames(radiomics=FRAME.iloc[:, 0]),
        InputError,
        ("Series", "DataFrame"),
    ),
    Case("an array for a frame", lambda: ra.Cohort.from_frames(radiomics=FRAME.to_numpy()), InputError, ("ndarray",)),
    Case(
        "a series for a clinical frame",
        lambda: ra.Cohort.from_frames(clinical=FRAME.iloc[:, 0]),
        InputError,
        ("Series",),
    ),
    Case(
        "a series for a table", then(WHOLE, lambda c: c.with_modality("more", c.column("age"))), InputError, ("Series",)
    ),
    Case(
        "metadata that is no frame",
        lambda: ra.Cohort.from_frames(radiomics=FRAME, features={"radiomics": {"region": "TC"}}),
        InputError,
        ("dict",),
    ),
    Case(
        "patients in a list",
        lambda: ra.Cohort.from_frames(radiomics=FRAME, patients={"radiomics": PATIENTS}),
        IdentifierError,
        ("list", "dict"),
    ),
    Case(
        "radiomics told twice",
        lambda: ra.Cohort.from_frames(radiomics=FRAME, other={"radiomics": FRAME}),
        InputError,
        ("'radiomics'", "radiomics="),
    ),
    Case("further frames without names", lambda: ra.Cohort.from_frames(other=[FRAME]), InputError, ("list",)),
    Case("complex numbers", lambda: ra.Cohort.from_frames(radiomics=FRAME.assign(z=1 + 2j)), RadiomicsError, ("'z'",)),
    Case("complex numbers, read", lambda: read_radiomics(FRAME.assign(z=1 + 2j)), InputError, ("'z'",)),
    Case(
        "no identifiers in a frame",
        lambda: read_radiomics(FRAME.reset_index(drop=True)),
        IdentifierError,
        ("measurements", "patient=", "index"),
    ),
    Case("no identifiers in a file", radiomics("measurements_only.csv"), IdentifierError, ("measurements", "patient=")),
]

# ---- gene sets, and what genes are ranked by
GENES = [f"G{i}" for i in range(60)]
GENE_TABLE = pd.DataFrame(
    np.random.default_rng(1).normal(size=(30, 60)), index=[f"P{i:02d}" for i in range(30)], columns=GENES
)
TOLD = pd.DataFrame(
    {"score": np.arange(30.0), "arm": ["a", "b"] * 15, "own": [f"s{i}" for i in range(30)]}, index=GENE_TABLE.index
)
TWO_SETS = {"first": GENES[:15], "second": GENES[15:30]}


def ranked(
    by: Any = "score", sets: Any = TWO_SETS, genes: pd.DataFrame = GENE_TABLE, **asked: Any
) -> Callable[[], Any]:
    return lambda: ra.enrich(
        ra.Cohort.from_frames(expression=genes, clinical=TOLD), by, sets, **{"n_permutations": 19, **asked}
    )


def compared(by: Any = "score", groups: Any = "arm", **asked: Any) -> Callable[[], Any]:
    whole = ra.Cohort.from_frames(expression=GENE_TABLE, clinical=TOLD)
    return lambda: ra.compare_enrichment(whole, by, TWO_SETS, groups=groups, **{"n_permutations": 19, **asked})


def over(genes: Any = GENES[:10], background: Any = GENES) -> Callable[[], Any]:
    return lambda: ra.over_represent(genes, TWO_SETS, background=background)


INFINITE = TOLD["score"].replace(3.0, np.inf)
ENRICHMENT = [
    Case("genes named twice", ranked(genes=GENE_TABLE.rename(columns={"G1": "G0"})), ExpressionError, ("'G0'", "once")),
    Case("genes that never vary", ranked(genes=GENE_TABLE * 0), ExpressionError, ("0 vary among 30", "two genes")),
    Case("one gene found", ranked(sets={"a": ["G1", "EGFR"]}), ExpressionError, ("1 of 2 genes", "fewer than 2")),
    Case("genes in lower case", ranked(sets={"a": ["g1", "g2"]}), ExpressionError, ("2 genes match", "case")),
    Case(
        "Ensembl for symbols",
        ranked(genes=GENE_TABLE.set_axis([f"ENSG{i:011d}.2" for i in range(60)], axis=1)),
        ExpressionError,
        ("Ensembl identifiers", "gene symbols", "rename"),
    ),
    Case("a generator of sets", ranked(sets=(name for name in "ab")), InputError, ("generator", "a mapping")),
    Case("genes for sets", ranked(sets=GENES[:9]), InputError, ("None of these 9", "give the set a name")),
    Case("an empty set", ranked(sets={**TWO_SETS, "third": []}), ExpressionError, ("'third'", "has no gene")),
    Case("a set with a repeat", ranked(sets={"a": ["G1", "G2", "G1"]}), ExpressionError, ("'G1'", "once per set")),
    Case("values in an array", ranked(by=np.arange(30.0)), InputError, ("ndarray", "patient-indexed Series")),
    Case("values of other patients", ranked(by=TOLD["score"].set_axis(GENES[:30])), DesignError, ("30 patients",)),
    Case("infinite values", ranked(by=INFINITE), InputError, ("'score'", "infinite", "missing")),
    Case("a stratum a patient", ranked(strata="own"), DesignError, ("degrees of freedom", "fewer covariates")),
    Case("covariates in a number", ranked(covariates=5), InputError, ("covariates=int", "column reference")),
    Case("sizes in words", ranked(min_size="ten"), InputError, ("min_size='ten'",)),
    Case("no size at all", ranked(min_size=50, max_size=10), InputError, ("min_size=50", "max_size=10")),
    Case("coverage of three", ranked(min_coverage=3), InputError, ("min_coverage=3", "0 to 1")),
    Case("a weight of nothing", ranked(weight=float("nan")), InputError, ("weight", "finite")),
    Case("rotated ranks", ranked(null="rotation", statistic="rank_correlation"), InputError, ("ranks",)),
    Case("t of many levels", ranked(statistic="t"), DesignError, ("30 values", "two levels")),
    Case(
        "groups of three",
        compared(groups=(TOLD["score"] < 3).rename("few")),
        DesignError,
        ("3 patients", "at least 10"),
    ),
    Case("groups that are the value", compared(by="arm"), DesignError, ("'arm' is the value itself",)),
    Case("thirty groups", compared(groups="own"), DesignError, ("30 groups", "two groups")),
    Case("found genes twice", over(["G1", "G1"]), InputError, ("'G1'", "each once")),
    Case("found genes from elsewhere", over(["EGFR"]), ExpressionError, ("'EGFR'", "background")),
    Case("a background in words", over(background="genome"), InputError, ("background=str", "AssociationMap")),
]

CASES = BROKEN_FILES + VALUES + IDENTIFIERS + OUTCOMES + COHORTS + ANALYSES + ARGUMENTS + FRAMES + ENRICHMENT


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_malformed_input_gives_one_clear_message(case: Case) -> None:
    with pytest.raises(RadassocError) as caught:
        case.act()
    error = caught.value
    assert isinstance(error, case.error), f"{type(error).__name__}: {error}"
    message = str(error)
    for part in case.tells:
        assert part in message, f"{part!r} is not in: {message}"
    problems = getattr(error, "problems", (error,))
    for problem in problems:
        assert problem.found.endswith((".", ")", "'")) or ":" in problem.found, message
        assert problem.wanted or problem.remedy, f"neither wanted nor remedy: {message}"
    assert "Traceback" not in message
    assert not re.search(r"0x[0-9a-f]{6,}|\bnan\b|<class|dtype", message), message
    assert len(message) < 900, message


def test_one_group_is_a_result_that_says_why_it_is_none() -> None:
    whole = WHOLE()
    compared = ra.compare_survival(whole, whole.column("age") * 0)
    assert compared.status == "not_estimable"
    assert "one group" in compared.reason


def test_patients_without_genes_are_left_out_of_an_enrichment_and_told() -> None:
    genes = GENE_TABLE.copy()
    genes.iloc[:4] = np.nan
    genes.iloc[4:7, :50] = np.nan
    found = ranked(genes=genes)()
    assert found.table["n_patients"].eq(23).all()
    assert "7 patients left out: half of the genes unknown." in found.notes


def test_few_arrangements_of_few_patients_are_told() -> None:
    few = GENE_TABLE.iloc[:6]
    found = ra.enrich(
        ra.Cohort.from_frames(expression=few, clinical=TOLD.iloc[:6].assign(g=[0, 0, 0, 1, 1, 1])), "g", TWO_SETS
    )
    assert any("only 20 different arrangements" in note for note in found.notes)
    assert found.table["p_value"].min() > 0.05


def test_a_gmt_file_of_another_system_reads_the_same(tmp_path: Path) -> None:
    file = tmp_path / "sets.gmt"
    lines = ["\t".join([name, "told", *genes, ""]) for name, genes in TWO_SETS.items()]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n\r\n".join([*lines, "  "]).encode())
    pd.testing.assert_frame_equal(ranked(sets=file)().table, ranked()().table)


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    assert len(CASES) >= 45
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_file_of_the_corpus_is_used() -> None:
    said = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in FILES.iterdir() if f'"{path.name}"' not in said] == []


# ---- flaws with one reading: repaired and said
GOOD = read_radiomics(FILES / "radiomics.csv")

REPAIRED = [
    ("bom.csv", {}, "byte-order mark removed"),
    ("comments.csv", {}, "comment lines skipped"),
    ("row_numbers.csv", {}, "row numbers dropped"),
    ("row_numbers_with_gaps.csv", {}, "row numbers dropped"),
    ("trailing_cells.csv", {}, "empty columns dropped"),
    ("spaces.csv", {}, "spaces removed"),
    ("date_column.csv", {}, "dates"),
    ("thousands.csv", {}, "text"),
]
SILENT = [
    ("windows_lines.csv", {}),
    ("row_names.tsv", {}),
    ("semicolon.csv", {}),
    ("decimal_comma.csv", {"decimal": ","}),
    ("utf16.csv", {"encoding": "utf-16"}),
    ("features_in_rows.csv", {"orientation": "samples_in_columns"}),
]


@pytest.mark.parametrize(("file", "described", "reason"), REPAIRED)
def test_a_flaw_with_one_reading_is_repaired_and_noted(file: str, described: dict[str, Any], reason: str) -> None:
    read = radiomics(file, **described)()
    assert read.frame.equals(GOOD.frame)
    assert list(read.patients) == PATIENTS
    assert reason in {row["reason"] for row in read.notes}


@pytest.mark.parametrize(("file", "described"), SILENT)
def test_another_way_of_writing_the_same_table_reads_the_same(file: str, described: dict[str, Any]) -> None:
    read = radiomics(file, **described)()
    assert read.frame.equals(GOOD.frame)
    assert read.notes == []


def test_spreadsheet_errors_and_infinities_are_missing_and_noted() -> None:
    read = radiomics("spreadsheet_errors.csv")()
    expected = GOOD.frame.copy()
    expected.iloc[1, 1] = expected.iloc[2, 2] = float("nan")
    assert read.frame.equals(expected)
    assert [row["detail"] for row in read.notes] == ["1 cell: #DIV/0!", "1 cell: infinite"]


def test_an_infinite_time_is_a_missing_time_and_noted() -> None:
    read = clinical("outcomes.csv")()
    assert {row["name"]: row["detail"] for row in read.notes}["infinite"] == "1 cell: infinite"
    assert "P003" not in code_outcome(read.frame, "infinite", "os_event", "months").table.index


def test_numeric_identifiers_keep_their_zeros() -> None:
    assert list(radiomics("numeric_identifiers.csv")().patients)[:2] == ["001", "002"]


def test_a_table_of_one_patient_can_be_read() -> None:
    assert radiomics("one_patient.csv")().frame.shape == (1, 4)


# ---- strata
def strata_cohort() -> ra.Cohort:
    rng = np.random.default_rng(0)
    patients = [f"P{i}" for i in range(60)]
    clinical = pd.DataFrame(
        {
            "sex": ["m"] * 30 + ["f"] * 30,
            "age": rng.normal(60, 9, 60),
            "few": ["a"] * 57 + ["b"] * 3,
            "same": "x",
            "os": rng.exponential(9, 60) + 0.1,
            "dead": np.arange(60) % 3 > 0,
        },
        index=patients,
    )
    X = pd.DataFrame(rng.normal(size=(60, 3)), patients, ["a", "b", "c"])
    return ra.Cohort.from_frames(radiomics=X, clinical=clinical, time="os", event="dead", unit="months")


@pytest.mark.parametrize(
    ("verb", "arguments", "settings", "error", "told"),
    [
        ("interactions", ("age",), {}, DesignError, "Derive groups"),
        ("interactions", ("same",), {}, DesignError, "two strata"),
        ("interactions", ("few",), {}, DesignError, "b: 3 patients"),
        ("interactions", ("nowhere",), {}, IdentifierError, "nowhere"),
        ("interactions", ("sex",), {"left": [1, 2]}, InputError, "table was expected"),
        ("interactions", ("sex",), {"levels": ("m", "m")}, InputError, "levels"),
        ("interactions", ("sex",), {"kind": "association"}, IdentifierError, "expression"),
        ("balance", ("sex", ["sex"]), {}, DesignError, "itself"),
        ("weighted_comparison", ("sex", []), {}, InputError, "No covariate"),
        ("weighted_comparison", ("few", ["age"]), {}, DesignError, "b: 3 patients"),
        ("detectable_interaction", ("few",), {}, DesignError, "b: 3 patients"),
        ("detectable_interaction", ("sex",), {"power": 80}, InputError, "power=80"),
    ],
)
def test_strata_slips_are_told(
    verb: str, arguments: tuple[Any, ...], settings: dict[str, Any], error: type[RadassocError], told: str
) -> None:
    with pytest.raises(error, match=told):
        getattr(ra.strata, verb)(strata_cohort(), *arguments, **settings)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "holds no estimates"),
        ({"a": pd.DataFrame({"estimate": [1.0]})}, "two or more"),
        (pd.DataFrame({"stratum": ["a", "b"], "estimate": [1.0, 2.0]}), "no column 'std_error'"),
        (pd.DataFrame({"stratum": ["a", "a"], "estimate": [1.0, 2.0], "std_error": [1.0, 1.0]}), "twice"),
    ],
)
def test_nothing_to_pool_is_told(given: Any, told: str) -> None:
    with pytest.raises(InputError, match=told):
        ra.pool_estimates(given)


# ---- any file at all
@pytest.mark.filterwarnings("error")
@given(data=st.binary(max_size=300))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_give_an_error_of_another_kind(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(data)
    for read in (read_radiomics, read_expression, read_clinical):
        with suppress(RadassocError):
            assert isinstance(read(path), ReadTable)


TOKENS = """P1|P2|P2|1|2.5|1,5|NA||#DIV/0!|inf|EGFR|1-Mar|x|"| |True|1e999|patient|sample_id|gene|TCGA-06-0125-01A
TCGA-06-0125-11A|original_glcm_Idm|VOLUME_ET|2001-02-03|#1.2"""
CELLS = st.sampled_from([token for line in TOKENS.splitlines() for token in line.split("|")])


@given(rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=6), sep=st.sampled_from(",;\t"))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_table_gives_an_error_of_another_kind(rows: list[list[str]], sep: str, tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    path.write_text("\n".join(sep.join(row) for row in rows), encoding="utf-8")
    for read in (read_radiomics, read_expression, read_clinical):
        try:
            table = read(path)
        except RadassocError:
            continue
        assert table.frame.index.is_unique
        assert not table.patients.isna().any()
