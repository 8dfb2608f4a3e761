from __future__ import annotations

import pickle

import pytest

from radassoc.base.errors import ClinicalError, ExpressionError, InputError, Problems, RadassocError, name_some


def test_message_says_found_wanted_and_remedy():
    error = ExpressionError("37 symbols appear twice.", wanted="one row per gene", remedy="Choose duplicates='mean'.")
    assert str(error) == "37 symbols appear twice.\nWanted one row per gene.\nChoose duplicates='mean'."


def test_survives_the_way_back_from_a_worker():
    error = ClinicalError("found", wanted="wanted", remedy="remedy")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is ClinicalError
    assert (again.found, again.wanted, again.remedy) == ("found", "wanted", "remedy")


def test_no_problem_raises_nothing():
    Problems().raise_if_any()


def test_one_problem_is_raised_as_it_is():
    problems, error = Problems(), ClinicalError("no time")
    problems.add(error)
    with pytest.raises(ClinicalError) as caught:
        problems.raise_if_any()
    assert caught.value is error


def test_several_problems_are_told_at_once():
    inner = Problems()
    inner.add(ClinicalError("no time"))
    inner.add(ExpressionError("no genes", remedy="look"))
    with pytest.raises(InputError) as caught:
        inner.raise_if_any()
    outer = Problems()
    outer.add(caught.value)
    outer.add(ClinicalError("no event"))
    assert len(outer) == 3
    assert [type(error).__name__ for error in outer] == ["ClinicalError", "ExpressionError", "ClinicalError"]
    assert "2 problems:\n1. no time\n2. no genes look" in str(caught.value)


def test_problems_of_one_kind_keep_their_kind():
    problems = Problems()
    problems.add(ClinicalError("a"))
    problems.add(ClinicalError("b"))
    with pytest.raises(ClinicalError):
        problems.raise_if_any()


@pytest.mark.parametrize(("names", "told"), [([], ""), (["a"], "'a'"), ("abcd", "'a', 'b', 'c' and 1 more")])
def test_name_some(names, told):
    assert name_some(names) == told


def test_exit_codes_tell_input_from_design():
    from radassoc.base import errors

    assert errors.StudyError.exit_code == 3
    assert errors.DesignError.exit_code == 4
    assert RadassocError.exit_code == 1
