"""The families of studies, by the names of their folders; read while the workflow is planned."""

FAMILIES = ("landscape", "layerwise", "noise", "transposes", "stochastic", "optimum")
