"""What the whole run shares."""

import gc

from tests.clinic_site.databases import SHARED


def pytest_collection_finish():
    """Spare the garbage collector the thousands of tests, which stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure():
    """Take away what was made for all."""
    SHARED.close()
