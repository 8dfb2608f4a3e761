from __future__ import annotations

import pytest

from radassoc.base.errors import InputError
from radassoc.base.settings import current, options, resolve_jobs


def test_block_restores_what_was():
    before = current()
    with options(n_jobs=2, progress=True):
        assert resolve_jobs(None) == 2
        assert current().progress is True
        with options(progress=False):
            assert resolve_jobs(None) == 2
    assert current() == before


def test_argument_wins_over_option():
    with options(n_jobs=2):
        assert resolve_jobs(3) == 3
        assert resolve_jobs(-1) >= 1


@pytest.mark.parametrize("n_jobs", [0, -2])
def test_no_number_of_workers(n_jobs):
    with pytest.raises(InputError):
        options(n_jobs=n_jobs)
    with pytest.raises(InputError):
        resolve_jobs(n_jobs)
