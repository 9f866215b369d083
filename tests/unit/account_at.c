/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/account_at.h"

#include "unit/check.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void account_at_put(const char *folder, const char *name, const char *text)
{
	const char *slash = strchr(name, '/');
	char path[256];

	if (slash) {
		snprintf(path, sizeof path, "%s/%.*s", folder, (int)(slash - name), name);
		assert_true(!mkdir(path, 0750) || errno == EEXIST);
	}
	snprintf(path, sizeof path, "%s/%s", folder, name);
	unlink(path);
	if (!text || name[strlen(name) - 1] == '/')
		return;
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0640), 0);
}

static int drop(const char *path, const struct stat *seen, int kind, struct FTW *walk)
{
	(void)seen, (void)kind;
	return walk->level ? remove(path) : 0;
}

void account_at_clear(const char *folder)
{
	assert_int_equal(nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS), 0);
}
