import pytest

import radassoc as ra
from radassoc.enrichment import reduce_redundancy
from radassoc.figures import plot_overlap_network

GENES = [f"G{i}" for i in range(400)]
SETS = {"best": GENES[:20], "inside": GENES[:12], "neighbour": GENES[12:40], "far": GENES[100:130]}


@pytest.fixture(scope="module")
def found():
    return ra.over_represent(GENES[:26] + GENES[100:112], SETS, background=GENES)


def test_sets_are_nodes_and_shared_genes_are_edges(found):
    axes, names = plot_overlap_network(reduce_redundancy(found, SETS)).axes[:2]
    edges, nodes = axes.collections[:2]
    assert len(nodes.get_offsets()) == 4
    assert len(edges.get_segments()) == 2
    told = [text.get_text() for text in names.texts]
    # members under their representative
    assert told == ["1", "best (20)", "2", "inside (12)", "3", "neighbour (28)", "4", "far (30)"]
    assert [text.get_text() for text in axes.texts if text.get_text().isdigit()] == ["1", "2", "3", "4"]


def test_weak_edges_are_left_out(found):
    axes = plot_overlap_network(reduce_redundancy(found, SETS), weakest=0.5).axes[0]
    assert len(axes.collections[0].get_segments()) == 1


def test_nothing_found_is_a_sentence(found):
    none = reduce_redundancy(found, SETS, level=1e-300)
    assert plot_overlap_network(none).axes[0].texts[0].get_text().startswith("No gene set has an adjusted")
