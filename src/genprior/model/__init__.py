"""What a trial is: networks, the risk and its closed forms, random instances."""
