"""The landscape of the empirical risk, held against its closed forms (``genprior.model.theory``).

``gram``, ``layers``, ``isometry``, ``audit`` and ``rays`` turn a random network into numbers;
``census`` says where descent ends on it; ``risks`` and ``paths`` lay out the landscape at k = 2.

Points are the columns of an array (k, b) wherever many are handled at once.
"""
