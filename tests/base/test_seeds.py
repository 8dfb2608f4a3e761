from __future__ import annotations

import numpy as np
import pytest

from radassoc.base.errors import InputError
from radassoc.base.seeds import child_seed, generator


def test_children_are_those_of_spawn():
    spawned = np.random.SeedSequence(7).spawn(3)[2]
    assert child_seed(7, 2).generate_state(4).tolist() == spawned.generate_state(4).tolist()


def test_streams_differ_by_seed_name_and_index():
    draws = {generator(*path).integers(2**62) for path in [(0, "a", 0), (0, "a", 1), (0, "b", 0), (1, "a", 0)]}
    assert len(draws) == 4


def test_names_do_not_depend_on_the_process():
    assert generator(0, "permutation", 3).integers(10**9) == generator(0, "permutation", 3).integers(10**9)
    # a stored draw: the stream may never change between versions without notice
    assert child_seed(0, "permutation").spawn_key == (1448435943,)


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None, True])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(InputError, match="is no seed"):
        generator(seed, "folds")


def test_seeds_of_numpy_and_large_ones_are_seeds():
    assert generator(np.int64(3), "a").random() == generator(3, "a").random()
    assert 0 <= generator(2**70, "a").random() < 1
