/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/principal.h"

#include "iam/arn.h"
#include "value/glob.h"
#include "iam/request.h"

#include <ctype.h>
#include <string.h>

/* The last segment of a/b/c. */
static struct text last_segment(struct text t)
{
	size_t at = t.length;
	while (at && t.at[at - 1] != '/')
		at--;
	return text_from(t, at);
}

/* The ids of users, roles, keys and so on: what a deleted principal turns into. (IAM User Guide, "IAM identifiers".) */
static bool is_unique_id(struct text t)
{
	static const char *const prefixes[] = {
		"ABIA",
		"ACCA",
		"AGPA",
		"AIDA",
		"AIPA",
		"AKIA",
		"ANPA",
		"ANVA",
		"APKA",
		"AROA",
		"ASCA",
		"ASIA",
	};
	bool known = false;

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		known |= text_starts_with(t, text_of(prefixes[i]));
	if (!known || t.length < 16 || t.length > 128)
		return false;
	for (size_t i = 0; i < t.length; i++)
		if (!isdigit((unsigned char)t.at[i]) && !(t.at[i] >= 'A' && t.at[i] <= 'Z'))
			return false;
	return true;
}

static bool is_host_name(struct text t)
{
	bool dot = false;
	for (size_t i = 0; i < t.length; i++) {
		char byte = text_lower(t.at[i]);
		dot |= byte == '.';
		if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && byte != '-' && byte != '.')
			return false;
	}
	return dot;
}

/* Without blanks, with something behind the last slash, and with so many slashes (0: any number). */
static bool is_name(struct text t, size_t slashes)
{
	size_t count = 0;

	for (size_t i = 0; i < t.length; i++) {
		if ((unsigned char)t.at[i] <= ' ')
			return false;
		count += t.at[i] == '/';
	}
	return last_segment(t).length && (!slashes || count == slashes);
}

static const char *aws_entry(struct text t, struct principal_entry *entry)
{
	struct arn arn;

	if (text_equals(t, TEXT("*"))) {
		entry->kind = PRINCIPAL_ENTRY_ANYONE;
		return NULL;
	}
	if (glob_has_wildcard(t))
		return "a principal with a wildcard; name whole principals, or \"*\" alone for everyone";
	if (arn_is_account(t)) {
		entry->kind = PRINCIPAL_ENTRY_ACCOUNT;
		entry->account = t;
		return NULL;
	}
	if (is_unique_id(t)) {
		entry->kind = PRINCIPAL_ENTRY_NOBODY;
		return NULL;
	}
	if (!arn_split(t, &arn))
		return "not a principal; write an account id of 12 digits, arn:aws:iam::ACCOUNT:root, or the ARN of a user, role or session";
	struct text service = arn.field[ARN_SERVICE], resource = arn.field[ARN_RESOURCE];
	if (!arn_is_partition(arn.field[ARN_PARTITION]) || arn.field[ARN_REGION].length || !arn_is_account(arn.field[ARN_ACCOUNT]))
		return "not the ARN of a principal; write arn:aws:iam::ACCOUNT:..., with an account id of 12 digits and no region";
	entry->account = arn.field[ARN_ACCOUNT];
	entry->partition = arn.field[ARN_PARTITION];
	if (text_equals(service, TEXT("iam")) && text_equals(resource, TEXT("root"))) {
		entry->kind = PRINCIPAL_ENTRY_ACCOUNT;
		return NULL;
	}
	static const struct {
		const char *service, *prefix;
		enum principal_entry_kind kind;
		size_t slashes; /* exactly so many; 0: any number, there may be a path */
	} forms[] = {
		{ "iam", "user/", PRINCIPAL_ENTRY_ARN, 0 },
		{ "iam", "role/", PRINCIPAL_ENTRY_ROLE, 0 },
		{ "sts", "assumed-role/", PRINCIPAL_ENTRY_ARN, 2 },
		{ "sts", "federated-user/", PRINCIPAL_ENTRY_ARN, 1 },
	};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (text_equals(service, text_of(forms[i].service)) && text_starts_with(resource, text_of(forms[i].prefix)) &&
			is_name(resource, forms[i].slashes)) {
			entry->kind = forms[i].kind;
			entry->role = last_segment(resource);
			return NULL;
		}
	return "not the ARN of a principal; write root, user/NAME, role/NAME, assumed-role/ROLE/SESSION or federated-user/NAME (groups are no principals)";
}

static const char *service_entry(struct text t, struct principal_entry *entry)
{
	entry->kind = PRINCIPAL_ENTRY_SERVICE;
	return is_host_name(t) ? NULL : "not a service; write a name such as \"cognito-idp.amazonaws.com\"";
}

static const char *federated_entry(struct text t, struct principal_entry *entry)
{
	struct arn arn;
	entry->kind = PRINCIPAL_ENTRY_NOBODY;
	return is_host_name(t) || arn_split(t, &arn) ? NULL
						     : "not an identity provider; write a domain name or the ARN of a provider";
}

static const char *canonical_entry(struct text t, struct principal_entry *entry)
{
	entry->kind = PRINCIPAL_ENTRY_NOBODY;
	bool hex = t.length == 64;
	for (size_t i = 0; i < t.length; i++)
		hex &= isxdigit((unsigned char)t.at[i]) != 0;
	return hex ? NULL : "not a canonical user id; write 64 hexadecimal digits";
}

static const struct {
	const char *member;
	const char *(*entry)(struct text t, struct principal_entry *entry);
} kinds[] = {
	{ "AWS", aws_entry },
	{ "Service", service_entry },
	{ "Federated", federated_entry },
	{ "CanonicalUser", canonical_entry },
};

/* A list on its way, and how the entries of the member at hand are read. */
struct principal_filling {
	struct principal_list *list; /* has room */
	const char *(*parse)(struct text t, struct principal_entry *entry);
};

static bool entry_take(struct compile *c, const struct json_path *path, struct text t, void *out)
{
	struct principal_filling *filling = out;
	struct principal_entry *entry = &filling->list->entries[filling->list->count++];
	char shown[80];

	entry->text = t;
	const char *wrong = filling->parse(t, entry);
	if (wrong)
		compile_fault(c, path, "\"%s\" is %s", text_escape(t, shown, sizeof shown), wrong);
	return !wrong;
}

/* The entries under one member; `out` has room for them. */
static bool member_compile(struct compile *c, const struct json_path *path, const json_t *value,
	const char *(*parse)(struct text, struct principal_entry *), struct principal_list *out)
{
	struct principal_filling filling = { out, parse };
	return compile_strings(c, path, value, "empty list of principals; name at least one, or \"*\" for everyone", "a principal",
		entry_take, &filling);
}

bool principal_compile(struct compile *c, const struct json_path *path, const json_t *value, struct principal_list *out)
{
	const char *member;
	json_t *inner;
	bool good = true;
	size_t count = 1;
	char shown[JSON_SHOW_SIZE];

	*out = (struct principal_list){ 0 };
	if (json_is_object(value)) {
		count = 0;
		json_object_foreach((json_t *)value, member, inner)
			count += compile_count(inner);
	}
	out->entries = arena_array(c->arena, count, sizeof *out->entries);
	if (!out->entries) {
		fault_memory(c->faults);
		return false;
	}
	if (json_is_string(value) && !strcmp(json_string_value(value), "*"))
		return member_compile(c, path, value, aws_entry, out);
	if (!json_is_object(value) || !json_object_size(value)) {
		compile_fault(c, path, "%s is not a principal; write \"*\" or {\"AWS\": [...]}", json_show(value, shown));
		return false;
	}
	json_object_foreach((json_t *)value, member, inner) {
		struct json_path step = { .parent = path, .member = member };
		size_t kind = 0;
		while (kind < sizeof kinds / sizeof *kinds && strcmp(kinds[kind].member, member))
			kind++;
		if (kind == sizeof kinds / sizeof *kinds) {
			step.at_key = true;
			compile_fault(c, &step, "no such kind of principal; AWS, Service, Federated and CanonicalUser are known");
			good = false;
		} else if (!member_compile(c, &step, inner, kinds[kind].entry, out)) {
			good = false;
		}
	}
	return good;
}

static enum principal_match entry_match(const struct principal_entry *entry, const struct caller *caller)
{
	bool same_account = entry->account.length && text_equals(entry->account, caller->account) &&
		(!entry->partition.length || text_equals(entry->partition, caller->partition));

	switch (entry->kind) {
	case PRINCIPAL_ENTRY_ANYONE:
		return PRINCIPAL_DIRECT;
	case PRINCIPAL_ENTRY_ACCOUNT:
		if (!same_account)
			return PRINCIPAL_NO;
		return caller->kind == PRINCIPAL_ROOT ? PRINCIPAL_DIRECT : PRINCIPAL_ACCOUNT;
	case PRINCIPAL_ENTRY_ROLE:
		if (same_account && caller->role.length && text_equals(caller->role, entry->role))
			return PRINCIPAL_DIRECT;
		/* A request may also name the role itself. */
		return caller->kind == PRINCIPAL_ARN && text_equals(entry->text, caller->text) ? PRINCIPAL_DIRECT : PRINCIPAL_NO;
	case PRINCIPAL_ENTRY_ARN:
		return caller->kind == PRINCIPAL_ARN && text_equals(entry->text, caller->text) ? PRINCIPAL_NAMED : PRINCIPAL_NO;
	case PRINCIPAL_ENTRY_SERVICE:
		return caller->kind == PRINCIPAL_SERVICE && text_equals_fold(entry->text, caller->text) ? PRINCIPAL_DIRECT
													: PRINCIPAL_NO;
	case PRINCIPAL_ENTRY_NOBODY:
		break;
	}
	return PRINCIPAL_NO;
}

enum principal_match principal_match(const struct principal_list *list, const struct caller *caller)
{
	enum principal_match best = PRINCIPAL_NO;
	for (size_t i = 0; i < list->count && best != PRINCIPAL_NAMED; i++) {
		enum principal_match match = entry_match(&list->entries[i], caller);
		if (match > best)
			best = match;
	}
	return best;
}

bool caller_parse(struct text t, struct caller *out)
{
	struct arn arn;

	*out = (struct caller){ .kind = PRINCIPAL_ANONYMOUS, .text = t };
	if (!t.length)
		return true;
	if (is_host_name(t)) {
		out->kind = PRINCIPAL_SERVICE;
		return true;
	}
	if (!arn_split(t, &arn) || !arn_is_account(arn.field[ARN_ACCOUNT]) || glob_has_wildcard(t))
		return false;
	bool sts = text_equals(arn.field[ARN_SERVICE], TEXT("sts"));
	if (!sts && !text_equals(arn.field[ARN_SERVICE], TEXT("iam")))
		return false;
	struct text resource = arn.field[ARN_RESOURCE], session = TEXT("assumed-role/");
	out->kind = PRINCIPAL_ARN;
	out->account = arn.field[ARN_ACCOUNT];
	out->partition = arn.field[ARN_PARTITION];
	if (!sts && text_equals(resource, TEXT("root")))
		out->kind = PRINCIPAL_ROOT;
	if (sts && text_starts_with(resource, session)) {
		struct text rest = text_from(resource, session.length);
		out->role = text_first(rest, text_find(rest, '/', 0));
	}
	return true;
}
