"""A small search for false certificates; ``false_certificates.py`` runs it at any size."""

import numpy as np
import pytest
from false_certificates import FAMILIES, search

SEED = 2
# Of these kinds there must be this many to check, or the search would find nothing whatever it did.
LEAST = {
    "gaussian": {"box": 10, "ball": 3, "minimum": 15, "recovery": 1},
    "integer": {"box": 5, "minimum": 10},
    "scaled": {"box": 5, "minimum": 10},
    "cancelling": {},  # what loses the small rows is refused as a whole
    "near_ties": {"kink": 5},
    "twins": {"box": 10, "ball": 5, "recovery": 5},
    "borders": {"box": 10, "minimum": 15},
    "tiny": {"box": 1},
    "wide": {"box": 1},
    "affine": {"box": 15, "ball": 5, "minimum": 25, "recovery": 5},
    "affine_integer": {"box": 10, "ball": 2, "minimum": 15, "recovery": 2},
    "affine_scaled": {"box": 5, "minimum": 10},
    "far": {"box": 10, "ball": 3, "minimum": 5},
    "affine_ties": {"kink": 1},
    "vertices": {"kink": 10},
    "affine_wide": {"box": 2},
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.skipif(np.finfo(np.longdouble).eps >= 1e-18, reason="no extended precision here")
def test_no_certificate_is_false(family):
    checked, false = search(family, 100 if family.endswith("ties") else 25, SEED)
    assert not false
    assert all(checked[kind] >= least for kind, least in LEAST[family].items()), checked
