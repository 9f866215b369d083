/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "compare.h"

/* Levels of an organization: more abort. */
enum { LEVELS = 8 };

enum naive_kind { STRING, NUMBER, DATE, BOOLEAN, BYTES, ADDRESS, ARN, ABSENCE };
enum { BELOW = 1, SAME = 2, ABOVE = 4 };

struct naive_operator {
	const char *name;
	enum naive_kind kind;
	bool negated; /* the comparison is made without the Not */
	bool wildcards, folded;
	int order; /* NUMBER and DATE: what of request against policy is a match */
};

static const struct naive_operator operators[] = {
	{ "StringEquals", STRING, .negated = false },
	{ "StringNotEquals", STRING, .negated = true },
	{ "StringEqualsIgnoreCase", STRING, .folded = true },
	{ "StringNotEqualsIgnoreCase", STRING, .negated = true, .folded = true },
	{ "StringLike", STRING, .wildcards = true },
	{ "StringNotLike", STRING, .negated = true, .wildcards = true },
	{ "NumericEquals", NUMBER, .order = SAME },
	{ "NumericNotEquals", NUMBER, .negated = true, .order = SAME },
	{ "NumericLessThan", NUMBER, .order = BELOW },
	{ "NumericLessThanEquals", NUMBER, .order = BELOW | SAME },
	{ "NumericGreaterThan", NUMBER, .order = ABOVE },
	{ "NumericGreaterThanEquals", NUMBER, .order = ABOVE | SAME },
	{ "DateEquals", DATE, .order = SAME },
	{ "DateNotEquals", DATE, .negated = true, .order = SAME },
	{ "DateLessThan", DATE, .order = BELOW },
	{ "DateLessThanEquals", DATE, .order = BELOW | SAME },
	{ "DateGreaterThan", DATE, .order = ABOVE },
	{ "DateGreaterThanEquals", DATE, .order = ABOVE | SAME },
	{ "Bool", BOOLEAN, .folded = true },
	{ "BinaryEquals", BYTES, .negated = false },
	{ "IpAddress", ADDRESS, .negated = false },
	{ "NotIpAddress", ADDRESS, .negated = true },
	{ "ArnEquals", ARN, .wildcards = true },
	{ "ArnLike", ARN, .wildcards = true },
	{ "ArnNotEquals", ARN, .negated = true, .wildcards = true },
	{ "ArnNotLike", ARN, .negated = true, .wildcards = true },
	{ "Null", ABSENCE, .negated = false },
};

/* Keys that the service authorization reference and the IAM guide give as lists. */
static const char *const multivalued_keys[] = {
	"ses:Recipients",
	"ses:ReplicaRegion",
	"aws:CalledVia",
	"aws:TagKeys",
	"aws:PrincipalOrgPaths",
	"aws:ResourceOrgPaths",
	"aws:SourceOrgPaths",
	"aws:PrincipalServiceNamesList",
};

/* What the parts of a statement are judged against. */
struct naive_request {
	const char *principal; /* NULL: anonymous */
	const char *action, *resource;
	json_t *context;
	bool variables; /* the Version of the document at hand has them */
	bool folded;    /* domains have no case */
};

/* A lone value stands for a list of one. Walks with json_array_size and _get. */
static size_t list_size(json_t *value)
{
	return json_is_array(value) ? json_array_size(value) : 1;
}

static json_t *list_item(json_t *value, size_t i)
{
	return json_is_array(value) ? json_array_get(value, i) : value;
}

/* Text of a string, number or boolean. */
static void copy_text(json_t *value, char copy[NAIVE_LONGEST])
{
	char *encoded = json_is_string(value) ? strdup(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY);

	if (!encoded || strlen(encoded) >= NAIVE_LONGEST)
		abort();
	strcpy(copy, encoded);
	free(encoded);
}

/* The values of a key; NULL when there is none. */
static json_t *find_key(const struct naive_request *request, const char *wanted)
{
	const char *key;
	json_t *value;

	json_object_foreach(request->context, key, value)
		if (strcasecmp(key, wanted) == 0)
			return json_is_null(value) || list_size(value) == 0 ? NULL : value;
	return NULL;
}

static bool is_multivalued(const char *key, json_t *values)
{
	for (size_t i = 0; i < sizeof multivalued_keys / sizeof(multivalued_keys[0]); i++)
		if (strcasecmp(multivalued_keys[i], key) == 0)
			return true;
	return values && list_size(values) != 1;
}

/* Appends what the inside of ${...} stands for; false if it stands for nothing. */
static bool append_variable(const struct naive_request *request, struct naive_text *text, const char *inside, int length)
{
	char key[NAIVE_LONGEST], value[NAIVE_LONGEST], *comma;
	json_t *values;

	if (length >= NAIVE_LONGEST)
		abort();
	memcpy(key, inside, (size_t)length);
	key[length] = '\0';
	if (strcmp(key, "*") == 0 || strcmp(key, "?") == 0 || strcmp(key, "$") == 0) {
		naive_append(text, key, 1, false);
		return true;
	}
	comma = strstr(key, ", '");
	if (comma)
		*comma = '\0';
	values = find_key(request, key);
	if (!values && comma) {
		comma += strlen(", '");
		naive_append(text, comma, (int)strcspn(comma, "'"), false);
		return true;
	}
	if (!values || is_multivalued(key, values))
		return false;
	copy_text(list_item(values, 0), value);
	for (const char *c = value; *c != '\0'; c++) {
		naive_append(text, c, 1, false);
		if (*c == ':')
			text->cell[text->length - 1] = DATA_COLON;
	}
	return true;
}

/* Turns what stands in a policy into a text; false if a variable in it stands for nothing. */
static bool expand(const struct naive_request *request, const char *raw, bool wildcards, struct naive_text *text)
{
	text->length = 0;
	while (*raw != '\0') {
		const char *end = strchr(raw, '}');

		if (request->variables && raw[0] == '$' && raw[1] == '{' && end) {
			if (!append_variable(request, text, raw + 2, (int)(end - raw - 2)))
				return false;
			raw = end + 1;
		} else {
			naive_append(text, raw, 1, wildcards);
			raw++;
		}
	}
	return true;
}

static bool action_matches(const struct naive_request *request, json_t *entries)
{
	struct naive_text action = { 0 };

	naive_append(&action, request->action, (int)strlen(request->action), false);
	naive_fold(&action);
	for (size_t i = 0; i < list_size(entries); i++) {
		const char *entry = json_string_value(list_item(entries, i));
		struct naive_text pattern = { 0 };

		naive_append(&pattern, entry, (int)strlen(entry), true);
		naive_fold(&pattern);
		if (naive_matches(&pattern, &action))
			return true;
	}
	return false;
}

static bool resource_matches(const struct naive_request *request, json_t *entries)
{
	struct naive_text resource = { 0 };

	naive_append(&resource, request->resource, (int)strlen(request->resource), false);
	for (size_t i = 0; i < list_size(entries); i++) {
		const char *entry = json_string_value(list_item(entries, i));
		struct naive_text pattern;

		if (strcmp(entry, "*") == 0)
			return true;
		if (!expand(request, entry, true, &pattern))
			continue;
		/* A policy of the caller may leave the last fields out. */
		while (!naive_is_arn(&pattern))
			naive_append(&pattern, ":*", 2, true);
		if (request->folded && strncmp(request->resource + naive_arn_resource(&resource), "identity/", 9) == 0)
			naive_fold_domain(&pattern, naive_arn_resource(&pattern), true);
		if (naive_arn_matches(&pattern, &resource))
			return true;
	}
	return false;
}

/* Copies a field before the last out of an ARN; empty if there is none. */
static void copy_field(const char *arn, int number, char field[NAIVE_LONGEST])
{
	field[0] = '\0';
	for (; number > 0; number--) {
		arn = strchr(arn, ':');
		if (!arn)
			return;
		arn++;
	}
	strcpy(field, arn);
	field[strcspn(field, ":")] = '\0';
}

/* What the root user of an ARN's account is called. */
static void copy_root(const char *arn, char root[3 * NAIVE_LONGEST])
{
	char partition[NAIVE_LONGEST], account[NAIVE_LONGEST];

	copy_field(arn, 1, partition);
	copy_field(arn, 4, account);
	sprintf(root, "arn:%s:iam::%s:root", partition, account);
}

enum naive_match { NOBODY, ACCOUNT_ONLY, CALLER, CALLER_NAMED };

static enum naive_match match_aws_entry(const char *caller, const char *entry)
{
	char account[NAIVE_LONGEST], partition[NAIVE_LONGEST];
	char root[3 * NAIVE_LONGEST], role[3 * NAIVE_LONGEST], session[4 * NAIVE_LONGEST];

	if (strcmp(entry, "*") == 0)
		return CALLER;
	if (!caller)
		return NOBODY;
	/* A role is not the session that asks, and the root user is its account. */
	if (strcmp(entry, caller) == 0)
		return strstr(caller, ":role/") != NULL || strstr(caller, ":root") != NULL ? CALLER : CALLER_NAMED;
	copy_field(caller, 1, partition);
	copy_field(caller, 4, account);
	copy_root(caller, root);
	if (strcmp(entry, account) == 0 || strcmp(entry, root) == 0)
		return ACCOUNT_ONLY;
	sprintf(role, "arn:%s:iam::%s:role/", partition, account);
	if (strncmp(entry, role, strlen(role)) != 0)
		return NOBODY;
	sprintf(session, "arn:%s:sts::%s:assumed-role%s/", partition, account, strrchr(entry, '/'));
	return strncmp(caller, session, strlen(session)) == 0 ? CALLER : NOBODY;
}

/* How the best of the entries matches. */
static enum naive_match match_principal(const char *caller, json_t *principal)
{
	json_t *entries = json_object_get(principal, "AWS");
	enum naive_match best = NOBODY;

	if (json_is_string(principal))
		return match_aws_entry(caller, json_string_value(principal));
	for (size_t i = 0; entries && i < list_size(entries); i++) {
		enum naive_match match = match_aws_entry(caller, json_string_value(list_item(entries, i)));

		if (match > best)
			best = match;
	}
	return best;
}

static bool is_readable(enum naive_kind kind, const char *value)
{
	struct naive_text text = { 0 };
	__int128 number;

	naive_append(&text, value, (int)strlen(value), false);
	return kind == NUMBER     ? naive_number(value, &number)
		: kind == DATE    ? naive_date(value, &number)
		: kind == ADDRESS ? naive_is_address(value)
		: kind == ARN     ? naive_is_arn(&text)
				  : true;
}

/* Does a variable of it stand for an address, or does the key? */
static bool about_addresses(const struct naive_request *request, const char *key, const char *wanted)
{
	static const char *const keys[] = { "ses:FromAddress", "ses:FeedbackAddress", "ses:Recipients" };

	for (size_t i = 0; i < sizeof keys / sizeof(keys[0]); i++) {
		size_t length = strlen(keys[i]);

		if (strcasecmp(key, keys[i]) == 0)
			return true;
		for (const char *at = wanted; request->variables && (at = strstr(at, "${")) != NULL; at += 2)
			if (strncasecmp(at + 2, keys[i], length) == 0 && strchr(",}", at[2 + length]))
				return true;
	}
	return false;
}

/* The comparison without its Not, of a readable value. */
static bool compare(const struct naive_request *request, const struct naive_operator *op, const char *key, const char *value,
	const char *wanted)
{
	bool (*read)(const char *, __int128 *) = op->kind == DATE ? naive_date : naive_number;
	struct naive_text pattern, text = { 0 };
	__int128 left, right;

	switch (op->kind) {
	case NUMBER:
	case DATE:
		if (!read(value, &left) || !read(wanted, &right))
			return false;
		return op->order & (left < right ? BELOW : left > right ? ABOVE : SAME);
	case ADDRESS:
		return naive_in_network(value, wanted);
	case BYTES:
		return naive_same_bytes(value, wanted);
	case BOOLEAN:
		if (strcasecmp(value, "true") != 0 && strcasecmp(value, "false") != 0)
			return false;
		break;
	default:
		break;
	}
	if (!expand(request, wanted, op->wildcards, &pattern))
		return false;
	naive_append(&text, value, (int)strlen(value), false);
	if (request->folded && (op->kind == STRING || op->kind == ARN) && about_addresses(request, key, wanted))
		naive_fold_domain(&pattern, op->kind == ARN ? naive_arn_resource(&pattern) : 0, about_addresses(request, key, ""));
	if (op->kind == ARN)
		return naive_arn_matches(&pattern, &text);
	if (op->folded) {
		naive_fold(&pattern);
		naive_fold(&text);
	}
	return naive_matches(&pattern, &text);
}

/* One value of the request against all values of the policy. */
static bool satisfies(const struct naive_request *request, const struct naive_operator *op, const char *key, json_t *value,
	json_t *wanted)
{
	char left[NAIVE_LONGEST], right[NAIVE_LONGEST];
	bool any = false;

	copy_text(value, left);
	if (!is_readable(op->kind, left))
		return op->kind == ADDRESS && op->negated;
	for (size_t i = 0; i < list_size(wanted); i++) {
		copy_text(list_item(wanted, i), right);
		if (compare(request, op, key, left, right))
			any = true;
	}
	return any != op->negated;
}

static bool is_empty_text(json_t *value)
{
	return json_is_string(value) && json_string_length(value) == 0;
}

static bool absence_matches(json_t *values, json_t *wanted)
{
	for (size_t i = 0; i < list_size(wanted); i++) {
		char text[NAIVE_LONGEST];

		copy_text(list_item(wanted, i), text);
		if ((strcasecmp(text, "true") == 0) == (values == NULL))
			return true;
	}
	return false;
}

static bool condition_matches(const struct naive_request *request, const char *name, const char *key, json_t *wanted, bool denies)
{
	bool all = strncasecmp(name, "ForAllValues:", 13) == 0;
	bool any = strncasecmp(name, "ForAnyValue:", 12) == 0;
	const char *base = all ? name + 13 : any ? name + 12 : name;
	size_t base_length = strlen(base);
	bool if_exists = base_length > 8 && strcasecmp(base + base_length - 8, "IfExists") == 0;
	json_t *values = find_key(request, key);
	const struct naive_operator *op = operators;
	size_t seen = 0, satisfied = 0;

	if (if_exists)
		base_length -= 8;
	while (strlen(op->name) != base_length || strncasecmp(op->name, base, base_length) != 0)
		if (++op == operators + sizeof operators / sizeof(operators[0]))
			abort();

	if (op->kind == ABSENCE)
		return all || (!any && absence_matches(values, wanted));
	if (!values) {
		if (if_exists)
			return true;
		return all || (!any && op->negated);
	}
	for (size_t i = 0; i < list_size(values); i++) {
		json_t *value = list_item(values, i);

		if ((all || any) && is_empty_text(value))
			continue;
		seen++;
		satisfied += list_size(wanted) > 0 && satisfies(request, op, key, value, wanted);
	}
	if (all)
		return satisfied == seen;
	if (any)
		return satisfied > 0;
	if (is_multivalued(key, values))
		return denies && satisfied > 0;
	return satisfied > 0;
}

static bool conditions_match(const struct naive_request *request, json_t *condition, bool denies)
{
	const char *name, *key;
	json_t *keys, *wanted;

	json_object_foreach(condition, name, keys)
		json_object_foreach(keys, key, wanted)
			if (!condition_matches(request, name, key, wanted, denies))
				return false;
	return true;
}

/* Everything of a statement but its principal. */
static bool rest_matches(const struct naive_request *request, json_t *statement, bool denies)
{
	json_t *action = json_object_get(statement, "Action");
	json_t *not_action = json_object_get(statement, "NotAction");
	json_t *resource = json_object_get(statement, "Resource");
	json_t *not_resource = json_object_get(statement, "NotResource");

	if (action && !action_matches(request, action))
		return false;
	if (not_action && action_matches(request, not_action))
		return false;
	if (resource && !resource_matches(request, resource))
		return false;
	if (not_resource && resource_matches(request, not_resource))
		return false;
	return conditions_match(request, json_object_get(statement, "Condition"), denies);
}

static enum naive_decision evaluate_reading(json_t *policies, json_t *asked, bool folded)
{
	struct naive_request request = {
		.principal = json_string_value(json_object_get(asked, "principal")),
		.action = json_string_value(json_object_get(asked, "action")),
		.resource = json_string_value(json_object_get(asked, "resource")),
		.context = json_object_get(asked, "context"),
		.folded = folded,
	};
	bool caller_may = false;      /* by a policy of the caller's own */
	bool resource_may = false;    /* by a policy of the resource, for the caller or its account */
	bool resource_grants = false; /* by a policy of the resource, for the caller himself */
	bool resource_names = false;  /* the same, and it names the caller */
	bool bounded = false, boundary_may = false;
	bool level_there[LEVELS] = { false }, level_may[LEVELS] = { false };
	char home[NAIVE_LONGEST] = "", owner[NAIVE_LONGEST], root[3 * NAIVE_LONGEST];
	bool same;

	if (request.principal != NULL)
		copy_field(request.principal, 4, home);
	copy_field(request.resource, 4, owner);
	same = owner[0] == '\0' || strcmp(home, owner) == 0;
	for (size_t i = 0; i < json_array_size(policies); i++) {
		json_t *policy = json_array_get(policies, i);
		json_t *document = json_object_get(policy, "document");
		json_t *statements = json_object_get(document, "Statement");
		const char *version = json_string_value(json_object_get(document, "Version"));
		const char *type = json_string_value(json_object_get(policy, "type"));
		bool of_resource = strcmp(type, "resource") == 0, of_boundary = strcmp(type, "boundary") == 0;
		bool of_level = strcmp(type, "scp") == 0;
		size_t level = (size_t)json_integer_value(json_object_get(policy, "level"));

		/* Only principals have a boundary, and only those of the account its organization. */
		if (request.principal == NULL && (of_boundary || of_level))
			continue;
		if (of_level && !same)
			continue;
		if (level >= LEVELS)
			abort();
		bounded |= of_boundary;
		level_there[level] |= of_level;
		request.variables = version != NULL && strcmp(version, "2012-10-17") == 0;
		for (size_t j = 0; j < list_size(statements); j++) {
			json_t *statement = list_item(statements, j);
			json_t *principal = json_object_get(statement, "Principal");
			json_t *not_principal = json_object_get(statement, "NotPrincipal");
			bool denies = strcmp(json_string_value(json_object_get(statement, "Effect")), "Deny") == 0;
			enum naive_match match = CALLER;

			if (of_resource && principal)
				match = match_principal(request.principal, principal);
			else if (of_resource && match_principal(request.principal, not_principal) != NOBODY)
				match = NOBODY;
			if (match == NOBODY || !rest_matches(&request, statement, denies))
				continue;
			if (denies)
				return NAIVE_EXPLICIT_DENY;
			if (of_boundary)
				boundary_may = true;
			else if (of_level)
				level_may[level] = true;
			else if (!of_resource)
				caller_may = true;
			resource_may |= of_resource;
			resource_grants |= of_resource && match >= CALLER;
			resource_names |= of_resource && match == CALLER_NAMED;
		}
	}

	if (!request.principal)
		return resource_grants ? NAIVE_ALLOWED : NAIVE_IMPLICIT_DENY;
	for (size_t level = 0; level < LEVELS; level++)
		if (level_there[level] && !level_may[level])
			return NAIVE_IMPLICIT_DENY;
	copy_root(request.principal, root);
	if (same && resource_names)
		return NAIVE_ALLOWED;
	if (bounded && !boundary_may)
		return NAIVE_IMPLICIT_DENY;
	if (same)
		return caller_may || resource_grants || strcmp(request.principal, root) == 0 ? NAIVE_ALLOWED : NAIVE_IMPLICIT_DENY;
	return caller_may && resource_may ? NAIVE_ALLOWED : NAIVE_IMPLICIT_DENY;
}

enum naive_decision naive_evaluate(json_t *policies, json_t *asked)
{
	return evaluate_reading(policies, asked, false);
}

enum naive_decision naive_evaluate_folded(json_t *policies, json_t *asked)
{
	return evaluate_reading(policies, asked, true);
}

const char *naive_decision_name(enum naive_decision decision)
{
	static const char *const names[] = {
		[NAIVE_ALLOWED] = "allowed",
		[NAIVE_EXPLICIT_DENY] = "explicitDeny",
		[NAIVE_IMPLICIT_DENY] = "implicitDeny",
	};

	return names[decision];
}
