# SPDX-License-Identifier: BSD-2-Clause
"""How much is done of what may be done at any length: tests/run does the short form, `make storm` the long one."""
import os

LONG = os.environ.get("STORM_LONG") == "1"
