"""The sections on genes: pathways before and after adjustment, association maps; and principal components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from radassoc.report.adjustment import adjusted_for, side_by_side
from radassoc.report.blocks import Section, figures, heading, listing, note, table, text
from radassoc.report.headline import subject_name
from radassoc.report.kinds import of_kind
from radassoc.report.pictures import Picture
from radassoc.report.wording import listed, number, plural

__all__ = ["association_section", "pathway_section", "pca_section"]

_NAMES = {
    "p_adjusted": "adj. p",
    "nes_after": "after: NES",
    "p_value_after": "after: p",
    "p_adjusted_after": "after: adj. p",
    "enriched_after": "after: enriched",
}


def pathway_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section on gene sets, with the adjusted numbers beside the unadjusted ones."""
    found = of_kind(results, "enrichment")
    if not found:
        return None
    section = Section("pathways", "Pathways")
    covariates = adjusted_for(results)
    if covariates:
        section.add(
            text(f"Each gene set is shown before and after adjustment for {listed(covariates)}."),
        )
    both = side_by_side(results)
    for by, rows in both.groupby("by", sort=False):
        shown = _shown(rows)
        if not covariates:
            shown = shown.drop(columns=[name for name in shown.columns if name.endswith("_after")])
        title = f"Gene sets along {subject_name(str(by))}"
        section.add(table(shown, title, names=_NAMES, more="tables/", most=60), note(_share(rows)))
    section.add(
        note(
            "NES: enrichment score over its mean in permuted patients. 'Enriched' needs the enrichment p-value "
            "(adjusted over the table) and the set's own self-contained p-value, in the same direction. The share of "
            "associated genes tells how much of the transcriptome follows the value: where it is large, gene sets "
            "stand out easily."
        )
    )
    for name, result in found.items():
        drawn = [picture for picture in pictures if picture.result == name]
        if drawn:
            section.add(heading(_enrichment_title(name, result)), figures(drawn))
        dropped = [f"{row.pathway}: {row.reason}" for row in result.dropped.itertuples()]
        section.add(_reasons(result), note(f"Not tested: {listed(dropped, most=10)}." if dropped else ""))
    notes = dict.fromkeys(told for result in found.values() for told in result.notes)
    section.add(listing(notes))
    return section


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns for the eye: how many genes of the set are in the table stands in one of them."""
    genes = [f"{size} of {listed_}" for size, listed_ in zip(rows["size"], rows["n_listed"], strict=True)]
    shown = rows.drop(columns=["by", "size", "n_listed", "share_associated", "n_patients"])
    shown.insert(1, "genes", genes)
    told = shown["flag"].fillna("").str.replace(r"^\d+ of \d+ genes(; )?", "", regex=True)
    return shown.assign(flag=told) if told.any() else shown.drop(columns="flag")


def _share(rows: pd.DataFrame) -> str:
    share, n = rows["share_associated"].dropna(), rows["n_patients"].max()
    told = f"{n} patients"
    return f"{told}; {number(100 * float(share.iloc[0]))}% of all genes are associated." if len(share) else f"{told}."


def _enrichment_title(name: str, result: Any) -> str:
    by = listed([subject_name(str(value)) for value in result.table["by"].unique()], most=3)
    covariates = result.params.get("covariates") or ()
    told = f"Along {by}" if by else name.replace("_", " ")
    return f"{told}, adjusted for {listed(covariates)}" if covariates else f"{told}, unadjusted"


def _reasons(result: Any) -> Any:
    subjects = result.subjects
    told = [f"{subject_name(str(row.by))}: {row.reason}" for row in subjects.itertuples() if row.reason]
    return note(f"{'; '.join(told)}." if told else "")


def association_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section on tables tested against tables."""
    maps = of_kind(results, "association_map")
    if not maps:
        return None
    section = Section("associations", "Associations")
    for name, result in maps.items():
        left, right = len(result.left_info), len(result.right_info)
        covariates = result.params.get("covariates") or ()
        title = f"{result.left_name.capitalize()}s and {result.right_name}s"
        section.add(heading(title + (f", adjusted for {listed(covariates)}" if covariates else "")))
        level = result.params.get("level", 0.05)
        section.add(
            text(
                f"Nothing could be tested: {result.reason}."
                if result.status == "not_estimable"
                else f"{left} x {right} pairs were tested; {result.n_significant} have an adjusted p-value below "
                f"{level:g}."
            ),
            figures([picture for picture in pictures if picture.result == name]),
            table(_strongest(result.table), "The pairs with the smallest p-values", most=20, more=f"tables/{name}.csv"),
            _dropped(result),
            listing(result.notes),
        )
    return section


def _strongest(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("log10_p", kind="stable") if "log10_p" in frame.columns else frame


def _dropped(result: Any) -> Any:
    dropped = result.dropped
    if dropped.empty:
        return None
    counts = dropped.groupby(["side", "reason"], sort=False).size()
    told = [f"{side}: {plural(int(n), 'column')} {reason}" for (side, reason), n in counts.items()]
    return note(f"{'; '.join(told)}.")


def pca_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section on principal components."""
    found = of_kind(results, "pca")
    if not found:
        return None
    section = Section("components", "Principal components")
    for name, result in found.items():
        explained = result.table["explained"]
        section.add(
            text(
                f"The first two components hold {number(100 * float(explained.head(2).sum()))}% of the variance of the "
                "prepared features."
            )
            if len(explained)
            else text(f"No components: {result.reason}."),
            figures([picture for picture in pictures if picture.result == name]),
            table(
                result.associations.sort_values("p_value", kind="stable"),
                "Components and clinical columns",
                most=15,
                more=f"tables/{name}_associations.csv",
            ),
        )
    return section
