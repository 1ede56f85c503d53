"""The landscape of the empirical risk, held against its closed forms (``genprior.model.theory``).

Each study turns a cell and a trial (one random network) into numbers; ``studies`` names them,
``plan`` cuts the configured grids into jobs and ``summary`` turns the rows into trends and claims.

Points are the columns of an array (k, b) wherever many are handled at once.
"""
