"""The environment that is made for every run: by construction, of what is listed alone."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import surroundings  # noqa: E402

CHECKOUT = Path("/there")
# What libraries of the lock, Python, the shells and the C library are known to read.
KNOWN = """
    ALL_PROXY BASH_ENV CDPATH CFLAGS CONDA_PREFIX DISPLAY ENV GIT_DIR GIT_WORK_TREE GLIBC_TUNABLES
    GOTO_NUM_THREADS IPYTHONDIR JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_PATH LANG LANGUAGE
    LC_CTYPE LC_NUMERIC LD_PRELOAD MATPLOTLIBRC MKL_NUM_THREADS MPLBACKEND MPLCONFIGDIR
    NPY_DISABLE_CPU_FEATURES NUMBA_CACHE_DIR NUMBA_CPU_NAME NUMBA_DISABLE_JIT NUMBA_OPT
    OMP_NUM_THREADS OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS PIP_TARGET PIP_USER PYTHONHOME
    PYTHONINSPECT PYTHONOPTIMIZE PYTHONSTARTUP PYTHONWARNINGS SHELLOPTS SNAKEMAKE_CORES
    SNAKEMAKE_FORCEALL SNAKEMAKE_PROFILE SOURCE_DATE_EPOCH VIRTUAL_ENV XDG_CACHE_HOME
    XDG_CONFIG_HOME
""".split()


def test_nothing_that_a_library_reads_comes_through():
    user = dict.fromkeys([*KNOWN, "HOME", "LC_ALL", "PYTHONPATH", "PYTHONHASHSEED"], "/strange")
    assert "/strange" not in surroundings.clean(user, CHECKOUT).values()


@given(st.dictionaries(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=1), st.text()))
def test_an_unlisted_variable_never_comes_through(user):
    made = surroundings.clean(user, CHECKOUT)
    unlisted = surroundings.clean(
        {k: v for k, v in user.items() if k in surroundings.KEPT}, CHECKOUT
    )
    prefixed = {k: v for k, v in user.items() if k.startswith(surroundings.KEPT_PREFIXES)}
    choice = {k: v for k, v in user.items() if k == "OPENBLAS_CORETYPE"}
    assert made == {**unlisted, **prefixed, **({} if surroundings.has_avx2() else choice)}


def test_listed_variables_come_through_and_the_home_is_the_checkout_s():
    user = {"TMPDIR": "/scratch", "GENPRIOR_PATIENCE": "5", "PATH": "/bin", "USER": "me"}
    made = surroundings.clean(user, CHECKOUT)
    assert made.items() >= {"TMPDIR": "/scratch", "GENPRIOR_PATIENCE": "5", "USER": "me"}.items()
    assert made["PATH"].endswith(":/bin")
    assert made["HOME"] == "/there/.snakemake/home" and made["PYTHONPATH"] == "/there/src"
    assert surroundings.clean({}, CHECKOUT)["LOGNAME"].isdigit(), "a user without a name has one"


@pytest.mark.parametrize("avx2", [True, False])
def test_linear_algebra_is_pinned_where_the_kernels_run(avx2, monkeypatch):
    monkeypatch.setattr(surroundings, "has_avx2", lambda: avx2)
    made = surroundings.clean({"OPENBLAS_CORETYPE": "SkylakeX"}, CHECKOUT)
    assert made["OPENBLAS_CORETYPE"] == ("Haswell" if avx2 else "SkylakeX")
    assert ("OPENBLAS_CORETYPE" in surroundings.clean({}, CHECKOUT)) is avx2


def test_avx2_is_seen_where_the_processor_says_so():
    flags = set(Path("/proc/cpuinfo").read_text().split())
    assert surroundings.has_avx2() == ({"avx2", "fma"} <= flags)


@pytest.fixture
def checkout(tmp_path):
    package = tmp_path / "src/genprior/__init__.py"
    package.parent.mkdir(parents=True)
    package.touch()
    return tmp_path


@pytest.mark.parametrize(
    "name", ["a b", "it's", "a(b)", "a$b", "a:b", "a;b", "a{b}", 'a"b', "a\udce4", "a\nb"]
)
def test_a_path_that_a_shell_would_read_otherwise_is_refused(checkout, name):
    why = surroundings.refusal(checkout, f"/{name}/bin/python")
    assert why and why.isascii() and why.isprintable() and "cannot pass on" in why


@pytest.mark.parametrize("name", ["ab", "Jörg", "v1.2-rc_3", "a@b", "a+b", "a,b", "a=b", "50%"])
def test_other_paths_are_not(checkout, name):
    assert surroundings.refusal(checkout, f"/{name}/bin/python") is None


def test_settings_that_cannot_be_shut_out_are_refused_by_name(checkout):
    (checkout / ".numba_config.yaml").write_text("opt: 0\n")
    why = surroundings.refusal(checkout, sys.executable)
    assert "Numba" in why and str(checkout / ".numba_config.yaml") in why
