"""Families of studies: a folder each, which holds all of the family.

A family's folder has

* ``configuration.py``: ``Configuration``, its part of the configuration (pydantic);
* ``plan.py``: ``TABLES``, the names of its tables, and ``studies(config)``, what its jobs compute;
* ``roles.py``: the roles of its random streams, where it has any;
* the modules that make rows, each with ``SCHEMA`` and ``rows(seed, part)``;
* ``summary.py``: ``tables(rows, settings)``, its points for figures;
* ``measures.py``: its numbers for the claims, in tables that each need the rows of few studies:
  ``GROUPS`` says of which, ``estimates(group, rows, settings)`` gives them;
* ``figure_<name>.py``: a figure each (``genprior.figures``).

No family imports another.
"""
