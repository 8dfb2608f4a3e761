"""The references of the methods that a report used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from radassoc.report.kinds import kind_of

__all__ = ["references"]

_REFERENCES = {
    "glmnet": "Simon N, Friedman J, Hastie T, Tibshirani R (2011). J Stat Softw 39(5):1-13. doi:10.18637/jss.v039.i05",
    "grouped": "van Houwelingen HC et al. (2006). Stat Med 25:3201-3216. doi:10.1002/sim.2353",
    "oof": "Simon RM, Subramanian J, Li MC, Menezes S (2011). Brief Bioinform 12:203-214. doi:10.1093/bib/bbr001",
    "location": "Noma H et al. (2021). Stat Med 40:5691-5701. doi:10.1002/sim.9148",
    "plus_one": "Phipson B, Smyth GK (2010). Stat Appl Genet Mol Biol 9:39. doi:10.2202/1544-6115.1585",
    "lasso_ci": "Chatterjee A, Lahiri SN (2010). Proc Am Math Soc 138:4497-4509. doi:10.1090/S0002-9939-2010-10474-4",
    "ridge": "Verweij PJM, van Houwelingen HC (1994). Stat Med 13:2427-2436. doi:10.1002/sim.4780132307",
    "stability": "Shah RD, Samworth RJ (2013). J R Stat Soc B 75:55-80. doi:10.1111/j.1467-9868.2011.01034.x",
    "splits": "Meinshausen N, Meier L, Bühlmann P (2009). J Am Stat Assoc 104:1671-1681. doi:10.1198/jasa.2009.tm08647",
    "uno": "Uno H et al. (2011). Stat Med 30:1105-1117. doi:10.1002/sim.4154",
    "auc": "Blanche P et al. (2013). Stat Med 32:5381-5397. doi:10.1002/sim.5958",
    "brier": "Graf E et al. (1999). Stat Med 18:2529-2545. "
    "doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5",
    "decision": "Vickers AJ et al. (2008). BMC Med Inform Decis Mak 8:53. doi:10.1186/1472-6947-8-53",
    "optimism": "Harrell FE et al. (1996). Stat Med 15:361-387. "
    "doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4",
    "b632": "Efron B, Tibshirani R (1997). J Am Stat Assoc 92:548-560. doi:10.1080/01621459.1997.10474007",
    "maxstat": "Lausen B, Schumacher M (1992). Biometrics 48:73-85. doi:10.2307/2532740",
    "rmst": "Uno H et al. (2014). J Clin Oncol 32:2380-2385. doi:10.1200/JCO.2014.55.2208",
    "ph": "Grambsch PM, Therneau TM (1994). Biometrika 81:515-526. doi:10.1093/biomet/81.3.515",
    "shrinkage": "van Houwelingen JC, le Cessie S (1990). Stat Med 9:1303-1325. doi:10.1002/sim.4780091109",
    "subgroups": "Wang R et al. (2007). N Engl J Med 357:2189-2194. doi:10.1056/NEJMsr077003",
    "size": "Riley RD et al. (2020). BMJ 368:m441. doi:10.1136/bmj.m441",
    "gsea": "Subramanian A et al. (2005). PNAS 102:15545-15550. doi:10.1073/pnas.0506580102",
    "freedman": "Freedman D, Lane D (1983). J Bus Econ Stat 1:292-298. doi:10.1080/07350015.1983.10509354",
    "ssgsea": "Barbie DA et al. (2009). Nature 462:108-112. doi:10.1038/nature08460",
    "by": "Benjamini Y, Yekutieli D (2001). Ann Stat 29:1165-1188. doi:10.1214/aos/1013699998",
    "holm": "Holm S (1979). Scand J Stat 6:65-70.",
    "storey": "Storey JD, Tibshirani R (2003). PNAS 100:9440-9445. doi:10.1073/pnas.1530509100",
    "two_level": "Benjamini Y, Bogomolov M (2014). J R Stat Soc B 76:297-318. doi:10.1111/rssb.12028",
    "max_statistic": "Westfall PH, Young SS (1993). Resampling-Based Multiple Testing. Wiley. ISBN 978-0-471-55761-6",
    "heterogeneity": "Cochran WG (1954). Biometrics 10:101-129. doi:10.2307/3001666",
    "not_significant": "Altman DG, Bland JM (2003). BMJ 326:219. doi:10.1136/bmj.326.7382.219",
    "standardised": "Austin PC (2009). Stat Med 28:3083-3107. doi:10.1002/sim.3697",
    "weights": "Cole SR, Hernan MA (2008). Am J Epidemiol 168:656-664. doi:10.1093/aje/kwn164",
    "satterthwaite": "Satterthwaite FE (1946). Biometrics Bull 2:110-114. doi:10.2307/3002019",
    "welch": "Welch BL (1951). Biometrika 38:330-336. doi:10.1093/biomet/38.3-4.330",
    "bh": "Benjamini Y, Hochberg Y (1995). J R Stat Soc B 57:289-300. doi:10.1111/j.2517-6161.1995.tb02031.x",
}
_BY_KIND: Mapping[str, tuple[str, ...]] = {
    "risk_score": ("glmnet", "grouped", "lasso_ci"),
    "risk_validation": ("oof", "location", "plus_one", "uno", "auc", "brier", "decision"),
    "risk_evaluation": ("uno", "auc", "brier", "decision"),
    "survival_comparison": ("ph", "rmst"),
    "cox_table": ("ph", "shrinkage"),
    "subgroup_effects": ("subgroups",),
    "nomogram": ("optimism", "location"),
    "sample_size": ("size",),
    "enrichment": ("gsea", "freedman", "plus_one", "bh"),
    "enrichment_comparison": ("gsea", "freedman", "plus_one", "bh"),
    "over_representation": ("bh",),
    "balance": ("standardised",),
    "weighted_comparison": ("weights", "standardised"),
    "pooled_estimates": ("heterogeneity",),
    "stratified": ("heterogeneity", "not_significant", "bh"),
    "cross_application": ("location", "plus_one", "holm"),
}


def references(results: Mapping[str, Any]) -> list[str]:
    """Return the references of the methods that were used."""
    keys = dict.fromkeys(key for result in results.values() for key in _cited(result))
    return [_REFERENCES[key] for key in keys]


def _cited(result: Any) -> list[str]:
    """Return the references of one result: those of its kind, and of what was asked for."""
    kind, params = kind_of(result), getattr(result, "params", {})
    keys = list(_BY_KIND.get(kind, ()))
    if kind == "association_map":
        keys.append(str(params.get("correction", "bh")))
    if kind == "interactions":
        own = {"survival": "satterthwaite", "association": "welch", "enrichment": "freedman"}
        keys += [own[result.analysis], "not_significant", "bh"]
    if kind == "risk_score":
        keys += [key for key in ("stability", "splits") if params.get(key)]
        if params.get("l1_ratio") == 0:
            keys = ["ridge" if key == "lasso_ci" else key for key in keys]
    if kind == "risk_validation" and result.table["model"].astype(str).str.startswith("full (").any():
        keys += ["optimism", "b632"]
    if (kind == "cutpoint" and params.get("method") == "maxstat") or params.get("cut") == "maxstat":
        keys.append("maxstat")
    return keys
