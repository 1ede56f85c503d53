"""A method of recovery, descent where no other is named, on every instance of a block; one row a
trial."""

import os
import sys
from importlib import import_module
from time import process_time

from genprior.descent import Settings
from genprior.experiments.blocks import block_from_params
from genprior.experiments.recovery import recovery_rows
from genprior.experiments.schemas import RECOVERIES
from genprior.job import log_to
from genprior.methods.contract import MethodError, NotApplicable, method_in
from genprior.progress import reported
from genprior.tables import read_json, read_rows, write_rows

log_to(snakemake.log[0])
settings = snakemake.params.settings

block = block_from_params(settings["block"], *map(read_json, snakemake.input.allocation))
expected = read_rows(snakemake.input.instances)
if named := settings.get("method"):
    sys.path.append(os.getcwd())  # where a method of one's own may lie; the last place to look
    method = method_in(import_module(named["module"]), named["function"], named["name"])
    chosen = method.settings_of(named.get("settings", settings.get("descent")))
else:
    method, chosen = None, Settings.from_config(settings["descent"], block.cells[0].depth)
rows = recovery_rows(settings["seed"], block, chosen, expected, method)
rows = reported(rows, sys.stderr, len(expected))
try:
    write_rows(rows, RECOVERIES, snakemake.output.table, process_time)
except (NotApplicable, MethodError) as error:
    sys.exit(f"experiments.{snakemake.wildcards.experiment}.method: {error}")
