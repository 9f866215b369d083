/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a settings file.
 *
 * Promises: faults are printable lines with a remedy; settings that load are printed as a file that loads, and prints the
 * same; nothing that is told of them has other bytes than one line has.
 */
#include "fuzz/fuzz.h"
#include "fuzz/file.h"
#include "settings/settings.h"
#include "settings/settings_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool load(struct settings *settings, struct text text)
{
	const char *path = fuzz_file("milter.json", text);
	const struct settings_given given = { .settings = path };
	struct faults faults;

	faults_init(&faults);
	bool loaded = settings_load(settings, &given, &faults);
	FUZZ_CHECK(loaded == !faults.count);
	fuzz_faults(&faults, path);
	faults_free(&faults);
	return loaded;
}

/* What a printer writes, to be freed. */
static char *printed(const struct settings *settings, void (*print)(const struct settings *settings, FILE *out))
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	FUZZ_CHECK(out);
	print(settings, out);
	FUZZ_CHECK(fclose(out) == 0 && strlen(text) == length);
	return text;
}

static void lines_check(const char *text)
{
	struct text rest = text_of(text);

	while (rest.length)
		FUZZ_CHECK(fuzz_printable(fuzz_line(&rest)));
}

static void again(const char *text)
{
	struct settings settings;

	FUZZ_CHECK(load(&settings, text_of(text)));
	char *other = printed(&settings, settings_print);
	FUZZ_CHECK(!strcmp(text, other));
	free(other);
	settings_free(&settings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings;

	if (load(&settings, fuzz_text(data, size))) {
		char *text = printed(&settings, settings_print), *origins = printed(&settings, settings_print_origins);
		lines_check(text);
		lines_check(origins);
		again(text);
		free(origins);
		free(text);
	}
	settings_free(&settings);
	return 0;
}
