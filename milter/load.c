/* SPDX-License-Identifier: BSD-2-Clause */
#include "load.h"

#include <stdio.h>

struct generation *load_policies(const struct settings *settings, struct faults *faults)
{
	const struct generation_options options = {
		.policies = (const char *const *)settings->policies.at,
		.policy_count = settings->policies.count,
		.account = settings->account,
		.region = settings->region,
		.identities = (const char *const *)settings->identities.at,
		.identity_count = settings->identities.count,
		.address_case = (enum mailbox_case)settings->address_case,
		.null_sender_reject = settings->null_sender == NULL_SENDER_REJECT,
	};

	return generation_load(&options, faults);
}

struct generation *load(struct settings *settings, const struct options *options, struct faults *faults)
{
	return settings_load(settings, options, faults) ? load_policies(settings, faults) : NULL;
}

const char *load_summary(const struct generation *generation, char out[LOAD_SUMMARY_SIZE])
{
	size_t files = generation->file_count;
	size_t policies = policy_set_count(generation->set);
	size_t statements = policy_set_statement_count(generation->set);

	snprintf(out, LOAD_SUMMARY_SIZE, "%zu file%s, %zu polic%s, %zu statement%s", files, files == 1 ? "" : "s",
		policies, policies == 1 ? "y" : "ies", statements, statements == 1 ? "" : "s");
	return out;
}
