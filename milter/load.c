/* SPDX-License-Identifier: BSD-2-Clause */
#include "load.h"

#include <stdio.h>

struct generation *load(struct settings *settings, const struct options *options, struct faults *faults)
{
	return settings_load(settings, &options->given, faults) ? generation_load(&settings->site, faults) : NULL;
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
