/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/pace.h"

/* 142 years: sums of such moments do not overflow, and doubles hold them. */
#define MOST (INT64_C(1) << 52)

__extension__ typedef __int128 wide;

/* What they take at the rate, rounded up: the rate is never passed. */
static int64_t cost_of(int64_t recipients, int64_t rate)
{
	wide cost = ((wide)recipients * 1000000000 + rate - 1) / rate;

	return cost < MOST ? (int64_t)cost : MOST;
}

/* How far ahead a message may still pass, rounded down. */
static int64_t slack_of(int64_t burst, int64_t rate)
{
	wide slack = (wide)(burst - 1) * 1000000000 / rate;

	return slack < MOST ? (int64_t)slack : MOST;
}

int64_t pace_wait(int64_t paid, int64_t now, int64_t rate, int64_t burst)
{
	int64_t wait = paid - now - slack_of(burst, rate);

	return wait > 0 ? wait : 0;
}

int64_t pace_add(int64_t paid, int64_t now, int64_t rate, int64_t burst, int64_t recipients)
{
	int64_t from = paid > now ? paid : now, most = now + slack_of(burst, rate);

	return (from < most ? from : most) + cost_of(recipients, rate);
}

int64_t pace_take_back(int64_t paid, int64_t rate, int64_t recipients)
{
	return paid - cost_of(recipients, rate);
}
