"""Trials in processes, each written when it is done, the same whatever the number of processes."""

import inspect
import json
import multiprocessing
import random
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from numbers import Integral, Real
from os import process_cpu_count, sched_getaffinity
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from genprior.descent import Settings
from genprior.descent.incremental import Engine, warm_up
from genprior.descent.outcomes import decide
from genprior.experiments.blocks import Block, block_instances, identity_row
from genprior.experiments.grid import Cell, cells_of, group_cells_by_shape
from genprior.experiments.outcomes import columns_of
from genprior.experiments.schemas import OUTCOMES, RECOVERIES
from genprior.model.instances import Instance
from genprior.model.problem import Problem
from genprior.model.risk import empirical_risk, relative_error
from genprior.tables import IDENTITY, read_json, read_rows, write_json, write_rows
from genprior.types import Array, Row
