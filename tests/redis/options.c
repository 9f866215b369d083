/* SPDX-License-Identifier: BSD-2-Clause */
#include "redis/options.h"

#include <stdio.h>
#include <stdlib.h>

static void say(void *context, int priority, const char *line)
{
	(void)context;
	printf("say %d %s\n", priority, line);
	fflush(stdout);
}

static const char *value_of(const char *word, const char *name)
{
	size_t length = strlen(name);

	return strncmp(word, name, length) == 0 ? word + length : NULL;
}

struct quota_store *options_open(char **words)
{
	struct quota_options options = { .store = words[0], .timeout_ms = 5000, .site = "123456789012/us-west-2", .say = say };
	struct faults faults;
	const char *value;

	for (char **word = words + 1; *word; word++) {
		if ((value = value_of(*word, "user=")))
			options.user = value;
		else if ((value = value_of(*word, "password=")))
			options.password_file = value;
		else if ((value = value_of(*word, "sentinel_user=")))
			options.sentinel_user = value;
		else if ((value = value_of(*word, "sentinel_password=")))
			options.sentinel_password_file = value;
		else if ((value = value_of(*word, "ca=")))
			options.ca_file = value;
		else if ((value = value_of(*word, "timeout=")))
			options.timeout_ms = atoi(value);
		else if ((value = value_of(*word, "site=")))
			options.site = value;
	}
	faults_init(&faults);
	struct quota_store *store = quota_open(&options, &faults);
	for (const struct fault *fault = faults.first; fault; fault = fault->next)
		printf("fault %s\n", fault->text);
	faults_free(&faults);
	if (!store || !quota_start(store)) {
		fflush(stdout);
		exit(1);
	}
	return store;
}
