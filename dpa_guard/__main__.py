"""``python -m dpa_guard``."""

from dpa_guard.cli import main

if __name__ == "__main__":
    main()
