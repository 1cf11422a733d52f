"""Tests verify the IR after every stage, and leave the user's cache alone."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("TANGENT_AD_VERIFY", "1")  # read when tangent_ad is imported

if "TANGENT_AD_CACHE" not in os.environ:
    _cache = tempfile.mkdtemp(prefix="tangent-ad-tests-")
    os.environ["TANGENT_AD_CACHE"] = _cache  # workers of pytest-xdist inherit it
    atexit.register(shutil.rmtree, _cache, ignore_errors=True)


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden; read the diff as code")
