from __future__ import annotations

import pandas as pd

from radassoc.report.blocks import Section, figures, listing, note, table, text


def test_empty_content_is_no_block():
    assert text("") is note("") is listing(["", ""]) is figures([]) is table(pd.DataFrame(), "x") is None
    assert Section("a", "A").add(text(""), text("b")).blocks == [text("b")]


def test_table_shows_numbers_to_the_right_and_counts_the_rest():
    frame = pd.DataFrame({"feature": ["a", "b", "c"], "p_value": [0.5, 1e-9, None], "n": [1, 2, 3]})
    block = table(frame, "T", most=2, more="tables/x.csv")
    assert block.header == ("feature", "p", "n")
    assert block.numeric == (False, True, True)
    assert block.rows == (("a", "0.50", "1"), ("b", "<0.001", "2"))
    assert block.more == "1 more rows in tables/x.csv."


def test_columns_are_chosen_and_renamed():
    block = table(pd.DataFrame({"a": [1], "b": [2]}), "T", columns=["b", "absent"], names={"b": "B!"})
    assert block.header == ("B!",)
    assert block.rows == (("2",),)
