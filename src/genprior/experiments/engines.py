"""The engine of an instance."""

from genprior.descent.engines import Engine, engine_of_code
from genprior.model.instances import Instance


def engine_of(one: Instance) -> Engine:
    """The problem of recovering an instance's code, laid out."""
    return engine_of_code(one.network, one.sensing, one.code)
