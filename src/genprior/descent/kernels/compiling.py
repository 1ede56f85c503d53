"""How kernels are compiled: the decorators, and a cache that notices every edit.

Numba keeps compiled code on disk and looks at a function's own file to tell whether it is stale.  A
kernel is compiled together with those that it calls, from other files of this package; so here the
whole package is what must not have changed.
"""

import atexit
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from numba import njit
from numba.core import caching, config

HERE = Path(__file__).parent
STAMP = sha256(b"".join(file.read_bytes() for file in sorted(HERE.glob("*.py")))).hexdigest()


class _WholePackage:
    """A place for compiled code of this package, and of nothing else."""

    def get_source_stamp(self):
        return STAMP

    @classmethod
    def from_function(cls, py_func, py_file):
        if Path(py_file).parent != HERE:
            return None
        return super().from_function(py_func, py_file)


class Provided(_WholePackage, caching.UserProvidedCacheLocator):
    """Where NUMBA_CACHE_DIR says."""


class InTree(_WholePackage, caching.InTreeCacheLocator):
    """Beside the source, if that can be written."""


class UserWide(_WholePackage, caching.UserWideCacheLocator):
    """The user's cache."""


class Passing(_WholePackage, caching.UserWideCacheLocator):
    """For this process alone, where nothing else can be written: compiled anew by the next."""

    def get_cache_path(self):
        return _scratch()


@cache
def _scratch() -> str:
    folder = tempfile.mkdtemp(prefix="genprior-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


# Numba's own setting, NUMBA_CACHE_LOCATOR_CLASSES; what stands behind ours is its default.
config.CACHE_LOCATOR_CLASSES = ",".join(
    [f"{__name__}.{locator.__name__}" for locator in (Provided, InTree, UserWide, Passing)]
    + [
        config.CACHE_LOCATOR_CLASSES
        or ",".join(locator.__name__ for locator in caching.CacheImpl._locator_classes)
    ]
)

kernel = njit(cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
# Melted into the caller: on small networks, handing over whole tuples costs as much as the work.
melted = njit(
    cache=True,
    error_model="numpy",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    forceinline=True,
)
inlined = njit(cache=True, error_model="numpy", inline="always")
entry = njit(cache=True, error_model="numpy", nogil=True, no_cfunc_wrapper=True)
