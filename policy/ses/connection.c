/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/connection.h"

#include "ses/generation.h"

static bool add_address(struct arena *arena, const struct site_options *options, size_t index, struct connection *out,
	struct faults *faults)
{
	struct egress *egress = &out->egress[out->egress_count];
	char text[IP_TEXT_SIZE];

	if (!ip_parse(text_of(options->egress.at[index]), &egress->ip)) {
		fault_add(faults, "egress[%zu]: is not an address; write each address by itself", index);
		return false;
	}
	egress->text = arena_text(arena, text_of(ip_print(&egress->ip, text)));
	if (!egress->text.at) {
		fault_memory(faults);
		return false;
	}
	for (size_t i = 0; i < out->egress_count; i++)
		if (text_equals(out->egress[i].text, egress->text)) {
			fault_add(faults, "egress[%zu]: %s occurs twice; remove one of them", index, text);
			return false;
		}
	out->egress_count++;
	return true;
}

bool connection_compile(struct arena *arena, const struct site_options *options, struct connection *out, struct faults *faults)
{
	const struct string_list *egress = &options->egress;
	bool good = true;

	*out = (struct connection){ .relay = options->connection == CONNECTION_RELAY };
	if (!out->relay || (egress->count == 1 && text_equals(text_of(egress->at[0]), TEXT(EGRESS_VPC))))
		return true;
	if (!egress->count || egress->count > EGRESS_MAX) {
		fault_add(faults, "egress: names %zu addresses; write 1 to %d, or \"" EGRESS_VPC "\"", egress->count, EGRESS_MAX);
		return false;
	}
	out->egress = arena_array(arena, egress->count, sizeof *out->egress);
	if (!out->egress) {
		fault_memory(faults);
		return false;
	}
	for (size_t i = 0; i < egress->count; i++)
		good &= add_address(arena, options, i, out, faults);
	return good;
}

enum key_source connection_source(const struct connection *connection, enum key_source source)
{
	return connection->relay && (source == SOURCE_CLIENT || source == SOURCE_TLS) ? SOURCE_SITE : source;
}

static bool is_looked_at(const struct generation *generation)
{
	return generation->connection.egress_count && generation->slot[KEY_SOURCE_IP] >= 0;
}

size_t connection_count(const struct generation *generation)
{
	return is_looked_at(generation) ? generation->connection.egress_count : 1;
}

bool connection_facts(const struct generation *generation, struct request *request)
{
	const struct egress *first = generation->connection.egress;

	if (!generation->connection.relay)
		return true;
	return (!is_looked_at(generation) || request_value_ip(request, generation->slot[KEY_SOURCE_IP], first->text, &first->ip)) &&
		request_value(request, generation->slot[KEY_SECURE_TRANSPORT], TEXT("true"));
}

void connection_pending(const struct generation *generation, struct request *request)
{
	if (connection_count(generation) > 1)
		request_state(request, generation->slot[KEY_SOURCE_IP], SLOT_PENDING);
}

void connection_enter(const struct generation *generation, struct request *request, size_t index)
{
	int number = generation->slot[KEY_SOURCE_IP];

	if (connection_count(generation) == 1)
		return;
	const struct egress *egress = &generation->connection.egress[index];
	request->slots[number].count = 0;
	/* There is room for it: a slot has room for one value from the beginning. */
	(void)request_value_ip(request, number, egress->text, &egress->ip);
	request->slots[number].state = SLOT_PRESENT;
}

static struct verdict evaluate_each(const struct generation *generation, struct request *request, size_t *against)
{
	struct verdict worst = { .decision = DECISION_ALLOWED };

	for (size_t i = 0; i < connection_count(generation); i++) {
		connection_enter(generation, request, i);
		struct verdict verdict = evaluate(request);
		/* Nothing that another address could answer goes before a Deny. */
		if (verdict.decision == DECISION_EXPLICIT_DENY) {
			*against = i;
			return verdict;
		}
		if (i == 0 || (verdict.decision == DECISION_IMPLICIT_DENY && worst.decision != DECISION_IMPLICIT_DENY) ||
			(verdict.decision == DECISION_PENDING && worst.decision == DECISION_ALLOWED)) {
			worst = verdict;
			*against = i;
		}
	}
	return worst;
}

struct verdict connection_evaluate(const struct generation *generation, struct request *request, size_t *against)
{
	*against = 0;
	/* Nearly everywhere. */
	return connection_count(generation) == 1 ? evaluate(request) : evaluate_each(generation, request, against);
}

struct text connection_address(const struct generation *generation, size_t index)
{
	return is_looked_at(generation) ? generation->connection.egress[index].text : TEXT("");
}

static bool looks(const struct generation *generation, const struct statement *statement)
{
	for (size_t i = 0; i < statement->condition_count; i++)
		if (statement->conditions[i].slot == generation->slot[KEY_SOURCE_IP])
			return true;
	return false;
}

struct text connection_named(const struct generation *generation, const struct statement *statement, size_t index)
{
	if (!is_looked_at(generation))
		return TEXT("");
	if (statement)
		return looks(generation, statement) ? connection_address(generation, index) : TEXT("");
	for (size_t i = 0; i < policy_set_statement_count(generation->set); i++) {
		const struct statement *allow = policy_set_statement(generation->set, i);
		if (allow->effect == EFFECT_ALLOW && looks(generation, allow))
			return connection_address(generation, index);
	}
	return TEXT("");
}
