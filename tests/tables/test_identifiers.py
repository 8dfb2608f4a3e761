"""From sample to patient by stated rules; near misses are told, never used."""

from __future__ import annotations

import pandas as pd
import pytest

from radassoc.base.errors import ClinicalError, IdentifierError
from radassoc.tables.identifiers import check_known, nearest, no_overlap, one_sample_type, patients_of
from radassoc.tables.table import Table


def patients(samples: list[str], **described: object) -> list[str]:
    return patients_of(pd.Index(samples), None, Table("a.csv", **described), scope="mri")[0].tolist()


def test_without_a_rule_the_sample_is_the_patient() -> None:
    assert patients(["P1", "tcga-1", "007"]) == ["P1", "tcga-1", "007"]


def test_full_barcodes_are_cut_to_twelve_characters_and_noted() -> None:
    samples = pd.Index(["TCGA-06-0125-01", "TCGA-06-0125-02A-11R-1849-01", "TCGA-02-0047-01B"])
    found, notes = patients_of(samples, None, Table("a.csv"), scope="mri")
    assert found.tolist() == ["TCGA-06-0125", "TCGA-06-0125", "TCGA-02-0047"]
    assert [row["reason"] for row in notes] == ["TCGA barcodes"]


@pytest.mark.parametrize("odd", ["TCGA-AO-A03M-1", "TCGA-AO-A03M-S1-1", "TCGA-AO-A03M", "P1"])
def test_the_rule_is_not_guessed_when_one_name_differs(odd: str) -> None:
    assert patients(["TCGA-06-0125-01", odd]) == ["TCGA-06-0125-01", odd]


def test_the_rule_can_be_asked_for_and_forbidden() -> None:
    names = ["TCGA-AO-A03M-1", "TCGA-AO-A0J9-S2-1"]
    assert patients(names, identifier_rule="tcga") == ["TCGA-AO-A03M", "TCGA-AO-A0J9"]
    assert patients(["TCGA-06-0125-01"], identifier_rule="exact") == ["TCGA-06-0125-01"]


def test_patterns_functions_and_mappings() -> None:
    assert patients(["BNI_203_C1", "BNI_204_D1"], patient_pattern=r"[A-Z]+_\d+") == ["BNI_203", "BNI_204"]
    assert patients(["scan-7", "scan-8"], patient_pattern=r"scan-(\d)") == ["7", "8"]
    assert patients(["p1"], patient=str.upper) == ["P1"]
    assert patients(["a", "b"], mapping={"a": "P1", "b": 2}) == ["P1", "2"]
    assert patients(["a", "b"], mapping=pd.Series({"a": "P1"})) == ["P1", None]


def test_a_mapping_file_keeps_leading_zeros(tmp_path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("sample,patient\n01,007\n02,008\n")
    assert patients(["01", "02"], mapping=path) == ["007", "008"]


def keep(*samples: str) -> list[str]:
    return one_sample_type(pd.Series([name[:12] for name in samples], index=list(samples)), scope="mri")[0]


def test_primary_goes_before_metastasis_and_normal_tissue_goes_away() -> None:
    a, b = "TCGA-06-0125", "TCGA-02-0047"
    assert keep(f"{a}-06A", f"{a}-01A", f"{a}-11A", f"{b}-06A") == [f"{a}-01A", f"{b}-06A"]


def test_several_samples_of_one_type_stay() -> None:
    assert keep("TCGA-06-0125-01A", "TCGA-06-0125-01B") == ["TCGA-06-0125-01A", "TCGA-06-0125-01B"]


def test_recurrence_gives_way_with_a_note() -> None:
    samples = ["TCGA-06-0125-02A", "TCGA-06-0125-01A"]
    kept, notes = one_sample_type(pd.Series(["TCGA-06-0125"] * 2, index=samples), scope="mri")
    assert kept == samples[1:]
    assert notes[0]["name"] == samples[0]
    assert notes[0]["detail"] == "type 01 of TCGA-06-0125 goes before 02"


def test_other_names_are_all_kept() -> None:
    assert keep("P1", "TCGA-06-0125-11A") == ["P1", "TCGA-06-0125-11A"]


@pytest.mark.parametrize(
    ("left", "right", "advice"),
    [
        ("TCGA-AO-A03M-1", "TCGA-AO-A03M", 'identifier_rule="tcga"'),
        ("001", "1", "leading zeros"),
        ("P-007", "P-7", "leading zeros"),
        ("lung1-001", "LUNG1-001", "upper and lower case"),
        ("P_1", "P-1", "punctuation"),
        ("Patient_17x", "Patient_17", "Near misses"),
        ("abc", "xyz", "patient=..."),
    ],
)
def test_tables_that_do_not_meet_tell_what_would_join_them(left: str, right: str, advice: str) -> None:
    error = no_overlap("radiomics", [left], "clinical", [right])
    assert isinstance(error, IdentifierError)
    assert advice in str(error)
    assert repr(left) in str(error)


def test_nearest() -> None:
    assert nearest("OS_Month", ["os_months", "age"]) == ["os_months"]
    assert nearest("zzz", ["os_months", "age"]) == []


def test_unknown_names_are_told_together() -> None:
    check_known(["age"], ["age", "sex"], what="column", source="a.csv")
    with pytest.raises(ClinicalError, match=r"no column 'agee', 'sx'"):
        check_known(["agee", "sx"], ["age", "sex"], what="column", source="a.csv", error=ClinicalError)
