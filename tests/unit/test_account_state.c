/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_state: what SES knows of the account. What is not whole does not load; what is paused or suppressed is told,
 * after what the policies forbid, and only where the settings want it.
 */
#include "unit/check.h"
#include "unit/generation_of.h"
#include "unit/short_memory.h"

#include "ses/account_suppressed.h"
#include "ses/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define POLICY \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\"," \
	"\"Resource\":\"arn:aws:ses:us-west-2:123456789012:identity/example.net\",\"Condition\":{" \
	"\"StringEquals\":{\"ses:FromAddress\":\"bad@example.net\"}}}]}"
#define STATE(parts) "{\"parts\":{" parts "}}"
#define ACCOUNT_AT "\"account\":\"2026-05-01T12:00:00Z\""
#define SUPPRESSED_AT "\"suppressed\":\"2026-05-02T12:00:00Z\""
#define ACCOUNT(sending, production, reasons) \
	"{\"SendingEnabled\":" sending ",\"ProductionAccessEnabled\":" production ",\"EnforcementStatus\":\"HEALTHY\"," \
	"\"SuppressionAttributes\":{\"SuppressedReasons\":[" reasons "]}}"
#define QUOTA(day, rate, sent) \
	"{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"SendQuota\":{\"Max24HourSend\":" day ",\"MaxSendRate\":" rate \
	",\"SentLast24Hours\":" sent "}}"
#define LIST(elements) "{\n    \"SuppressedDestinationSummaries\": [" elements "]\n}\n"
#define ENTRY(address, reason) \
	"{\"EmailAddress\": \"" address "\", \"Reason\": \"" reason "\", \"LastUpdateTime\": \"2026-04-01T00:00:00+00:00\"}"

static const struct instant now = { .seconds = 1777800000 };
static char folder[] = "/tmp/test-account-state.XXXXXX";

static void put(const char *name, const char *text)
{
	char path[96];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	unlink(path);
	if (!text)
		return;
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0640), 0);
}

static void put_all(const char *state, const char *account, const char *suppressed)
{
	put("state.json", state);
	put("account.json", account);
	put("suppressed.json", suppressed);
}

static char sets_folder[96];

static int make(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(sets_folder, sizeof sets_folder, "%s/configuration-sets", folder);
	return mkdir(sets_folder, 0750);
}

static int remove_all(void **state)
{
	(void)state;
	put_all(NULL, NULL, NULL);
	return rmdir(sets_folder) || rmdir(folder);
}

#define BOTH STATE(ACCOUNT_AT "," SUPPRESSED_AT)
#define WITH_SETS STATE(ACCOUNT_AT "," SUPPRESSED_AT ",\"configuration-sets\":\"2026-05-02T12:00:00Z\"")
#define GOOD ACCOUNT("true", "true", "\"BOUNCE\"")

static const struct {
	const char *name, *state, *account, *suppressed;
	const char *fault; /* a part of it; NULL: it loads */
} sets[] = {
	{ "all", BOTH, GOOD, LIST(ENTRY("a@example.org", "BOUNCE")), NULL },
	{ "an empty list", BOTH, GOOD, LIST(""), NULL },
	{ "one part", STATE(ACCOUNT_AT), GOOD, NULL, NULL },
	{ "what is not listed is not read", STATE(ACCOUNT_AT), GOOD, "torn", NULL },
	{ "an address that nobody can send to", BOTH, GOOD, LIST(ENTRY("no address", "BOUNCE")), NULL },
	{ "no list", NULL, GOOD, NULL, "/state.json: No such file" },
	{ "a part that is not there", BOTH, GOOD, NULL, "/suppressed.json: No such file" },
	{ "no part", STATE(""), GOOD, NULL, "lists no part" },
	{ "an unknown part", STATE(ACCOUNT_AT ",\"quotas\":\"2026-05-01T12:00:00Z\""), GOOD, NULL, "no part \"quotas\"" },
	{ "a number for a time", STATE("\"account\":1777636800"), GOOD, NULL, "parts.account: is no time" },
	{ "a list of parts", "{\"parts\":[]}", GOOD, NULL, "is not {\"parts\"" },
	{ "no parts", "{\"other\":{}}", GOOD, NULL, "is not {\"parts\"" },
	{ "another member beside the parts", "{\"parts\":{" ACCOUNT_AT "},\"other\":1}", GOOD, NULL, "is not {\"parts\"" },
	{ "no time", STATE("\"account\":\"yesterday\""), GOOD, NULL, "is no time" },
	{ "not of the form", "{\"account\":\"2026-05-01T12:00:00Z\"}", GOOD, NULL, "is not {\"parts\"" },
	{ "a list for an object", "[]", GOOD, NULL, "is no object" },
	{ "half a file", STATE(ACCOUNT_AT), "{\"SendingEnabled\":", NULL, "not JSON" },
	{ "an empty file", STATE(ACCOUNT_AT), "", NULL, "account.json" },
	{ "SendingEnabled missing", STATE(ACCOUNT_AT), "{\"ProductionAccessEnabled\":true}", NULL, "SendingEnabled is missing" },
	{ "SendingEnabled a text", STATE(ACCOUNT_AT), ACCOUNT("\"true\"", "true", ""), NULL,
		"SendingEnabled: is neither true nor false" },
	{ "twice", STATE(ACCOUNT_AT), "{\"SendingEnabled\":true,\"SendingEnabled\":false}", NULL, "account.json" },
	{ "a reason that is no list", STATE(ACCOUNT_AT),
		"{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"SuppressionAttributes\":{\"SuppressedReasons\":\"BOUNCE\"}}",
		NULL, "SuppressedReasons is no list" },
	{ "an unknown reason", STATE(ACCOUNT_AT), ACCOUNT("true", "true", "\"MOOD\""), NULL, "neither BOUNCE nor COMPLAINT" },
	{ "a reason that is no text", STATE(ACCOUNT_AT), ACCOUNT("true", "true", "\"BOUNCE\",1"), NULL,
		"neither BOUNCE nor COMPLAINT" },
	{ "both reasons", STATE(ACCOUNT_AT), ACCOUNT("true", "true", "\"BOUNCE\",\"COMPLAINT\""), NULL, NULL },
	{ "a quota without a member", STATE(ACCOUNT_AT),
		"{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"SendQuota\":{\"Max24HourSend\":1,\"MaxSendRate\":1}}",
		NULL, "SendQuota.SentLast24Hours is missing" },
	{ "a quota that is a text", STATE(ACCOUNT_AT), QUOTA("\"50000\"", "14", "7"), NULL, "SendQuota.Max24HourSend is missing" },
	{ "a quota", STATE(ACCOUNT_AT), QUOTA("50000.0", "14", "7"), NULL, NULL },
	{ "no quota of a day", STATE(ACCOUNT_AT), QUOTA("null", "14", "7"), NULL, "SendQuota.Max24HourSend is missing" },
	{ "a rate below nothing", STATE(ACCOUNT_AT), QUOTA("50000", "-2", "7"), NULL, "SendQuota.MaxSendRate is missing" },
	{ "less than nothing sent", STATE(ACCOUNT_AT), QUOTA("50000", "14", "-1"), NULL, "SendQuota.SentLast24Hours is missing" },
	{ "a quota that is a number", STATE(ACCOUNT_AT),
		"{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"SendQuota\":1}", NULL, "SendQuota is no object" },
	{ "a torn list", BOTH, GOOD, "{\"SuppressedDestinationSummaries\": [" ENTRY("a@example.org", "BOUNCE"),
		"suppressed.json:1:" },
	{ "a torn address", BOTH, GOOD, "{\"SuppressedDestinationSummaries\": [{\"EmailAddress\": \"a@ex", "suppressed.json:1:" },
	{ "a comma too many", BOTH, GOOD, LIST(ENTRY("a@example.org", "BOUNCE") ","), "suppressed.json:2:" },
	{ "pages are missing", BOTH, GOOD, "{\"SuppressedDestinationSummaries\": [], \"NextToken\": \"x\"}", "suppressed.json:1:" },
	{ "no colon", BOTH, GOOD, "{\"SuppressedDestinationSummaries\" []}", "suppressed.json:1:" },
	{ "an object for the list", BOTH, GOOD, "{\"SuppressedDestinationSummaries\": {}}", "suppressed.json:1:" },
	{ "another member", BOTH, GOOD, "{\"Suppressed\": []}", "suppressed.json:1:" },
	{ "a list alone", BOTH, GOOD, "[]", "suppressed.json:1:1" },
	{ "nothing in it", BOTH, GOOD, "{}", "suppressed.json:1:2" },
	{ "a name without quotes", BOTH, GOOD, "{SuppressedDestinationSummaries: []}", "suppressed.json:1:2" },
	{ "a colon, and no list", BOTH, GOOD, "{\"SuppressedDestinationSummaries\": 1}", "suppressed.json:1:36" },
	{ "the end of the list and no more", BOTH, GOOD, "{\"SuppressedDestinationSummaries\": []", "suppressed.json:1:38" },
	{ "no comma", BOTH, GOOD, LIST(ENTRY("a@example.org", "BOUNCE") " " ENTRY("b@example.org", "BOUNCE")),
		"suppressed.json:2:" },
	{ "more behind it", BOTH, GOOD, LIST("") "x", "suppressed.json:4:" },
	{ "no address", BOTH, GOOD, LIST("{\"Reason\":\"BOUNCE\"}"), "suppressed.json:2:" },
	{ "no reason", BOTH, GOOD, LIST(ENTRY("a@example.org", "BOUNCE") "," ENTRY("b@example.org", "bounce")),
		"SuppressedDestinationSummaries[1]: has no EmailAddress" },
	{ "a list in the list", BOTH, GOOD, LIST("[]"), "suppressed.json:2:" },
};

static struct generation *load(struct site_options *options, struct faults *faults)
{
	const char *policy = POLICY;

	faults_init(faults);
	options->account_state = folder;
	options->from_address = FROM_ENVELOPE;
	return generation_of(&policy, 1, options, faults);
}

static struct generation *load_good(struct site_options *options)
{
	struct faults faults;
	struct generation *generation = load(options, &faults);

	if (!generation)
		fail_msg("%s", faults.first ? faults.first->text : "no memory");
	faults_free(&faults);
	return generation;
}

static void only_what_is_whole(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		struct site_options options = { 0 };
		struct faults faults;
		put_all(sets[i].state, sets[i].account, sets[i].suppressed);
		struct generation *generation = load(&options, &faults);
		const char *said = faults.first ? faults.first->text : "";
		bool good = sets[i].fault ? !generation && strstr(said, sets[i].fault) : generation && !faults.count;
		if (!good)
			print_error("%s: %s\n", sets[i].name, said);
		CHECK_CASE(failures, sets[i].name, good);
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

static void nobody_else_may_write_it(void **state)
{
	static const struct {
		const char *name;
		mode_t mode;
		bool good;
	} modes[] = {
		{ "account.json", 0640, true },
		{ "account.json", 0644, true },
		{ "account.json", 0660, false },
		{ "account.json", 0646, false },
		{ "state.json", 0602, false },
		{ "suppressed.json", 0620, false },
		{ ".", 0770, false },
		{ ".", 0750, true },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		struct site_options options = { 0 };
		struct faults faults;
		char path[96], what[64];
		put_all(BOTH, GOOD, LIST(""));
		snprintf(path, sizeof path, "%s/%s", folder, modes[i].name);
		snprintf(what, sizeof what, "%s %04o", modes[i].name, (unsigned)modes[i].mode);
		assert_int_equal(chmod(path, modes[i].mode), 0);
		struct generation *generation = load(&options, &faults);
		CHECK_CASE(failures, what, modes[i].good == !!generation);
		CHECK_CASE(failures, what, modes[i].good || strstr(faults.first->text, "others than its owner may write it"));
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

/* The first note that holds this. */
static bool notes(const struct faults *faults, const char *what)
{
	for (const struct fault *note = faults->first_note; note; note = note->next)
		if (strstr(note->text, what))
			return true;
	return false;
}

static void what_is_missing_or_old_is_noted(void **state)
{
	struct site_options options = { .account_state_max_age = "30d" };
	struct faults faults;

	(void)state;
	put_all(STATE("\"account\":\"2001-01-01T00:00:00Z\""), GOOD, NULL);
	generation_free(load(&options, &faults));
	assert_true(notes(&faults, "has no part `suppressed`; whether recipients are suppressed is not checked"));
	assert_true(notes(&faults, "is of 2001-01-01T00:00:00Z, older than 30d, but still used"));
	faults_free(&faults);
	put_all(STATE("\"account\":\"2999-01-01T00:00:00Z\",\"suppressed\":\"2999-01-01T00:00:00Z\",\"configuration-sets\":"
		      "\"2999-01-01T00:00:00Z\""),
		GOOD, LIST(""));
	generation_free(load(&options, &faults));
	assert_true(notes(&faults, "`account` is of 2999-01-01T00:00:00Z, a time to come"));
	assert_false(notes(&faults, "older than") || notes(&faults, "suppressed") || notes(&faults, "part `account`"));
	assert_true(notes(&faults, "has no part `identities`"));
	assert_int_equal(faults.note_count, 3);
	faults_free(&faults);
}

static void the_quota_is_there_with_its_time(void **state)
{
	struct site_options options = { 0 };

	(void)state;
	put_all(STATE(ACCOUNT_AT), QUOTA("50000.0", "14.5", "7"), NULL);
	struct generation *generation = load_good(&options);
	const struct account_state *account = &generation->account_state;
	assert_true(account->quota.known && account->quota.day == 50000 && account->quota.rate == 14.5 && account->quota.sent == 7);
	assert_int_equal(account->when[PART_ACCOUNT].seconds, 1777636800);
	generation_free(generation);
	put_all(STATE(ACCOUNT_AT), QUOTA("-1", "-1.0", "0"), NULL);
	generation = load_good(&options);
	assert_true(generation->account_state.quota.day == -1 && generation->account_state.quota.rate == -1);
	generation_free(generation);
	put_all(STATE(ACCOUNT_AT), GOOD, NULL);
	generation = load_good(&options);
	assert_false(generation->account_state.quota.known);
	generation_free(generation);
}

/* "STAGE CODE word" of the refusal, or "". */
static const char *answer(const struct generation *generation, const char *sender, const char *recipient)
{
	static struct message *message;
	static char said[64];
	struct client client = { .headers_complete = true };
	char raw[128];

	message_free(message);
	message = message_new();
	message_begin(message, generation, &client, &now, true);
	snprintf(raw, sizeof raw, "<%s>", sender);
	struct outcome outcome = message_sender(message, text_of(raw), TEXT(""), true);
	snprintf(raw, sizeof raw, "<%s>", recipient);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_recipient(message, text_of(raw), TEXT(""), true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_data(message, generation->may_refuse[STAGE_DATA]);
	if (outcome.action == OUTCOME_CONTINUE && generation->wants_headers)
		outcome = message_headers_end(message, true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_end(message);
	snprintf(said, sizeof said, "%s %s %s", stage_name(outcome.stage), reason_rows[outcome.reason].code,
		reason_rows[outcome.reason].word);
	return outcome.action == OUTCOME_CONTINUE ? "" : said;
}

#define PAUSED ACCOUNT("false", "true", "\"BOUNCE\"")
#define SHUT "{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"EnforcementStatus\":\"SHUTDOWN\"}"
#define PROBATION "{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"EnforcementStatus\":\"PROBATION\"}"
#define SANDBOX ACCOUNT("true", "false", "\"BOUNCE\"")
#define OTHERS ACCOUNT("true", "true", "\"COMPLAINT\"")
#define NEITHER ACCOUNT("true", "true", "")

static const struct {
	const char *name, *account, *sender, *recipient;
	struct site_options options;
	const char *want;
} mails[] = {
	{ "fine", GOOD, "a@example.net", "ann@example.org", { .paused = PAUSED_DEFER }, "" },
	{ "probation is no pause", PROBATION, "a@example.net", "ann@example.org", { .paused = PAUSED_DEFER }, "" },
	{ "paused", PAUSED, "a@example.net", "ann@example.org", { .paused = PAUSED_DEFER }, "EOH 451 paused" },
	{ "shut down", SHUT, "a@example.net", "ann@example.org", { .paused = PAUSED_DEFER }, "EOH 451 paused" },
	{ "paused, refused", PAUSED, "a@example.net", "ann@example.org", { .paused = PAUSED_REFUSE }, "EOH 550 paused" },
	{ "paused, ignored", PAUSED, "a@example.net", "ann@example.org", { .paused = PAUSED_IGNORE }, "" },
	{ "a policy comes first", PAUSED, "bad@example.net", "ann@example.org", { .paused = PAUSED_DEFER }, "MAIL 550 policy" },
	{ "a suppressed one, too", PAUSED, "a@example.net", "gone@example.org", { .suppressed = SUPPRESSED_REFUSE },
		"RCPT 550 suppressed" },
	{ "suppressed", GOOD, "a@example.net", "gone@example.org", { .suppressed = SUPPRESSED_REFUSE }, "RCPT 550 suppressed" },
	{ "domains have no case", GOOD, "a@example.net", "gone@EXAMPLE.org", { .suppressed = SUPPRESSED_REFUSE },
		"RCPT 550 suppressed" },
	{ "nor on the list", GOOD, "a@example.net", "capital@example.org", { .suppressed = SUPPRESSED_REFUSE },
		"RCPT 550 suppressed" },
	/* SES may keep the quotes: it is not certain whom it will look for. */
	{ "quotes that need not be", GOOD, "a@example.net", "\"gone\"@example.org", { .suppressed = SUPPRESSED_REFUSE }, "" },
	{ "local parts have", GOOD, "a@example.net", "Gone@example.org", { .suppressed = SUPPRESSED_REFUSE }, "" },
	{ "a label is another", GOOD, "a@example.net", "gone+x@example.org", { .suppressed = SUPPRESSED_REFUSE }, "" },
	{ "a reason that does not count", GOOD, "a@example.net", "angry@example.org", { .suppressed = SUPPRESSED_REFUSE }, "" },
	{ "the reason that counts", OTHERS, "a@example.net", "angry@example.org", { .suppressed = SUPPRESSED_REFUSE },
		"RCPT 550 suppressed" },
	{ "the other one", OTHERS, "a@example.net", "gone@example.org", { .suppressed = SUPPRESSED_REFUSE }, "" },
	{ "none counts", NEITHER, "a@example.net", "gone@example.org", { .suppressed = SUPPRESSED_REFUSE }, "" },
	{ "suppressed, by default", GOOD, "a@example.net", "gone@example.org", { .paused = PAUSED_DEFER }, "RCPT 550 suppressed" },
	{ "suppressed, ignored", GOOD, "a@example.net", "gone@example.org", { .suppressed = SUPPRESSED_IGNORE }, "" },
	{ "sandbox, the settings say nothing", SANDBOX, "a@example.net", "ann@example.org", { .paused = PAUSED_DEFER }, "" },
	{ "sandbox, the settings say no", SANDBOX, "a@example.net", "ann@example.org", { .sandbox_given = true }, "" },
	{ "no sandbox, the settings say yes", GOOD, "a@example.net", "ann@example.org", { .sandbox_given = true, .sandbox = 1 },
		"RCPT 550 unverified-recipient" },
};

static void mail_meets_it(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(mails); i++) {
		struct site_options options = mails[i].options;
		put_all(WITH_SETS, mails[i].account,
			LIST(ENTRY("gone@example.org", "BOUNCE") ", " ENTRY("capital@Example.ORG",
				"BOUNCE") ",\n" ENTRY("angry@example.org", "COMPLAINT")));
		struct generation *generation = load_good(&options);
		const char *said = answer(generation, mails[i].sender, mails[i].recipient);
		if (strcmp(said, mails[i].want))
			print_error("%s: '%s'\n", mails[i].name, said);
		CHECK_CASE(failures, mails[i].name, !strcmp(said, mails[i].want));
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* Without sets the answer to DATA is the first that tells. */
static void a_pause_is_told_as_early_as_no_policy_can_refuse(void **state)
{
	struct site_options options = { 0 };

	(void)state;
	put_all(BOTH, PAUSED, LIST(""));
	struct generation *generation = load_good(&options);
	assert_string_equal(answer(generation, "a@example.net", "ann@example.org"), "DATA 451 paused");
	assert_string_equal(answer(generation, "bad@example.net", "ann@example.org"), "MAIL 550 policy");
	generation_free(generation);
}

/* Who fetches the state writes state.json last: what was read before may be of two states. */
static bool changes;
static enum difference { SAME, OTHER_FILE, OTHER_SIZE, OTHER_SECOND, OTHER_NANOSECOND, GONE, UNREADABLE } difference;
int __real_fstatat(int folder_descriptor, const char *name, struct stat *status, int flags);
int __wrap_fstatat(int folder_descriptor, const char *name, struct stat *status, int flags);

int __wrap_fstatat(int folder_descriptor, const char *name, struct stat *status, int flags)
{
	if (changes)
		put("state.json", STATE(ACCOUNT_AT));
	int result = __real_fstatat(folder_descriptor, name, status, flags);
	if (difference == GONE || difference == UNREADABLE) {
		errno = difference == GONE ? ENOENT : EIO;
		return -1;
	}
	status->st_ino += difference == OTHER_FILE;
	status->st_size += difference == OTHER_SIZE;
	status->st_mtim.tv_sec += difference == OTHER_SECOND;
	status->st_mtim.tv_nsec += difference == OTHER_NANOSECOND;
	return result;
}

static void a_state_that_changes_meanwhile_does_not_load(void **state)
{
	struct site_options options = { 0 };
	struct faults faults;

	(void)state;
	put_all(BOTH, GOOD, LIST(""));
	generation_free(load_good(&options));
	changes = true;
	struct generation *generation = load(&options, &faults);
	changes = false;
	assert_null(generation);
	assert_non_null(strstr(faults.first->text, "state.json: has changed while it was read; reload again"));
	faults_free(&faults);
}

/* Each thing in which it may differ is enough. */
static void each_difference_is_a_change(void **state)
{
	struct site_options options = { 0 };
	struct faults faults;

	(void)state;
	put_all(BOTH, GOOD, LIST(""));
	for (enum difference what = OTHER_FILE; what <= UNREADABLE; what++) {
		difference = what;
		struct generation *generation = load(&options, &faults);
		difference = SAME;
		assert_null(generation);
		const char *want = what == UNREADABLE ? "state.json: Input/output error"
						      : "state.json: has changed while it was read; reload again";
		if (!strstr(faults.first->text, want))
			fail_msg("difference %d: %s", (int)what, faults.first->text);
		faults_free(&faults);
	}
}

/* The oldest time is that of the part which is older, in either order. */
static void the_oldest_part_counts(void **state)
{
	static const char *const states[] = { STATE(ACCOUNT_AT "," SUPPRESSED_AT), STATE(SUPPRESSED_AT "," ACCOUNT_AT) };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		struct site_options options = { 0 };
		put_all(states[i], GOOD, LIST(""));
		struct generation *generation = load_good(&options);
		assert_int_equal(generation->account_state.oldest.seconds, 1777636800);
		generation_free(generation);
	}
}

static void a_file_too_large_is_not_read(void **state)
{
	struct site_options options = { 0 };
	struct faults faults;
	char path[96];

	(void)state;
	put_all(BOTH, GOOD, LIST(""));
	snprintf(path, sizeof path, "%s/account.json", folder);
	/* It takes no room: it is one hole. */
	assert_int_equal(truncate(path, (off_t)1 << 33), 0);
	assert_null(load(&options, &faults));
	assert_non_null(strstr(faults.first->text, "account.json: is larger than "));
	faults_free(&faults);
}

static void a_list_that_is_not_there_refuses_nobody(void **state)
{
	struct site_options options = { .suppressed = SUPPRESSED_REFUSE };

	(void)state;
	put_all(STATE(SUPPRESSED_AT), NULL, LIST(ENTRY("gone@example.org", "BOUNCE")));
	struct generation *generation = load_good(&options);
	/* For which reasons the account suppresses is not known. */
	assert_string_equal(answer(generation, "a@example.net", "gone@example.org"), "");
	assert_false(generation->may_refuse[STAGE_RCPT] || generation->may_refuse[STAGE_DATA]);
	generation_free(generation);
}

#define MANY 100000
/* A sanitizer's gaps between what is in the arena make it larger; clang is used with one. */
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#define BYTES_EACH 150
#else
#define BYTES_EACH 75
#endif

static void many_are_found_and_small(void **state)
{
	struct site_options options = { 0 };
	char path[96], address[64];
	size_t missing = 0, wrong = 0;

	(void)state;
	put_all(BOTH, GOOD, LIST(""));
	struct generation *generation = load_good(&options);
	size_t before = generation->arena.reserved;
	generation_free(generation);
	snprintf(path, sizeof path, "%s/suppressed.json", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("{\"SuppressedDestinationSummaries\": [", file);
	for (size_t i = 0; i < MANY; i++)
		fprintf(file, "%s\n" ENTRY("user.%06zu@mail.example.org", "BOUNCE"), i ? "," : "", i);
	fputs("]}", file);
	assert_int_equal(fclose(file), 0);
	generation = load_good(&options);
	assert_int_equal(generation->account_state.suppressed_count, MANY);
	assert_true(generation->arena.reserved - before < MANY * BYTES_EACH);
	for (size_t i = 0; i < MANY; i++) {
		snprintf(address, sizeof address, "user.%06zu@mail.example.org", i);
		missing += account_suppressed_find(&generation->account_state, text_of(address)) != 1u << SUPPRESSION_BOUNCE;
		snprintf(address, sizeof address, "user.%06zu@mail.example.net", i);
		wrong += account_suppressed_find(&generation->account_state, text_of(address)) != 0;
	}
	assert_int_equal(missing, 0);
	assert_int_equal(wrong, 0);
	generation_free(generation);
}

static void each_allocation_fails(void **state)
{
	static void (*const shorten[])(size_t n) = { short_memory_once, short_memory_after };
	char folder_of_policy[] = "/tmp/test-account-policy.XXXXXX", path[96];
	const char *paths[] = { path };
	size_t n, wrong = 0;

	(void)state;
	put_all(WITH_SETS, GOOD, LIST(ENTRY("gone@example.org", "BOUNCE") "," ENTRY("angry@example.org", "COMPLAINT")));
	assert_non_null(mkdtemp(folder_of_policy));
	snprintf(path, sizeof path, "%s/p.json", folder_of_policy);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(POLICY, file);
	assert_int_equal(fclose(file), 0);
	for (size_t how = 0; how < COUNT_OF(shorten); how++) {
		bool whole = false;
		for (n = 1; !whole; n++) {
			struct site_options options = { .account_state = folder,
				.suppressed = SUPPRESSED_REFUSE,
				.policies = { paths, 1 } };
			struct faults faults;
			long live = short_memory_live();
			faults_init(&faults);
			shorten[how](n);
			struct generation *generation = generation_load(&options, &faults);
			whole = short_memory_count() < n;
			short_memory_after(0);
			/* Either all of it is there, or memory is what is told. */
			wrong += generation ? faults.count || generation->account_state.suppressed_count != 2 ||
					!generation->account_state.certain
					    : !faults.out_of_memory || faults.first != NULL;
			generation_free(generation);
			faults_free(&faults);
			wrong += short_memory_live() != live;
		}
		/* Else the wrapping does not work. */
		assert_true(n > 10);
	}
	assert_int_equal(wrong, 0);
	unlink(path);
	assert_int_equal(rmdir(folder_of_policy), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_whole),
		cmocka_unit_test(nobody_else_may_write_it),
		cmocka_unit_test(what_is_missing_or_old_is_noted),
		cmocka_unit_test(the_quota_is_there_with_its_time),
		cmocka_unit_test(mail_meets_it),
		cmocka_unit_test(a_pause_is_told_as_early_as_no_policy_can_refuse),
		cmocka_unit_test(a_state_that_changes_meanwhile_does_not_load),
		cmocka_unit_test(each_difference_is_a_change),
		cmocka_unit_test(the_oldest_part_counts),
		cmocka_unit_test(a_file_too_large_is_not_read),
		cmocka_unit_test(a_list_that_is_not_there_refuses_nobody),
		cmocka_unit_test(many_are_found_and_small),
		cmocka_unit_test(each_allocation_fails),
	};

	return cmocka_run_group_tests(tests, make, remove_all);
}
