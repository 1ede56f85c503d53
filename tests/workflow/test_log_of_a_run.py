"""What a run shows: a line for a job that ends well, and all of one that does not."""

from dataclasses import replace

from clones import Clone, make_clone

FIGURE = '''
"""A figure that needs no data."""

from genprior.figures import style

TITLE = "{name}"
CATEGORY = "None"
NEEDS = {{}}
CLAIMS = []
SETTINGS = []
CAPTION = "None."


def draw(tables, settings):
    figure, _ = style.new_figure(style.COLUMN, 2)
    {then}
    return figure
'''


def test_a_job_is_one_line_and_a_failed_one_is_shown_whole(tmp_path):
    clone = Clone(make_clone(tmp_path / "clone"))
    for name, then in [("sound", ""), ("broken", "raise ValueError('planted')")]:
        path = clone.path / f"src/genprior/figures/figure_{name}.py"
        path.write_text(FIGURE.format(name=name, then=then))
    sound, broken = (
        replace(clone, targets=[f"results/smoke/figures/{name}.png"])
        for name in ("sound", "broken")
    )
    said = sound.run("--logger", "genprior")
    (line,) = (line for line in said.splitlines() if " left" in line)
    assert line.startswith("1 of 1") and "Figure: sound" in line
    assert len(said.splitlines()) < 8, said

    assert broken.start("--logger", "genprior").wait() == 1
    said = broken.said
    assert "FAILED: Figure: broken (rule figure_broken)" in said
    assert "ValueError: planted" in said and "logs/smoke/figures/broken.log" in said
    assert "same command again" in said
    assert not (clone.path / ".snakemake/locks").exists() or not list(
        (clone.path / ".snakemake/locks").iterdir()
    )
