"""A cohort's doors to AnnData, MuData and h5mu files, opened only when used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from radassoc.cohort.parts import Parts
from radassoc.tables.outcome import Unit

if TYPE_CHECKING:
    from anndata import AnnData
    from mudata import MuData

__all__ = ["Doors"]


class Doors:
    """The part of ``Cohort`` that exchanges it with other libraries and with files."""

    _parts: Parts

    @classmethod
    def _of(cls, parts: Parts, **outcome: Any) -> Self:
        raise NotImplementedError

    def to_anndata(self, modality: str) -> AnnData:
        """Return one table as AnnData; clinical columns are in ``obs``, all else as versioned text in ``uns``."""
        from radassoc.cohort.exchange_anndata import to_anndata

        return to_anndata(self._parts, modality)

    def to_mudata(self) -> MuData:
        """Return all tables as MuData, each with the clinical columns in its ``obs``."""
        from radassoc.cohort.exchange_anndata import to_mudata

        return to_mudata(self._parts)

    @classmethod
    def from_anndata(
        cls,
        adata: AnnData,
        *,
        modality: str = "expression",
        patient: str | None = None,
        time: str | None = None,
        event: str | None = None,
        unit: Unit | None = None,
    ) -> Self:
        """Return the cohort of one AnnData table, exactly as it was if it came from ``to_anndata``.

        Parameters
        ----------
        adata
            Samples x columns; missing values are NaN.
        modality
            How the table is called in the cohort.
        patient
            Column of ``obs`` that names the patient; without it the column ``patient``, otherwise the sample.
        time, event, unit
            Columns of ``obs`` with the outcome; not needed for what ``to_anndata`` made.
        """
        from radassoc.cohort.exchange_anndata import from_anndata

        return cls._of(from_anndata(adata, modality=modality, patient=patient), time=time, event=event, unit=unit)

    @classmethod
    def from_mudata(
        cls,
        mdata: MuData,
        *,
        patient: str | None = None,
        time: str | None = None,
        event: str | None = None,
        unit: Unit | None = None,
    ) -> Self:
        """Return the cohort of MuData's tables, exactly as it was if it came from ``to_mudata``.

        Parameters
        ----------
        mdata
            One table per modality.
        patient, time, event, unit
            As in ``from_anndata``.
        """
        from radassoc.cohort.exchange_anndata import from_mudata

        return cls._of(from_mudata(mdata, patient=patient), time=time, event=event, unit=unit)

    def write(self, path: str | Path) -> Path:
        """Write an h5mu file, replacing an older one atomically; ``Cohort.read`` reads the cohort back exactly."""
        from radassoc.cohort.exchange_anndata import write_file

        return write_file(self._parts, path)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a cohort that ``write`` wrote."""
        from radassoc.cohort.exchange_anndata import read_file

        return cls._of(read_file(path))
