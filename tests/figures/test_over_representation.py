import pytest

import radassoc as ra
from radassoc.figures import plot_over_representation

GENES = [f"G{i}" for i in range(400)]
SETS = {"hit": GENES[:20], "all_of_it": GENES[5:16], "none": GENES[200:230]}


@pytest.fixture(scope="module")
def found():
    return ra.over_represent({"up": GENES[:25], "down": GENES[200:240]}, SETS, background=GENES)


def test_one_panel_per_list_with_the_smallest_p_on_top(found):
    figure = plot_over_representation(found)
    up, down = figure.axes[:2]
    assert up.get_title(loc="left") == "up: 25 of 400 genes"
    assert down.get_title(loc="left") == "down: 40 of 400 genes"
    assert [label.get_text() for label in up.get_yticklabels()] == [
        "none (0 of 30)",
        "all of it (11 of 11)",
        "hit (20 of 20)",
    ]
    assert figure.axes[1].get_xlabel() == "Odds ratio, exact 95% interval"


def test_ends_beyond_the_panel_are_arrows(found):
    up = plot_over_representation(found).axes[0]
    arrows = sorted(len(drawn.get_offsets()) for drawn in up.collections[1:3])
    assert arrows == [1, 2]  # none has no lower end; two sets are complete and have no upper one


def test_most_limits_the_sets(found):
    assert len(plot_over_representation(found, most=1).axes[0].get_yticks()) == 1


def test_nothing_found_is_a_sentence():
    none = ra.over_represent([], SETS, background=GENES)
    assert plot_over_representation(none).axes[0].texts[0].get_text() == "No gene was found"
