"""The ledger: each claim of the papers, the number measured for it, and a verdict by a stated rule.

``claim`` is a claim as ``config/claims.yaml`` states it, ``rules`` turns one interval into a
verdict, ``ledger`` applies the rules to the estimates, ``multiplicity`` reads the list as a whole,
``comparison`` holds a ledger against an expected one, and ``words`` tells a claim in plain text.
"""
