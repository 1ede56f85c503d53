"""A finished run as an RO-Crate: what is in it, what made it, under which licence."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from genprior.files import digest

FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
}
PAPERS = {
    "10.48550/arXiv.1705.07576": (
        "Global Guarantees for Enforcing Deep Generative Priors by Empirical Risk"
    ),
    "10.48550/arXiv.1906.07437": "Inverting Deep Generative Models, One Layer at a Time",
}
# A crate has to say where each piece of software that it lists is at home.
HOMES = {
    "python": "https://www.python.org",
    "numpy": "https://numpy.org",
    "scipy": "https://scipy.org",
    "numba": "https://numba.pydata.org",
    "pandas": "https://pandas.pydata.org",
    "pyarrow": "https://arrow.apache.org",
    "matplotlib": "https://matplotlib.org",
    "snakemake": "https://snakemake.github.io",
}


def metadata(
    folder: Path, files: Sequence[Path], provenance: Mapping[str, Any], date: str
) -> dict[str, Any]:
    """The crate's metadata as JSON-LD; paths are relative to the folder, the crate's root.

    Args:
        folder: the results of one size.
        files: what the crate holds, below the folder.
        provenance: as ``genprior.provenance`` records it.
        date: of publication, ISO 8601.

    Raises:
        ValueError: for a file outside of the folder.
    """
    crate = ROCrate()
    crate.name = f"Recovery under deep generative priors: results at {provenance['size']} size"
    crate.description = (
        f"Tables, ledger of claims and report, made by genprior {version('genprior')} from seed "
        f"{provenance['seed']}, configuration {provenance['config_sha256']}, commit "
        f"{provenance['commit']}."
    )
    crate.license = "https://spdx.org/licenses/MIT"
    crate.datePublished = date
    for doi, title in PAPERS.items():
        paper = ContextEntity(
            crate, f"https://doi.org/{doi}", {"@type": "ScholarlyArticle", "name": title}
        )
        crate.root_dataset.append_to("citation", crate.add(paper))
    software = [
        crate.add(
            ContextEntity(
                crate,
                f"#{name}",
                {
                    "@type": "SoftwareApplication",
                    "name": name,
                    "version": number,
                    "url": HOMES[name],
                },
            )
        )
        for name, number in provenance["versions"].items()
        if name in HOMES
    ]
    run = crate.add(
        ContextEntity(
            crate,
            "#run",
            {"@type": "CreateAction", "name": "snakemake figures", "endTime": date},
        )
    )
    run["instrument"] = software
    for path in files:
        held = crate.add_file(
            path,
            dest_path=path.relative_to(folder).as_posix(),
            properties={
                "name": path.name,
                "contentSize": str(path.stat().st_size),
                "sha256": digest(path),
                "encodingFormat": FORMATS.get(path.suffix, "application/octet-stream"),
            },
        )
        run.append_to("result", held)
    crate.root_dataset.append_to("mentions", run)
    return crate.metadata.generate()


def faults(folder: Path) -> list[str]:
    """What is wrong with the crate in a folder: its structure, each file against its digest."""
    crate = ROCrate(folder)
    told = [
        f"the root has no {key}"
        for key in ("name", "description", "license", "datePublished")
        if not crate.root_dataset.get(key)
    ]
    for held in crate.data_entities:
        path = folder / held.id
        if not path.is_file():
            told.append(f"{held.id}: missing")
        elif digest(path) != held["sha256"]:
            told.append(f"{held.id}: not the file that the crate describes")
    return told
