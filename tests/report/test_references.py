from __future__ import annotations

from dataclasses import replace

from radassoc.report.references import references


def cited(results):
    return " ".join(references(results))


def test_references_are_those_of_the_methods_used(results, pca):
    assert any("10.1073/pnas.0506580102" in item for item in references(results))
    assert references({"pca": pca}) == []
    assert len(references(results)) == len(set(references(results)))


def test_options_bring_their_own_references(score, validation, clinical):
    assert "Shah RD" not in cited({"s": score})
    told = cited({"s": replace(score, params={**score.params, "stability": 20, "splits": 20})})
    assert "Shah RD" in told
    assert "Meinshausen N, Meier L" in told
    assert "Chatterjee" in cited({"s": score})
    assert "Chatterjee" not in cited({"s": replace(score, params={"l1_ratio": 0.0})})
    assert "Lausen B" in cited({"v": replace(validation, params={"cut": "maxstat"})})
    assert "Riley RD" in cited(clinical)
    assert "Grambsch" in cited(clinical)
