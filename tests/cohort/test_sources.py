from __future__ import annotations

import pandas as pd
import pytest

import radassoc as ra


@pytest.fixture
def files(tmp_path):
    (tmp_path / "clinical.csv").write_text("patient,age,dead,months\nP1,50,1,3\nP2,60,0,4\nP3,70,1,5\n")
    (tmp_path / "radiomics.csv").write_text("scan,who,f1,f2\nA,P1,1,2\nB,P2,3,4\nC,P2,5,7\n")
    (tmp_path / "expression.tsv").write_text("gene\tP1\tP2\tP7\nEGFR\t1\t2\t3\nTP53\t2\t1\t0\nPTEN\t0\t5\t1\n")
    (tmp_path / "mixed.csv").write_text("patient,EGFR_mut,TP53_mut,EGFR_cnv,cell\nP1,0,1,2,x\nP2,1,0,-1,y\n")
    return tmp_path


def test_the_only_matching_column_names_the_patient(files):
    (files / "radiomics.csv").write_text("scan,who,f1,f2\nA,P1,1,2\nB,P2,3,4\nC,P3,5,7\n")
    cohort = ra.read_cohort(radiomics=files / "radiomics.csv", clinical=files / "clinical.csv")
    assert cohort.sample_patients("radiomics").tolist() == ["P1", "P2", "P3"]
    row = cohort.audit.table.query("reason == 'patient column'").iloc[0]
    assert row["name"] == "who"
    assert "only one" in row["detail"]


def test_two_matching_columns_are_no_rule(files):
    (files / "radiomics.csv").write_text("scan,who,twin,f1\nA,P1,P3,1\nB,P2,P1,3\n")
    with pytest.raises(ra.IdentifierError, match="No patient is in both radiomics"):
        ra.read_cohort(radiomics=files / "radiomics.csv", clinical=files / "clinical.csv")


def test_a_named_patient_column_goes_to_the_files_that_have_it(files):
    with pytest.raises(ra.IdentifierError, match="more than once"):
        ra.read_cohort(radiomics=files / "radiomics.csv", clinical=files / "clinical.csv", patient="who")
    cohort = ra.read_cohort(
        radiomics=ra.Table(files / "radiomics.csv", sample="scan", patient="who"), clinical=files / "clinical.csv"
    )
    assert cohort.sample_patients("radiomics").to_dict() == {"A": "P1", "B": "P2", "C": "P2"}


def test_a_patient_column_that_no_file_has(files):
    with pytest.raises(ra.IdentifierError, match="Did you mean 'patient'"):
        ra.read_cohort(clinical=files / "clinical.csv", patient="patients")


def test_one_file_feeds_several_tables(files):
    mixed = files / "mixed.csv"
    cohort = ra.read_cohort(
        clinical=ra.Table(mixed, columns=["cell"]),
        other={
            "mutations": ra.Table(mixed, columns=["EGFR_mut", "TP53_mut"]),
            "copy_number": ra.Table(mixed, columns=["EGFR_cnv"]),
        },
    )
    assert cohort.modalities == ("mutations", "copy_number")
    assert list(cohort["copy_number"].columns) == ["EGFR_cnv"]
    assert cohort.column("cell").tolist() == ["x", "y"]


def test_expression_is_turned_by_known_patients(files):
    cohort = ra.read_cohort(expression=files / "expression.tsv", clinical=files / "clinical.csv")
    assert list(cohort.expression.columns) == ["EGFR", "TP53", "PTEN"]
    assert list(cohort.patients) == ["P1", "P2", "P3", "P7"]


def test_the_cohort_settings_reach_every_file_that_says_nothing():
    radiomics = pd.DataFrame({"patient": ["P1", None], "f": [1.0, 2.0]})
    with pytest.raises(ra.IdentifierError, match="missing_patient"):
        ra.read_cohort(radiomics=radiomics)
    cohort = ra.read_cohort(radiomics=radiomics, missing_patient="drop")
    assert list(cohort.patients) == ["P1"]
    genes = pd.DataFrame({"gene": ["EGFR", "EGFR", "TP53"], "P1": [1.0, 3.0, 1.0], "P2": [2.0, 4.0, 5.0]})
    with pytest.raises(ra.ExpressionError, match="EGFR"):
        ra.read_cohort(expression=genes)
    assert ra.read_cohort(expression=genes, duplicates="mean").expression["EGFR"].tolist() == [2.0, 3.0]


def test_samples_of_several_biopsies():
    table = pd.DataFrame({"biopsy": ["a", "b", "c"], "patient": ["P1", "P1", None], "rcbv": [1.0, 2.0, 3.0]})
    cohort = ra.read_cohort(radiomics=ra.Table(table, sample="biopsy", patient="patient"), missing_patient="drop")
    assert cohort.column("rcbv").to_dict() == {"P1": 1.5}
    assert cohort.audit.table.query("reason == 'no patient'")["n"].tolist() == [1]
    assert cohort.audit.samples.query("status == 'left out'")["sample"].tolist() == ["c"]
