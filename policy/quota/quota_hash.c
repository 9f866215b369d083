/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_hash.h"

#include <pthread.h>
#include <sys/random.h>
#include <time.h>

static uint64_t secret[2];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_secret(void)
{
	struct timespec now;

	/* Only before the kernel has gathered any: then what is hard to guess has to do. */
	if (getrandom(secret, sizeof secret, GRND_NONBLOCK) != sizeof secret) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		secret[0] = (uint64_t)now.tv_nsec ^ (uintptr_t)&now;
		secret[1] = (uint64_t)now.tv_sec ^ (uintptr_t)secret;
	}
	secret[0] |= 1;
	secret[1] |= 1;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t quota_hash(enum quota_scope scope, struct text name)
{
	uint64_t word = 0;
	size_t at = 0;

	pthread_once(&once, make_secret);
	uint64_t h = fold(secret[0] ^ ((uint64_t)scope << 32 | name.length), 0x9e3779b97f4a7c15u);
	for (; name.length - at >= sizeof word; at += sizeof word) {
		memcpy(&word, name.at + at, sizeof word);
		h = fold(h ^ word ^ secret[1], secret[0] ^ 0xe7037ed1a0b428dbu);
	}
	word = 0;
	if (at < name.length)
		memcpy(&word, name.at + at, name.length - at);
	return fold(h ^ word, secret[1] ^ 0x8ebc6af09c88c6e3u);
}
