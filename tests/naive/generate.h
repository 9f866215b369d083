/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random policies and requests for differential tests, the same for the same
 * seed on every machine. Documents are valid: a strict loader takes them all.
 * Both draw on one small vocabulary, so that matches and near misses are common.
 */
#ifndef TESTS_NAIVE_GENERATE_H
#define TESTS_NAIVE_GENERATE_H

#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>

struct generator {
	uint64_t state;
	bool capitals; /* policies have capitals in domains, and requests, as mail has, none */
};

void generator_seed(struct generator *g, uint64_t seed);
unsigned int generator_below(struct generator *g, unsigned int bound);
bool generator_chance(struct generator *g, unsigned int percent);

/* Array of 1 to 4 {"type", "document"}; a new reference. Aborts when memory is short. */
json_t *generate_policies(struct generator *g);

/*
 * The same, but of 20 to 80 statements, of which many ask for the same
 * principals, actions and resources, and have long lists of values under a few
 * keys.
 */
json_t *generate_many_policies(struct generator *g);

/* {"principal", "action", "resource", "context"}; a new reference. Likewise. */
json_t *generate_request(struct generator *g);

#endif
