"""The console command ``genprior``: recover, certificate, export, claims."""
