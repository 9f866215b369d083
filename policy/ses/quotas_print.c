/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/quotas_print.h"

#include "quota/quota_key.h"

#include <inttypes.h>

static void print_rule(enum quota_scope scope, const struct quota_rule *rule, FILE *out)
{
	const struct quota_limit *limit = &rule->limit;
	char shown[200];

	fprintf(out, "quota: %.*s%s%s:", TEXT_ARGS(quota_scope_name(scope)), rule->name.length ? " " : "",
		text_escape(rule->name, shown, sizeof shown));
	if (limit->per_day != QUOTA_UNLIMITED)
		fprintf(out, " %" PRId64 " recipient%s in 24 hours", limit->per_day, limit->per_day == 1 ? "" : "s");
	if (limit->rate != QUOTA_UNLIMITED)
		fprintf(out, "%s %.10g a second (burst %" PRId64 ")", limit->per_day != QUOTA_UNLIMITED ? "," : "",
			(double)limit->rate / 1000, limit->burst);
	if (limit->per_day == QUOTA_UNLIMITED && limit->rate == QUOTA_UNLIMITED)
		fputs(" no limit", out);
	fprintf(out, "%s%s\n", rule->pattern ? ", each" : "", limit->monitor ? ", only watched" : "");
}

void quotas_print(const struct quotas *quotas, FILE *out)
{
	for (enum quota_scope scope = 0; scope < QUOTA_SCOPES; scope++)
		for (size_t i = 0; i < quotas->rules[scope].count; i++)
			print_rule(scope, &quotas->rules[scope].at[i], out);
}
