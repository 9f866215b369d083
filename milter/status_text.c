/* SPDX-License-Identifier: BSD-2-Clause */
#include "status_text.h"

#include <jansson.h>
#include <string.h>

static const char *text_at(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "-";
}

static void print_count(const json_t *root, const char *name, const char *words, FILE *out)
{
	fprintf(out, "%" JSON_INTEGER_FORMAT " %s", json_integer_value(json_object_get(root, name)), words);
}

static void print_generation(const json_t *generation, FILE *out)
{
	const json_t *file;
	size_t i;

	fputs("in force:     generation ", out);
	print_count(generation, "number", "", out);
	fprintf(out, "since %s, mode %s, account %s, region %s\n", text_at(generation, "loaded"), text_at(generation, "mode"),
		text_at(generation, "account"), text_at(generation, "region"));
	fputs("              ", out);
	print_count(generation, "policies", "policies, ", out);
	print_count(generation, "statements", "statements, of these files (SHA-256):\n", out);
	json_array_foreach(json_object_get(generation, "files"), i, file)
		fprintf(out, "              %s  %s\n", text_at(file, "sha256"), text_at(file, "file"));
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

static void print_root(const json_t *root, FILE *out)
{
	const json_t *reload = json_object_get(root, "reload");

	fprintf(out, "running:      version %s, process %" JSON_INTEGER_FORMAT ", user %s, since %s\n", text_at(root, "version"),
		json_integer_value(json_object_get(root, "pid")), text_at(root, "user"), text_at(root, "since"));
	fprintf(out, "settings:     %s\nsocket:       %s\n", text_at(root, "settings"), text_at(root, "socket"));
	if (json_is_string(json_object_get(root, "socket_trouble")))
		fprintf(out, "              %s\n", text_at(root, "socket_trouble"));
	print_generation(json_object_get(root, "generation"), out);
	if (json_is_object(reload))
		fprintf(out, "last reload:  %s, %s: %s\n", text_at(reload, "time"), text_at(reload, "result"),
			text_at(reload, "text"));
	else
		fputs("last reload:  none since the start\n", out);
	fputs("connections:  ", out);
	print_count(root, "connections", "now, ", out);
	print_count(root, "connections_total", "since the start\n", out);
	fputs("decisions:    ", out);
	print_count(root, "decisions", "since the start, ", out);
	print_count(root, "refused", "of them refused\n", out);
	fputs("lost:         ", out);
	print_count(root, "records_lost", "records; ", out);
	print_count(root, "unended_messages", "messages that came to DATA and never to their end\n", out);
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
