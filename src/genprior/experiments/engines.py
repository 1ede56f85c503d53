"""The engine of an instance."""

from genprior.descent import incremental, reference
from genprior.model.instances import Instance

Engine = incremental.Engine | reference.Engine


def engine_of(one: Instance) -> Engine:
    """The problem of recovering an instance's code, laid out: y has the same bits everywhere, but
    under a sigmoid end, which the compiled engines do not take."""
    kind = reference.Engine if one.network.last == "sigmoid" else incremental.Engine
    return kind.of_code(one.network, one.sensing, one.code)
