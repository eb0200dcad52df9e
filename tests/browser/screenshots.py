"""`python -m tests.browser.screenshots`: take the pictures in docs/screenshots/ anew, from the example."""

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    pictures = str(Path(__file__).with_name("pictures.py"))
    sys.exit(pytest.main([pictures, "-q", "-p", "no:warnings", *sys.argv[1:]]))
