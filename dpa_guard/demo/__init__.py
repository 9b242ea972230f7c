"""The demo's stand-in for AWS: a server on this machine, and the estate of a fictional company in it."""
