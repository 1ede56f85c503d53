#!/usr/bin/env bash
# Set up from nothing with each Python that is named, as a user with settings for everything; then
# move the checkout and run its copy. Takes minutes and downloads packages, so no test runs it.
#
#     tests/setups.sh python3.11 python3.13
#
# Prints one line a step and the digest of a figure, which must be the same every time.
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/home/.config/pip" "$work/home/numpy"
printf '[global]\nuser = true\n[install]\ntarget = %s\n' "$work/elsewhere" >"$work/home/.config/pip/pip.conf"
echo 'raise SystemExit("a stranger")' >"$work/home/numpy/__init__.py"

stranger() {
  env HOME="$work/home" PIP_USER=1 PYTHONPATH="$work/home" PYTHONHOME=/nowhere PYTHONSAFEPATH=1 \
    BASH_ENV=/nowhere MPLBACKEND=TkAgg SNAKEMAKE_PROFILE=nowhere LC_ALL=tr_TR.UTF-8 "$@"
}
digest() {
  stranger .venv/bin/python -E -s workflow/run.py --cores 1 --configfile config/smoke.yaml -- \
    results/smoke/figures/landscape_contours.png >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
  sha256sum <results/smoke/figures/landscape_contours.png
}

for python in "$@"; do
  mkdir "$work/one"
  git -C "$checkout" ls-files -z | (cd "$checkout" && xargs -0 cp --parents -t "$work/one")
  cd "$work/one"
  stranger make --silent setup PYTHON="$python"
  echo "$python: $(digest)"
  mv "$work/one" "$work/two"
  cd "$work/two"
  rm -r results/smoke/figures
  stranger make --silent setup | grep --quiet "Making .venv" || { echo "$python: kept after a move"; exit 1; }
  echo "$python, moved: $(digest)"
  sed -i '/^SUCCESS = /i raise SystemExit("the copy runs")' src/genprior/figures/style.py
  if out=$(digest); then echo "$python: an edit was not noticed: $out"; exit 1; fi
  grep --quiet "the copy runs" <<<"$out" || { echo "$out"; exit 1; }
  echo "$python, edited: runs the code beside it"
  cd "$work" && rm -rf two
  [ ! -e elsewhere ] || { echo "pip followed a user's settings"; exit 1; }
done
