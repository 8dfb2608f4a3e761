import numpy as np
import pandas as pd
import pytest

from radassoc.enrichment._assemble import assemble
from radassoc.enrichment._score import Scored, Settings
from radassoc.enrichment._subjects import Subject
from radassoc.enrichment.overlap import overlap_sets

RNG = np.random.default_rng(4)
HOW = Settings(null="samples", n_permutations=1000, weight=1.0, level=0.05, seed=3)


def scored(planted, name="signal", **changed):
    n_sets = 2
    arrays = dict.fromkeys(("es", "nes", "mean_statistic", "inter_gene_correlation"), np.array([0.6, -0.3]))
    tests = ("p_value", "q_value", "familywise_p", "self_contained_p", "maxmean_p", "camera_p")
    arrays |= dict.fromkeys(tests, np.array([0.002, 0.4]))
    assert all(len(array) == n_sets for array in arrays.values())
    statistic = RNG.normal(size=planted.expression.shape[1])
    return Scored(name, 60, **{"share": 0.1, "statistic": statistic, "arrays": arrays, **changed})


def assembled(planted, sets, items, *, subjects=None, how=HOW, notes=(), covariates=()):
    genes = planted.expression.columns
    values = planted.column("signal")
    return assemble(
        planted,
        subjects or [Subject(item.name, values) for item in items],
        items,
        overlap=overlap_sets(genes, {name: sets[name] for name in ("driven", "plain")}),
        genes=genes,
        how=how,
        params={"modality": "expression", "covariates": covariates},
        notes=notes,
    )


def test_counts_and_family_are_those_of_what_was_tested(planted, sets):
    found = assembled(planted, sets, [scored(planted)], covariates=("age", "site"))
    assert found.provenance["counts"] == {"n_patients": 60, "n_genes": 300, "n_gene_sets": 2}
    family = found.families[0]
    assert family.hypothesis == "No gene of the table is associated with signal given age, site"
    assert (family.n_tests, family.correction) == (2, "Benjamini-Hochberg")


def test_one_tested_value_makes_a_result_and_carries_its_reason(planted, sets):
    empty = Scored("same", 60, status="no_signal", reason="the value is the same in all patients")
    found = assembled(planted, sets, [scored(planted, reason="no reruns"), empty])
    assert (found.status, found.reason) == ("ok", "no reruns")
    assert found.families[0].hypothesis.endswith("any of 2 values")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["no_signal"], "no_signal"),
        (["no_signal", "not_estimable"], "not_estimable"),
        (["not_estimable"], "not_estimable"),
    ],
)
def test_nothing_tested_is_no_signal_only_if_all_values_are_empty(planted, sets, statuses, expected):
    items = [Scored(f"v{i}", 60, status=status, reason=status) for i, status in enumerate(statuses)]
    found = assembled(planted, sets, items)
    assert (found.status, found.table.empty, found.families[0].n_tests) == (expected, True, 0)
    assert found.reason == "; ".join(statuses)


def test_too_few_permutations_are_said(planted, sets):
    assert not any("too few" in note for note in assembled(planted, sets, [scored(planted)]).notes)
    coarse = Settings(null="samples", n_permutations=40, weight=1.0, level=0.05, seed=3)
    assert any(
        "40 permutations are too few" in note for note in assembled(planted, sets, [scored(planted)], how=coarse).notes
    )


def test_reruns_bound_what_permutations_can_find(planted, sets):
    null = pd.DataFrame(RNG.normal(size=(60, 30)), index=planted.patients)
    subjects = [Subject("signal", planted.column("signal"), source="rerun", null=null)]
    notes = assembled(planted, sets, [scored(planted)], subjects=subjects).notes
    assert any(note.startswith("30 permutations are too few") for note in notes)


def test_notes_are_told_once(planted, sets):
    items = [scored(planted, notes=("twice.",)), scored(planted, "noise", notes=("twice.",))]
    assert assembled(planted, sets, items, notes=("twice.", "genes.")).notes == ("twice.", "genes.")


def test_of_many_values_only_the_most_telling_keep_their_walks(planted, sets):
    found = assembled(planted, sets, [scored(planted, f"v{i:02d}") for i in range(22)])
    assert found.ranking["by"].nunique() == found.walks["by"].nunique() == 20
    assert found.table["by"].nunique() == len(found.subjects) == 22
    assert found.notes[-1].startswith("Rankings and walks are kept for the 20 values")
