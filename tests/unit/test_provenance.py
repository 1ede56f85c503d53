"""Which commit the results name: the checkout's own, or none."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from genprior.provenance import ARCHIVED, UNKNOWN, commit

ROOT = Path(__file__).resolve().parents[2]
PLAIN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder, *words, **environment):
    settings = ("user.name=A", "user.email=a@example.org", "safe.directory=*")
    options = [word for setting in settings for word in ("-c", setting)]
    return subprocess.run(
        ["git", *options, *words],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | PLAIN | environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    """A repository of two commits, with the project's attributes."""
    folder = tmp_path / "it's a checkout"
    (folder / "figures").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in (".gitattributes", ARCHIVED):
        shutil.copyfile(ROOT / name, folder / name)
    for text in ("one\ntwo\n", "one\nthree\n"):
        (folder / "code.py").write_text(text)
        (folder / "figures/a.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00" + text.encode())
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", "one")
    return folder


def head(checkout):
    return git(checkout, "rev-parse", "HEAD")


def test_a_checkout_names_its_commit_and_whether_code_differs(checkout):
    assert commit(checkout) == head(checkout)
    (checkout / "figures/a.png").write_text("drawn again")
    (checkout / "new.txt").touch()
    assert commit(checkout) == head(checkout)
    (checkout / "code.py").write_text("changed\n")
    assert commit(checkout) == f"{head(checkout)} with changes"


def test_a_shallow_clone_and_a_worktree_name_theirs(checkout, tmp_path):
    git(tmp_path, "clone", "--quiet", "--depth=1", checkout.as_uri(), "shallow")
    git(checkout, "worktree", "add", "--quiet", str(tmp_path / "tree"), "HEAD~1")
    assert commit(tmp_path / "shallow") == head(checkout)
    assert commit(tmp_path / "tree") == head(tmp_path / "tree") != head(checkout)


def test_a_user_s_git_does_not_matter(checkout, tmp_path, monkeypatch):
    (tmp_path / ".gitconfig").write_text("[core]\nautocrlf = true\n[alias]\nnonsense")
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    for name, value in [
        ("HOME", tmp_path),
        ("GIT_CONFIG_GLOBAL", tmp_path / ".gitconfig"),
        ("GIT_DIR", other / ".git"),
        ("GIT_WORK_TREE", other),
        ("GIT_INDEX_FILE", other / "index"),
    ]:
        monkeypatch.setenv(name, str(value))
    assert commit(checkout) == head(checkout)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_checkout_of_another_user_names_its_commit(checkout):
    for path in (checkout, *checkout.rglob("*")):
        os.chown(path, 65534, 65534)
    (checkout / "code.py").touch()
    assert commit(checkout) == head(checkout)


def test_an_archive_names_its_commit(checkout, tmp_path):
    archive = tmp_path / "archive.tar"
    git(checkout, "archive", "--output", str(archive), "HEAD")
    (tmp_path / "archive").mkdir()
    subprocess.run(["tar", "xf", archive, "-C", tmp_path / "archive"], check=True)
    assert commit(tmp_path / "archive") == f"{head(checkout)}, from an archive"


def test_files_without_a_history_never_name_another_repository_s_commit(checkout):
    inside = checkout / "vendored"
    inside.mkdir()
    assert commit(inside) == UNKNOWN
    shutil.copyfile(ROOT / ARCHIVED, inside / ARCHIVED)  # as in a copy of a checkout without .git
    assert commit(inside) == UNKNOWN


def test_without_git_or_with_a_broken_repository_the_commit_is_unknown(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert commit(checkout) == UNKNOWN
    monkeypatch.undo()
    (checkout / ".git/HEAD").write_text("nonsense")
    assert commit(checkout) == UNKNOWN


@pytest.mark.parametrize("setting", ["core.autocrlf=true", "core.eol=crlf"])
def test_a_checkout_has_the_same_bytes_whatever_line_ends_a_user_wants(checkout, tmp_path, setting):
    git(tmp_path, "clone", "--quiet", "-c", setting, checkout.as_uri(), "clone")
    for name in ("code.py", "figures/a.png", ".gitattributes"):
        assert (tmp_path / "clone" / name).read_bytes() == (checkout / name).read_bytes()
    assert commit(tmp_path / "clone") == head(checkout)
