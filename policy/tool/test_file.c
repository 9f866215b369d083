/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/test_file.h"

#include "base/system_error.h"
#include "iam/foreign.h"
#include "settings/read_file.h"
#include "settings/setting_read.h"
#include "tool/eml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const expected_words[] = { "allowed", "denied", "explicitDeny", "implicitDeny", NULL };

static const char *check_client(const char *value, char *room, size_t size)
{
	struct ip ip;

	(void)room, (void)size;
	return ip_parse(text_of(value), &ip) ? NULL : "is no address; write 192.0.2.1 or 2001:db8::1";
}

static const char *check_time(const char *value, char *room, size_t size)
{
	struct instant instant;

	(void)room, (void)size;
	return instant_parse(text_of(value), &instant) ? NULL : "is no time; write 2026-11-24T08:00:00Z";
}

static const char *check_stage(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	for (enum stage stage = STAGE_MAIL; stage < STAGES; stage++)
		if (!strcmp(value, stage_name(stage)))
			return NULL;
	return "is no stage; write MAIL, RCPT, DATA, EOH or EOM";
}

static const char *check_header(const char *value, char *room, size_t size)
{
	struct arena arena = { 0 };
	struct mail_header header;

	(void)room, (void)size;
	bool good = eml_field(&arena, text_of(value), &header);
	arena_free(&arena);
	return good ? NULL : "is no header field; write \"From: a@example.com\"";
}

#define OF_TEST(member) offsetof(struct policy_test, member)
#define OF_EXPECT(member) offsetof(struct expect, member)
#define OF_FILE(member) offsetof(struct test_file, member)

static const struct setting test_rows[] = {
	{ .name = "name", .type = SETTING_TEXT, .offset = OF_TEST(name), .required = true },
	{ .name = "sender", .type = SETTING_TEXT, .offset = OF_TEST(sender), .required = true },
	{ .name = "recipients", .type = SETTING_LIST, .offset = OF_TEST(recipients), .required = true },
	{ .name = "client", .type = SETTING_TEXT, .offset = OF_TEST(client), .check = check_client },
	{ .name = "login", .type = SETTING_TEXT, .offset = OF_TEST(login) },
	{ .name = "tls", .type = SETTING_SWITCH, .offset = OF_TEST(tls) },
	{ .name = "headers", .type = SETTING_LIST, .offset = OF_TEST(headers), .check = check_header },
	{ .name = "time", .type = SETTING_TEXT, .offset = OF_TEST(time), .check = check_time },
	{ .name = "context",
		.type = SETTING_MAP,
		.offset = OF_TEST(context),
		.check = setting_check_context_value,
		.check_name = setting_check_context_key },
};

static const struct setting expect_rows[] = {
	{ .name = "decision", .type = SETTING_WORD, .offset = OF_EXPECT(decision), .words = expected_words, .required = true },
	{ .name = "stage", .type = SETTING_TEXT, .offset = OF_EXPECT(stage), .check = check_stage },
	{ .name = "statement", .type = SETTING_TEXT, .offset = OF_EXPECT(statement) },
	{ .name = "refused_recipients", .type = SETTING_LIST, .offset = OF_EXPECT(refused_recipients) },
};

static const struct setting file_rows[] = {
	{ .name = "settings", .type = SETTING_TEXT, .offset = OF_FILE(settings), .check = setting_check_path },
	{ .name = "policies", .type = SETTING_LIST, .offset = OF_FILE(policies), .check = setting_check_path },
	{ .name = "user_policies", .type = SETTING_LIST, .offset = OF_FILE(user_policies), .check = setting_check_path },
	{ .name = "boundary", .type = SETTING_TEXT, .offset = OF_FILE(boundary), .check = setting_check_path },
	{ .name = "account_state", .type = SETTING_TEXT, .offset = OF_FILE(account_state), .check = setting_check_path },
	{ .name = "organization", .type = SETTING_LEVELS, .offset = OF_FILE(organization), .check = setting_check_path },
};

#define COUNT(rows) (sizeof rows / sizeof *rows)

/* The members of an object, and those that must be there. */
static void read_members(const struct setting_reader *reader, const struct json_path *path, const json_t *object,
	const struct setting *rows, size_t count, void *base)
{
	char shown[JSON_SHOW_SIZE];

	if (!json_is_object(object)) {
		json_fault(reader->source, path, reader->faults, "%s is not an object; write {...}", json_show(object, shown));
		return;
	}
	setting_read_object(reader, path, object, rows, count, base, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		if (rows[i].required && !json_object_get(object, rows[i].name))
			json_fault(reader->source, path, reader->faults, "no \"%s\"; every test has one", rows[i].name);
}

/* The objects in it are read by themselves. */
static json_t *without(const json_t *object, const char *member)
{
	json_t *copy = json_copy((json_t *)object);

	json_object_del(copy, member);
	return copy;
}

static void read_test(const struct setting_reader *reader, const struct json_path *path, const json_t *value,
	struct policy_test *test)
{
	const struct json_path inner = { .parent = path, .member = "expect" };
	const json_t *expect = json_object_get(value, "expect");

	if (json_is_object(value) && !expect)
		json_fault(reader->source, path, reader->faults, "no \"expect\"; write \"expect\": {\"decision\": \"allowed\"}");
	if (expect)
		read_members(reader, &inner, expect, expect_rows, COUNT(expect_rows), &test->expect);
	json_t *rest = json_is_object(value) ? without(value, "expect") : json_incref((json_t *)value);
	if (!rest)
		fault_memory(reader->faults);
	else
		read_members(reader, path, rest, test_rows, COUNT(test_rows), test);
	json_decref(rest);
	if (json_is_object(value) && json_is_array(json_object_get(value, "recipients")) && !test->recipients.count)
		json_fault(reader->source, path, reader->faults, "no recipients; name at least one");
}

static void read_tests(const struct setting_reader *reader, const json_t *list, struct policy_tests *tests)
{
	const struct json_path path = { .member = "tests" };

	if (!json_array_size(list)) {
		json_fault(reader->source, list ? &path : NULL, reader->faults, "no tests; write \"tests\": [{...}]");
		return;
	}
	tests->at = arena_array(reader->arena, json_array_size(list), sizeof *tests->at);
	if (!tests->at) {
		fault_memory(reader->faults);
		return;
	}
	struct json_anchor *anchors = arena_array(reader->arena, json_array_size(list), sizeof *anchors);
	if (!anchors) {
		fault_memory(reader->faults);
		return;
	}
	json_source_anchors(reader->source, &path, json_array_size(list), anchors);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const struct json_path step = { .parent = &path, .index = i };
		tests->at[i].line = anchors[i].place.line;
		read_test(reader, &step, json_array_get(list, i), &tests->at[tests->count++]);
	}
}

static bool make_mail(struct arena *arena, struct policy_test *test, const struct instant *now)
{
	struct mail *mail = &test->mail;

	*mail = (struct mail){ .time = *now, .sender = mail_argument(arena, test->sender) };
	if (test->time)
		instant_parse(text_of(test->time), &mail->time);
	if (test->client)
		ip_parse(text_of(test->client), &mail->client.ip);
	mail->client.login = text_of(test->login);
	mail->client.tls = test->tls;
	mail->recipients = arena_array(arena, test->recipients.count, sizeof *mail->recipients);
	if (!mail->sender.at || !mail->recipients)
		return false;
	for (size_t i = 0; i < test->recipients.count; i++) {
		mail->recipients[i] = mail_argument(arena, test->recipients.at[i]);
		if (!mail->recipients[i].at)
			return false;
		mail->recipient_count++;
	}
	for (size_t i = 0; i < test->headers.count; i++) {
		struct mail_header header;
		if (!eml_field(arena, text_of(test->headers.at[i]), &header) || !eml_append(arena, mail, header))
			return false;
	}
	return true;
}

/* A path from the folder of the file. */
static const char *from_here(struct arena *arena, const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');

	return *path == '/' || !slash ? path : arena_printf(arena, "%.*s/%s", (int)(slash - file), file, path);
}

static bool settle_list(struct arena *arena, const char *file, struct string_list *list)
{
	const char **paths = arena_array(arena, list->count, sizeof *paths);
	bool good = paths;

	for (size_t i = 0; good && i < list->count; i++)
		good = (paths[i] = from_here(arena, file, list->at[i]));
	/* An empty list that is there says something. */
	if (list->at)
		list->at = paths;
	return good;
}

static bool settle_path(struct arena *arena, const char *file, const char **path)
{
	return !*path || (*path = from_here(arena, file, *path));
}

static bool settle_paths(struct arena *arena, const char *file, struct test_file *out)
{
	struct string_list *levels = arena_array(arena, out->organization.count, sizeof *levels);
	bool good = levels && settle_list(arena, file, &out->policies) && settle_list(arena, file, &out->user_policies) &&
		settle_path(arena, file, &out->settings) && settle_path(arena, file, &out->boundary) &&
		settle_path(arena, file, &out->account_state);

	for (size_t i = 0; good && i < out->organization.count; i++) {
		levels[i] = out->organization.at[i];
		good = settle_list(arena, file, &levels[i]);
	}
	if (out->organization.at)
		out->organization.at = levels;
	return good;
}

static void read_root(const struct setting_reader *reader, const json_t *root, struct test_file *out)
{
	json_t *rest = json_is_object(root) ? without(root, "tests") : NULL;

	const char *policy = foreign_policy_member(root);
	if (policy) {
		json_fault(reader->source, NULL, reader->faults,
			"this is a policy (\"%s\"), and no file of tests; look at it with ses-policy lint, or name it in one: {\"policies\": [\"...\"], \"tests\": [{...}]}",
			policy);
		json_decref(rest);
		return;
	}
	if (!rest) {
		json_fault(reader->source, NULL, reader->faults,
			"not an object; write {\"policies\": [\"...\"], \"tests\": [{...}]}");
		return;
	}
	read_members(reader, NULL, rest, file_rows, COUNT(file_rows), out);
	json_decref(rest);
	if (!out->settings && !out->policies.count && !out->user_policies.count && !out->boundary && !out->organization.count)
		json_fault(reader->source, NULL, reader->faults,
			"no policies and no \"settings\"; write \"policies\": [\"policy.json\"], or \"user_policies\": [\"user.json\"]");
	read_tests(reader, json_object_get(root, "tests"), &out->tests);
}

bool test_file_read(struct arena *arena, const char *path, const struct instant *now, struct test_file *out, struct faults *faults)
{
	size_t size, before = faults->count;
	char *bytes = read_file(path, TEST_FILE_MAX, &size);

	*out = (struct test_file){ 0 };
	if (!bytes) {
		if (errno == EFBIG)
			fault_add(faults, "%s: cannot be read: larger than 16 MiB; make several files of it", path);
		else
			fault_system(faults, errno, system_error_read_remedy(errno), "%s: cannot be read", path);
		return false;
	}
	const struct json_source source = { .file = path, .text = { bytes, size } };
	const struct setting_reader reader = { .arena = arena,
		.source = &source,
		.faults = faults,
		.what = "member",
		.listed_by = "ses-policy(1)" };
	json_t *root = json_source_read(&source, faults);
	if (root)
		read_root(&reader, root, out);
	json_decref(root);
	free(bytes);
	bool good = faults->count != before || settle_paths(arena, path, out);
	for (size_t i = 0; good && faults->count == before && i < out->tests.count; i++)
		good = make_mail(arena, &out->tests.at[i], now);
	if (!good)
		fault_memory(faults);
	return faults->count == before;
}
