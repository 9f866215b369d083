/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting_read: JSON values into settings, row by row of the table.
 */
#ifndef SETTINGS_SETTING_READ_H
#define SETTINGS_SETTING_READ_H

#include "base/json_source.h"
#include "settings/setting_table.h"

/* What reading one file needs at every step. */
struct setting_reader {
	struct arena *arena; /* keeps what is read */
	const struct json_source *source;
	struct faults *faults;
	/* What a name is that no row has, and where those that are known stand: "member", "ses-policy(1)". NULL: a setting, --help. */
	const char *what, *listed_by;
};

/*
 * Read the members of `object` by `count` rows into what begins at `base`.
 * `path` is the object's (NULL: the root). `seen`, if not NULL, is told each row
 * whose value was taken. Faults say what was not.
 */
void setting_read_object(const struct setting_reader *reader, const struct json_path *path, const json_t *object,
	const struct setting *rows, size_t count, void *base,
	void (*seen)(const struct setting *row, const struct json_path *path, void *argument), void *argument);

/* A copy that lives as long as the settings; NULL and a fault when memory is short. */
const char *setting_copy(struct arena *arena, const char *text, struct faults *faults);

#endif
