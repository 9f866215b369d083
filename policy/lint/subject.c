/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/subject.h"

#include "iam/policy_set.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Longest piece of a document that is shown. */
#define SHOWN_SIZE 120

/* Said instead of what memory did not suffice for; the list then says out_of_memory as well. */
static const char lost[] = "(memory ran short)";

void subject_statement_open(const struct subject *subject, size_t index, struct subject_statement *out)
{
	const json_t *list = json_object_get(subject->json, "Statement");

	*out = (struct subject_statement){
		.subject = subject,
		.statement = policy_set_statement(subject->set, subject->policy->first + index),
		.json = json_is_array(list) ? json_array_get(list, index) : list,
		.list = { .parent = subject->path, .member = "Statement" },
	};
	out->element = (struct json_path){ .parent = &out->list, .index = index };
	out->path = json_is_array(list) ? &out->element : &out->list;
}

const struct json_path *place_member(struct place *place, const struct subject *subject, const char *member)
{
	place->steps[0] = (struct json_path){ .parent = subject->path, .member = member, .at_key = true };
	return place->path = &place->steps[0];
}

const struct json_path *place_element(struct place *place, const struct subject_statement *s, const char *member)
{
	place->steps[0] = (struct json_path){ .parent = s->path, .member = member, .at_key = true };
	return place->path = &place->steps[0];
}

/* Down one more step, into a list if it is one. */
static const struct json_path *entry(struct place *place, size_t used, const json_t *value, size_t i)
{
	if (!json_is_array(value))
		return place->path = &place->steps[used - 1];
	place->steps[used] = (struct json_path){ .parent = &place->steps[used - 1], .index = i };
	return place->path = &place->steps[used];
}

const struct json_path *place_entry(struct place *place, const struct subject_statement *s, const char *member, size_t i)
{
	place->steps[0] = (struct json_path){ .parent = s->path, .member = member };
	return entry(place, 1, json_object_get(s->json, member), i);
}

const struct json_path *place_operator(struct place *place, const struct subject_statement *s, const struct condition *c)
{
	place->steps[0] = (struct json_path){ .parent = s->path, .member = "Condition" };
	place->steps[1] = (struct json_path){ .parent = &place->steps[0], .member = c->operator_text.at, .at_key = true };
	return place->path = &place->steps[1];
}

const struct json_path *place_key(struct place *place, const struct subject_statement *s, const struct condition *c)
{
	place_operator(place, s, c);
	place->steps[2] = (struct json_path){ .parent = &place->steps[1], .member = c->key_text.at, .at_key = true };
	return place->path = &place->steps[2];
}

const struct json_path *place_value(struct place *place, const struct subject_statement *s, const struct condition *c, size_t i)
{
	place_key(place, s, c);
	place->steps[2].at_key = false;
	const json_t *block = json_object_get(json_object_get(s->json, "Condition"), c->operator_text.at);
	return entry(place, 3, json_object_get(block, c->key_text.at), i);
}

const char *subject_action_member(const struct statement *statement)
{
	return statement->not_action ? "NotAction" : "Action";
}

const char *subject_resource_member(const struct statement *statement)
{
	return statement->not_resource ? "NotResource" : "Resource";
}

const char *subject_principal_member(const struct statement *statement)
{
	return statement->not_principal ? "NotPrincipal" : "Principal";
}

const struct json_path *place_principal(struct place *place, const struct subject_statement *s, size_t n)
{
	const char *element = subject_principal_member(s->statement), *member;
	json_t *value = json_object_get(s->json, element), *inner;

	place->steps[0] = (struct json_path){ .parent = s->path, .member = element };
	place->path = &place->steps[0];
	json_object_foreach(value, member, inner) {
		size_t count = compile_count(inner);
		if (n >= count) {
			n -= count;
			continue;
		}
		place->steps[1] = (struct json_path){ .parent = &place->steps[0], .member = member };
		place->steps[2] = (struct json_path){ .parent = &place->steps[1], .index = n };
		return place->path = json_is_array(inner) ? &place->steps[2] : &place->steps[1];
	}
	return place->path;
}

const char *subject_show(const struct subject *subject, struct text t)
{
	char buffer[SHOWN_SIZE];

	return subject_say(subject, "%s", text_escape(t, buffer, sizeof buffer));
}

const char *subject_say(const struct subject *subject, const char *format, ...)
{
	va_list arguments, again;

	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	char *line = length < 0 ? NULL : arena_take(&subject->findings->arena, (size_t)length + 1);
	if (line)
		vsnprintf(line, (size_t)length + 1, format, again);
	else
		subject->findings->out_of_memory = true;
	va_end(again);
	va_end(arguments);
	return line ? line : lost;
}

/* One more of the kind: is it to be told? */
static bool counted(const struct subject *subject, enum kind_number kind)
{
	return subject->told[kind]++ < SUBJECT_TOLD;
}

static struct finding finding_at(const struct subject *subject, enum kind_number kind, const struct json_path *path,
	const char *message, const char *mail)
{
	struct finding finding = {
		.kind = kind,
		.file = subject_say(subject, "%s", subject->source->file),
		.statement = -1,
		.message = message,
		.mail = mail,
		.policy = subject->policy ? subject_show(subject, subject->policy->name) : NULL,
	};
	struct json_place place;
	if (strcmp(subject->source->file, subject->file))
		finding.outer = subject_say(subject, "%s", subject->file);
	if (json_source_find(subject->source, path, &place)) {
		finding.line = place.line;
		finding.column = place.column;
	}
	return finding;
}

void subject_report(const struct subject *subject, enum kind_number kind, const struct json_path *path, const char *message,
	const char *mail)
{
	if (counted(subject, kind))
		findings_add(subject->findings, finding_at(subject, kind, path, message, mail));
}

void subject_close(const struct subject *subject)
{
	for (enum kind_number kind = 0; kind < KINDS; kind++)
		if (subject->told[kind] > SUBJECT_TOLD)
			findings_add(subject->findings,
				finding_at(subject, kind, subject->path, "there are more of this kind", NULL));
}

bool subject_has_enough(const struct subject *subject, enum kind_number kind)
{
	return subject->told[kind] > SUBJECT_TOLD;
}

void subject_report_statement(const struct subject_statement *s, enum kind_number kind, const struct json_path *path,
	const char *message, const char *mail, json_t *fix)
{
	if (s->in_part) {
		json_decref(fix);
		fix = NULL;
		if (kinds[kind].severity != SEVERITY_SECURITY && kind != KIND_RESTRICTS_NOBODY)
			return;
	}
	if (!counted(s->subject, kind)) {
		json_decref(fix);
		return;
	}
	struct finding finding = finding_at(s->subject, kind, path, message, mail);
	finding.statement = (int)s->statement->index;
	finding.sid = s->statement->sid.length ? subject_show(s->subject, s->statement->sid) : NULL;
	finding.fix = fix;
	findings_add(s->subject->findings, finding);
}

const struct condition *subject_condition_on(const struct statement *statement, struct text key, unsigned types)
{
	for (size_t i = 0; i < statement->condition_count; i++) {
		const struct condition *c = &statement->conditions[i];
		if (text_equals_fold(c->key_text, key) && (c->how.op->type & types))
			return c;
	}
	return NULL;
}

bool subject_network(const struct subject *subject, struct text text, struct ip_network *network)
{
	enum ip_network_parsed parsed = ip_network_parse(text, network, NULL);

	subject->findings->out_of_memory |= parsed == IP_NETWORK_MEMORY;
	return parsed == IP_NETWORK_GOOD;
}
