/* SPDX-License-Identifier: BSD-2-Clause */
#include "status_text.h"

#include <jansson.h>

/* Limits that a person is shown. */
#define LIMITS_SHOWN 20

static const char *text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "-";
}

/* "1 message met a limit", "2 messages met a limit". */
static void print_count(const json_t *root, const char *name, const char *one, const char *many, const char *rest, FILE *out)
{
	json_int_t count = json_integer_value(json_object_get(root, name));

	fprintf(out, "%" JSON_INTEGER_FORMAT " %s%s", count, count == 1 ? one : many, rest);
}

static void print_generation(const json_t *generation, FILE *out)
{
	const json_t *file;
	size_t i;

	fputs("in force:     generation ", out);
	print_count(generation, "number", "", "", "", out);
	fprintf(out, "since %s, mode %s, account %s, region %s\n", text_at(generation, "loaded"), text_at(generation, "mode"),
		text_at(generation, "account"), text_at(generation, "region"));
	fputs("              ", out);
	print_count(generation, "policies", "policy", "policies", ", ", out);
	print_count(generation, "statements", "statement", "statements", ", of these files (SHA-256):\n", out);
	json_array_foreach(json_object_get(generation, "files"), i, file)
		fprintf(out, "              %s  %s\n", text_at(file, "sha256"), text_at(file, "file"));
}

/* Nothing, if nothing is read of it. */
static void print_account(const json_t *account, FILE *out)
{
	const json_t *part;
	size_t i;

	if (!json_is_object(account))
		return;
	fprintf(out, "account:      %sas SES had it at %s:", json_is_true(json_object_get(account, "paused")) ? "paused, " : "",
		text_at(account, "fetched"));
	json_array_foreach(json_object_get(account, "parts"), i, part)
		fprintf(out, "%s %s", i ? "," : "", json_string_value(part) ? json_string_value(part) : "-");
	fputc('\n', out);
}

static void print_logins(const json_t *root, FILE *out)
{
	const json_t *name;
	size_t i;

	if (!json_array_size(json_object_get(root, "stray_logins")))
		return;
	fputs("stray logins: ", out);
	json_array_foreach(json_object_get(root, "stray_logins"), i, name)
		fprintf(out, "%s%s", i ? ", " : "", json_string_value(name) ? json_string_value(name) : "-");
	fputs(" (no entry of principals of their own)\n", out);
}

/* The part of its day that a limit has used; below 0 where that cannot be told. */
static double fullness(const json_t *limit)
{
	const json_t *used = json_object_get(limit, "used"), *per_day = json_object_get(limit, "per_day");

	if (!json_is_integer(used) || !json_is_integer(per_day))
		return -1;
	if (json_integer_value(per_day) == 0)
		return 1;
	return (double)json_integer_value(used) / (double)json_integer_value(per_day);
}

static void print_limit(const json_t *limit, FILE *out)
{
	const json_t *used = json_object_get(limit, "used"), *per_day = json_object_get(limit, "per_day");
	bool day = json_is_integer(per_day), second = json_is_number(json_object_get(limit, "per_second"));

	fprintf(out, "              %s%s%s: ", text_at(limit, "scope"), *text_at(limit, "name") ? " " : "", text_at(limit, "name"));
	if (json_is_integer(used))
		fprintf(out, "%" JSON_INTEGER_FORMAT "%s", json_integer_value(used), day ? " of " : " recipients in 24 hours, ");
	if (day)
		fprintf(out, "%" JSON_INTEGER_FORMAT " recipients in 24 hours%s", json_integer_value(per_day), second ? ", " : "");
	if (second)
		fprintf(out, "%.10g a second (burst %" JSON_INTEGER_FORMAT ")",
			json_number_value(json_object_get(limit, "per_second")),
			json_integer_value(json_object_get(limit, "burst")));
	if (!day && !second)
		fputs("no limit", out);
	fprintf(out, "%s%s\n", json_is_true(json_object_get(limit, "pattern")) ? ", each" : "",
		json_is_true(json_object_get(limit, "monitor")) ? ", only watched" : "");
}

/* The fullest first, and of equals the first; all of them are in the JSON. No memory is taken: without it the rest would look whole. */
static void print_limits(const json_t *limits, FILE *out)
{
	const json_t *fullest[LIMITS_SHOWN + 1], *limit;
	size_t count = 0, i;

	json_array_foreach(limits, i, limit) {
		size_t at = count;
		for (; at && fullness(fullest[at - 1]) < fullness(limit); at--)
			fullest[at] = fullest[at - 1];
		fullest[at] = limit;
		count += count < LIMITS_SHOWN;
	}
	for (i = 0; i < count; i++)
		print_limit(fullest[i], out);
	if (json_array_size(limits) > count)
		fprintf(out, "              and %zu more limits; --json has all of them\n", json_array_size(limits) - count);
}

static void print_quotas(const json_t *quotas, FILE *out)
{
	if (!json_is_object(quotas)) {
		fputs("quotas:       none\n", out);
		return;
	}
	fprintf(out, "quotas:       counted in %s%s\n              ", text_at(quotas, "store"),
		json_is_true(json_object_get(quotas, "store_up")) ? "" : ", which is in trouble: the log says why");
	if (json_is_integer(json_object_get(quotas, "keys")))
		print_count(quotas, "keys", "key has counts", "keys have counts", ", ", out);
	print_count(quotas, "refused", "message", "messages", " met a limit, ", out);
	print_count(quotas, "unmetered", "passed", "passed", " without being counted\n", out);
	print_limits(json_object_get(quotas, "limits"), out);
}

static void print_root(const json_t *root, FILE *out)
{
	const json_t *reload = json_object_get(root, "reload");

	fprintf(out, "running:      version %s, process %" JSON_INTEGER_FORMAT ", user %s, since %s\n", text_at(root, "version"),
		json_integer_value(json_object_get(root, "pid")), text_at(root, "user"), text_at(root, "since"));
	fprintf(out, "settings:     %s\nsocket:       %s\n", text_at(root, "settings"), text_at(root, "socket"));
	if (json_is_string(json_object_get(root, "socket_trouble")))
		fprintf(out, "              %s\n", text_at(root, "socket_trouble"));
	print_generation(json_object_get(root, "generation"), out);
	print_account(json_object_get(json_object_get(root, "generation"), "account_state"), out);
	if (json_is_object(reload))
		fprintf(out, "last reload:  %s, %s: %s\n", text_at(reload, "time"), text_at(reload, "result"),
			text_at(reload, "text"));
	else
		fputs("last reload:  none since the start\n", out);
	fputs("connections:  ", out);
	print_count(root, "connections", "now", "now", ", ", out);
	print_count(root, "connections_total", "since the start", "since the start", "\n", out);
	fputs("decisions:    ", out);
	print_count(root, "decisions", "since the start", "since the start", ", ", out);
	print_count(root, "refused", "of them", "of them", " refused\n", out);
	print_quotas(json_object_get(root, "quotas"), out);
	fputs("lost:         ", out);
	print_count(root, "records_lost", "record or log line", "records and log lines", "; ", out);
	print_count(root, "unended_messages", "message", "messages", " that came to DATA and never to the end\n", out);
	print_logins(root, out);
}

bool status_text_print(const char *json, FILE *out)
{
	json_t *root = json_loads(json, 0, NULL);
	bool good = json_is_object(root) && json_is_object(json_object_get(root, "generation"));

	if (good)
		print_root(root, out);
	json_decref(root);
	return good;
}
