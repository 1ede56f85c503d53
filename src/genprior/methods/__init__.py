"""Methods of recovery."""
