from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from radassoc.report.cohort_part import cohort_section, exclusions, patients_section


def audit_of(rows):
    table = pd.DataFrame(rows, columns=["step", "scope", "name", "reason", "n", "detail"])
    patients = pd.DataFrame(
        {
            "patient": ["PAT-1", "PAT-2", "PAT-3"],
            "status": ["complete", "incomplete", "incomplete"],
            "reason": ["", "without expression", "without expression"],
        }
    )
    return SimpleNamespace(table=table, patients=patients, flow=pd.DataFrame())


class Audited:
    """A cohort with another audit."""

    def __init__(self, cohort, audit):
        self._cohort, self.audit = cohort, audit

    def __getattr__(self, name):
        return getattr(self._cohort, name)

    def __getitem__(self, name):
        return self._cohort[name]


ROWS = [
    ("read", "radiomics.csv", "Date", "dates", 1, "no feature"),
    ("read", "radiomics.csv", "f1", "constant", 1, ""),
    ("read", "radiomics.csv", "f2", "constant", 1, ""),
    ("read", "radiomics.csv", "ET", "region absent", 1, "volume 0 in 20 of 81 samples: 242 features are absent there"),
    ("read", "clinical.csv", "rows", "no patient", 7, "left out"),
]


def blocks(cohort):
    section = cohort_section({"cohort": Audited(cohort, audit_of(ROWS))}, [])
    return {block.caption or block.kind: block for block in section.blocks}


def test_imaging_patients_are_counted_by_what_became_of_them(cohort):
    assert exclusions(audit_of(ROWS)).to_dict("list") == {
        "status": ["complete", "incomplete"],
        "reason": ["", "without expression"],
        "n_patients": [1, 2],
    }
    assert exclusions(SimpleNamespace(patients=None)).empty


def test_absent_regions_stand_apart_from_other_reasons(cohort):
    found = blocks(cohort)
    dropped = found["What was dropped, changed or recognised while reading, by reason"]
    reasons = {row[2]: row[5] for row in dropped.rows}
    assert reasons == {"dates": "1", "constant": "2", "no patient": "7"}
    assert found["list"].items == ("ET: volume 0 in 20 of 81 samples: 242 features are absent there.",)


def test_sizes_of_several_cohorts_stand_in_one_table(cohort):
    section = cohort_section({"cohort": cohort, "cohort_hn1": cohort}, [])
    sizes = section.blocks[0]
    assert [row[0] for row in sizes.rows] == ["The study's cohort", "External cohort hn1"]
    assert "24 x 4" in sizes.rows[0]


def test_table_one_names_its_groups(table_one):
    section = patients_section({"table_one_sex": table_one})
    assert section.blocks[0].caption == "Characteristics of the patients by sex"
    assert section.blocks[0].rows[1] == ("age", "60 (10)", "61 (9)")
    assert "site (constant)" in section.blocks[1].text
    assert patients_section({}) is None
