/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * subject: what a check looks at: one document that has loaded, one of its
 * statements, and the places of their parts; and how a check reports.
 *
 * Conditions, actions and resources stand in the compiled statement in the
 * order of the document, with their texts as written: a place is found by
 * walking the source along a path made of them.
 */
#ifndef LINT_SUBJECT_H
#define LINT_SUBJECT_H

#include "value/instant.h"
#include "value/ip.h"
#include "base/json_source.h"
#include "iam/statement.h"
#include "lint/finding.h"
#include "lint/lint.h"

/* In the set of its document an identity policy stands in this group; others in POLICY_GROUP_RESOURCE. */
#define IDENTITY_GROUP 1

/* One document. Everything is borrowed. */
struct subject {
	struct findings *findings;
	const struct lint_site *site;
	const struct string_list *hung; /* identities that resource policies of this run hang on, so far */
	const char *file;               /* as given; the source's own is FILE[NAME] if it stands inside a string */
	struct instant now;
	const struct json_source *source;
	const struct json_path *path; /* of the document in its source; NULL: it is the root */
	const json_t *json;
	const struct policy_set *set; /* of this document alone */
	const struct policy *policy;
	bool limit;     /* a boundary or service control policy: it allows nothing by itself */
	bool alone;     /* nothing but this document can allow its principal's mail */
	bool identity;  /* a policy of a user rather than of a sending identity */
	unsigned *told; /* findings of each kind so far */
	struct text name;
	bool named; /* its name comes from a file or a map, not from nowhere */
};

/* One statement. */
struct subject_statement {
	const struct subject *subject;
	const struct statement *statement;
	const json_t *json;
	bool in_part; /* something of it cannot be read: only what is dangerous is told, and no statement is a fix */
	struct json_path list, element;
	const struct json_path *path; /* list or element */
};

/* Statement `index` of the document. *out must not move: it points into itself. */
void subject_statement_open(const struct subject *subject, size_t index, struct subject_statement *out);

/* Storage for a path below a statement. */
struct place {
	struct json_path steps[4];
	const struct json_path *path;
};

/* The document's own member, for instance "Version"; at its name. */
const struct json_path *place_member(struct place *place, const struct subject *subject, const char *member);

/* A member of the statement, at its name. */
const struct json_path *place_element(struct place *place, const struct subject_statement *s, const char *member);

/* Entry i of an element that is a text or a list of texts. */
const struct json_path *place_entry(struct place *place, const struct subject_statement *s, const char *member, size_t i);

/* The operator of a condition, the key of it, value i of it. */
const struct json_path *place_operator(struct place *place, const struct subject_statement *s, const struct condition *c);
const struct json_path *place_key(struct place *place, const struct subject_statement *s, const struct condition *c);
const struct json_path *place_value(struct place *place, const struct subject_statement *s, const struct condition *c, size_t i);

/* The place of entry n of Principal: entries stand in the order of the element's members. */
const struct json_path *place_principal(struct place *place, const struct subject_statement *s, size_t n);

/* "Action" or "NotAction" and so on, as the statement has it. */
const char *subject_action_member(const struct statement *statement);
const char *subject_resource_member(const struct statement *statement);
const char *subject_principal_member(const struct statement *statement);

/* Text of the document, escaped for people; quotes are the caller's. Never NULL. */
const char *subject_show(const struct subject *subject, struct text t);

/* A network that stands in the policy or here; false, and the findings know, when libcidr got no memory, and for what is none. */
bool subject_network(const struct subject *subject, struct text text, struct ip_network *network);

/* A message or a remark on mail, in the findings' arena; never NULL. */
const char *subject_say(const struct subject *subject, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Findings of one kind in one document; that there are more is told by one at the end (subject_close). */
#define SUBJECT_TOLD 20

/* Would one more of the kind not be told? Then the check need not look further. */
bool subject_has_enough(const struct subject *subject, enum kind_number kind);

/* After all checks. */
void subject_close(const struct subject *subject);

/* Report on the document. `mail` and `fix` may be NULL; takes the fix. */
void subject_report(const struct subject *subject, enum kind_number kind, const struct json_path *path, const char *message,
	const char *mail);

/* Report on a statement. */
void subject_report_statement(const struct subject_statement *s, enum kind_number kind, const struct json_path *path,
	const char *message, const char *mail, json_t *fix);

/* Has the statement a condition on this key with that operator type (enum value_type bits)? */
const struct condition *subject_condition_on(const struct statement *statement, struct text key, unsigned types);

#endif
