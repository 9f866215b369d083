/* SPDX-License-Identifier: BSD-2-Clause */
#include "workload.h"
#include "iam/policy_file.h"

#include <glib.h>

#define DOMAINS 1000
#define STATEMENTS 10
#define STATEMENT_HEAD \
	"{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"}," \
	"\"Action\":[\"ses:SendEmail\",\"ses:SendRawEmail\"],\"Resource\":\"%s\",\"Condition\":{"
#define POLICY_HEAD "{\"Version\":\"2012-10-17\",\"Statement\":["

/* Neighbours in number are not neighbours in the list. */
#define STRIDE 7919u

/* Takes the text over. */
static void add(struct workload *workload, const char *name, char *text, size_t length)
{
	workload->files[workload->count++] = (struct workload_file){ g_strdup(name), text, length };
}

static void add_string(struct workload *workload, const char *name, GString *json)
{
	size_t length = json->len;

	/* Without the room that a growing string has. */
	add(workload, name, g_realloc(g_string_free(json, FALSE), length + 1), length);
}

void workload_free(struct workload *workload)
{
	for (size_t i = 0; i < workload->count; i++) {
		g_free(workload->files[i].name);
		g_free(workload->files[i].text);
	}
	g_free(workload->fault);
	*workload = (struct workload){ 0 };
}

void workload_load(const struct workload *workload, struct policy_set *set, struct faults *faults)
{
	for (size_t i = 0; i < workload->count; i++) {
		const struct workload_file *file = &workload->files[i];
		policy_set_add_text(set, POLICY_GROUP_RESOURCE, file->name, text_of(file->name),
			(struct text){ file->text, file->length }, faults);
	}
}

size_t workload_length(const struct workload *workload)
{
	size_t length = 0;

	for (size_t i = 0; i < workload->count; i++)
		length += workload->files[i].length;
	return length;
}

void workload_examples(struct workload *workload, const char *folder, size_t count)
{
	static const char *const names[] = { "sender", "recipients", "network" };

	(void)count;
	for (size_t i = 0; i < sizeof names / sizeof *names && !workload->fault; i++) {
		g_autofree char *path = g_strdup_printf("%s/%s.json", folder, names[i]);
		g_autoptr(GError) error = NULL;
		char *bytes;
		gsize size;

		if (g_file_get_contents(path, &bytes, &size, &error))
			add(workload, names[i], bytes, size);
		else
			workload->fault = g_strdup(error->message);
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

static void statements_add(struct workload *workload, size_t count, bool identities)
{
	for (size_t policy = 0; policy < count; policy++) {
		GString *json = g_string_new(POLICY_HEAD);
		g_autofree char *name = g_strdup_printf("policy%zu", policy);
		g_autofree char *resource = identities && policy
			? g_strdup_printf("arn:aws:ses:us-west-2:123456789012:identity/other%zu.example", policy)
			: g_strdup(QUESTION_RESOURCE);

		for (size_t i = 0; i < STATEMENTS; i++)
			statement_append(json, resource, policy, i);
		g_string_append(json, "]}");
		add_string(workload, name, json);
	}
}

void workload_statements(struct workload *workload, const char *folder, size_t count)
{
	(void)folder;
	statements_add(workload, count, false);
}

void workload_identities(struct workload *workload, const char *folder, size_t count)
{
	(void)folder;
	statements_add(workload, count, true);
}

void workload_many(struct workload *workload, const char *folder, size_t count)
{
	GString *json = g_string_new(POLICY_HEAD);

	(void)folder;
	for (size_t i = 0; i < count; i++) {
		size_t identity = i / STATEMENTS;
		g_autofree char *resource = identity
			? g_strdup_printf("arn:aws:ses:us-west-2:123456789012:identity/other%zu.example", identity)
			: g_strdup(QUESTION_RESOURCE);

		if (i && i % STATEMENTS == 0)
			g_string_append_c(json, ',');
		statement_append(json, resource, identity % 256, i % STATEMENTS);
	}
	g_string_append(json, "]}");
	add_string(workload, "many", json);
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

void workload_addresses(struct workload *workload, const char *folder, size_t count)
{
	GString *json = g_string_new(POLICY_HEAD);

	(void)folder;
	g_string_append_printf(json, STATEMENT_HEAD "\"ForAnyValue:StringNotLike\":{\"ses:Recipients\":[", QUESTION_RESOURCE);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *address = address_make(i);

		g_string_append_printf(json, "\"%s\",", address);
	}
	for (size_t i = 0; i < DOMAINS; i++)
		g_string_append_printf(json, "%s\"*@domain%zu.example.org\"", i ? "," : "", i);
	g_string_append(json, "]}}}]}");
	add_string(workload, "addresses", json);
}

void workload_networks(struct workload *workload, const char *folder, size_t count)
{
	GString *json = g_string_new(POLICY_HEAD);

	(void)folder;
	g_string_append_printf(json, STATEMENT_HEAD "\"NotIpAddress\":{\"aws:SourceIp\":[", QUESTION_RESOURCE);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *first = client_make(network_of(i));

		g_string_append_printf(json, "%s\"%s/%zu\"", i ? "," : "", first, 24 + i % 9);
	}
	g_string_append(json, "]}}}]}");
	add_string(workload, "networks", json);
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
