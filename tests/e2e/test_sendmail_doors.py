# SPDX-License-Identifier: BSD-2-Clause
"""Doors beside the filter in Sendmail (contrib/sendmail/README.md): what the filter saw, and what SES got."""
import pytest

from lib.changing_milter import ChangingMilter
from lib.smtp import Smtp
from test_doors import A, BOSS, EVE, INSIDE, POLICY, got, seen


@pytest.fixture
def daemon(start):
    return start(settings={"records": "RUN/records.jsonl", "records_required": True}, policy=POLICY)


@pytest.mark.parametrize("ours", ["first", "last"])
def test_another_filter(daemon, sendmail, endpoint, ours):
    """What it makes of the envelope is never shown; what it makes of headers only if it comes before this one."""
    with ChangingMilter(sender=BOSS, add=EVE) as other:
        mta = sendmail(daemon, **{"behind" if ours == "first" else "before": other.port})
        with Smtp(mta.port) as session:
            assert session.message(A, [INSIDE]).stage == "", mta.log_text()
            (message,) = endpoint.wait(1)
            assert seen(daemon) == [(A, [INSIDE], [A])]
            assert got(message) == (BOSS, [INSIDE, EVE], [A])
            other.sender = other.add = ""
            other.header_from = BOSS
            assert session.message(A, [INSIDE]).stage == ("" if ours == "first" else "EOM")
    if ours == "first":
        assert got(endpoint.wait(2)[1]) == (A, [INSIDE], [BOSS])


def test_masquerading(daemon, sendmail, endpoint):
    mta = sendmail(daemon, features="MASQUERADE_AS(`example.com')dnl\nMASQUERADE_DOMAIN(`example.net')dnl\n"
                                    "FEATURE(`masquerade_envelope')dnl\n")
    with Smtp(mta.port) as session:
        assert session.message(A, [INSIDE]).stage == "", mta.log_text()
    (message,) = endpoint.wait(1)
    assert seen(daemon) == [(A, [INSIDE], [A])]
    assert got(message) == ("a@example.com", [INSIDE], ["a@example.com"])
