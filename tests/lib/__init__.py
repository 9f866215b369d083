# SPDX-License-Identifier: BSD-2-Clause
"""What the tests and the quick start share: a private Postfix, a stand-in for SES, clients."""
