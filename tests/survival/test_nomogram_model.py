from __future__ import annotations

import dataclasses

import pytest

from radassoc.survival.nomogram import fit_nomogram


def test_it_is_frozen_and_prints_its_counts(clinical_cohort):
    nomogram = fit_nomogram(clinical_cohort, ["age", "sex"], times=24, n_bootstraps=0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        nomogram.lowest = 0.0
    nomogram.table["points"] = 0.0
    assert nomogram.table["points"].max() == 100.0
    assert "patients 177, events 133" in repr(nomogram)
    assert nomogram.status == "ok"
