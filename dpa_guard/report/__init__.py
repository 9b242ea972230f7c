"""What is said of an assessment: one module a format, and the prose of every code in English and Dutch."""
