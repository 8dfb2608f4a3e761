"""Salted hashes by which a fit knows its training patients again without holding their identifiers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

__all__ = ["hash_patients", "make_salt"]


def make_salt(data: str, seed: int) -> str:
    """Return the salt of a fit: the same for the same data and seed, so that the same fit has the same bytes."""
    return hashlib.sha256(f"radassoc salt {seed} {data}".encode()).hexdigest()[:32]


def hash_patients(patients: Iterable[str], salt: str) -> list[str]:
    """Return one salted hash for each patient, in the order given.

    Examples
    --------
    >>> hash_patients(["p1"], "a") == hash_patients(["p1"], "b")
    False
    """
    key = salt.encode()
    return [hashlib.blake2b(str(patient).encode(), key=key, digest_size=16).hexdigest() for patient in patients]
