/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_sample: values that fit a pattern or a condition, and values beside them, for the requests of a probe.
 */
#ifndef LINT_PROBE_SAMPLE_H
#define LINT_PROBE_SAMPLE_H

#include "lint/probe.h"

/*
 * A value that matches a pattern: stars and question marks become letters, in a pattern of addresses so
 * that an address comes out. .at NULL when memory is short.
 */
struct text probe_sample(struct arena *arena, struct text pattern, bool address);

/* Candidate number n (below PROBE_CANDIDATES) for a value that `value` of the condition is about; .at NULL: there is none. */
#define PROBE_CANDIDATES 3
struct text probe_candidate(struct probe *probe, const struct condition *c, struct text value, int n);

#endif
