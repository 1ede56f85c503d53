"""Noisy measurements: how the error follows the noise, and descent under noise (HHHV)."""
