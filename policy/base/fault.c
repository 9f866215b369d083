/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/fault.h"

#include "base/memory_short.h"
#include "base/system_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 1024

void faults_init(struct faults *faults)
{
	*faults = (struct faults){ 0 };
}

static void list_free(struct fault *first)
{
	while (first) {
		struct fault *next = first->next;
		free(first);
		first = next;
	}
}

void faults_free(struct faults *faults)
{
	list_free(faults->first);
	list_free(faults->first_note);
	faults_init(faults);
}

void fault_memory(struct faults *faults)
{
	faults->count++;
	faults->of[FAULT_SYSTEM]++;
	faults->out_of_memory = true;
	memory_short_note();
}

/* One line behind the others. False: memory is short. */
static bool list_add(struct fault **first, struct fault **last, const char *line)
{
	struct fault *fault = malloc(sizeof *fault + strlen(line) + 1);

	if (!fault)
		return false;
	strcpy(fault->text, line);
	fault->next = NULL;
	if (*last)
		(*last)->next = fault;
	else
		*first = fault;
	*last = fault;
	return true;
}

static void line_add(struct faults *faults, enum fault_class class, const char *line)
{
	if (faults->count < FAULTS_KEPT && !list_add(&faults->first, &faults->last, line)) {
		fault_memory(faults);
		return;
	}
	faults->count++;
	faults->of[class]++;
}

void fault_add(struct faults *faults, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	line_add(faults, FAULT_PERSON, line);
}

void fault_add_as(struct faults *faults, enum fault_class class, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	line_add(faults, class, line);
}

void fault_system(struct faults *faults, int error, const char *remedy, const char *format, ...)
{
	const char *passing = system_error_remedy(error);
	char what[LINE_SIZE / 2], line[LINE_SIZE];
	va_list arguments;

	if (error == ENOMEM) {
		fault_memory(faults);
		return;
	}
	va_start(arguments, format);
	vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	snprintf(line, sizeof line, "%s: %s; %s", what, strerror(error), passing ? passing : remedy);
	line_add(faults, passing ? FAULT_SYSTEM : FAULT_PERSON, line);
}

enum fault_class faults_class(const struct faults *faults)
{
	if (faults->of[FAULT_PERSON])
		return FAULT_PERSON;
	return faults->of[FAULT_SYSTEM] ? FAULT_SYSTEM : faults->of[FAULT_PASSING] ? FAULT_PASSING : FAULT_PERSON;
}

void fault_note(struct faults *faults, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list arguments;

	/* One that is not kept is told by the number of all. */
	if (faults->note_count++ >= NOTES_KEPT)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	list_add(&faults->first_note, &faults->last_note, line);
}

/* Characters past ASCII that nobody sees, that look like a space, or that move what stands around them (Unicode, categories Cc, Cf, Z, Co). */
static const struct unseen_range {
	uint32_t first, last;
} unseen[] = {
	{ 0x80, 0xa0 },        /* C1 controls, no-break space */
	{ 0xad, 0xad },        /* soft hyphen */
	{ 0x34f, 0x34f },      /* grapheme joiner */
	{ 0x61c, 0x61c },      /* Arabic letter mark */
	{ 0x115f, 0x1160 },    /* Hangul fillers */
	{ 0x1680, 0x1680 },    /* Ogham space */
	{ 0x17b4, 0x17b5 },    /* Khmer vowels that are not shown */
	{ 0x180b, 0x180f },    /* Mongolian selectors and separator */
	{ 0x2000, 0x200f },    /* spaces, zero width, marks of direction */
	{ 0x2028, 0x202f },    /* line and paragraph separators, embedding and override of direction */
	{ 0x205f, 0x206f },    /* space, joiners, isolates of direction */
	{ 0x3000, 0x3000 },    /* ideographic space */
	{ 0x3164, 0x3164 },    /* Hangul filler */
	{ 0xe000, 0xf8ff },    /* private use */
	{ 0xfe00, 0xfe0f },    /* variation selectors */
	{ 0xfeff, 0xfeff },    /* byte order mark */
	{ 0xffa0, 0xffa0 },    /* Hangul filler */
	{ 0xfff0, 0xfffb },    /* specials */
	{ 0xfffe, 0xffff },    /* no characters */
	{ 0xe0000, 0x10ffff }, /* tags, selectors, private use */
};

static bool is_unseen(uint32_t code)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (code >= unseen[i].first && code <= unseen[i].last)
			return true;
	return false;
}

static bool is_hex(char byte)
{
	return (byte >= '0' && byte <= '9') || (text_lower(byte) >= 'a' && text_lower(byte) <= 'f');
}

/* Would the backslash at `at` be taken for an escape of ours? */
static bool looks_escaped(struct text t, size_t at)
{
	return at + 3 < t.length && t.at[at + 1] == 'x' && is_hex(t.at[at + 2]) && is_hex(t.at[at + 3]);
}

bool text_shows(struct text t, size_t at)
{
	size_t n = text_character(t, at);
	unsigned char byte = (unsigned char)t.at[at];

	if (n > 1)
		return !is_unseen(text_code_point(t, at));
	return byte >= 0x20 && byte < 0x7f && !(byte == '\\' && looks_escaped(t, at));
}

const char *text_escape(struct text t, char *out, size_t room)
{
	size_t used = 0;

	for (size_t i = 0; i < t.length;) {
		bool plain = text_shows(t, i);
		/* Byte by byte: what is left of a character that is escaped is stray, and escaped for that. */
		size_t n = plain ? text_character(t, i) : 1;
		size_t need = plain ? n : 4;
		/* Three bytes stay free for `...` unless this is the end of the text. */
		if (used + need + (i + n < t.length ? 3 : 0) >= room) {
			memcpy(out + used, "...", 4);
			return out;
		}
		if (plain)
			memcpy(out + used, t.at + i, n);
		else
			snprintf(out + used, 5, "\\x%02x", (unsigned)(unsigned char)t.at[i]);
		used += need;
		i += n;
	}
	out[used] = '\0';
	return out;
}
