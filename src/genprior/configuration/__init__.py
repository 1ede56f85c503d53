"""The configuration as typed models, read while the workflow is planned and by no job."""
