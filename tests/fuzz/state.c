/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: files of the account's state, a form feed between two, in the order of the table below. One that is not there, or
 * is empty, is not listed in state.json.
 *
 * Promises: faults are printable lines with a remedy; what loads has the parts that were listed and no others, sorted, each
 * name once; an address of the suppression list is found there.
 */
#include "fuzz/file.h"
#include "fuzz/fuzz.h"
#include "ses/account_state.h"
#include "ses/account_suppressed.h"
#include "ses/generation.h"

#include <stdio.h>
#include <string.h>

static const struct part_file {
	enum account_part part;
	const char *name;
} files[] = {
	{ PART_ACCOUNT, "account.json" },
	{ PART_IDENTITIES, "identities/example.com.json" },
	{ PART_SETS, "configuration-sets/main.json" },
	{ PART_TENANTS, "tenants/t1.json" },
	{ PART_TENANTS, "tenants/t1.resources.json" },
	{ PART_SUPPRESSED, "suppressed.json" },
};

/* Write them; which parts there are. */
static unsigned put(struct text input)
{
	unsigned parts = 0;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		size_t cut = text_find(input, '\f', 0);
		struct text one = text_first(input, cut);
		fuzz_file(files[i].name, one);
		if (one.length)
			parts |= 1u << files[i].part;
		input = text_from(input, cut + 1);
	}
	return parts;
}

/* The path of state.json, which lists them. */
static const char *put_state(unsigned parts, struct arena *arena)
{
	const char *list = "";

	for (enum account_part part = 0; part < ACCOUNT_PARTS; part++)
		if (parts & 1u << part)
			list = arena_printf(arena, "%s%s\"%s\":\"2026-05-01T12:00:00Z\"", list, *list ? "," : "",
				account_part_name(part));
	return fuzz_file("state.json", text_of(arena_printf(arena, "{\"parts\":{%s}}", list)));
}

static void state_check(const struct account_state *state, unsigned parts)
{
	FUZZ_CHECK(state->loaded);
	for (enum account_part part = 0; part < ACCOUNT_PARTS; part++)
		FUZZ_CHECK(state->has[part] == !!(parts & 1u << part));
	for (size_t i = 1; i < state->identity_count; i++)
		FUZZ_CHECK(text_compare(state->identities[i - 1].name, state->identities[i].name) < 0);
	FUZZ_CHECK(state->set_count <= 1 && state->tenant_count <= 1);
	for (size_t i = 0; i < state->tenant_count; i++)
		for (size_t r = 1; r < state->tenants[i].resource_count; r++)
			FUZZ_CHECK(text_compare(state->tenants[i].resources[r - 1], state->tenants[i].resources[r]) <= 0);
	FUZZ_CHECK(!state->quota.known || (state->quota.day >= -1 && state->quota.rate >= -1));
	FUZZ_CHECK(account_suppressed_find(state, TEXT("nobody@nowhere.example")) < 1u << SUPPRESSIONS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct generation generation = { 0 };
	struct site_options options = { 0 };
	struct faults faults;
	char folder[256];

	unsigned parts = put(fuzz_text(data, size));
	arena_init(&generation.arena);
	snprintf(folder, sizeof folder, "%s", put_state(parts, &generation.arena));
	*strrchr(folder, '/') = '\0';
	options.account_state = folder;
	faults_init(&faults);
	account_state_load(&generation, &options, &faults);
	if (!faults.count)
		state_check(&generation.account_state, parts);
	/* A fault names the setting, and the folder or one of its files. */
	fuzz_faults(&faults, arena_printf(&generation.arena, "account_state: %s", folder));
	faults_free(&faults);
	arena_free(&generation.arena);
	return 0;
}
