"""Numbers of LJDD's experiments (Lei, Jalal, Dhillon, Dimakis, arXiv 1906.07437), as recalled.

They were not seen in the paper's text; whoever shows them says so.
"""

DESCENT_FAILS = 60  # from this k on descent is reported to fail, at k-250-600 and A = I
PROGRAMS_SUCCEED = 109  # up to this k the programs are reported to succeed, there
