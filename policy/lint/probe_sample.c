/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/probe_sample.h"

#include "iam/key.h"

#include <stdio.h>

struct text probe_sample(struct arena *arena, struct text pattern, bool address)
{
	/* A star that stands for the part with the at sign needs three bytes. */
	char *out = arena_take(arena, 3 * pattern.length + 8);
	bool wants_at = address && text_find(pattern, '@', 0) == pattern.length;
	size_t used = 0;

	if (!out)
		return (struct text){ 0 };
	for (size_t i = 0; i < pattern.length; i++) {
		char byte = pattern.at[i];
		if (byte == '*' && wants_at && (i + 1 == pattern.length || pattern.at[i + 1] != '*')) {
			out[used++] = 'a';
			out[used++] = '@';
			wants_at = false;
			/* A domain neither starts with a dot nor is empty. */
			if (i + 1 == pattern.length || pattern.at[i + 1] == '.' || pattern.at[i + 1] == '*')
				out[used++] = 'a';
		} else if (byte == '*' || byte == '?') {
			out[used++] = 'a';
		} else {
			out[used++] = byte;
		}
	}
	if (address && used && out[used - 1] == '@') {
		out[used++] = 'a';
	}
	return (struct text){ out, used };
}

/* A candidate just above or below a bound, for operators that exclude it. */
static struct text beside(struct arena *arena, const struct condition *c, struct text value, int step)
{
	struct instant instant;
	char text[INSTANT_TEXT_SIZE];

	if (!instant_parse(value, &instant))
		return (struct text){ 0 };
	instant.seconds += step;
	if (c->how.op->type == TYPE_NUMBER)
		snprintf(text, sizeof text, "%lld", (long long)instant.seconds);
	else
		instant_print(&instant, text);
	return arena_text(arena, text_of(text));
}

/* An address inside the network. */
static struct text inside(struct arena *arena, struct text value)
{
	struct ip_network network;
	char text[IP_TEXT_SIZE];

	enum ip_network_parsed parsed = ip_network_parse(value, &network, NULL);

	arena->failed |= parsed == IP_NETWORK_MEMORY;
	if (parsed != IP_NETWORK_GOOD)
		return (struct text){ 0 };
	return arena_text(arena, text_of(ip_print(&network.first, text)));
}

/* Fill in the variables that the request can, by plain text; .at NULL if one cannot. */
static struct text filled(struct probe *probe, struct text t)
{
	struct arena *arena = &probe->arena;
	const char *out = "";

	for (size_t at = 0; at < t.length;) {
		size_t open = at;
		while (open < t.length && !text_starts_with(text_from(t, open), TEXT("${")))
			open++;
		size_t close = text_find(t, '}', open);
		struct text key = text_first(text_from(t, open + 2), close > open + 2 ? close - open - 2 : 0), value = TEXT("");
		if (open < t.length) {
			int slot = request_slot(&probe->request, key);
			if (key.length == 1)
				value = key;
			else if (slot >= 0 && probe->request.slots[slot].count == 1)
				value = probe->request.slots[slot].values[0].text;
			else
				return (struct text){ 0 };
		}
		out = arena_printf(arena, "%s%.*s%.*s", out, (int)(open - at), t.at + at, TEXT_ARGS(value));
		if (!out)
			return (struct text){ 0 };
		at = open < t.length ? close + 1 : t.length;
	}
	return text_of(out);
}

struct text probe_candidate(struct probe *probe, const struct condition *c, struct text value, int n)
{
	switch (n) {
	case 0:
		value = c->template_count ? filled(probe, value) : value;
		if (!value.at || (c->how.op->comparison != COMPARE_GLOB && c->how.op->type != TYPE_IP))
			return value;
		if (c->how.op->type == TYPE_IP)
			return inside(&probe->arena, value);
		return probe_sample(&probe->arena, value, key_holds_addresses(c->key_text));
	case 1:
		return beside(&probe->arena, c, value, 1);
	default:
		return beside(&probe->arena, c, value, -1);
	}
}
