import radassoc as ra
from radassoc.base.columns import tidy
from radassoc.strata.cross_application import COLUMNS, CONTRAST_COLUMNS, CrossApplication


def test_empty_result_round_trips(tmp_path):
    empty = CrossApplication(table=tidy([], COLUMNS), contrasts=tidy([], CONTRAST_COLUMNS), levels=("a", "b"))
    again = ra.load(empty.save(tmp_path / "empty.json"))
    assert again.levels == ("a", "b")
    assert again.overlap.columns.tolist() == empty.overlap.columns.tolist()
