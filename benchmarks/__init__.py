"""How fast the site is, measured on this machine. `make bench` runs it."""
