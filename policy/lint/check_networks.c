/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a message comes from: addresses, VPCs, endpoints; and text where a typed operator belongs. */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/probe.h"
#include "lint/check_common.h"

#include "value/glob.h"

#include <stdio.h>
#include <string.h>

static void network(const struct subject_statement *s, const struct condition *c, size_t i, bool *told)
{
	const struct subject *subject = s->subject;
	struct ip_network parsed;
	struct place place;
	char text[IP_TEXT_SIZE];

	if (!subject_network(subject, c->values[i], &parsed))
		return;
	if (parsed.host_bits && !subject_has_enough(subject, KIND_HOST_BITS)) {
		const char *right = subject_say(subject, "%s/%u", ip_print(&parsed.first, text), parsed.prefix);
		subject_report_statement(s, KIND_HOST_BITS, place_value(&place, s, c, i),
			subject_say(subject, "\"%s\" names a host and a prefix; it means \"%s\"",
				subject_show(subject, c->values[i]), right),
			NULL, fix_kept(s, REACH_SAME, fix_value(s, c, i, text_of(right), (struct text){ 0 }, NULL)));
	}
	if (!parsed.prefix && !subject_has_enough(subject, KIND_ANY_NETWORK))
		subject_report_statement(s, KIND_ANY_NETWORK, place_value(&place, s, c, i),
			subject_say(subject, "\"%s\" holds every IPv%u address", subject_show(subject, c->values[i]),
				parsed.first.family),
			NULL, NULL);
	/* Settings say whose address it is: check_connection.c. */
	if (!*told && !subject->site->options && text_equals_fold(c->key_text, TEXT("aws:SourceIp")) &&
		check_is_private(subject, &parsed)) {
		*told = true;
		subject_report_statement(s, KIND_PRIVATE_NETWORK, place_value(&place, s, c, i),
			subject_say(subject,
				"\"%s\" is private: here aws:SourceIp is the address of the relay's client, but at SES the public address "
				"of the relay",
				subject_show(subject, c->values[i])),
			c->how.op->negated ? "at SES the condition is true for every message"
					   : "at SES the condition is true for no message",
			NULL);
	}
}

/* A condition that needs the key. */
static bool needs(const struct condition *c)
{
	if (c->how.op->type == TYPE_NULL)
		return c->set.truths.on_false && !c->set.truths.on_true;
	return !c->how.op->negated && !c->how.if_exists && c->how.quantifier != QUANTIFIER_ALL;
}

static void endpoint(const struct subject_statement *s)
{
	const struct condition *address = subject_condition_on(s->statement, TEXT("aws:SourceIp"), ~0u);
	struct place place;

	for (size_t i = 0; address && i < s->statement->condition_count; i++) {
		const struct condition *c = &s->statement->conditions[i];
		const struct key_info *key = key_find(c->key_text);
		if (!key || key->caller != CALLER_ENDPOINT || !needs(c) || !needs(address) ||
			check_site_has_key(s->subject->site, c->key_text))
			continue;
		subject_report_statement(s, KIND_NETWORK_AND_ENDPOINT, place_key(&place, s, c),
			subject_say(s->subject,
				"a request has aws:SourceIp, or by a VPC endpoint %s, never both; make two statements", key->name),
			s->statement->effect == EFFECT_DENY ? "at SES the Deny refuses no message"
							    : "at SES the Allow allows no message",
			NULL);
		return;
	}
}

static bool is_vpc(struct text t)
{
	return text_starts_with(t, TEXT("vpc-"));
}

static bool is_vpce(struct text t)
{
	return text_starts_with(t, TEXT("vpce-"));
}

static bool is_organization(struct text t)
{
	return text_starts_with(t, TEXT("o-"));
}

static void id_format(const struct subject_statement *s, const struct condition *c, size_t i)
{
	static const struct {
		bool (*fits)(struct text);
		enum kind_number kind;
		const char *right;
	} forms[FORMS] = {
		[FORM_VPC] = { is_vpc, KIND_VPC_FORMAT, "vpc-1a2b3c4d" },
		[FORM_VPC_ENDPOINT] = { is_vpce, KIND_VPCE_FORMAT, "vpce-1a2b3c4d" },
		[FORM_ORGANIZATION] = { is_organization, KIND_ORGANIZATION_FORMAT, "o-a1b2c3d4e5" },
		[FORM_ACCOUNT] = { arn_is_account, KIND_ACCOUNT_FORMAT, "123456789012" },
		[FORM_REGION] = { check_is_region, KIND_REGION_FORMAT, "us-east-1" },
	};
	const struct key_info *key = key_find(c->key_text);
	enum key_form form = key ? key->form : FORM_TEXT;
	struct place place;

	if (forms[form].fits && check_is_fixed(c, i) && !glob_has_wildcard(c->values[i]) && !forms[form].fits(c->values[i]))
		subject_report_statement(s, forms[form].kind, place_value(&place, s, c, i),
			subject_say(s->subject, "\"%s\" is not of the form %s", subject_show(s->subject, c->values[i]),
				forms[form].right),
			NULL, NULL);
}

static bool is_truth(struct text t)
{
	return text_equals(t, TEXT("true")) || text_equals(t, TEXT("false")) || glob_has_wildcard(t);
}

/* Networks and moments compared as text. */
static void as_text(const struct subject_statement *s, const struct condition *c)
{
	const struct key_info *info = key_find(c->key_text);
	const struct subject *subject = s->subject;
	struct place place;
	const char *right;

	if (!check_is_text(c) || !info || !c->value_count)
		return;
	if ((info->operators & TYPE_IP) && !(info->operators & TYPE_NUMBER) && check_is_glob(c) &&
		text_find(c->values[0], '/', 0) == c->values[0].length && !text_equals(c->values[0], TEXT("*"))) {
		subject_report_statement(s, KIND_TYPE_MISMATCH, place_key(&place, s, c),
			subject_say(subject,
				"%s compares \"%s\" as text; write %s with an address, or a network such as 203.0.113.0/24",
				c->how.op->name, subject_show(subject, c->values[0]),
				c->how.op->negated ? "NotIpAddress" : "IpAddress"),
			"an address is compared letter by letter", NULL);
		return;
	}
	if ((info->operators & TYPE_IP) && !(info->operators & TYPE_NUMBER) &&
		text_find(c->values[0], '/', 0) < c->values[0].length)
		right = c->how.op->negated ? "NotIpAddress" : "IpAddress";
	else if (info->operators == (TYPE_STRING | TYPE_NULL | TYPE_BOOL) && !is_truth(c->values[0]))
		right = "Bool, with true or false";
	else if ((info->operators & TYPE_DATE) && !(info->operators & TYPE_BINARY))
		right = "a Date operator";
	else
		return;
	subject_report_statement(s, KIND_TYPE_MISMATCH, place_key(&place, s, c),
		subject_say(subject, "%s compares \"%s\" as text; write %s", c->how.op->name, subject_show(subject, c->values[0]),
			right),
		c->how.op->negated ? "the condition is true for every message" : "the condition is true for no message",
		text_find(text_of(right), ' ', 0) < strlen(right)
			? NULL
			: fix_kept(s, reach_of(c->how.op->negated, REACH_MORE), fix_operator(s, c, c->how.quantifier, right)));
}

/* The wrong way round: all mail reaches SES encrypted. */
static void encryption(const struct subject_statement *s, const struct condition *c)
{
	bool deny = s->statement->effect == EFFECT_DENY;
	struct place place;

	if (c->how.op->type != TYPE_BOOL || !text_equals_fold(c->key_text, TEXT("aws:SecureTransport")) ||
		(deny ? !c->set.truths.on_true || c->set.truths.on_false : !c->set.truths.on_false || c->set.truths.on_true))
		return;
	subject_report_statement(s, KIND_SECURE_INVERTED, place_value(&place, s, c, 0),
		deny ? "the Deny is of encrypted mail; did you mean \"false\"?"
		     : "the Allow is of unencrypted mail alone; did you mean \"true\"?",
		deny ? "a message that comes by TLS is refused, one that does not would pass"
		     : "a message that comes by TLS is not allowed",
		NULL);
}

void check_networks(const struct subject_statement *s)
{
	for (size_t n = 0; n < s->statement->condition_count; n++) {
		const struct condition *c = &s->statement->conditions[n];
		bool told = false;
		for (size_t i = 0; i < c->value_count; i++) {
			if (c->how.op->type == TYPE_IP)
				network(s, c, i, &told);
			else if (check_is_text(c))
				id_format(s, c, i);
		}
		as_text(s, c);
		encryption(s, c);
	}
	endpoint(s);
}
