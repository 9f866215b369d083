/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void faults_init(struct faults *faults)
{
	*faults = (struct faults){ 0 };
}

void faults_free(struct faults *faults)
{
	while (faults->first) {
		struct fault *next = faults->first->next;
		free(faults->first);
		faults->first = next;
	}
	faults_init(faults);
}

void fault_memory(struct faults *faults)
{
	faults->count++;
	faults->out_of_memory = true;
}

void fault_add(struct faults *faults, const char *format, ...)
{
	char line[1024];
	va_list arguments;

	if (faults->count >= FAULTS_KEPT) {
		faults->count++;
		return;
	}
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	struct fault *fault = malloc(sizeof *fault + strlen(line) + 1);
	if (!fault) {
		fault_memory(faults);
		return;
	}
	strcpy(fault->text, line);
	fault->next = NULL;
	if (faults->last)
		faults->last->next = fault;
	else
		faults->first = fault;
	faults->last = fault;
	faults->count++;
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
