/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policies that speak of another connection than the settings do: of the relay's where aws:SourceIp is that of its client, or
 * of a client's where it is the relay's. Only where settings are known. Where they say `connection` themselves, nothing is
 * said that is not certain.
 */
#include "lint/check_common.h"
#include "lint/check_connection.h"
#include "lint/checks.h"

#define OF_THE_RELAY \
	"if the policy is about the relay's own connection, write \"connection\": \"relay\" and its public addresses into \"egress\""

static bool networks_meet(const struct ip_network *a, const struct ip_network *b)
{
	return a->prefix <= b->prefix ? ip_network_holds(a, &b->first) : ip_network_holds(b, &a->first);
}

static bool meets(const struct subject *subject, const char *text, const struct ip_network *network)
{
	struct ip_network other;

	return text && subject_network(subject, text_of(text), &other) && networks_meet(&other, network);
}

/* Do the settings name clients of this network? */
static bool is_of_clients(const struct subject *subject, const struct ip_network *network)
{
	const struct site_options *options = subject->site->options;

	for (size_t i = 0; i < options->principals.count; i++)
		if (!options->principals.at[i].refuse && meets(subject, options->principals.at[i].network, network))
			return true;
	for (size_t i = 0; i < options->networks.count; i++)
		if (meets(subject, options->networks.at[i].network, network))
			return true;
	return false;
}

/* Is all that the entries of principals take of one kind, and everybody else refused? */
static bool are_clients(const struct site_options *options, bool (*kind)(const struct principal_option *))
{
	for (size_t i = 0; i < options->principals.count; i++) {
		const struct principal_option *entry = &options->principals.at[i];
		if (entry->refuse && !entry->login && !entry->network)
			return true;
		if (!entry->refuse && !kind(entry))
			return false;
	}
	return false;
}

static bool has_network(const struct principal_option *entry)
{
	return entry->network;
}

static bool has_login(const struct principal_option *entry)
{
	return entry->login;
}

/* What the networks of a condition are. */
struct condition_networks {
	size_t count, hosts; /* all, and those of one address */
	bool private, clients;
};

static void networks_find(const struct subject *subject, const struct condition *c, struct condition_networks *out)
{
	*out = (struct condition_networks){ 0 };
	for (size_t i = 0; i < c->value_count; i++) {
		struct ip_network network;
		if (!check_is_fixed(c, i) || !subject_network(subject, c->values[i], &network))
			continue;
		out->count++;
		out->hosts += network.prefix == (network.first.family == 4 ? 32 : 128);
		out->private |= check_is_private(subject, &network);
		out->clients |= is_of_clients(subject, &network);
	}
}

/* Public addresses, where aws:SourceIp is the client's. */
static void of_client(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	const struct site_options *options = subject->site->options;
	struct condition_networks networks;
	struct place place;

	networks_find(subject, c, &networks);
	if (!networks.count || networks.private || networks.clients)
		return;
	if (are_clients(options, has_network))
		subject_report_statement(s, KIND_NO_CLIENT_THERE, place_key(&place, s, c),
			"aws:SourceIp is the address of the relay's client, and no client that fits \"principals\" has such an address; " OF_THE_RELAY,
			c->how.op->negated ? "the condition is true for every message" : "the condition is true for no message",
			NULL);
	else if (networks.hosts == networks.count && !options->connection_given)
		subject_report_statement(s, KIND_PUBLIC_ADDRESS, place_key(&place, s, c),
			"these addresses are public, and aws:SourceIp is the address of the relay's client; " OF_THE_RELAY
			"; if clients are meant, write \"connection\": \"client\"",
			c->how.op->negated ? "the condition is true for every client with another address"
					   : "the condition is true for no client with another address",
			NULL);
}

/* Private networks, where it is the relay's. */
static void of_relay(const struct subject_statement *s, const struct condition *c)
{
	const struct subject *subject = s->subject;
	struct place place;

	for (size_t i = 0; i < c->value_count; i++) {
		struct ip_network network;
		if (!check_is_fixed(c, i) || !subject_network(subject, c->values[i], &network) ||
			!check_is_private(subject, &network))
			continue;
		subject_report_statement(s, KIND_PRIVATE_OF_RELAY, place_value(&place, s, c, i),
			subject_say(subject,
				"\"%s\" is private, and SES sees a public address of the relay; if clients of the relay are meant, write "
				"\"connection\": \"client\"; for its address behind a VPC endpoint the key is aws:VpcSourceIp",
				subject_show(subject, c->values[i])),
			NULL, NULL);
		return;
	}
}

/* What is refused where it came without TLS: to the relay. */
static void in_clear(const struct subject_statement *s, const struct condition *c)
{
	const struct site_options *options = s->subject->site->options;
	bool deny = s->statement->effect == EFFECT_DENY;
	bool on_clear = c->set.truths.on_false && !c->set.truths.on_true, on_tls = c->set.truths.on_true && !c->set.truths.on_false;
	struct place place;

	if ((deny ? !on_clear : !on_tls) || options->connection_given || are_clients(options, has_login))
		return;
	subject_report_statement(s, KIND_CLEAR_OF_CLIENT, place_value(&place, s, c, 0),
		"aws:SecureTransport says whether the client uses TLS to the relay; " OF_THE_RELAY
		"; if clients are meant, write \"connection\": \"client\"",
		"mail of a client that uses no TLS is refused", NULL);
}

void check_connection(const struct subject_statement *s)
{
	const struct site_options *options = s->subject->site->options;

	for (size_t i = 0; options && i < s->statement->condition_count; i++) {
		const struct condition *c = &s->statement->conditions[i];
		bool relay = options->connection == CONNECTION_RELAY;
		if (c->how.op->type == TYPE_IP && text_equals_fold(c->key_text, TEXT("aws:SourceIp")))
			(relay ? of_relay : of_client)(s, c);
		if (!relay && c->how.op->type == TYPE_BOOL && text_equals_fold(c->key_text, TEXT("aws:SecureTransport")))
			in_clear(s, c);
	}
}

/* ---- the settings themselves ---- */

/* A key that only a VPC endpoint gives, beside addresses on the Internet. */
static void endpoint_keys(const struct subject *subject, const struct map *context, const struct json_path *parent)
{
	for (size_t i = 0; i < context->count; i++) {
		const struct key_info *info = key_find(text_of(context->at[i].name));
		const struct json_path inner = { .parent = parent, .member = "context" };
		const struct json_path path = { .parent = &inner, .member = context->at[i].name, .at_key = true };
		if (info && info->caller == CALLER_ENDPOINT)
			subject_report(subject, KIND_ENDPOINT_AND_EGRESS, &path,
				subject_say(subject,
					"only a VPC endpoint gives %s, and then there is no aws:SourceIp; write \"egress\": \"" EGRESS_VPC
					"\", or remove it",
					info->name),
				NULL);
	}
}

void check_connection_egress(const struct subject *subject, const struct site_options *options)
{
	const struct json_path list = { .member = "egress" };
	bool vpc = options->egress.count == 1 && text_equals(text_of(options->egress.at[0]), TEXT(EGRESS_VPC));

	if (options->connection != CONNECTION_RELAY || vpc)
		return;
	for (size_t i = 0; i < options->egress.count; i++) {
		const struct json_path path = { .parent = &list, .index = i };
		struct ip_network network;
		if (subject_network(subject, text_of(options->egress.at[i]), &network) && check_is_private(subject, &network))
			subject_report(subject, KIND_EGRESS_PRIVATE, &path,
				subject_say(subject,
					"%s is private, and SES sees a public address; write that of the NAT, or, behind a VPC endpoint, "
					"\"egress\": \"" EGRESS_VPC "\"",
					subject_show(subject, text_of(options->egress.at[i]))),
				NULL);
	}
	endpoint_keys(subject, &options->context, NULL);
	for (size_t i = 0; i < options->networks.count; i++) {
		const struct json_path networks = { .member = "networks" }, one = { .parent = &networks, .index = i };
		endpoint_keys(subject, &options->networks.at[i].context, &one);
	}
	for (size_t i = 0; i < options->principals.count; i++) {
		const struct json_path principals = { .member = "principals" }, one = { .parent = &principals, .index = i };
		endpoint_keys(subject, &options->principals.at[i].context, &one);
	}
}
