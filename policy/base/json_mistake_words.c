/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/json_mistake_words.h"

#include "base/fault.h"

#include <assert.h>
#include <stdio.h>

/*
 * What each is, and what to do. In `words` stand: $T the text at the place, $B the bracket there, $C the one that closes
 * that, $U the code point, $W the word there, and $P the related place.
 */
static const struct mistake_words {
	const char *name, *words;
} rows[] = {
	[MISTAKE_BLANK] = { "blank", "nothing but blanks; the file must hold a JSON object" },
	[MISTAKE_UTF16] = { "utf16",
		"this is UTF-16, as PowerShell and Notepad write it; save it as UTF-8: iconv -f UTF-16 -t UTF-8" },
	[MISTAKE_COMPRESSED] = { "compressed", "the file is compressed; unpack it: gunzip, unzip, zstd -d" },
	[MISTAKE_BINARY] = { "binary", "the file is no text (it has NUL bytes); get it again" },
	[MISTAKE_BASE64] = { "base64", "this is base64; decode it: base64 -d" },
	[MISTAKE_URL_ENCODED] = { "url-encoded", "this is URL-encoded; decode it, or put it in double quotes, as a JSON string" },
	[MISTAKE_MARKUP] = { "markup", "this is HTML or XML, perhaps a page with an error; get the JSON itself" },
	[MISTAKE_HCL] = { "hcl",
		"this is Terraform's language; get the JSON that it makes: terraform output -raw NAME, or terraform console" },
	[MISTAKE_YAML] = { "yaml", "this is YAML; make JSON of it: yq -o json" },
	[MISTAKE_TABLE] = { "table", "this is a table of aws; call it with --output json" },
	[MISTAKE_TEXT_OUTPUT] = { "text-output", "this is what aws prints as text; call it with --output json" },
	[MISTAKE_COMMAND_ERROR] = { "command-error",
		"this is the error message of a command; correct the error, and call the command again" },
	[MISTAKE_MEMBER_ALONE] = { "member-alone", "this is one member of an object, alone; put { before it and } after it" },
	[MISTAKE_TEXT_BEFORE] = { "text-before", "$W stands where the JSON must begin; take out what is no JSON" },
	[MISTAKE_TEXT_BEHIND] = { "text-behind", "$W comes after the end of the JSON; remove it" },
	[MISTAKE_SEVERAL] = { "several", "a second document begins here; make two files of them" },
	[MISTAKE_CUT_OFF] = { "cut-off",
		"the text is cut off in the middle of what begins at $P; get the whole file, or write what is missing" },
	[MISTAKE_TRAILING_COMMA] = { "trailing-comma", "a comma after the last element; remove it" },
	[MISTAKE_MISSING_COMMA] = { "missing-comma", "no comma before the next element; write one here" },
	[MISTAKE_DOUBLE_COMMA] = { "double-comma", "a comma with nothing before it; remove it" },
	[MISTAKE_COMMENT] = { "comment", "a comment, and JSON has none; remove it" },
	[MISTAKE_SINGLE_QUOTES] = { "single-quotes", "a single quote; write double quotes: \"" },
	[MISTAKE_CURLY_QUOTES] = { "curly-quotes",
		"the curly quote $T, as word processors make it; write a straight double quote: \"" },
	[MISTAKE_BACK_QUOTES] = { "back-quotes", "a back quote; write double quotes: \"" },
	[MISTAKE_FENCE] = { "fence", "``` marks code in a text of Markdown; take that line out" },
	[MISTAKE_ENTITY] = { "entity", "$W is HTML; copy the text from the page, not from its source: &quot; is a double quote" },
	[MISTAKE_TEMPLATE] = { "template",
		"$T begins a place of a template that was not filled in (or is a brace too many); render the template" },
	[MISTAKE_ELLIPSIS] = { "ellipsis", "$T stands for what somebody left out; write that" },
	[MISTAKE_SPACE] = { "space", "the character $U, which looks like a space or like nothing; write a plain space" },
	[MISTAKE_BYTE_ORDER_MARK] = { "byte-order-mark", "a byte order mark (U+FEFF), which is invisible; remove it" },
	[MISTAKE_UNQUOTED_NAME] = { "unquoted-name", "the name $W without double quotes around it; write them" },
	[MISTAKE_UNQUOTED_VALUE] = { "unquoted-value", "the value $W without double quotes around it; write them" },
	[MISTAKE_LITERAL] = { "literal", "$W is none of JSON's words; they are true, false and null, in lower case" },
	[MISTAKE_LEADING_ZERO] = { "leading-zero",
		"a number with a zero before it; write it in double quotes if it is an account" },
	[MISTAKE_UNCLOSED] = { "unclosed", "this $B is not closed before $P; write the $C that is missing" },
	[MISTAKE_MISSING_OPENER] = { "missing-opener", "a { is missing here; write it" },
	[MISTAKE_EXTRA_CLOSER] = { "extra-closer",
		"this $B closes nothing, or too much; remove it, or write the opening bracket that is missing" },
	[MISTAKE_WRONG_CLOSER] = { "wrong-closer",
		"$B closes the other kind of bracket, which is open since $P; write the right one" },
	[MISTAKE_LIST_OF_MEMBERS] = { "list-of-members", "this [ holds names and values; write { } around them" },
	[MISTAKE_MISSING_NAME] = { "missing-name",
		"$T stands where the name of a member must; write a name and a colon before it, or [ ] around the list that it is of" },
	[MISTAKE_MISSING_COLON] = { "missing-colon", "no colon between a name and its value; write it here" },
	[MISTAKE_EQUALS] = { "equals", "$T between a name and its value; write a colon" },
	[MISTAKE_MISSING_VALUE] = { "missing-value", "no value behind the colon; write it here" },
	[MISTAKE_MEMBER_WITHOUT_VALUE] = { "member-without-value",
		"a string alone in an object; write a colon and a value after it, or [ ] around the list that it is of" },
	[MISTAKE_ESCAPE] = { "escape", "$T is no escape of JSON; a backslash in a string is written \\\\" },
	[MISTAKE_SURROGATE] = { "surrogate", "half of a pair of \\uXXXX; write the character itself" },
	[MISTAKE_NUL] = { "nul", "\\u0000 is not allowed; remove it" },
	[MISTAKE_LINE_BREAK] = { "line-break",
		"a line break in the string that begins at $P; write \\n, or the string in one line" },
	[MISTAKE_CONTROL] = { "control", "the control character $T; remove it, or write it as an escape of JSON: \\t is a tab" },
	[MISTAKE_UTF8] = { "utf8", "the byte $T is not UTF-8; save the file as UTF-8" },
	[MISTAKE_MISSING_QUOTE] = { "missing-quote", "no quote at the end of the string that begins at $P; write it here" },
	[MISTAKE_STRAY_QUOTE] = { "stray-quote",
		"a double quote, and the string goes on; remove it, or write \\\" for one in a string" },
	[MISTAKE_EXPRESSION] = { "expression", "$W belongs to a program, not to JSON; write the value itself" },
	[MISTAKE_UNEXPECTED] = { "unexpected", "$T does not belong here; remove it" },
};
static_assert(sizeof rows / sizeof *rows == MISTAKES, "a row for each kind");

const char *json_mistake_name(enum json_mistake_kind kind)
{
	return rows[kind].name;
}

static size_t word_length(struct text t)
{
	size_t length = 0;

	while (length < t.length && length < 40 && !strchr(" \t\r\n\",{}[]", t.at[length]) && t.at[length]) {
		/* A colon is part of ses:Name, and not behind a name. */
		if (t.at[length] == ':' && (length + 1 == t.length || strchr(" \t\r\n\"{[", t.at[length + 1])))
			break;
		length += text_character(t, length);
	}
	return length;
}

/* How much of the text at the place $T shows: what looks like one sign is one. */
static size_t sign_length(struct text t)
{
	static const char *const signs[] = { "...", "{{", "{%", "${", "<%", "%{", "=>" };

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (text_starts_with(t, text_of(signs[i])))
			return strlen(signs[i]);
	/* An escape is two. */
	if (t.length > 1 && t.at[0] == '\\')
		return 1 + text_character(t, 1);
	return text_character(t, 0);
}

static char other_bracket(char byte)
{
	static const char pairs[] = "{}{[][";
	const char *found = byte ? strchr(pairs, byte) : NULL;

	return found ? found[1] : '?';
}

/* What `letter` stands for. */
static void part(struct text text, const struct json_mistake *mistake, char letter, char *out, size_t room)
{
	struct text rest = text_from(text, mistake->at);
	unsigned line, column;
	size_t word = word_length(rest);

	if (letter == 'P' && mistake->related == text.length) {
		snprintf(out, room, "the end");
	} else if (letter == 'P') {
		text_place(text, mistake->related, &line, &column);
		snprintf(out, room, "%u:%u", line, column);
	} else if (!rest.length) {
		snprintf(out, room, "the end");
	} else if (letter == 'U') {
		snprintf(out, room, "U+%04X", (unsigned)text_code_point(rest, 0));
	} else if (letter == 'B' || letter == 'C') {
		snprintf(out, room, "%c", letter == 'B' ? rest.at[0] : other_bracket(rest.at[0]));
	} else {
		text_escape(text_first(rest, letter == 'T' || !word ? sign_length(rest) : word), out, room);
	}
}

const char *json_mistake_words(struct text text, const struct json_mistake *mistake, char out[JSON_MISTAKE_SIZE])
{
	size_t used = 0;

	for (const char *at = rows[mistake->kind].words; *at && used + 1 < JSON_MISTAKE_SIZE; at++) {
		if (*at != '$') {
			out[used++] = *at;
			continue;
		}
		char shown[200];
		part(text, mistake, *++at, shown, sizeof shown);
		used += (size_t)snprintf(out + used, JSON_MISTAKE_SIZE - used, "%s", shown);
		used = used < JSON_MISTAKE_SIZE ? used : JSON_MISTAKE_SIZE - 1;
	}
	out[used] = '\0';
	return out;
}
