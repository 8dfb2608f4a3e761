from __future__ import annotations

import radassoc as ra


def test_description_survives_save_and_load(study, tmp_path):
    back = ra.load(study.save(tmp_path / "study.json"))
    assert back.title == study.title
    assert dict(back.files) == dict(study.files)
    assert back.settings["cohort"]["test"]["fraction"] == 0.3
