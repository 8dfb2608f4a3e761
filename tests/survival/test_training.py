"""Salted hashes of training patients."""

from __future__ import annotations

from radassoc.survival.training import hash_patients, make_salt


def test_same_salt_same_hash_other_salt_other_hash() -> None:
    one, other = make_salt("data", 1), make_salt("data", 2)
    assert hash_patients(["p1", "p2"], one) == hash_patients(["p1", "p2"], one)
    assert set(hash_patients(["p1", "p2"], one)).isdisjoint(hash_patients(["p1", "p2"], other))


def test_no_identifier_shows() -> None:
    assert "TCGA" not in "".join(hash_patients(["TCGA-02-0001"], make_salt("d", 0)))
