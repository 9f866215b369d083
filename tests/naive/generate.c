/* SPDX-License-Identifier: BSD-2-Clause */
#include "generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "vocabulary.h"

enum { LONGEST_WORD = 200 };

void generator_seed(struct generator *g, uint64_t seed)
{
	g->state = seed;
}

/* splitmix64 (Steele, Lea, Flood 2014; public domain) */
static uint64_t generator_next(struct generator *g)
{
	uint64_t z = g->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

unsigned int generator_below(struct generator *g, unsigned int bound)
{
	return (unsigned int)(generator_next(g) >> 32) % bound;
}

bool generator_chance(struct generator *g, unsigned int percent)
{
	return generator_below(g, 100) < percent;
}

static void *need(void *pointer)
{
	if (!pointer)
		abort();
	return pointer;
}

static void put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		abort();
}

static void add(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		abort();
}

static unsigned int count_words(const char *const *words)
{
	unsigned int count = 0;

	while (words[count])
		count++;
	return count;
}

/* The smaller of two draws: words in front come up more often. */
static const char *pick(struct generator *g, const char *const *words)
{
	unsigned int count = count_words(words);
	unsigned int first = generator_below(g, count), second = generator_below(g, count);

	return words[first < second ? first : second];
}

static const char *pick_evenly(struct generator *g, const char *const *words)
{
	return words[generator_below(g, count_words(words))];
}

/* The name as it is, or in another case. */
static void write_name(struct generator *g, const char *name, char out[LONGEST_WORD])
{
	bool changes = generator_chance(g, 15);

	for (; *name != '\0'; name++) {
		char c = *name;
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		*out++ = changes && letter && generator_chance(g, 50) ? (char)(c ^ 0x20) : c;
	}
	*out = '\0';
}

static bool in_character(const char *place)
{
	return ((unsigned char)*place & 0xc0) == 0x80;
}

/* Puts something else in the place of a part of the word, between whole characters. */
static void replace_part(struct generator *g, const char *word, const char *with, unsigned int longest, char out[LONGEST_WORD])
{
	unsigned int length = (unsigned int)strlen(word);
	unsigned int from = generator_below(g, length + 1), to = from + generator_below(g, longest + 1);

	if (to > length)
		to = length;
	while (in_character(word + from))
		from--;
	while (in_character(word + to))
		to++;
	snprintf(out, LONGEST_WORD, "%.*s%s%s", (int)from, word, with, word + to);
}

/* Now and then capitals behind `from`, but not in variables. */
static void write_capitals(struct generator *g, char *text, size_t from)
{
	bool variable = false;

	if (!g->capitals || generator_chance(g, 60))
		return;
	for (char *c = text; *c != '\0'; c++) {
		if (c[0] == '$' && c[1] == '{')
			variable = true;
		if (!variable && (size_t)(c - text) >= from && *c >= 'a' && *c <= 'z' && generator_chance(g, 30))
			*c = (char)(*c - 'a' + 'A');
		if (*c == '}')
			variable = false;
	}
}

/* A text for the policy that has something to do with the values. */
static void write_pattern(struct generator *g, const struct domain *domain, bool variables, bool strings, char out[LONGEST_WORD])
{
	const char *word = pick(g, domain->values);
	unsigned int kind = generator_below(g, 10);
	char twice[LONGEST_WORD];

	/* A part of ${...} alone would be no valid text. */
	if (!strings || kind < 4 || strstr(word, "${")) {
		snprintf(out, LONGEST_WORD, "%s", word);
	} else if (kind < 5) {
		replace_part(g, word, "*", 8, out);
	} else if (kind < 7) {
		replace_part(g, word, "?", 1, twice);
		replace_part(g, twice, "*", 4, out);
	} else if (kind < 8) {
		snprintf(out, LONGEST_WORD, "*%s", word + strcspn(word, "@"));
	} else if (variables && generator_chance(g, 60)) {
		snprintf(out, LONGEST_WORD, "%s%s", pick_evenly(g, vocabulary_variables), word + strcspn(word, "@"));
	} else if (variables) {
		replace_part(g, word, pick_evenly(g, vocabulary_variables), 5, out);
	} else {
		snprintf(out, LONGEST_WORD, "%s*", generator_chance(g, 50) ? "" : word);
	}
	if (strings)
		write_capitals(g, out, 0);
}

/* Numbers and booleans now and then as JSON has them. */
static json_t *make_bare(struct generator *g, const char *text)
{
	char *end;
	long long whole;

	if (generator_chance(g, 70))
		return need(json_string(text));
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return need(json_boolean(text[0] == 't'));
	whole = strtoll(text, &end, 10);
	if (*text != '\0' && *end == '\0' && strcmp(text, "-0") != 0 && strcmp(text, "00") != 0)
		return need(json_integer(whole));
	if (strcmp(text, "10.5") == 0)
		return need(json_real(10.5));
	return need(json_string(text));
}

static json_t *make_wanted(struct generator *g, const struct domain *domain, const char *op, bool variables, bool may_be_empty)
{
	bool strings = strncmp(op, "String", 6) == 0;
	unsigned int count = generator_chance(g, 50) ? 1 : 1 + generator_below(g, 6);
	json_t *wanted = need(json_array());
	char text[LONGEST_WORD];

	if (strcmp(op, "Bool") == 0)
		count = 1;
	if (may_be_empty && generator_chance(g, 5))
		count = 0;
	else if (count > 1 && generator_chance(g, 3))
		count *= 10;
	for (unsigned int i = 0; i < count; i++) {
		/* Without variables, ${...} alone is no boolean and no ARN. */
		do {
			if (domain->patterns && !strings)
				snprintf(text, sizeof text, "%s", pick_evenly(g, domain->patterns));
			else
				write_pattern(g, domain, variables, strings, text);
		} while (!strings && !variables && text[0] == '$');
		add(wanted, make_bare(g, text));
	}
	if (count == 1 && generator_chance(g, 60)) {
		json_t *lone = json_incref(json_array_get(wanted, 0));

		json_decref(wanted);
		return lone;
	}
	return wanted;
}

static bool has_key(json_t *object, const char *wanted)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
		if (strcasecmp(key, wanted) == 0)
			return true;
	return false;
}

static void add_condition(struct generator *g, json_t *conditions, bool variables)
{
	unsigned int count = 0, first, second, quantifier;
	const struct naive_key *key;
	const char *op;
	char full[LONGEST_WORD], name[LONGEST_WORD];
	json_t *keys, *wanted;

	while (vocabulary_keys[count].name)
		count++;
	first = generator_below(g, count);
	second = generator_below(g, count);
	key = &vocabulary_keys[first < second ? first : second];
	op = generator_chance(g, 7) ? "Null" : pick(g, key->domain->operators);
	if (generator_chance(g, 6))
		op = generator_chance(g, 50) ? "StringLike" : "StringNotEquals";
	quantifier = generator_below(g, key->longest > 1 ? 5 : 12);
	snprintf(full, sizeof full, "%s%s%s",
		quantifier < 2           ? "ForAllValues:"
			: quantifier < 4 ? "ForAnyValue:"
					 : "",
		op, strcmp(op, "Null") != 0 && generator_chance(g, 20) ? "IfExists" : "");
	if (strcmp(op, "Null") == 0)
		wanted = need(generator_chance(g, 70) ? json_string(generator_chance(g, 50) ? "true" : "false")
						      : json_boolean(generator_chance(g, 50)));
	else
		wanted = make_wanted(g, key->domain, op, variables, quantifier < 4 || strstr(full, "IfExists"));

	keys = json_object_get(conditions, full);
	if (!keys) {
		keys = need(json_object());
		put(conditions, full, keys);
	}
	write_name(g, key->name, name);
	if (has_key(keys, name))
		json_decref(wanted);
	else
		put(keys, name, wanted);
}

/* One word, or a list of them. */
static json_t *make_words(struct generator *g, const char *const *words, unsigned int most)
{
	json_t *list;
	unsigned int count = 1 + generator_below(g, most);

	if (generator_chance(g, 60))
		return need(json_string(pick(g, words)));
	list = need(json_array());
	for (unsigned int i = 0; i < count; i++)
		add(list, need(json_string(pick(g, words))));
	return list;
}

/* The same of ARNs, with capitals behind identity/. */
static json_t *make_resources(struct generator *g, const char *const *words)
{
	json_t *made = make_words(g, words, 4), *list = json_is_array(made) ? made : NULL, *one;
	size_t i = 0;

	do {
		one = list != NULL ? json_array_get(list, i) : made;
		char text[LONGEST_WORD];
		snprintf(text, sizeof text, "%s", json_string_value(one));
		const char *identity = strstr(text, "identity/");
		if (identity)
			write_capitals(g, text, (size_t)(identity - text) + strlen("identity/"));
		if (json_string_set(one, text) != 0)
			abort();
	} while (list && ++i < json_array_size(list));
	return made;
}

static json_t *make_principal(struct generator *g, bool everyone)
{
	json_t *principal;

	if (everyone && generator_chance(g, 30))
		return need(json_string("*"));
	principal = need(json_object());
	if (generator_chance(g, 4))
		put(principal, "Service", need(json_string("cognito-idp.amazonaws.com")));
	if (json_object_size(principal) == 0 || generator_chance(g, 50))
		put(principal, "AWS", make_words(g, vocabulary_principals, 4));
	return principal;
}

static json_t *make_statement(struct generator *g, bool of_resource, bool variables)
{
	json_t *statement = need(json_object()), *conditions;
	bool denies = generator_chance(g, 35);
	const char *const *resources = vocabulary_resource_patterns;
	unsigned int count;

	if (generator_chance(g, 30)) {
		char sid[LONGEST_WORD];

		snprintf(sid, sizeof sid, "S%u%u", generator_below(g, 1000000), generator_below(g, 1000000));
		put(statement, "Sid", need(json_string(sid)));
	}
	put(statement, "Effect", need(json_string(denies ? "Deny" : "Allow")));
	if (of_resource) {
		bool inverted = generator_chance(g, 12);

		put(statement, inverted ? "NotPrincipal" : "Principal", make_principal(g, !inverted));
	}
	put(statement, generator_chance(g, 12) ? "NotAction" : "Action", make_words(g, vocabulary_action_patterns, 3));
	if (!of_resource && generator_chance(g, 5))
		resources = vocabulary_short_resources;
	put(statement, generator_chance(g, 12) ? "NotResource" : "Resource",
		generator_chance(g, 30) ? need(json_string("*")) : make_resources(g, resources));

	count = generator_below(g, 4);
	if (count > 0 || generator_chance(g, 5)) {
		conditions = need(json_object());
		for (unsigned int i = 0; i < count; i++)
			add_condition(g, conditions, variables);
		put(statement, "Condition", conditions);
	}
	return statement;
}

static json_t *make_document(struct generator *g, bool of_resource)
{
	json_t *document = need(json_object()), *statements;
	unsigned int version = generator_below(g, 10), count = 1 + generator_below(g, 4);

	if (version > 1)
		put(document, "Version", need(json_string("2012-10-17")));
	else if (version > 0)
		put(document, "Version", need(json_string("2008-10-17")));
	if (count == 1 && generator_chance(g, 50)) {
		put(document, "Statement", make_statement(g, of_resource, version > 1));
		return document;
	}
	statements = need(json_array());
	for (unsigned int i = 0; i < count; i++)
		add(statements, make_statement(g, of_resource, version > 1));
	put(document, "Statement", statements);
	return document;
}

/* A boundary, or a policy of a level of the organization: most begin with allowing everything. */
static json_t *make_limit(struct generator *g, const char *type, unsigned int level)
{
	json_t *policy = need(json_object()), *document = make_document(g, false), *statements;

	if (generator_chance(g, 75)) {
		statements = json_object_get(document, "Statement");
		if (!json_is_array(statements)) {
			json_t *lone = json_incref(statements);

			statements = need(json_array());
			add(statements, lone);
			put(document, "Statement", statements);
		}
		add(statements, need(json_pack("{s:s, s:s, s:s}", "Effect", "Allow", "Action", "*", "Resource", "*")));
	}
	put(policy, "type", need(json_string(type)));
	put(policy, "document", document);
	if (strcmp(type, "scp") == 0)
		put(policy, "level", need(json_integer(level)));
	return policy;
}

json_t *generate_policies(struct generator *g)
{
	json_t *policies = need(json_array());
	unsigned int count = 1 + generator_below(g, 4);

	for (unsigned int i = 0; i < count; i++) {
		bool of_resource = generator_chance(g, 55);
		json_t *policy = need(json_object());

		put(policy, "type", need(json_string(of_resource ? "resource" : "identity")));
		put(policy, "document", make_document(g, of_resource));
		add(policies, policy);
	}
	if (generator_chance(g, 25))
		add(policies, make_limit(g, "boundary", 0));
	if (generator_chance(g, 25))
		for (unsigned int level = 0, levels = 1 + generator_below(g, 3); level < levels; level++)
			for (unsigned int i = 0, some = 1 + generator_below(g, 2); i < some; i++)
				add(policies, make_limit(g, "scp", level));
	return policies;
}

/* Takes principal, action and resource over from another statement. */
static void ask_alike(json_t *statement, json_t *other)
{
	static const char *const names[] = {
		"Principal",
		"NotPrincipal",
		"Action",
		"NotAction",
		"Resource",
		"NotResource",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_object_del(statement, names[i]);
		if (json_object_get(other, names[i]))
			put(statement, names[i], json_incref(json_object_get(other, names[i])));
	}
}

/* One more condition that statements can be found by, now and then with a long list. */
static void add_finding_condition(struct generator *g, json_t *statement, bool variables)
{
	static const struct {
		const char *op, *key;
	} kinds[] = {
		{ "StringLike", "ses:FromAddress" },
		{ "ForAnyValue:StringLike", "ses:Recipients" },
		{ "StringEquals", "ses:FromAddress" },
		{ "ForAnyValue:StringEquals", "ses:Recipients" },
		{ "StringEqualsIgnoreCase", "ses:FromAddress" },
		{ "IpAddress", "aws:SourceIp" },
		{ "StringLike", "ses:Recipients" },
	};
	unsigned int kind = generator_below(g, sizeof kinds / sizeof(kinds[0]));
	unsigned int count = 1 + generator_below(g, generator_chance(g, 20) ? 40 : 3);
	const struct naive_key *key = vocabulary_keys;
	json_t *conditions = json_object_get(statement, "Condition"), *keys, *wanted = need(json_array());
	char text[LONGEST_WORD];

	if (!conditions) {
		conditions = need(json_object());
		put(statement, "Condition", conditions);
	}
	keys = json_object_get(conditions, kinds[kind].op);
	if (!keys) {
		keys = need(json_object());
		put(conditions, kinds[kind].op, keys);
	}
	while (strcmp(key->name, kinds[kind].key) != 0)
		key++;
	for (unsigned int i = 0; i < count; i++) {
		if (key->domain->patterns)
			snprintf(text, sizeof text, "%s", pick_evenly(g, key->domain->patterns));
		else
			write_pattern(g, key->domain, variables && generator_chance(g, 10), true, text);
		/* Most of a long list is of no one that ever asks. */
		if (count > 3 && !key->domain->patterns && generator_chance(g, 80))
			snprintf(text, sizeof text, "%s%u@example.net", generator_chance(g, 20) ? "*" : "user",
				generator_below(g, 500));
		add(wanted, need(json_string(text)));
	}
	if (has_key(keys, kinds[kind].key))
		json_decref(wanted);
	else
		put(keys, kinds[kind].key, wanted);
}

json_t *generate_many_policies(struct generator *g)
{
	json_t *policies = generate_policies(g), *policy;
	unsigned int more = 20 + generator_below(g, 60);
	size_t i;

	json_array_foreach(policies, i, policy) {
		bool of_resource = strcmp(json_string_value(json_object_get(policy, "type")), "resource") == 0;
		json_t *document = json_object_get(policy, "document"), *statements = json_object_get(document, "Statement");
		const char *version = json_string_value(json_object_get(document, "Version"));
		bool variables = version != NULL && strcmp(version, "2012-10-17") == 0;

		if (!json_is_array(statements)) {
			json_t *lone = json_incref(statements);

			statements = need(json_array());
			add(statements, lone);
			put(document, "Statement", statements);
		}
		size_t own = json_array_size(statements);
		for (unsigned int made = 0; made < more / json_array_size(policies); made++) {
			json_t *statement = make_statement(g, of_resource, variables);

			if (generator_chance(g, 85))
				ask_alike(statement, json_array_get(statements, generator_below(g, (unsigned int)own)));
			if (generator_chance(g, 85))
				add_finding_condition(g, statement, variables);
			add(statements, statement);
		}
	}
	return policies;
}

static json_t *make_value(struct generator *g, const struct domain *domain)
{
	const char *const *words = domain->values;

	if (domain->garbage && generator_chance(g, 8))
		words = domain->garbage;
	return need(json_string(pick(g, words)));
}

static json_t *make_values(struct generator *g, const struct naive_key *key)
{
	unsigned int count;
	json_t *values;

	if (key->longest == 1)
		return make_value(g, key->domain);
	if (generator_chance(g, 15))
		return make_value(g, key->domain);
	count = generator_below(g, (unsigned int)key->longest + 1);
	values = need(json_array());
	for (unsigned int i = 0; i < count; i++)
		add(values, make_value(g, key->domain));
	return values;
}

/* Lower case behind the last at sign, or from `from` on. */
static void lower_domain(json_t *value, size_t from)
{
	char text[LONGEST_WORD];

	snprintf(text, sizeof text, "%s", json_string_value(value));
	const char *at = strrchr(text, '@');
	for (char *c = at != NULL ? text + (at - text) : text + from; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	if (json_string_set(value, text) != 0)
		abort();
}

static void lower_domains(json_t *request)
{
	static const char *const keys[] = { "ses:FromAddress", "ses:Recipients", "ses:FeedbackAddress" };
	const char *key, *resource = json_string_value(json_object_get(request, "resource"));
	const char *identity = strstr(resource, "identity/");
	json_t *values;

	if (identity)
		lower_domain(json_object_get(request, "resource"), (size_t)(identity - resource));
	json_object_foreach(json_object_get(request, "context"), key, values)
		for (size_t i = 0; i < sizeof keys / sizeof(keys[0]); i++) {
			if (strcasecmp(key, keys[i]) != 0)
				continue;
			for (size_t j = 0; json_is_array(values) && j < json_array_size(values); j++)
				lower_domain(json_array_get(values, j), 0);
			if (!json_is_array(values))
				lower_domain(values, 0);
		}
}

json_t *generate_request(struct generator *g)
{
	json_t *request = need(json_object()), *context = need(json_object());
	char name[LONGEST_WORD];

	put(request, "principal", generator_chance(g, 5) ? json_null() : need(json_string(pick(g, vocabulary_callers))));
	put(request, "action", need(json_string(generator_chance(g, 50) ? vocabulary_actions[0] : pick(g, vocabulary_actions))));
	put(request, "resource", need(json_string(pick(g, vocabulary_resources))));
	for (const struct naive_key *key = vocabulary_keys; key->name; key++) {
		if (generator_chance(g, 25))
			continue;
		write_name(g, key->name, name);
		put(context, name, make_values(g, key));
	}
	put(request, "context", context);
	if (g->capitals)
		lower_domains(request);
	return request;
}
