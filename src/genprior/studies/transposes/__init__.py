"""Networks reversed through their transposes: PLUGIn and one pass back (ALM)."""
