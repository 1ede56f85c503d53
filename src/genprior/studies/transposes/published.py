"""Numbers of PLUGIn's Figure 1 (Joshi, Li, Plan, Yilmaz, NeurIPS 2021)."""

PLUGIN_SUCCESS = 1e-5  # the error up to which a run counts as a success; codes have norm 1
PLUGIN_RATIO = 20  # the boundary n = 20 n_0
