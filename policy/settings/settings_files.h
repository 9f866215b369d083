/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_files: the file of settings, and the fragments in the folder beside it: of milter.json, the *.json files of milter.d in
 * the order of their names' bytes. A member of a later file replaces the whole member of an earlier one, lists too.
 */
#ifndef SETTINGS_SETTINGS_FILES_H
#define SETTINGS_SETTINGS_FILES_H

#include "settings/settings.h"

/* Read them all. What is wrong is in `faults`; what stands in the folder and is not read is a note there. */
void settings_files_read(struct settings *settings, const char *file, struct faults *faults);

#endif
