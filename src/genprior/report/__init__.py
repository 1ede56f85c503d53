"""The report that a reviewer reads: one HTML file, without a single network request."""
