/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal.h"

#include "log_socket.h"
#include "record_pair.h"

#include <ctype.h>
#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

/* A line of 2000 bytes, its pairs again, and the names of some thirty fields. */
#define ENTRY_MAX_BYTES 8192

#define PREFIX "SES_POLICY_"

static struct log_socket socket_of_journal = LOG_SOCKET(JOURNAL_PATH);

struct entry {
	char bytes[ENTRY_MAX_BYTES];
	size_t used;
};

/* A field that finds no room is left out. */
static void put_field(struct entry *entry, const char *name, struct text value)
{
	size_t length = strlen(name);
	uint64_t size = htole64(value.length);

	/* A byte is left for the NUL that log_socket wants. */
	if (length + sizeof size + value.length + 3 > sizeof entry->bytes - entry->used)
		return;
	char *at = entry->bytes + entry->used;
	memcpy(at, name, length);
	at += length;
	*at++ = '\n';
	memcpy(at, &size, sizeof size);
	at += sizeof size;
	if (value.length)
		memcpy(at, value.at, value.length);
	at[value.length] = '\n';
	at[value.length + 1] = '\0';
	entry->used += length + sizeof size + value.length + 2;
}

static void put_pair(struct entry *entry, const struct record_pair *pair)
{
	char name[64];

	snprintf(name, sizeof name, PREFIX "%.*s", TEXT_ARGS(pair->key));
	for (char *at = name; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	put_field(entry, name, pair->value);
}

static void put_number(struct entry *entry, const char *name, int number)
{
	char digits[16];

	snprintf(digits, sizeof digits, "%d", number);
	put_field(entry, name, text_of(digits));
}

bool journal_open(void)
{
	return log_socket_open(&socket_of_journal);
}

bool journal_has_stderr(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat status;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(STDERR_FILENO, &status) == 0 &&
		status.st_dev == device && status.st_ino == inode;
}

bool journal_write(int priority, const char *text, bool record, int milliseconds)
{
	struct entry entry = { .used = 0 };
	struct text rest = text_of(text);
	struct record_pair pair;

	put_field(&entry, "MESSAGE", rest);
	put_number(&entry, "PRIORITY", priority);
	put_number(&entry, "SYSLOG_FACILITY", LOG_FAC(LOG_MAIL));
	put_field(&entry, "SYSLOG_IDENTIFIER", TEXT("ses-policy-milter"));
	while (record && record_pair_next(&rest, &pair))
		put_pair(&entry, &pair);
	return log_socket_write(&socket_of_journal, entry.bytes, entry.used, milliseconds);
}
