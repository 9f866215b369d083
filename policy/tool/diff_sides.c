/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/diff_sides.h"

static bool wrong(const char *what)
{
	fprintf(stderr, "ses-policy diff: %s\nTry `ses-policy diff --help`.\n", what);
	return false;
}

/* What is compared; DIFF_LAYERS: that is not plain, and was told. */
static enum diff_layer compared(const struct diff_words *words)
{
	enum diff_layer found = DIFF_LAYERS;

	if (words->paths.count == 2 && !words->of[DIFF_POLICY].count)
		return DIFF_POLICY;
	for (int layer = 0; layer < DIFF_LAYERS; layer++) {
		size_t count = words->of[layer].count;
		if (!count || count + words->paths.count != 2)
			continue;
		if (found != DIFF_LAYERS) {
			wrong("it is not clear which policies OLD and NEW are; write the option of those twice, such as "
			      "--user-policy OLD --user-policy NEW, and the others once");
			return DIFF_LAYERS;
		}
		found = (enum diff_layer)layer;
	}
	if (found == DIFF_LAYERS)
		wrong("two sets of policies are needed: OLD and NEW; of a user --user-policy OLD NEW, "
		      "and so with --boundary and --organization");
	return found;
}

static void side_make(const struct diff_words *words, enum diff_layer layer, const char **path, struct site_words *out)
{
	struct word_list of[DIFF_LAYERS];

	for (int i = 0; i < DIFF_LAYERS; i++)
		of[i] = words->of[i];
	of[layer] = (struct word_list){ path, 1 };
	*out = (struct site_words){ .settings = words->settings,
		.account_state = words->account_state,
		.through_pause = true,
		.policies = of[DIFF_POLICY],
		.user_policies = of[DIFF_USER_POLICY],
		.boundary = of[DIFF_BOUNDARY].count ? of[DIFF_BOUNDARY].at[0] : NULL,
		.levels = of[DIFF_ORGANIZATION] };
}

bool diff_sides_find(const struct diff_words *words, struct diff_sides *out)
{
	enum diff_layer layer = compared(words);

	if (layer == DIFF_LAYERS)
		return false;
	if (layer != DIFF_BOUNDARY && words->of[DIFF_BOUNDARY].count > 1)
		return wrong("two boundaries for both; a user has one");
	for (int i = 0; i < 2; i++) {
		const struct word_list *given = &words->of[layer];
		size_t first = words->paths.count == 2 ? 0 : given->count;
		out->paths[i] = (size_t)i < first ? given->at[i] : words->paths.at[(size_t)i - first];
		side_make(words, layer, &out->paths[i], &out->of[i]);
	}
	return true;
}
