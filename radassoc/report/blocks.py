"""What a report is made of: texts, tables and figures in sections; the template alone knows HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from radassoc.report.pictures import Picture
from radassoc.report.wording import cell, pretty

__all__ = ["Block", "Section", "code", "figures", "filled", "listing", "note", "table", "text"]

#: Columns of texts that are numbers to the eye.
_NUMBER_TEXTS = ("interval_95",)
_TEXT_DTYPES = ("object", "bool", "boolean", "category", "string")


@dataclass(frozen=True)
class Block:
    """One piece of a section; ``kind`` chooses how the template shows it."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    caption: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: tuple[bool, ...] = ()
    more: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass
class Section:
    """A titled part of the report, with an anchor for the table of contents."""

    anchor: str
    title: str
    blocks: list[Block] = field(default_factory=list)

    def add(self, *blocks: Block | None) -> Section:
        """Append what there is."""
        self.blocks += [block for block in blocks if block is not None]
        return self


def text(content: str) -> Block | None:
    """Return a paragraph, or nothing for an empty one."""
    return Block("text", text=content) if content else None


def note(content: str) -> Block | None:
    """Return a quiet remark, or nothing for an empty one."""
    return Block("note", text=content) if content else None


def heading(content: str) -> Block:
    """Return a heading below that of the section."""
    return Block("heading", text=content)


def listing(items: Iterable[str]) -> Block | None:
    """Return a bulleted list, or nothing for an empty one."""
    kept = tuple(item for item in items if item)
    return Block("list", items=kept) if kept else None


def code(content: str, caption: str) -> Block | None:
    """Return preformatted text under a caption."""
    return Block("code", text=content, caption=caption) if content else None


def figures(pictures: Sequence[Picture]) -> Block | None:
    """Return figures beside or under one another, as they fit."""
    return Block("figures", pictures=tuple(pictures)) if pictures else None


def filled(frame: pd.DataFrame, keep: Iterable[str] = ("p_value", "estimate")) -> pd.DataFrame:
    """Leave out columns that hold nothing, but for those to keep."""
    empty = [name for name in frame.columns if frame[name].isna().all() or (frame[name].astype(str) == "").all()]
    return frame.drop(columns=[name for name in empty if name not in set(keep)])


def table(
    frame: pd.DataFrame,
    caption: str,
    *,
    columns: Sequence[str] | None = None,
    names: dict[str, str] | None = None,
    most: int = 40,
    more: str = "",
    shown: Callable[[object, str], str] = cell,
) -> Block | None:
    """Return a table with its caption, or nothing for an empty one; ``more`` says where the rows left out are."""
    if columns is not None:
        frame = frame[[name for name in columns if name in frame.columns]]
    if frame.empty:
        return None
    told = names or {}
    labels = [str(name) for name in frame.columns]
    rows = tuple(
        tuple(shown(value, label) for value, label in zip(row, labels, strict=True))
        for row in frame.head(most).itertuples(index=False, name=None)
    )
    rest = len(frame) - most
    return Block(
        "table",
        caption=caption,
        header=tuple(told.get(label, pretty(label)) for label in labels),
        rows=rows,
        numeric=tuple(
            str(frame.dtypes.iloc[i]) not in _TEXT_DTYPES or label in _NUMBER_TEXTS for i, label in enumerate(labels)
        ),
        more=f"{rest} more rows{' in ' + more if more else ''}." if rest > 0 else "",
    )
