/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command_site: settings and policies as a command is told to load them, just as the
 * daemon loads them. Without a settings file and policies of its own that is
 * the default settings file.
 */
#ifndef TOOL_COMMAND_SITE_H
#define TOOL_COMMAND_SITE_H

#include "ses/generation.h"
#include "settings/settings.h"
#include "tool/option.h"

/* What a command is told to load. Strings are argv's, or others' that live as long. */
struct site_words {
	const char *settings, *boundary, *account_state;
	bool through_pause;                       /* as if SES had paused nothing: that would hide what the policies say */
	struct word_list policies, user_policies; /* the latter with `at` NULL: not given */
	struct level_list organization;           /* for a caller that has it by levels; on a command line each word is a level: */
	struct word_list levels;
};

/* Their rows in the table of a command's options; `member` is the struct site_words in `type`. */
#define SITE_WORDS_SETTINGS(type, member) \
	{ \
		"settings", "FILE", "the settings (without policies: " SETTINGS_FILE ")", OPTION_TEXT, \
			offsetof(type, member.settings), COMPLETE_PATH \
	}
#define SITE_WORDS_CALLERS(type, member) \
	{ "user-policy", "PATH", "policies of the user who sends, instead of those of the principals", OPTION_LIST, \
		offsetof(type, member.user_policies), COMPLETE_PATH }, \
		{ "boundary", "PATH", "that user's permissions boundary", OPTION_TEXT, offsetof(type, member.boundary), \
			COMPLETE_PATH }, \
	{ \
		"organization", "PATH", "service control policies of one level, the root's first", OPTION_LIST, \
			offsetof(type, member.levels), COMPLETE_PATH \
	}
#define SITE_WORDS_STATE(type, member) \
	{ \
		"account-state", "DIR", "the state of the account from a folder instead of that of the settings", OPTION_TEXT, \
			offsetof(type, member.account_state), COMPLETE_PATH \
	}
#define SITE_WORDS_ROWS(type, member) \
	SITE_WORDS_SETTINGS(type, member), \
		{ "policy", "PATH", "policies from a file or folder instead of those of the settings", OPTION_LIST, \
			offsetof(type, member.policies), COMPLETE_PATH }, \
		SITE_WORDS_CALLERS(type, member), SITE_WORDS_STATE(type, member)

/* Is any policy named? */
bool site_words_name_policies(const struct site_words *words);

struct command_site {
	struct settings settings;
	struct generation *generation;
};

/*
 * Load them. `context`: KEY=VALUE words; a key that stands in them is taken out
 * of the settings wherever it is; several values make a list. False: what is wrong
 * was told to standard error. command_site_free is due in either case.
 */
bool command_site_load(struct command_site *site, const struct site_words *words, const struct word_list *context);

/* The same with one principal for everybody in place of those of the settings, with the words' policies; NULL: those. */
bool command_site_load_as(struct command_site *site, const struct site_words *words, const struct word_list *context,
	const char *principal);

/* The same as command_site_load, but what is wrong is added to `faults`, and not told. */
bool command_site_try(struct command_site *site, const struct site_words *words, const struct word_list *context,
	struct faults *faults);
void command_site_free(struct command_site *site);

/* Tell faults, and notes that have not been told yet, to standard error. */
void command_site_tell(const struct faults *faults);

#endif
