/* SPDX-License-Identifier: BSD-2-Clause */
#include "slots.h"

#include <string.h>

static bool stays(const struct connection_slot *slot)
{
	return slot->used && !slot->gone;
}

static void send_away(struct connection_slot *slot)
{
	shutdown(slot->fd, SHUT_RDWR);
	slot->gone = true;
}

static struct ip peer_of(const struct sockaddr *address)
{
	struct ip ip = { 0 };

	if (!address || !ip_from_sockaddr(address, &ip))
		return (struct ip){ 0 };
	if (ip.family == 6)
		memset(ip.bytes + 8, 0, sizeof ip.bytes - 8);
	return ip;
}

static bool same_peer(const struct ip *a, const struct ip *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static size_t count_of(const struct slots *slots, const struct ip *peer)
{
	size_t count = 0;

	for (size_t i = 0; i < SLOTS_ROOM; i++)
		count += stays(&slots->at[i]) && same_peer(&slots->at[i].peer, peer);
	return count;
}

/* The oldest of the peer that has the most. */
static struct connection_slot *find_dispensable(struct slots *slots)
{
	struct connection_slot *found = NULL;
	size_t most = 0;

	for (size_t i = 0; i < SLOTS_ROOM; i++) {
		struct connection_slot *slot = &slots->at[i];
		if (!stays(slot))
			continue;
		size_t count = count_of(slots, &slot->peer);
		if (count > most || (count == most && slot->since < found->since)) {
			most = count;
			found = slot;
		}
	}
	return found;
}

struct connection_slot *slots_enter(struct slots *slots, int fd, const struct sockaddr *peer, uint64_t now)
{
	struct connection_slot *room = NULL;
	size_t staying = 0;

	for (size_t i = 0; i < SLOTS_ROOM; i++) {
		staying += stays(&slots->at[i]);
		if (!room && !slots->at[i].used)
			room = &slots->at[i];
	}
	if (!room)
		return NULL;
	if (staying >= SLOTS_STAY)
		send_away(find_dispensable(slots));
	*room = (struct connection_slot){ .used = true, .fd = fd, .peer = peer_of(peer), .since = now };
	return room;
}

void slots_leave(struct connection_slot *slot)
{
	slot->used = false;
}

int slots_clear(struct slots *slots, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < SLOTS_ROOM; i++) {
		struct connection_slot *slot = &slots->at[i];
		if (!stays(slot))
			continue;
		uint64_t end = slot->since + SLOTS_MILLISECONDS;
		if (end <= now)
			send_away(slot);
		else if (end < next)
			next = end;
	}
	return next == UINT64_MAX ? -1 : (int)(next - now);
}
