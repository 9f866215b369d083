/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/policy_file.h"

#include "iam/account_details.h"
#include "iam/document.h"
#include "iam/foreign_text.h"
#include "iam/foreign_value.h"
#include "iam/policy_reader.h"
#include "iam/policy_set_parts.h"
#include "iam/policy_shape.h"

#include <string.h>

/* The values of a text that has several: pages of an account's details. */
static void pages_read(const struct policy_reader *reader, struct text json)
{
	struct account_pages pages;

	if (account_pages_read(reader->source->file, json, &pages, reader->faults))
		for (size_t i = 0; i < pages.count; i++) {
			struct policy_reader of_page = *reader;
			of_page.source = &pages.at[i].source;
			account_details_hand_over(&of_page, &pages.at[i]);
		}
	account_pages_free(&pages);
}

/* Does the text go on behind a first value that is a page? */
static bool is_pages(struct text json)
{
	struct text first = text_first(json, account_value_length(json));
	bool memory_short, pages = false;
	size_t at = first.length;

	while (at < json.length && strchr(" \t\r\n", json.at[at]))
		at++;
	if (at == json.length)
		return false;
	json_t *value = json_memory_loadb(first.at, first.length, 0, NULL, &memory_short);
	pages = account_details_is(value);
	json_decref(value);
	return pages;
}

static void text_read(struct policy_reader *reader, const char *file, struct text name, struct text json)
{
	struct json_source source = { .file = file, .text = json, .words = foreign_text_words };
	struct json_memory memory = { 0 };

	reader->source = &source;
	reader->suspect = foreign_value_suspect(json);
	if (reader->takes_accounts && is_pages(json)) {
		pages_read(reader, json);
		return;
	}
	const json_t *root = json_source_read_into(&source, &memory, reader->faults);
	if (root)
		policy_shape_read(reader, name, root);
	json_memory_free(&memory);
}

void policy_file_read(const char *file, struct text name, struct text json, struct faults *faults, policy_take *take, void *context)
{
	struct policy_reader reader = { .faults = faults, .take = take, .context = context, .takes_accounts = true };

	text_read(&reader, file, name, json);
}

/* What policy_set_add_text adds to. */
struct adding {
	struct policy_set *set;
	unsigned group;
	struct faults *faults;
};

static void add(const struct policy_document *document, void *context)
{
	const struct adding *adding = context;

	if (document->scp && policy_set_layer(adding->set, adding->group) != LAYER_SCP) {
		json_fault(document->source, document->path, adding->faults,
			"this is a service control policy of an organization, which by itself allows nothing; name the file in "
			"\"organization\" of milter.json");
		return;
	}
	policy_set_add_document(adding->set, adding->group, document->source, document->path, document->name, document->json,
		adding->faults);
}

void policy_set_add_text(struct policy_set *set, unsigned group, const char *file, struct text name, struct text json,
	struct faults *faults)
{
	struct adding adding = { set, group, faults };
	struct policy_reader reader = { .faults = faults, .take = add, .context = &adding };

	text_read(&reader, file, name, json);
}
