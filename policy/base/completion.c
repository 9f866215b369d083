/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/completion.h"

#include "base/completion_bash.h"
#include "base/completion_fish.h"
#include "base/completion_zsh.h"

#include <stdio.h>
#include <string.h>

bool completion_print(const char *shell, const struct completed_program *program)
{
	static const struct {
		const char *name;
		void (*print)(const struct completed_program *);
	} shells[] = {
		{ "bash", completion_bash },
		{ "zsh", completion_zsh },
		{ "fish", completion_fish },
	};

	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		if (!strcmp(shell, shells[i].name)) {
			shells[i].print(program);
			return true;
		}
	fprintf(stderr, "%s: --completion wants bash, zsh or fish\n", program->name);
	return false;
}
