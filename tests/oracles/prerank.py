"""Enrichment scores of gseapy's prerank. python tests/oracles/prerank.py"""

import gseapy
import numpy as np
import pandas as pd

rng = np.random.default_rng(4)
genes = [f"g{i}" for i in range(400)]
ranking = pd.Series(np.round(rng.standard_t(4, 400), 9), index=genes)
sets = {f"set{k}": sorted(rng.choice(genes, size, replace=False).tolist()) for k, size in enumerate((3, 8, 15, 40, 90))}
# two sets with a signal, one at each end
sets["top"] = ranking.nlargest(60).index[::3].tolist()
sets["bottom"] = ranking.nsmallest(60).index[::3].tolist()
rows = []
for weight in (0.0, 1.0, 2.0):
    found = gseapy.prerank(
        ranking, sets, permutation_num=5, weight=weight, min_size=1, max_size=1000, outdir=None, seed=1, threads=1
    ).res2d
    for row in found.to_dict("records"):
        edge = set(row["Lead_genes"].split(";"))
        rows.append({"weight": weight, "pathway": row["Term"], "es": row["ES"], "edge": ";".join(sorted(edge))})
ranking.rename("statistic").to_csv("tests/oracles/prerank_input.csv", index_label="gene")
pd.Series({name: ";".join(members) for name, members in sets.items()}, name="genes").to_csv(
    "tests/oracles/prerank_sets.csv", index_label="pathway"
)
pd.DataFrame(rows).sort_values(["weight", "pathway"]).to_csv("tests/oracles/prerank.csv", index=False)
