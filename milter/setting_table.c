/* SPDX-License-Identifier: BSD-2-Clause */
#include "setting_table.h"

#include "iam/arn.h"
#include "ses/mailbox.h"

#include <string.h>

static const char *check_socket(const char *value, char *room, size_t size)
{
	struct socket_spec spec;

	return socket_spec_parse(value, &spec, room, size);
}

static const char *check_mode(const char *value, char *room, size_t size)
{
	unsigned mode;

	(void)room, (void)size;
	return setting_parse_mode(value, &mode) ? NULL : "not a mode; write octal digits up to 0777 as a text, for instance \"0660\"";
}

static const char *check_name(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return *value && strlen(value) <= 32 ? NULL : "not a name; write the name of a user or group, 1 to 32 bytes";
}

static const char *check_account(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return arn_is_account(text_of(value)) ? NULL : "not an account; write its 12 digits as a text, for instance \"123456789012\"";
}

static const char *check_region(const char *value, char *room, size_t size)
{
	size_t length = strlen(value);

	(void)room, (void)size;
	if (length > 0 && length <= 32 && strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") == length)
		return NULL;
	return "not a region; write for instance \"us-west-2\"";
}

static const char *check_path(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return *value ? NULL : "is empty; name a file or a folder";
}

static const char *check_identity(const char *value, char *room, size_t size)
{
	const char *at = strrchr(value, '@');

	(void)room, (void)size;
	if (!*value || at == value || (at && !at[1]) || strpbrk(value, " \t\r\n*<>"))
		return "not an identity; write a domain (\"example.net\") or an address (\"ceo@example.com\")";
	return NULL;
}

static const char *const from_words[] = { "both", "envelope", "header", NULL };
static const char *const case_words[] = { "domain", "preserve", NULL };
static const char *const null_words[] = { "evaluate", "reject", NULL };

#define ALL_WORDS (~0ul)
#define AT(member) offsetof(struct settings, member)

const struct setting setting_table[] = {
	{ "socket", SETTING_TEXT, AT(socket), "unix:/run/ses-policy-milter/milter.sock", NULL, 0, check_socket,
	  "unix:PATH, inet:PORT@HOST or inet6:PORT@HOST", false, "where to listen" },
	{ "socket_mode", SETTING_MODE, AT(socket_mode), "0660", NULL, 0, check_mode,
	  "0000 to 0777", false, "mode of a unix socket" },
	{ "socket_group", SETTING_TEXT, AT(socket_group), NULL, NULL, 0, check_name,
	  "a group", false, "group of a unix socket; the MTA's user must be in it (without: the group of the user)" },
	{ "user", SETTING_TEXT, AT(user), NULL, NULL, 0, check_name,
	  "a user other than root", false, "as whom to serve when started as root (without: ses-policy-milter)" },
	{ "policies", SETTING_LIST, AT(policies), NULL, NULL, 0, check_path,
	  "1 or more files and folders", true, "where the policies are; of a folder, its *.json files" },
	{ "account", SETTING_TEXT, AT(account), NULL, NULL, 0, check_account,
	  "12 digits", true, "AWS account of the identities (without: from the policies, when all agree)" },
	{ "region", SETTING_TEXT, AT(region), NULL, NULL, 0, check_region,
	  "1 to 32 bytes", true, "AWS region of the identities (without: from the policies, when all agree)" },
	{ "identities", SETTING_LIST, AT(identities), NULL, NULL, 0, check_identity,
	  "domains and addresses", true, "identities verified in SES, beside those that the policies name" },
	{ "from_address", SETTING_WORD, AT(from_address), "envelope", from_words, 1ul << FROM_ENVELOPE, NULL,
	  NULL, true, "which sender is ses:FromAddress" },
	{ "address_case", SETTING_WORD, AT(address_case), "domain", case_words, ALL_WORDS, NULL,
	  NULL, true, "domain: domains are compared in small letters; preserve: as written" },
	{ "null_sender", SETTING_WORD, AT(null_sender), "evaluate", null_words, ALL_WORDS, NULL,
	  NULL, true, "reject: refuse MAIL FROM:<>, which SES never takes" },
	{ .name = "shadow", .type = SETTING_LATER },
	{ .name = "mode", .type = SETTING_LATER },
	{ .name = "unknown_identity", .type = SETTING_LATER },
	{ .name = "ses_headers", .type = SETTING_LATER },
	{ .name = "sandbox", .type = SETTING_LATER },
	{ .name = "principals", .type = SETTING_LATER },
	{ .name = "networks", .type = SETTING_LATER },
	{ .name = "context", .type = SETTING_LATER },
	{ .name = "records", .type = SETTING_LATER },
	{ .name = "records_required", .type = SETTING_LATER },
	{ .name = "metrics", .type = SETTING_LATER },
};

const size_t setting_count = sizeof setting_table / sizeof *setting_table;

const struct setting *setting_find(const char *name)
{
	for (size_t i = 0; i < setting_count; i++)
		if (strcmp(setting_table[i].name, name) == 0)
			return &setting_table[i];
	return NULL;
}

#define NAME_MAX_BYTES 32

/* Insertions, deletions and changes between two names; letters in either case and `-` for `_` are the same. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_BYTES + 1];
	size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < width; j++) {
			char have = a[i] == '-' ? '_' : text_lower(a[i]);
			size_t change = diagonal + (have != b[j]);
			diagonal = row[j + 1];
			size_t best = (row[j] < diagonal ? row[j] : diagonal) + 1;
			row[j + 1] = change < best ? change : best;
		}
	}
	return row[width];
}

const char *setting_nearest(const char *name)
{
	const char *nearest = NULL;
	size_t best = strlen(name) < 5 ? 2 : 4;

	if (strlen(name) > NAME_MAX_BYTES)
		return NULL;
	for (size_t i = 0; i < setting_count; i++) {
		size_t d = distance(name, setting_table[i].name);
		if (d < best) {
			best = d;
			nearest = setting_table[i].name;
		}
	}
	return nearest;
}

bool setting_parse_mode(const char *text, unsigned *mode)
{
	size_t length = strlen(text);

	if (length == 0 || length > 4 || strspn(text, "01234567") != length)
		return false;
	*mode = 0;
	for (size_t i = 0; i < length; i++)
		*mode = *mode * 8 + (unsigned)(text[i] - '0');
	return *mode <= 0777;
}
