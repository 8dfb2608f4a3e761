from __future__ import annotations

import pandas as pd
import pytest

import radassoc as ra

GRADE = {"GBM": "4", "AASTR": "3", "AOAST": "3", "ASTR": "2", "OAST": "2", "ODG": "2"}


def clinical(**columns):
    return pd.DataFrame({"patient": ["P1", "P2"], "months": [1.0, 2.0], "dead": [1, 0], **columns})


def test_nothing_given():
    with pytest.raises(ra.InputError, match="No table is given"):
        ra.read_cohort()


def test_every_problem_at_once(tmp_path):
    with pytest.raises(ra.InputError) as error:
        ra.read_cohort(
            radiomics=tmp_path / "absent.csv",
            expression=tmp_path / "absent.tsv",
            clinical=clinical(),
            other={"clinical": clinical(), "a:b": clinical()},
            derive={"dead": {"from": "months", "map": {1: 2}}},
            time="months",
            event="deaad",
            unit="months",
        )
    kinds = [type(problem).__name__ for problem in error.value.problems]
    assert len(kinds) == 6
    told = str(error.value)
    for part in ("absent.csv", "absent.tsv", "'a:b'", "names a table 'clinical'", "exists already", "'deaad'"):
        assert part in told


def test_a_broken_clinical_table_is_told_once(tmp_path):
    with pytest.raises(ra.InputError) as error:
        ra.read_cohort(clinical=tmp_path / "absent.csv", time="months", event="dead", unit="months")
    assert not hasattr(error.value, "problems")
    assert "absent.csv" in str(error.value)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"time": "months"}, "Only time= is given"),
        ({"event": "dead"}, "Only event= is given"),
        ({"unit": "months"}, "described but not named"),
        ({"time": "months", "event": "dead"}, "unit"),
    ],
)
def test_outcome_is_named_in_full(settings, match):
    with pytest.raises(ra.ClinicalError, match=match):
        ra.read_cohort(clinical=clinical(), **settings)


def test_outcome_needs_a_clinical_table():
    with pytest.raises(ra.ClinicalError):
        ra.read_cohort(
            radiomics=pd.DataFrame({"patient": ["P1"], "x": [1.0]}), time="months", event="dead", unit="months"
        )


def test_inverted_and_told_codings():
    base = {"clinical": clinical(), "time": "months", "unit": "months"}
    assert ra.read_cohort(**base, event="dead").outcome.event.tolist() == [True, False]
    assert ra.read_cohort(**base, event="dead", invert_event=True).outcome.event.tolist() == [False, True]
    odd = {**base, "clinical": clinical(state=["relapse", "well"])}
    told = ra.read_cohort(**odd, event="state", event_coding={"relapse": True, "well": False})
    assert told.outcome.event.tolist() == [True, False]


def test_reading_equals_frames():
    read = ra.read_cohort(clinical=clinical(), time="months", event="dead", unit="months")
    built = ra.Cohort.from_frames(clinical=clinical().set_index("patient"), time="months", event="dead", unit="months")
    assert read.fingerprint == built.fingerprint


def test_input_frames_stay_as_they_are():
    table = clinical()
    before = table.copy()
    ra.read_cohort(clinical=table, derive={"x": {"from": "dead", "map": {0: "a", 1: "b"}}})
    pd.testing.assert_frame_equal(table, before)


@pytest.fixture(scope="module")
def glioma(cohorts):
    folder = cohorts / "glioma"
    return ra.read_cohort(
        radiomics=folder / "radiomics.csv",
        expression=folder / "expression.tsv.gz",
        clinical=folder / "clinical.csv",
        other={"mutations": folder / "mutations.csv", "copy_number": folder / "copy_number.csv"},
        time="os_months",
        event="os_event",
        unit="months",
        derive={"grade": {"from": "oncotree_code", "map": GRADE}},
    )


@pytest.mark.slow
@pytest.mark.real_data
def test_glioma_accounts_for_each_imaging_patient(glioma):
    patients = glioma.audit.patients
    assert len(patients) == 81
    assert patients["patient"].is_unique
    assert patients["status"].value_counts().to_dict() == {"complete": 77, "incomplete": 4}
    assert set(patients.loc[patients["status"] == "incomplete", "reason"]) == {"without expression"}
    assert glioma.outcome.event[glioma.complete_patients].sum() == 31
    assert glioma.column("sex")[glioma.complete_patients].value_counts().to_dict() == {"male": 40, "female": 37}


@pytest.mark.real_data
def test_glioma_accounts_for_each_column(glioma):
    table = glioma.audit.table.query("scope == 'radiomics'")
    assert table.query("reason == 'dates'")["name"].tolist() == ["Date"]
    assert len(table.query("reason == 'constant'")) == 4
    assert len(table.query("reason == 'made missing'")) == 3
    many = table[table["reason"] == "over 20% missing"]
    assert len(many) == 242
    assert many["detail"].str.startswith("0 missing, 20 absent").sum() == 222
    assert glioma.radiomics.shape == (81, 724)
    assert glioma.column("grade").value_counts(dropna=False).sum() == 573
    unmapped = glioma.audit.table.query("reason == 'values without a mapping'").iloc[0]
    assert unmapped["n"] == 4
    assert "LGG_UNSPEC" in unmapped["detail"]


@pytest.mark.slow
@pytest.mark.real_data
def test_glioma_survives_a_file(glioma, tmp_path):
    again = ra.Cohort.read(glioma.write(tmp_path / "glioma.h5mu"))
    assert again.fingerprint == glioma.fingerprint
    pd.testing.assert_frame_equal(again.audit.table, glioma.audit.table)


@pytest.mark.real_data
def test_glioma_names_in_several_tables_are_ambiguous(glioma):
    with pytest.raises(ra.IdentifierError, match="'expression:EGFR', 'mutations:EGFR', 'copy_number:EGFR'"):
        glioma.column("EGFR")


@pytest.mark.slow
@pytest.mark.real_data
def test_lung_and_head_and_neck(cohorts):
    lung = ra.read_cohort(
        radiomics=cohorts / "lung1" / "radiomics.csv.gz",
        clinical=cohorts / "lung1" / "clinical.csv",
        time="Survival.time",
        event="deadstatus.event",
        unit="days",
    )
    neck = ra.read_cohort(
        radiomics=cohorts / "hn1" / "radiomics.csv.gz",
        clinical=cohorts / "hn1" / "clinical.csv",
        time="overall_survival_in_days",
        event="event_overall_survival",
        unit="days",
    )
    assert (len(lung.complete_patients), lung.outcome.event.sum()) == (388, 226)
    assert (len(neck.complete_patients), neck.outcome.event.sum()) == (118, 64)
    assert list(lung.radiomics.columns) == list(neck.radiomics.columns)


@pytest.mark.real_data
def test_breast_from_one_mixed_table(cohorts):
    path = cohorts / "breast" / "radiomics_and_clinical.csv"
    columns = pd.read_csv(path, nrows=1).columns
    about = ["DFI TIME", "Recurrencia", *columns[columns.get_loc("Age") :]]
    cohort = ra.read_cohort(
        radiomics=ra.Table(path, drop=about, identifier_rule="tcga"),
        clinical=ra.Table(path, columns=about, identifier_rule="tcga"),
        expression=cohorts / "breast" / "expression.tsv.gz",
        time="DFI TIME",
        event="Recurrencia",
        unit="days",
    )
    assert cohort.radiomics.shape == (91, 36)
    assert len(cohort.complete_patients) == 88
    assert cohort.outcome.event.sum() == 5


@pytest.mark.slow
@pytest.mark.real_data
def test_freije_without_imaging(cohorts):
    cohort = ra.read_cohort(
        expression=cohorts / "freije" / "expression.tsv.gz",
        clinical=cohorts / "freije" / "clinical.csv",
        time="survival",
        event="status",
        unit="months",
    )
    assert cohort.expression.shape == (85, 12713)
    assert cohort.outcome.event.sum() == 59


@pytest.mark.real_data
def test_biopsies_of_the_same_patients(cohorts):
    path = cohorts / "biopsies" / "biopsies.csv"
    columns = pd.read_csv(path, nrows=1).columns
    values = [name for name in columns if name.endswith("_Mean")]
    genes = [name for name in columns if name.endswith(("_cnv", "_mut"))]
    cohort = ra.read_cohort(
        radiomics=ra.Table(path, sample="Iavarone_ID", patient="Patient_ID", columns=values),
        other={"genes": ra.Table(path, sample="Iavarone_ID", patient="Patient_ID", columns=genes)},
        missing_patient="drop",
    )
    assert len(cohort) == 60
    assert len(cohort.radiomics) == 251
    assert cohort.audit.table.query("scope == 'radiomics' and reason == 'no patient'")["n"].tolist() == [7]
    train, test = cohort.split(test_fraction=0.25)
    assert len(test) == 15
    assert not set(train.sample_patients("genes")) & set(test.sample_patients("genes"))
