/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/random_account.h"

#include "unit/account_at.h"
#include "unit/random_site.h"

#include <stdio.h>
#include <string.h>

/* 1 in `of`. */
static bool now_and_then(uint64_t *seed, size_t of)
{
	return !check_below(seed, of);
}

static const char *random_reasons(uint64_t *seed)
{
	static const char *const reasons[] = { "\"BOUNCE\",\"COMPLAINT\"", "\"BOUNCE\",\"COMPLAINT\"", "\"BOUNCE\"",
		"\"COMPLAINT\"", "" };

	return PICK(seed, reasons);
}

static void put_account(uint64_t *seed, const char *folder)
{
	char text[512];

	snprintf(text, sizeof text,
		"{\"SendingEnabled\":%s,\"ProductionAccessEnabled\":%s,\"SuppressionAttributes\":{\"SuppressedReasons\":[%s]}}",
		now_and_then(seed, 8) ? "false" : "true", now_and_then(seed, 12) ? "false" : "true", random_reasons(seed));
	account_at_put(folder, "account.json", text);
}

static void put_identities(uint64_t *seed, const char *folder)
{
	static const char *const names[] = { "example.net", "example.com", "example.org", "sub.example.net", "a@example.net",
		"x.test" };
	static const char *const sets[] = { "", "", AT_DEFAULT("set"), AT_DEFAULT("other"), AT_DEFAULT("gone") };

	account_at_put(folder, "identities/", NULL);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char name[64], text[256];
		if (i && now_and_then(seed, 3))
			continue;
		snprintf(name, sizeof name, "identities/%s.json", names[i]);
		snprintf(text, sizeof text, "{\"VerifiedForSendingStatus\":%s%s}", now_and_then(seed, 8) ? "false" : "true",
			PICK(seed, sets));
		account_at_put(folder, name, text);
	}
}

static void put_sets(uint64_t *seed, const char *folder)
{
	static const char *const names[] = { "set", "other", "third" };

	account_at_put(folder, "configuration-sets/", NULL);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char name[64], text[256], own[96] = "";
		if (now_and_then(seed, 4))
			continue;
		if (now_and_then(seed, 4))
			snprintf(own, sizeof own, ",\"SuppressionOptions\":{\"SuppressedReasons\":[%s]}", random_reasons(seed));
		snprintf(name, sizeof name, "configuration-sets/%s.json", names[i]);
		snprintf(text, sizeof text, "{\"ConfigurationSetName\":\"%s\",\"SendingOptions\":{\"SendingEnabled\":%s}%s}",
			names[i], now_and_then(seed, 4) ? "false" : "true", own);
		account_at_put(folder, name, text);
	}
}

static void put_tenants(uint64_t *seed, const char *folder)
{
	static const char *const names[] = { "t1", "t2" };
	static const char *const resources[] = { "identity/example.net", "identity/example.com", "identity/Sub.example.net",
		"configuration-set/set", "configuration-set/other", "identity/a@example.net" };

	account_at_put(folder, "tenants/", NULL);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char name[64], text[1024];
		size_t used = 0;
		if (now_and_then(seed, 4))
			continue;
		snprintf(name, sizeof name, "tenants/%s.json", names[i]);
		snprintf(text, sizeof text, "{\"Tenant\":{\"TenantName\":\"%s\",\"SendingStatus\":\"%s\"}}", names[i],
			check_below(seed, 2) ? "DISABLED" : "ENABLED");
		account_at_put(folder, name, text);
		used = (size_t)snprintf(text, sizeof text, "{\"TenantResources\":[");
		for (size_t r = 0, put = 0; r < COUNT_OF(resources); r++)
			if (!now_and_then(seed, 12))
				used += (size_t)snprintf(text + used, sizeof text - used,
					"%s{\"ResourceArn\":\"arn:aws:ses:us-west-2:123456789012:%s\"}", put++ ? "," : "",
					resources[r]);
		snprintf(text + used, sizeof text - used, "]}");
		snprintf(name, sizeof name, "tenants/%s.resources.json", names[i]);
		account_at_put(folder, name, text);
	}
}

static void put_suppressed(uint64_t *seed, const char *folder)
{
	static const char *const addresses[] = { "ceo@example.org", "x@evil.example", "y@x.test", "a@example.org", "a@example.net",
		"A@example.org" };
	char text[1024];
	size_t used = (size_t)snprintf(text, sizeof text, "{\"SuppressedDestinationSummaries\":["), put = 0;

	for (size_t i = 0; i < COUNT_OF(addresses); i++)
		if (check_below(seed, 2))
			used += (size_t)snprintf(text + used, sizeof text - used, "%s{\"EmailAddress\":\"%s\",\"Reason\":\"%s\"}",
				put++ ? "," : "", addresses[i], check_below(seed, 2) ? "BOUNCE" : "COMPLAINT");
	snprintf(text + used, sizeof text - used, "]}");
	account_at_put(folder, "suppressed.json", text);
}

void random_account(uint64_t *seed, const char *folder)
{
	static const struct {
		const char *name;
		void (*put)(uint64_t *seed, const char *folder);
	} parts[] = { { "account", put_account }, { "identities", put_identities }, { "configuration-sets", put_sets },
		{ "tenants", put_tenants }, { "suppressed", put_suppressed } };
	char state[512];
	size_t used = (size_t)snprintf(state, sizeof state, "{\"parts\":{"), put = 0;

	account_at_clear(folder);
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		/* An account without any part is none. */
		if (now_and_then(seed, 6) && (put || i + 1 < COUNT_OF(parts)))
			continue;
		parts[i].put(seed, folder);
		used += (size_t)snprintf(state + used, sizeof state - used, "%s\"%s\":" AT_WHEN, put++ ? "," : "", parts[i].name);
	}
	snprintf(state + used, sizeof state - used, "}}");
	account_at_put(folder, "state.json", state);
}
