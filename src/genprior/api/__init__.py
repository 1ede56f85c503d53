"""What ``import genprior`` offers: a few functions over the modules that the workflow runs on."""
