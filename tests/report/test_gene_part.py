from __future__ import annotations

from dataclasses import replace

import pandas as pd

from radassoc.report.gene_part import association_section, pathway_section, pca_section


def words(section):
    return " ".join([block.text for block in section.blocks] + [block.caption for block in section.blocks])


def test_adjusted_numbers_stand_beside_the_unadjusted_ones(results):
    section = pathway_section(results, [])
    block = next(block for block in section.blocks if block.kind == "table")
    assert block.caption == "Gene sets along the risk score"
    assert "after: adj. p" in block.header
    row = dict(zip(block.header, block.rows[0], strict=True))
    assert (row["NES"], row["after: NES"], row["enriched"], row["after: enriched"]) == ("1.90", "0.700", "yes", "no")
    assert "before and after adjustment for idh_status and grade" in words(section)


def test_genes_of_a_set_and_of_the_table_are_told(results):
    section = pathway_section(results, [])
    block = next(block for block in section.blocks if block.kind == "table")
    assert block.rows[0][block.header.index("genes")] == "12 of 15"
    assert "flag" not in block.header
    assert "24 patients; 10.0% of all genes are associated." in words(section)
    odd = results["enrichment_risk_score"]
    odd = replace(odd, table=odd.table.assign(flag="4 of 7 genes; ties"))
    block = next(block for block in pathway_section({"e": odd}, []).blocks if block.kind == "table")
    assert block.rows[0][block.header.index("flag")] == "ties"


def test_without_covariates_there_is_no_after(results):
    section = pathway_section({"enrichment_risk_score": results["enrichment_risk_score"]}, [])
    block = next(block for block in section.blocks if block.kind == "table")
    assert not [name for name in block.header if name.startswith("after")]


def test_sets_that_were_not_tested_and_reasons_are_told(results):
    result = results["enrichment_risk_score"]
    dropped = pd.DataFrame({"pathway": ["TINY"], "reason": ["2 of 30 genes"]})
    odd = replace(result, dropped=dropped, subjects=result.subjects.assign(reason="no reruns"), notes=("Mind this.",))
    section = pathway_section({"e": odd}, [])
    assert "Not tested: TINY: 2 of 30 genes." in words(section)
    assert "the risk score: no reruns." in words(section)
    assert ("Mind this.",) in [block.items for block in section.blocks]


def test_strongest_pairs_come_first(association):
    table = association.table
    table["log10_p"] = [-1.0, -5.0, -0.1, -0.1, -0.1, -0.1]
    section = association_section({"a": replace(association, table=table)}, [])
    block = next(block for block in section.blocks if block.kind == "table")
    assert block.rows[0][:2] == ("VOLUME_TC", "P53")
    assert "3 x 2 pairs were tested; 1 have an adjusted p-value below 0.05." in words(section)


def test_dropped_columns_are_counted(association):
    dropped = pd.DataFrame({"side": ["left"] * 3, "name": list("abc"), "reason": "constant", "n_missing": 0})
    assert "left: 3 columns constant." in words(association_section({"a": replace(association, dropped=dropped)}, []))


def test_components_tell_their_variance(pca):
    assert "hold 75.0% of the variance" in words(pca_section({"pca": pca}, []))


def test_absent_results_have_no_section():
    assert pathway_section({}, []) is association_section({}, []) is pca_section({}, []) is None
