/* SPDX-License-Identifier: BSD-2-Clause */
#include "workload.h"

#include <glib.h>

#define DOMAINS 1000
#define STATEMENTS 10
#define STATEMENT_HEAD "{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"}," \
	"\"Action\":[\"ses:SendEmail\",\"ses:SendRawEmail\"],\"Resource\":\"%s\",\"Condition\":{"
#define POLICY_HEAD "{\"Version\":\"2012-10-17\",\"Statement\":["

/* Neighbours in number are not neighbours in the list. */
#define STRIDE 7919u

static void add(struct policy_set *set, const char *name, const GString *json, struct faults *faults)
{
	policy_set_add_text(set, POLICY_GROUP_RESOURCE, name, text_of(name), (struct text){ json->str, json->len }, faults);
}

void workload_examples(struct policy_set *set, const char *folder, size_t count, struct faults *faults)
{
	static const char *const names[] = { "sender", "recipients", "network" };

	(void)count;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		g_autofree char *path = g_strdup_printf("%s/%s.json", folder, names[i]);
		g_autoptr(GError) error = NULL;
		g_autofree char *bytes = NULL;
		gsize size;

		if (g_file_get_contents(path, &bytes, &size, &error))
			policy_set_add_text(set, POLICY_GROUP_RESOURCE, path, text_of(names[i]), (struct text){ bytes, size }, faults);
		else
			fault_add(faults, "%s", error->message);
	}
}

/* One of ten statements; three kinds of condition take turns. */
static void statement_append(GString *json, const char *resource, size_t policy, size_t statement)
{
	g_string_append_printf(json, "%s" STATEMENT_HEAD, statement ? "," : "", resource);
	switch (statement % 3) {
	case 0:
		g_string_append_printf(json, "\"StringLike\":{\"ses:FromAddress\":\"*-%zu-%zu@example.net\"}", policy, statement);
		break;
	case 1:
		g_string_append_printf(json, "\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"*@blocked%zu-%zu.example\"}", policy,
			statement);
		break;
	default:
		g_string_append_printf(json, "\"IpAddress\":{\"aws:SourceIp\":\"10.%zu.%zu.0/24\"}", policy, statement);
	}
	g_string_append(json, "}}");
}

static void statements_add(struct policy_set *set, size_t count, bool identities, struct faults *faults)
{
	for (size_t policy = 0; policy < count; policy++) {
		g_autoptr(GString) json = g_string_new(POLICY_HEAD);
		g_autofree char *name = g_strdup_printf("policy%zu", policy);
		g_autofree char *resource = identities && policy
			? g_strdup_printf("arn:aws:ses:us-west-2:123456789012:identity/other%zu.example", policy)
			: g_strdup(QUESTION_RESOURCE);

		for (size_t i = 0; i < STATEMENTS; i++)
			statement_append(json, resource, policy, i);
		g_string_append(json, "]}");
		add(set, name, json, faults);
	}
}

void workload_statements(struct policy_set *set, const char *folder, size_t count, struct faults *faults)
{
	(void)folder;
	statements_add(set, count, false, faults);
}

void workload_identities(struct policy_set *set, const char *folder, size_t count, struct faults *faults)
{
	(void)folder;
	statements_add(set, count, true, faults);
}

static char *address_make(size_t number)
{
	return g_strdup_printf("user%zu@list%zu.example.com", number, number % 100);
}

/* Networks begin at 11.0.0.0, one in each /22 or so; hosts in it are 0. */
static guint32 network_of(size_t number)
{
	return (11u << 24) + (guint32)number * 2048u;
}

static char *client_make(guint32 bits)
{
	return g_strdup_printf("%u.%u.%u.%u", bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255);
}

void workload_addresses(struct policy_set *set, const char *folder, size_t count, struct faults *faults)
{
	g_autoptr(GString) json = g_string_new(POLICY_HEAD);

	(void)folder;
	g_string_append_printf(json, STATEMENT_HEAD "\"ForAnyValue:StringNotLike\":{\"ses:Recipients\":[", QUESTION_RESOURCE);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *address = address_make(i);

		g_string_append_printf(json, "\"%s\",", address);
	}
	for (size_t i = 0; i < DOMAINS; i++)
		g_string_append_printf(json, "%s\"*@domain%zu.example.org\"", i ? "," : "", i);
	g_string_append(json, "]}}}]}");
	add(set, "addresses", json, faults);
}

void workload_networks(struct policy_set *set, const char *folder, size_t count, struct faults *faults)
{
	g_autoptr(GString) json = g_string_new(POLICY_HEAD);

	(void)folder;
	g_string_append_printf(json, STATEMENT_HEAD "\"NotIpAddress\":{\"aws:SourceIp\":[", QUESTION_RESOURCE);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *first = client_make(network_of(i));

		g_string_append_printf(json, "%s\"%s/%zu\"", i ? "," : "", first, 24 + i % 9);
	}
	g_string_append(json, "]}}}]}");
	add(set, "networks", json, faults);
}

void question_make(struct question *question, enum asked asked, size_t count, size_t number, size_t recipients)
{
	size_t entry = count ? number * STRIDE % count : 0;

	question->client = !count ? g_strdup("172.31.5.6") : client_make(network_of(entry) + (asked == ASKED_UNLISTED ? 1024 : 0));
	question->recipients = g_new(char *, recipients);
	question->recipient_count = recipients;
	for (size_t i = 0; i < recipients; i++) {
		size_t one = number * recipients + i;

		if (asked == ASKED_DOMAIN)
			question->recipients[i] = g_strdup_printf("someone%zu@domain%zu.example.org", one, one * STRIDE % DOMAINS);
		else if (asked == ASKED_UNLISTED)
			question->recipients[i] = g_strdup_printf("nobody%zu@elsewhere%zu.example.com", one, one % DOMAINS);
		else if (count)
			question->recipients[i] = address_make(one * STRIDE % count);
		else /* recipients.json looks until it finds one in example.org: let it look at all */
			question->recipients[i] = g_strdup_printf("user%zu@example.%s", one, i + 1 < recipients ? "com" : "org");
	}
}

void question_free(struct question *question)
{
	for (size_t i = 0; i < question->recipient_count; i++)
		g_free(question->recipients[i]);
	g_free(question->recipients);
	g_free(question->client);
}
