/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eml: the header fields of a message in a file, as an MTA hands them to a
 * filter: the name before the colon, the value with its folds kept (RFC 5322,
 * 2.2) and one space after the colon taken off, line ends as LF.
 */
#ifndef TOOL_EML_H
#define TOOL_EML_H

#include "tool/mail.h"

/* Largest message that is read, in bytes. */
#define EML_MAX (256u * 1024 * 1024)

/*
 * One field as written, "Name: value"; in the arena. False: it is none, or
 * memory is short (then .name.at is NULL).
 */
bool eml_field(struct arena *arena, struct text field, struct mail_header *out);

/* Append those of the file. NULL, or what is wrong with the file. */
const char *eml_read(struct arena *arena, const char *path, struct mail *mail);

/* Append one. False when memory is short. */
bool eml_append(struct arena *arena, struct mail *mail, struct mail_header header);

#endif
