/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/placeholder.h"

#include <ctype.h>
#include <string.h>

/* ${...} that no policy variable looks like: names of other languages have dots, underscores, colons in pairs, calls. */
static bool is_template(struct text name)
{
	if (name.length < 2)
		return false;
	size_t colon = text_find(name, ':', 0);

	if (colon < name.length)
		return text_starts_with(text_from(name, colon), TEXT("::"));
	for (size_t i = 0; i < name.length; i++)
		if (strchr("._([", name.at[i]))
			return true;
	return false;
}

static bool is_word_byte(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

/* `$name`, `${name}`, `{{`, `#{`, at this place */
static bool template_at(struct text rest)
{
	if (text_starts_with(rest, TEXT("{{")) || text_starts_with(rest, TEXT("#{")))
		return true;
	if (rest.at[0] != '$' || rest.length < 2)
		return false;
	if (rest.at[1] == '{')
		return is_template(text_first(text_from(rest, 2), text_find(rest, '}', 2) - 2));
	return isalpha((unsigned char)rest.at[1]) || rest.at[1] == '_';
}

/* <account-id>: something in brackets that is no address. */
static bool bracket_at(struct text rest)
{
	size_t close = text_find(rest, '>', 0);

	return rest.at[0] == '<' && close > 1 && close < rest.length && text_find(text_first(rest, close), '@', 0) == close;
}

/* ACCOUNT_ID, YOUR-DOMAIN, REGION: a word in capitals as people write where others are to write. */
static bool is_capitals(struct text word)
{
	static const char *const words[] = { "ACCOUNT", "ACCOUNTID", "REGION", "DOMAIN", "IDENTITY" };
	bool underscore = false;

	for (size_t i = 0; i < word.length; i++) {
		if (!isupper((unsigned char)word.at[i]) && word.at[i] != '_')
			return false;
		underscore |= word.at[i] == '_';
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_equals(word, text_of(words[i])))
			return true;
	return (underscore && word.length > 4) || text_equals(word, TEXT("YOUR"));
}

static bool is_yours(struct text rest)
{
	static const char *const words[] = { "yourdomain", "your-domain", "your_domain", "your-account", "your_account",
		"your-region" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_starts_with_fold(rest, text_of(words[i])))
			return true;
	return false;
}

enum placeholder placeholder_find(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (template_at(text_from(t, i)))
			return PLACEHOLDER_TEMPLATE;
	for (size_t i = 0; i < t.length; i++) {
		struct text rest = text_from(t, i);
		if (bracket_at(rest))
			return PLACEHOLDER_WORD;
		if ((i && is_word_byte(t.at[i - 1])) || !is_word_byte(t.at[i]))
			continue;
		size_t end = 0;
		while (end < rest.length && is_word_byte(rest.at[end]))
			end++;
		if (is_capitals(text_first(rest, end)) || is_yours(rest))
			return PLACEHOLDER_WORD;
	}
	return PLACEHOLDER_NONE;
}

const char *placeholder_text(enum placeholder placeholder)
{
	switch (placeholder) {
	case PLACEHOLDER_WORD:
		return "a placeholder that was not filled in";
	case PLACEHOLDER_TEMPLATE:
		return "a template that was not rendered";
	default:
		return NULL;
	}
}
