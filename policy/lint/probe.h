/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe: proof by evaluation. A request that a statement is about, made of the
 * values that stand in it, to be changed in one respect and asked again.
 *
 * Who asks, for what and with which values under every key is chosen so that the
 * statement matches, apart from the conditions that the check is about. If that
 * does not succeed there is no proof, and the check says nothing.
 */
#ifndef LINT_PROBE_H
#define LINT_PROBE_H

#include "iam/evaluate.h"
#include "lint/subject.h"

struct probe {
	const struct subject_statement *s;
	struct arena arena;
	struct request request;
};

/* A domain that no policy names. (RFC 2606 keeps .test for such.) */
#define PROBE_OUTSIDER "x@evil.test"

/*
 * A request that satisfies everything in the statement but the conditions under the key `but` (empty: everything).
 * The action is ses:SendRawEmail, what SMTP is. False: none was found. The probe is to be closed in any case.
 */
bool probe_open(struct probe *probe, const struct subject_statement *s, struct text but);
void probe_close(struct probe *probe);

/*
 * Put `count` values under a key, or none: the key is then missing. Addresses are put as the filter has them: their
 * domain in lower case, unless the site compares as written. False when memory is short.
 */
bool probe_set(struct probe *probe, struct text key, const struct text *values, size_t count);

/*
 * Does the condition hold, where domains may have no case (value/domain.h), in the readings that count: of a Deny in one
 * of them, of an Allow in both?
 */
bool probe_holds(const struct probe *probe, const struct condition *c);

/* Does the statement match, in the same sense? */
bool probe_matches(const struct probe *probe);

/* Does the document refuse it by a Deny? */
bool probe_denied(const struct probe *probe);

/* Does the statement allow it, and no Deny of the document refuse it? */
bool probe_granted(const struct probe *probe);

/*
 * A value that the condition is true for, or with `holds` false is not, made from its own values or from outsiders; the
 * key then has it. .at NULL: none was found.
 */
struct text probe_choose(struct probe *probe, const struct condition *c, bool holds);

/* A value that value i of the condition takes, negated or not; .at NULL when memory is short or a variable unknown. */
struct text probe_value(struct probe *probe, const struct condition *c, size_t i);

/* Does the statement take this action? */
bool probe_statement_takes(const struct statement *statement, struct text action);

#endif
