from types import SimpleNamespace

from radassoc.base.protocols import OutOfFoldScore, ScoreWithNull


def test_a_score_is_known_by_its_shape():
    assert isinstance(SimpleNamespace(samples=None, null_samples=None), ScoreWithNull)
    assert not isinstance(SimpleNamespace(samples=None), ScoreWithNull)
    assert isinstance(SimpleNamespace(out_of_fold=len), OutOfFoldScore)
    assert not isinstance(SimpleNamespace(predict=len), OutOfFoldScore)
