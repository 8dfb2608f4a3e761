from __future__ import annotations

from radassoc.report.clinical_part import clinical_section, nomogram_section, sample_size_blocks
from radassoc.report.pictures import draw_pictures


def words(blocks):
    return " ".join([b.text for b in blocks] + [b.caption for b in blocks] + [" ".join(b.items) for b in blocks])


def table_of(blocks, caption):
    return next(block for block in blocks if block.kind == "table" and block.caption.startswith(caption))


def test_each_cohort_has_its_models_and_their_notes(clinical):
    section = clinical_section(clinical, [])
    told = words(section.blocks)
    assert "Cox models: patients of the study" in told
    assert "Cox models: hn1" in told
    assert "No p-values where 'score' was learned from the outcome" in told
    first = table_of(section.blocks, "Hazard ratios")
    assert first.header[:2] == ("variable", "level")
    assert [row[0] for row in first.rows] == ["score", "age", "sex", "sex"]
    assert "events per parameter" in table_of(section.blocks, "The models").header


def test_interaction_is_what_tells_a_difference_between_subgroups(clinical):
    section = clinical_section({"subgroups": clinical["subgroups"]}, [])
    told = words(section.blocks)
    assert "Score within subgroups: patients of the study" in told
    assert "evidence only by the test of interaction" in told
    assert "1 such test, not corrected" in told
    assert "interaction p" in table_of(section.blocks, "Hazard ratio of score").header


def test_nomogram_has_its_validation_and_one_row_of_points_a_variable(clinical, unsaved):
    section = nomogram_section(clinical, draw_pictures({"nomogram": clinical["nomogram"]}))
    validated = table_of(section.blocks, "Performance")
    assert validated.header[:4] == ("measure", "apparent", "optimism", "corrected")
    points = table_of(section.blocks, "Points")
    assert [row[0] for row in points.rows] == ["age", "sex"]
    assert "male: " in points.rows[1][1]
    figures = next(block for block in section.blocks if block.kind == "figures")
    assert [picture.figure for picture in figures.pictures] == ["plot_nomogram", "plot_calibration"]


def test_sample_size_is_told_beside_what_there_is(clinical):
    blocks = sample_size_blocks(clinical)
    assert "20 candidate parameters need" in words(blocks)
    assert [row[0] for row in table_of(blocks, "Patients").rows] == ["shrinkage", "optimism", "overall risk", "all"]
    assert "15% of the largest possible" in words(blocks)


def test_absent_models_have_no_section():
    assert clinical_section({}, []) is nomogram_section({}, []) is None
    assert sample_size_blocks({}) == []
