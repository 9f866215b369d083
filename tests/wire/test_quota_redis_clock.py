# SPDX-License-Identifier: BSD-2-Clause
"""Quotas in a Redis whose clock goes on, goes back and stands still."""
import pytest

from lib.redis import Ask
from test_quota_redis import ACCOUNT, SITE, ask, redis, stack, start_redis  # noqa: F401 (fixtures)

HOUR, DAY, NOW = 3600, 86400, 1700000000


def set_clock(asked: Ask, seconds: int) -> None:
    assert asked(f"clock {seconds * 1000000}") == "done"


@pytest.mark.parametrize("back", [HOUR, 2 * DAY], ids=["an hour", "two days"])
def test_a_clock_that_is_set_back_forgets_nothing_and_freezes_nothing(redis, ask, back):
    asked = ask(redis.store, "clock")
    key = "0||10|1000|5|0|0"
    set_clock(asked, NOW)
    assert asked.result(10, key) == "taken"
    set_clock(asked, NOW - back)
    # A refusal puts it right, too.
    assert asked.result(1, key) == "day-full"
    assert asked.said("its clock was set back") and asked.used("0|") == 10
    set_clock(asked, NOW - back + DAY - 600)
    assert asked.result(1, key) == "day-full"
    set_clock(asked, NOW - back + DAY + 301)
    assert asked.result(10, key) == "taken"


def test_a_key_lives_as_long_as_its_debts(redis, ask):
    asked = ask(redis.store, "clock")
    for moment, recipients, least, most in ((NOW, 1, 86990, 87000), (NOW + 1, 1_000_000, 999_990, 1_000_001)):
        set_clock(asked, moment)
        assert asked.result(recipients, "0||-1|1000|1|0|0") == "taken"
        assert least < int(redis.cli("TTL", SITE + "account")) <= most


def test_a_clock_that_is_set_back_a_little_stands_still(redis, ask):
    asked = ask(redis.store, "clock")
    for moment in (NOW, NOW + 50, NOW + 20):
        set_clock(asked, moment)
        assert asked.result(1, ACCOUNT.format(100)) == "taken"
    assert redis.cli("HGET", SITE + "account", "m") == f"{NOW + 50}000000" and asked.used("0|") == 3 and not asked.said("set back")


def test_a_clock_that_is_set_back_leaves_debts_as_long_as_they_were(redis, ask):
    asked = ask(redis.store, "clock")
    began = NOW // 300 * 300
    for moment in (began, began + 200):
        set_clock(asked, moment)
        assert asked.result(1, "0||-1|1000|1|0|0") == "taken"
    back = began + 200 - 2 * HOUR
    for moment, want in ((back, "too-fast"), (back + 2, "taken")):
        set_clock(asked, moment)
        assert asked.result(1, "0||-1|1000|1|0|0") == want


@pytest.mark.parametrize("later, want", [(HOUR, "day-full"), (DAY - 1, "day-full"), (DAY + 301, "taken"), (2 * DAY, "taken")])
def test_a_clock_that_goes_forward_is_time_that_passes(redis, ask, later, want):
    asked = ask(redis.store, "clock")
    set_clock(asked, NOW)
    assert asked.result(10, ACCOUNT.format(10)) == "taken"
    set_clock(asked, NOW + later)
    assert asked.result(1, ACCOUNT.format(10)) == want
    # And back again: what was counted then counts now.
    set_clock(asked, NOW)
    assert asked.used("0|") == (10 if want == "day-full" else 1) and not asked.said("counts were lost")


@pytest.mark.parametrize("buckets, again", [(287, "0"), (288, "1")], ids=["just within a day", "a day later"])
def test_80_and_100_percent_are_told_again_after_a_day(redis, ask, buckets, again):
    asked = ask(redis.store, "clock")
    set_clock(asked, NOW)
    assert asked.take(100, ACCOUNT.format(100))["reached_100"] == "1"
    set_clock(asked, NOW + buckets * 300)
    # Counted here first, far from its limit: the two that follow go the usual way.
    seen = [asked.take(1, ACCOUNT.format(limit)) for limit in (100000, 120, 103)]
    assert [(answer["result"], answer["reached_80"], answer["reached_100"]) for answer in seen] == [
        ("taken", "0", "0"), ("taken", again, "0"), ("taken", "0", again)]
