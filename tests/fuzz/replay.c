/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay: run a target over files, without a fuzzer. With files or folders on the command line it runs those;
 * without any, as `make check` does, the seeds of the target it is named after: replay_NAME runs
 * $srcdir/fuzz/seeds/NAME. A promise that is broken aborts; the last line on stderr is the file that did it.
 */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool file_run(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat status;

	if (!file || fstat(fileno(file), &status)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		if (file)
			fclose(file);
		return false;
	}
	/* Exactly as large as the input, so that a sanitizer sees every step past its end. */
	size_t size = (size_t)status.st_size;
	uint8_t *data = malloc(size ? size : 1);
	bool read = data && fread(data, 1, size, file) == size;

	fclose(file);
	if (read) {
		fprintf(stderr, "%s\n", path);
		LLVMFuzzerTestOneInput(data, size);
	} else {
		fprintf(stderr, "%s: cannot read it\n", path);
	}
	free(data);
	return read;
}

/* Returns how many files were run; 0 when there was none or one could not be read. */
static size_t path_run(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);
	size_t run = 0;
	bool good = true;

	if (count < 0)
		return errno == ENOTDIR && file_run(path);
	for (int i = 0; i < count; i++) {
		char inner[4096];

		snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.') {
			good &= file_run(inner);
			run++;
		}
		free(entries[i]);
	}
	free(entries);
	if (!run)
		fprintf(stderr, "%s: no files there\n", path);
	return good ? run : 0;
}

int main(int argc, char **argv)
{
	const char *folder = getenv("srcdir"), *slash = strrchr(argv[0], '/');
	const char *name = strstr(slash ? slash : argv[0], "replay_");
	char seeds[4096] = "";
	size_t run = 0;

	for (int i = 1; i < argc; i++) {
		size_t more = path_run(argv[i]);

		if (!more)
			return EXIT_FAILURE;
		run += more;
	}
	if (argc < 2 && name) {
		snprintf(seeds, sizeof seeds, "%s/fuzz/seeds/%s", folder ? folder : ".", name + strlen("replay_"));
		run = path_run(seeds);
	}
	/* In the words that tests/run counts. */
	printf("%zu passed in %s\n", run, argc < 2 ? seeds : "the files given");
	return run ? EXIT_SUCCESS : EXIT_FAILURE;
}
