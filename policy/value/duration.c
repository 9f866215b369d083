/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/duration.h"

#include <stdio.h>

static int64_t unit_of(char letter)
{
	switch (letter) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	default:
		return 0;
	}
}

bool duration_parse(struct text t, int64_t *seconds)
{
	int64_t number = 0;

	if (t.length < 2 || t.length > 7)
		return false;
	for (size_t i = 0; i + 1 < t.length; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		number = number * 10 + (t.at[i] - '0');
	}
	*seconds = number * unit_of(t.at[t.length - 1]);
	return unit_of(t.at[t.length - 1]);
}

const char *duration_print(int64_t seconds, char out[DURATION_TEXT_SIZE])
{
	static const char units[] = "dhms";
	const char *unit = units;

	if (seconds < 0)
		seconds = 0;
	while (*unit != 's' && seconds / unit_of(*unit) < 2)
		unit++;
	snprintf(out, DURATION_TEXT_SIZE, "%lld%c", (long long)(seconds / unit_of(*unit)), *unit);
	return out;
}

const char *duration_wait(int64_t seconds, char out[DURATION_TEXT_SIZE])
{
	long long minutes = seconds / 60 + (seconds % 60 > 0);

	if (seconds < 120)
		snprintf(out, DURATION_TEXT_SIZE, "%lld s", (long long)(seconds > 0 ? seconds : 0));
	else if (minutes < 120)
		snprintf(out, DURATION_TEXT_SIZE, "%lld min", minutes);
	else if (minutes % 60)
		snprintf(out, DURATION_TEXT_SIZE, "%lld h %lld min", minutes / 60, minutes % 60);
	else
		snprintf(out, DURATION_TEXT_SIZE, "%lld h", minutes / 60);
	return out;
}
