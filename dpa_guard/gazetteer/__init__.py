"""Country truth: which countries a cloud's code means, and what a kind of resource does with data."""
