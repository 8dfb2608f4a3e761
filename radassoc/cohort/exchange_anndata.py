"""The doors to AnnData, MuData and h5mu files; the only module that imports those libraries."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.errors import FormatError, IdentifierError, InputError
from radassoc.cohort.columns import unknown_table
from radassoc.cohort.exchange import KEY, CohortContent, from_tables, observations, packed, unpacked
from radassoc.cohort.parts import Modality, Parts, check_modality
from radassoc.tables.identifiers import check_known

if TYPE_CHECKING:
    from anndata import AnnData
    from mudata import MuData

__all__ = ["from_anndata", "from_mudata", "read_file", "to_anndata", "to_mudata", "write_file"]


@contextmanager
def _quiet() -> Iterator[None]:
    """Adopt mudata's coming behaviour, and spare users its warning that tables may share names of columns."""
    import mudata

    with mudata.set_options(pull_on_update=False), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", FutureWarning)
        yield


# ---- out
def to_anndata(parts: Parts, modality: str) -> AnnData:
    """Return one table with the clinical one beside it."""
    if modality not in parts.modalities:
        raise unknown_table(modality, parts, with_clinical=False)
    part = parts.modalities[modality]
    adata = _matrix(parts, part)
    adata.uns[KEY] = packed(Parts({modality: part}, parts.clinical, parts.outcome, parts.notes, parts.history))
    return adata


def to_mudata(parts: Parts) -> MuData:
    """Return all tables."""
    from mudata import MuData

    with _quiet():
        mdata = MuData({name: _matrix(parts, part) for name, part in parts.modalities.items()})
    mdata.uns[KEY] = packed(parts)
    return mdata


def _matrix(parts: Parts, part: Modality) -> AnnData:
    from anndata import AnnData

    features = part.features.astype(object).where(part.features.notna(), "unknown").astype(str)
    return AnnData(
        X=part.frame.to_numpy(dtype=np.float64, copy=True),
        obs=observations(parts, part),
        var=features.rename_axis(None),
    )


# ---- in
def from_anndata(adata: AnnData, *, modality: str, patient: str | None) -> Parts:
    """Return the parts of one table."""
    content = unpacked(adata.uns)
    part = _part(modality, adata, content, patient)
    return from_tables({modality: part}, {modality: adata.obs}, content)


def from_mudata(mdata: MuData, *, patient: str | None) -> Parts:
    """Return the parts of all tables."""
    content = unpacked(mdata.uns)
    parts = {name: _part(name, adata, content, patient) for name, adata in mdata.mod.items()}
    return from_tables(parts, {name: adata.obs for name, adata in mdata.mod.items()}, content)


def _part(name: str, adata: AnnData, content: CohortContent | None, patient: str | None) -> Modality:
    X = adata.X.toarray() if hasattr(adata.X, "toarray") else np.asarray(adata.X)
    frame = pd.DataFrame(X.astype(np.float64), index=adata.obs_names, columns=adata.var_names)
    known: Mapping[str, Any] = {} if content is None else content.features
    features = known.get(name)
    if features is not None and not frame.columns.isin(features.index).all():
        features = None
    return check_modality(name, frame, patients=_patients(name, adata, content, patient), features=features)


def _patients(name: str, adata: AnnData, content: CohortContent | None, patient: str | None) -> pd.Series | None:
    """Return the patient of each sample: from the named column of ``obs``, else as the cohort knew them, else None."""
    if patient is not None:
        check_known([patient], adata.obs.columns, what="column", source=f"obs of {name}", error=IdentifierError)
        return adata.obs[patient].astype(object)
    known = None if content is None else content.patients.get(name)
    if known is not None and adata.obs_names.isin(known.index).all():
        return known
    return adata.obs["patient"].astype(object) if "patient" in adata.obs else None


# ---- files
def write_file(parts: Parts, path: str | Path) -> Path:
    """Write an h5mu file beside its place and move it there, so that nobody ever sees half a file."""
    path = Path(path)
    if path.suffix != ".h5mu":
        raise InputError(f"{path.name} does not end in .h5mu.", wanted="a path such as 'cohort.h5mu'")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, work = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=".h5mu", dir=path.parent)
    os.close(handle)
    try:
        with _quiet():
            to_mudata(parts).write(work)
        os.chmod(work, 0o644)
        os.replace(work, path)
    except BaseException:
        os.unlink(work)
        raise
    return path


def read_file(path: str | Path) -> Parts:
    """Read an h5mu file that ``write_file`` wrote."""
    import mudata

    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path} does not exist.", wanted="an h5mu file", remedy="Check the path.")
    try:
        with _quiet():
            mdata = mudata.read_h5mu(path)
    except Exception as error:
        raise FormatError(
            f"{path.name} cannot be read as h5mu ({type(error).__name__}).", wanted="a file of Cohort.write"
        ) from error
    if KEY not in mdata.uns:
        raise FormatError(
            f"{path.name} was not written by radassoc.",
            wanted="a file of Cohort.write",
            remedy="Use Cohort.from_mudata(mudata.read_h5mu(path), ...), which asks for time, event and unit.",
        )
    return from_mudata(mdata, patient=None)
