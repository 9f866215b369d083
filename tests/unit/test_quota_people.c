/* SPDX-License-Identifier: BSD-2-Clause */
/* quota_people: what is answered to people, from a store that says what a test wants. */
#include "unit/check.h"

#include "ses/quota_people.h"

#include <stdlib.h>
#include <string.h>

bool __wrap_quota_list(struct quota_store *store, quota_each *each, void *context, struct faults *faults);
enum quota_found __wrap_quota_show(struct quota_store *store, enum quota_scope scope, struct text name, struct quota_row *row,
	struct faults *faults);
enum quota_found __wrap_quota_reset(struct quota_store *store, enum quota_scope scope, struct text name, struct faults *faults);
bool __wrap_quota_set(struct quota_store *store, enum quota_scope scope, struct text name, int64_t used, struct faults *faults);

/* The store: what becomes of a call, and what the last one was. */
static struct {
	enum quota_found list, show, reset, set;
	bool mute; /* it has no memory to say what is wrong */
	struct quota_row row;
	int64_t used;
} store;

static bool works(enum quota_found found, struct faults *faults)
{
	if (found == QUOTA_FAILED && store.mute)
		fault_memory(faults);
	else if (found == QUOTA_FAILED)
		fault_add(faults, "quotas: the disk says \x01");
	return found == QUOTA_FOUND;
}

bool __wrap_quota_list(struct quota_store *unused, quota_each *each, void *context, struct faults *faults)
{
	(void)unused;
	each(context, &store.row);
	return works(store.list, faults);
}

enum quota_found __wrap_quota_show(struct quota_store *unused, enum quota_scope scope, struct text name, struct quota_row *row,
	struct faults *faults)
{
	(void)unused;
	*row = store.row;
	row->scope = scope;
	row->name = name;
	works(store.show, faults);
	return store.show;
}

enum quota_found __wrap_quota_reset(struct quota_store *unused, enum quota_scope scope, struct text name, struct faults *faults)
{
	(void)unused, (void)scope, (void)name;
	works(store.reset, faults);
	return store.reset;
}

bool __wrap_quota_set(struct quota_store *unused, enum quota_scope scope, struct text name, int64_t used, struct faults *faults)
{
	(void)unused, (void)scope, (void)name;
	store.used = used;
	return works(store.set, faults);
}

/* The limits in force. */
static struct quota_rule senders[] = {
	{ .name = { "day@example.net", 15 }, .limit = { 100, QUOTA_UNLIMITED, 0, false } },
	{ .name = { "rate@example.net", 16 }, .limit = { QUOTA_UNLIMITED, 1500, 90, true } },
};
static const struct quotas quotas = { .given = true, .rules[QUOTA_SENDER] = { senders, COUNT_OF(senders) } };

#define ROW(scope, name, used, per_day, free, rate, burst, monitor, damaged) \
	"{\"burst\":" burst ",\"damaged\":" damaged ",\"free\":" free ",\"monitor\":" monitor ",\"name\":\"" name \
	"\",\"next_release\":60,\"per_day\":" per_day ",\"per_second\":" rate ",\"released\":3,\"scope\":\"" scope \
	"\",\"used\":" used "}"
#define KEYS(row) "{\"keys\":[" row "]}"
#define ERROR(text, absent) "{\"absent\":" absent ",\"error\":\"" text "\"}"
#define FORGOTTEN(name) \
	"{\"keys\":[{\"burst\":null,\"damaged\":false,\"free\":100,\"monitor\":false,\"name\":\"" name \
	"\",\"next_release\":0,\"per_day\":100,\"per_second\":null,\"released\":0,\"scope\":\"sender\",\"used\":0}]}"
#define NO_NUMBER ERROR("not a number of recipients; write one from 0 to 1000000000", "false")
#define NO_KEY ERROR("no key; write account, identity DOMAIN-OR-ADDRESS, principal ARN or sender ADDRESS", "false")
#define NO_VERB ERROR("unknown request; write show, reset or set", "false")
#define ABSENT ERROR("nothing has been counted for this key in the last 24 hours", "true")
#define BROKEN ERROR("quotas: the disk says \\\\x01", "false")
#define DAY "day@example.net"

static const struct {
	const char *name, *request;
	enum quota_found list, show, reset, set;
	bool mute;
	int64_t used; /* of the store's row */
	bool damaged;
	const char *want;
	int64_t set_to;
} cases[] = {
	{ .name = "nothing", .request = "", .want = NO_VERB },
	{ .name = "another verb", .request = "drop account", .want = NO_VERB },
	{ .name = "one key",
		.request = "show sender " DAY,
		.used = 40,
		.want = KEYS(ROW("sender", DAY, "40", "100", "60", "null", "null", "false", "false")) },
	{ .name = "more used than there is",
		.request = "show sender " DAY,
		.used = 101,
		.want = KEYS(ROW("sender", DAY, "101", "100", "0", "null", "null", "false", "false")) },
	{ .name = "a count that cannot be read",
		.request = "show sender " DAY,
		.damaged = true,
		.want = KEYS(ROW("sender", DAY, "0", "100", "0", "null", "null", "false", "true")) },
	{ .name = "a rate alone, watched",
		.request = "show sender rate@example.net",
		.used = 4,
		.want = KEYS(ROW("sender", "rate@example.net", "4", "null", "null", "1.5", "90", "true", "false")) },
	{ .name = "no limit any more",
		.request = "show sender x@example.net",
		.used = 4,
		.want = KEYS(ROW("sender", "x@example.net", "4", "null", "null", "null", "null", "false", "false")) },
	{ .name = "the account",
		.request = "show account",
		.used = 4,
		.want = KEYS(ROW("account", "", "4", "null", "null", "null", "null", "false", "false")) },
	{ .name = "all",
		.request = "show",
		.used = 7,
		.want = KEYS(ROW("sender", "a\\\\x07", "7", "null", "null", "null", "null", "false", "false")) },
	{ .name = "all, and the store fails", .request = "show", .list = QUOTA_FAILED, .want = BROKEN },
	{ .name = "one that is not there", .request = "show sender " DAY, .show = QUOTA_ABSENT, .want = ABSENT },
	{ .name = "the store fails", .request = "show sender " DAY, .show = QUOTA_FAILED, .want = BROKEN },
	{ .name = "and cannot say why",
		.request = "show sender " DAY,
		.show = QUOTA_FAILED,
		.mute = true,
		.want = ERROR("memory is short", "false") },
	{ .name = "no scope", .request = "show nobody x", .want = NO_KEY },
	{ .name = "no name", .request = "reset sender", .want = NO_KEY },
	{ .name = "reset all", .request = "reset", .want = NO_KEY },
	{ .name = "reset", .request = "reset sender " DAY, .show = QUOTA_ABSENT, .want = FORGOTTEN(DAY) },
	{ .name = "reset what is not there", .request = "reset sender " DAY, .reset = QUOTA_ABSENT, .want = ABSENT },
	{ .name = "reset, and the store fails", .request = "reset sender " DAY, .reset = QUOTA_FAILED, .want = BROKEN },
	{ .name = "reset, and it fails then", .request = "reset sender " DAY, .show = QUOTA_FAILED, .want = BROKEN },
	{ .name = "set",
		.request = "set 40 sender " DAY,
		.used = 40,
		.want = KEYS(ROW("sender", DAY, "40", "100", "60", "null", "null", "false", "false")),
		.set_to = 40 },
	{ .name = "set to nothing", .request = "set 0 sender " DAY, .show = QUOTA_ABSENT, .want = FORGOTTEN(DAY), .set_to = 0 },
	{ .name = "set to the most",
		.request = "set 1000000000 sender " DAY,
		.show = QUOTA_ABSENT,
		.want = FORGOTTEN(DAY),
		.set_to = 1000000000 },
	{ .name = "set, and the store fails", .request = "set 7 sender " DAY, .set = QUOTA_FAILED, .want = BROKEN, .set_to = 7 },
	{ .name = "set beyond", .request = "set 1000000001 sender " DAY, .want = NO_NUMBER },
	{ .name = "set far beyond", .request = "set 99999999999999999999999 sender " DAY, .want = NO_NUMBER },
	{ .name = "set to no number", .request = "set 4x sender " DAY, .want = NO_NUMBER },
	{ .name = "set below", .request = "set -1 sender " DAY, .want = NO_NUMBER },
	{ .name = "set to what is behind the digits", .request = "set : sender " DAY, .want = NO_NUMBER },
	{ .name = "set alone", .request = "set", .want = NO_NUMBER },
	{ .name = "set without a key", .request = "set 4", .want = NO_KEY, .set_to = -1 },
};

static void people_are_answered(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		store.list = cases[i].list;
		store.show = cases[i].show;
		store.reset = cases[i].reset;
		store.set = cases[i].set;
		store.mute = cases[i].mute;
		store.used = -1;
		store.row = (struct quota_row){ .scope = QUOTA_SENDER,
			.name = TEXT("a\x07"),
			.used = cases[i].used,
			.next_release = 60,
			.released = 3,
			.damaged = cases[i].damaged };
		json_t *object = quota_people_answer(NULL, &quotas, text_of(cases[i].request));
		char *said = object ? json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
		CHECK_CASE(failures, cases[i].name, said && !strcmp(said, cases[i].want));
		if (!said || strcmp(said, cases[i].want))
			print_error("%s\n%s\n", said ? said : "nothing", cases[i].want);
		if (cases[i].set_to)
			CHECK_CASE(failures, cases[i].name, store.used == cases[i].set_to);
		free(said);
		json_decref(object);
	}
	assert_int_equal(failures, 0);
}

/* Each allocation for an answer fails in turn: there is the whole answer, or none. */
static size_t left;

static void *seldom(size_t size)
{
	return left && --left == 0 ? NULL : malloc(size);
}

static void memory_runs_short(void **state)
{
	static const char *const requests[] = { "show", ("show sender " DAY), "drop", "show sender x" };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		char *whole = NULL;

		for (size_t n = 0; n < 200; n++) {
			memset(&store, 0, sizeof store);
			store.row.name = TEXT("a");
			left = n;
			json_set_alloc_funcs(seldom, free);
			json_t *object = quota_people_answer(NULL, &quotas, text_of(requests[i]));
			bool failed = n && !left;
			json_set_alloc_funcs(malloc, free);
			left = 0;
			char *said = object ? json_dumps(object, JSON_SORT_KEYS) : NULL;
			if (!n)
				whole = said;
			else
				CHECK_CASE(failures, requests[i], said ? !strcmp(said, whole) : failed);
			if (n)
				free(said);
			json_decref(object);
		}
		assert_non_null(whole);
		free(whole);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_are_answered),
		cmocka_unit_test(memory_runs_short),
	};

	return cmocka_run_group_tests_name("quota_people", tests, NULL, NULL);
}
