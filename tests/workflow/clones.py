"""Clones of the project in which Snakemake really runs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[2]
CORES = 2
SMOKE = "config/smoke.yaml"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Output:
    """One row of ``snakemake --detailed-summary``."""

    path: str
    rule: str
    inputs: tuple[str, ...]
    status: str
    pending: bool


def as_from_a_terminal() -> None:
    """Signals end a process, also where these tests themselves were started to ignore them."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


@dataclass
class Clone:
    """A checkout in a folder of its own, with its own modules on Python's path."""

    path: Path
    config: str = SMOKE
    cache: Path | None = None
    targets: list[str] = field(default_factory=list)

    @property
    def output(self) -> Path:
        """What the latest run said; beside the clone, which holds nothing but the project."""
        return self.path.with_name(self.path.name + ".output")

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SNAKEMAKE_")}
        kept["PYTHONPATH"] = str(self.path / "src")
        kept["PATH"] = f"{BIN}{os.pathsep}{kept['PATH']}"
        return kept | ({"SNAKEMAKE_OUTPUT_CACHE": str(self.cache)} if self.cache else {})

    def entries(self) -> list[Path]:
        """The files in the cache."""
        return sorted((self.cache / "genprior").glob("*.*"))

    def command(self, *options: str, cores: int = CORES) -> list[str]:
        cached = ["--cache"] if self.cache else []
        snakemake = [str(BIN / "snakemake"), "--cores", str(cores), *cached]
        return [*snakemake, "--configfile", self.config, *options, "--", *self.targets]

    def start(self, *options: str, **settings) -> subprocess.Popen:
        """What ``make`` runs, in a session of its own."""
        with self.output.open("w") as output:
            return subprocess.Popen(
                [
                    *(sys.executable, "-E", "-s", "workflow/run.py"),
                    *self.command(*options, **settings)[1:],
                ],
                cwd=self.path,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=as_from_a_terminal,
            )

    def run(self, *options: str, **settings) -> str:
        """Run to the end, which must be a good one; what was said."""
        code = self.start(*options, **settings).wait()
        assert code == 0, self.said[-6000:]
        return self.said

    def summary(self) -> dict[str, Output]:
        """Every output of the workflow, and whether the next run would make it again."""
        done = subprocess.run(
            self.command("--detailed-summary"),
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-6000:]
        header, *lines = (line.split("\t") for line in done.stdout.splitlines() if "\t" in line)
        outputs = {}
        for row in (dict(zip(header, line, strict=True)) for line in lines):
            inputs = tuple(row["input-file(s)"].split(","))
            pending = row["plan"] == "update pending"
            path = row["output_file"]
            outputs[path] = Output(path, row["rule"], inputs, row["status"], pending)
        return outputs

    def pending(self) -> set[str]:
        return {path for path, output in self.summary().items() if output.pending}

    @contextmanager
    def edit(self, name: str, old: str = "", new: str = "") -> Iterator[None]:
        """Replace text in a file, or add a last line; put everything back afterwards."""
        path = self.path / name
        before, times = path.read_text(), path.stat()
        assert old in before, f"{name} does not contain {old!r}"
        path.write_text(before.replace(old, new, 1) if old else before + (new or "\n# edited\n"))
        try:
            yield
        finally:
            path.write_text(before)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    @contextmanager
    def configured(self, **changes: object) -> Iterator[None]:
        """Change keys of the configuration, named as in ``descent.step``."""
        config = yaml.safe_load((self.path / self.config).read_text())
        for key, value in changes.items():
            *parents, last = key.split(".")
            place = config
            for part in parents:
                place = place.setdefault(part, {})
            assert place.get(last) != value, f"{key} is {value} already"
            place[last] = value
        usual, self.config = self.config, "config/changed.yaml"
        (self.path / self.config).write_text(yaml.safe_dump(config, sort_keys=False))
        try:
            yield
        finally:
            self.config = usual

    def files(self, *folders: str) -> dict[str, int]:
        """Every file and when it was written."""
        return {
            str(path.relative_to(self.path)): path.lstat().st_mtime_ns
            for folder in folders or (".",)
            for path in (self.path / folder).rglob("*")
            if not path.is_dir() and ".snakemake" not in path.parts
        }

    def job_seconds(self) -> dict[tuple[str, str], float]:
        """What each job took by Snakemake's own records, by rule and log."""
        jobs = {}
        for path in (self.path / ".snakemake/metadata").rglob("*"):
            if path.is_file():
                record = json.loads(path.read_text())
                if record.get("endtime"):
                    seconds = record["endtime"] - record["starttime"]
                    jobs[record["rule"], str(record["log"])] = seconds
        return jobs


def make_clone(path: Path) -> Path:
    """A clean checkout: tracked files, and those that are about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, path / name)
    # Compiled kernels are told by the content of their package, wherever it lies.
    compiled = Path("src/genprior/descent/kernels/__pycache__")
    (path / compiled).mkdir(parents=True, exist_ok=True)
    for file in (ROOT / compiled).glob("*.nb[ic]"):
        shutil.copyfile(file, path / compiled / file.name)
    return path


def generated(root: Path):
    """For ``shutil.copytree``: leave out what the workflow makes."""
    made = {"results", "logs", "figures", ".snakemake"}
    return lambda folder, names: made & set(names) if Path(folder) == root else set()


def content(path: Path) -> pd.DataFrame | bytes:
    """What a result says: rows without what they took, or the bytes of any other file."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    table = pd.read_parquet(path)
    return table.loc[:, ~table.columns.str.startswith("seconds")]


def same(left: pd.DataFrame | bytes, right: pd.DataFrame | bytes) -> bool:
    return left.equals(right) if isinstance(left, pd.DataFrame) else left == right


def tables(clone: Clone) -> dict[str, pd.DataFrame | bytes]:
    """Every table of a clone, the blocks of an experiment put together by identity."""
    found: dict[str, pd.DataFrame | bytes] = {}
    blocks: dict[str, list[pd.DataFrame]] = {}
    for path in sorted((clone.path / "results").rglob("*.*")):
        if path.suffix == ".parquet":
            blocks.setdefault(str(path.parent.relative_to(clone.path)), []).append(content(path))
        elif path.is_file():
            found[str(path.relative_to(clone.path))] = content(path)
    for folder, parts in blocks.items():
        rows = pd.concat(parts)
        keys = [
            name for name in ("shape", "measurements", "trial", "iteration") if name in rows.columns
        ]
        found[folder] = rows.sort_values(keys, kind="stable", ignore_index=True)
    return found


def assert_same_tables(left: Mapping, right: Mapping) -> None:
    assert left.keys() == right.keys()
    assert not [name for name in left if not same(left[name], right[name])]


def wait_for(condition: Callable[[], object], seconds: float = 300) -> None:
    """Look until it is so, or fail."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
