"""The ledger: each claim of the papers, the number measured for it, and a verdict by a stated rule.

``rules`` turns one interval into a verdict, ``ledger`` applies the rules of ``config/claims.yaml``
to the estimates, and ``comparison`` holds a ledger against an expected one.
"""
