/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every allocation of the daemon's own code fails once, one after another: a
 * message then gets 451 and never an accept of what would be refused, and
 * nothing leaks.
 */
#include "unit/check.h"

#include "unit/fake_message.h"
#include "unit/fake_milter.h"

#include "callbacks.h"
#include "holder.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocations left until one fails; negative: none does. */
static long countdown = -1;
static long live;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *at);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *at);

static bool fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

static void *counted(void *at)
{
	live += at != NULL;
	return at;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(__real_calloc(count, size));
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : counted(__real_strdup(text));
}

void __wrap_free(void *at)
{
	live -= at != NULL;
	__real_free(at);
}

/* A message that is to be refused, with a login so that it is copied; the statuses of MAIL, RCPT, DATA, end. */
static void carry(SMFICTX *context, sfsistat status[4])
{
	char *sender[] = { (char *)"a@example.com", NULL }, *recipient[] = { (char *)"refuse@example.com", NULL };

	status[0] = fake_filter.xxfi_envfrom(context, sender);
	status[1] = fake_filter.xxfi_envrcpt(context, recipient);
	status[2] = fake_filter.xxfi_data(context);
	status[3] = fake_filter.xxfi_eom(context);
}

static void a_refused_message_is_never_accepted(void **state)
{
	bool undisturbed = false;

	(void)state;
	holder_put(fake_generation("MD"));
	for (long n = 0; !undisturbed; n++) {
		SMFICTX context = { .macros = { { "{auth_authen}", "svc" } } };
		struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(25) };
		unsigned long got[4];
		sfsistat status[4];
		long before = live;

		countdown = n;
		sfsistat negotiated = fake_filter.xxfi_negotiate(&context, 0x1ff, 0x1fffff, 0, 0, &got[0], &got[1], &got[2], &got[3]);
		if (negotiated == SMFIS_CONTINUE) {
			fake_filter.xxfi_connect(&context, (char *)"c", (_SOCK_ADDR *)&in);
			carry(&context, status);
			undisturbed = countdown >= 0;
			assert_true(status[3] == SMFIS_TEMPFAIL || (undisturbed && status[3] == SMFIS_REJECT));
			/* The next message is unharmed. */
			countdown = -1;
			carry(&context, status);
			assert_int_equal(status[3], SMFIS_REJECT);
		}
		countdown = -1;
		fake_filter.xxfi_close(&context);
		assert_null(context.private);
		assert_int_equal(live, before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_message_is_never_accepted),
	};

	return callbacks_register() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
