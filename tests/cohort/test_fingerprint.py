from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.cohort.cohort import Cohort


def build(frames, **outcome):
    return Cohort.from_frames(**frames, **outcome).fingerprint


def test_same_content_same_word(frames):
    word = build(frames)
    assert len(word) == 16
    assert int(word, 16) >= 0
    assert build(frames) == word


def test_notes_do_not_change_it(small):
    replaced = small.with_modality("expression", small.expression)
    assert len(replaced.audit.table) > len(small.audit.table)
    assert replaced.fingerprint == small.fingerprint


def test_any_change_changes_it(frames):
    words = {build(frames)}
    words.add(build(frames, time="months", event="dead", unit="months"))
    words.add(build(frames, time="months", event="dead", unit="weeks"))
    changed = {
        "value": {"radiomics": frames["radiomics"].assign(EGFR=1.0)},
        "name": {"expression": frames["expression"].rename(columns={"TP53": "TP63"})},
        "order": {"clinical": frames["clinical"].iloc[::-1]},
        "text": {"clinical": frames["clinical"].assign(sex="male")},
        "owner": {
            "patients": {"radiomics": pd.Series(["P1", "P2", "P2", "P3", "P9"], index=frames["radiomics"].index)}
        },
        "missing": {"expression": frames["expression"].fillna(0)},
    }
    for change in changed.values():
        words.add(build({**frames, **change}))
    assert len(words) == 3 + len(changed)


def test_missing_values_have_one_bit_pattern(frames):
    odd = frames["expression"].copy()
    odd.loc["P1", "TP53"] = np.uint64(0xFFF8000000000001).view(np.float64)
    assert build({**frames, "expression": odd}) == build(frames)
