/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault: what is wrong with something that was loaded, as finished lines
 *
 *     file:line:column: path: what is wrong; what would be right
 *
 * Loading goes on after a fault so that all faults of a file are told at once;
 * the caller looks at the count at the end. Text from the file is escaped:
 * the lines are printable on any terminal and in any log. Notes travel with them:
 * lines about what is loaded, and perhaps not what was meant.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/text.h"

/* Who or what can mend it. */
enum fault_class {
	FAULT_PERSON,  /* somebody must change something: a file, a setting, a right */
	FAULT_SYSTEM,  /* the system refused: memory, descriptors, a disk, a file server; that may pass by itself */
	FAULT_PASSING, /* something else is in the way now: files that change, an address in use */
	FAULT_CLASSES
};

struct fault {
	struct fault *next;
	char text[];
};

struct faults {
	struct fault *first, *last;
	size_t count;             /* all faults, also those past FAULTS_KEPT that are not kept */
	bool out_of_memory;       /* memory ran short: also a fault, counted, but told by itself */
	size_t of[FAULT_CLASSES]; /* the same, by class */
	/* What is no fault, and ought to be heard of all the same: it does not count above. */
	struct fault *first_note, *last_note;
	size_t note_count; /* all of them, also those past NOTES_KEPT */
};

#define FAULTS_KEPT 100
#define NOTES_KEPT 20

void faults_init(struct faults *faults);
void faults_free(struct faults *faults);

/* Add one line, printf fashion, for a person to mend. Escaping what came from outside is the caller's (text_escape). */
void fault_add(struct faults *faults, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same of another class. */
void fault_add_as(struct faults *faults, enum fault_class class, const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * "WHAT: No such file or directory; REMEDY": what the system answered. `remedy` is for what a person has to mend; an error
 * that may pass by itself (system_error.h) brings its own, and makes the fault FAULT_SYSTEM. ENOMEM is fault_memory().
 */
void fault_system(struct faults *faults, int error, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Memory ran short. */
void fault_memory(struct faults *faults);

/* What all of them together need: a person as soon as one of them does. FAULT_PERSON also if there are none. */
enum fault_class faults_class(const struct faults *faults);

/* Add a line that is no fault: loading goes on, and the program tells it. */
void fault_note(struct faults *faults, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * t for people, into `out` of `room` bytes (at least 8), cut with `...` when it does not fit. Returns out.
 *
 * Text is shown as text: printable ASCII and well-formed UTF-8 as they stand. Shown as \xNN, byte by byte, is what could
 * break a line, move a terminal's cursor, or be read as something else: controls, bytes that are not UTF-8, and
 * characters that nobody sees, that look like a space, or that turn the direction of writing.
 *
 * A backslash is shown as it stands, but for one that `x` and two hexadecimal digits follow: that one is \x5c. So what
 * looks like an escape is one, and no two texts are shown alike.
 */
const char *text_escape(struct text t, char *out, size_t room);

/* Is what begins at byte `at` (at < t.length) shown by text_escape() as it stands? */
bool text_shows(struct text t, size_t at);

#endif
