/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/fault.h"

#include "base/system_error.h"

#include <errno.h>
#include <stdarg.h>
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

/*
 * Characters of more than one byte that move or reorder what stands around them:
 * C1 controls, U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+FEFF.
 */
static bool is_format(const unsigned char *b, size_t length)
{
	if (length == 2)
		return b[0] == 0xc2 && b[1] < 0xa0;
	if (length != 3)
		return false;
	if (b[0] == 0xe2 && b[1] == 0x80)
		return (b[2] >= 0x8b && b[2] <= 0x8f) || (b[2] >= 0xa8 && b[2] <= 0xae);
	if (b[0] == 0xe2 && b[1] == 0x81)
		return b[2] >= 0xa0 && b[2] <= 0xaf;
	return b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf;
}

const char *text_escape(struct text t, char *out, size_t room)
{
	size_t used = 0;

	for (size_t i = 0; i < t.length;) {
		size_t n = text_character(t, i);
		unsigned char byte = (unsigned char)t.at[i];
		bool format = n > 1 && is_format((const unsigned char *)t.at + i, n);
		/* Byte by byte: what is left of such a character is stray, and escaped for that. */
		if (format)
			n = 1;
		bool plain = n > 1 || (byte >= 0x20 && byte < 0x7f && byte != '\\');
		size_t need = plain ? n : 4;
		/* Three bytes stay free for `...` unless this is the end of the text. */
		if (used + need + (i + n < t.length ? 3 : 0) >= room) {
			memcpy(out + used, "...", 4);
			return out;
		}
		if (plain)
			memcpy(out + used, t.at + i, n);
		else
			snprintf(out + used, 5, "\\x%02x", byte);
		used += need;
		i += n;
	}
	out[used] = '\0';
	return out;
}
