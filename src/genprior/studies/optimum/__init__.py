"""How far descent is from what is possible: AMP, its prediction, and descent as k grows."""
