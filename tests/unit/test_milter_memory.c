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
#include "counters.h"
#include "holder.h"
#include "record_file.h"
#include "spare.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocations left until one fails; negative: none does. */
static long countdown = -1;
static long live;

void *__real_malloc(size_t size);
void *__real_realloc(void *at, size_t size);
void *__real_calloc(size_t count, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *at);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
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

void *__wrap_realloc(void *at, size_t size)
{
	if (fails())
		return NULL;
	return at ? __real_realloc(at, size) : counted(__real_realloc(NULL, size));
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

	fake_packet(context, false);
	fake_packet(context, true);
	status[0] = fake_filter.xxfi_envfrom(context, sender);
	status[1] = fake_filter.xxfi_envrcpt(context, recipient);
	status[2] = fake_filter.xxfi_data(context);
	status[3] = fake_filter.xxfi_eom(context);
}

/* Once all messages are over: what they left for others, so that the next one takes memory of its own. */
static void spare_use_up(void)
{
	assert_int_equal(fake_messages, 0);
	while (fake_message_memory)
		message_free(spare_take());
}

/* `spared`: a failure may also hit what does not matter to the answer. */
static void refused_whatever_fails(bool spared)
{
	bool undisturbed = false;

	for (long n = 0; !undisturbed; n++) {
		SMFICTX context = { .macros = { { "{auth_authen}", "svc" }, { "j", "relay.test" } } };
		struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(25) };
		unsigned long got[4];
		sfsistat status[4];
		long before = live;

		countdown = n;
		sfsistat negotiated = fake_filter.xxfi_negotiate(&context, 0x1ff, 0x1fffff, 0, 0, &got[0], &got[1], &got[2],
			&got[3]);
		if (negotiated == SMFIS_CONTINUE) {
			fake_filter.xxfi_connect(&context, (char *)"c", (_SOCK_ADDR *)&in);
			carry(&context, status);
			undisturbed = countdown >= 0;
			assert_true(status[3] == SMFIS_TEMPFAIL || ((undisturbed || spared) && status[3] == SMFIS_REJECT));
			/* The next message is unharmed. */
			countdown = -1;
			carry(&context, status);
			assert_int_equal(status[3], SMFIS_REJECT);
		}
		countdown = -1;
		fake_filter.xxfi_close(&context);
		assert_null(context.private);
		spare_use_up();
		assert_int_equal(live, before);
	}
}

static void a_refused_message_is_never_accepted(void **state)
{
	(void)state;
	fake_put("MD");
	refused_whatever_fails(false);
}

/* The same where no answer may be given without its record, then with policies in the shadow. */
static void nor_without_its_record(void **state)
{
	const struct conduct conduct = { .records = true, .records_allowed = true, .records_required = true };

	(void)state;
	record_file_use(open("/dev/null", O_WRONLY));
	holder_put(&(struct loaded){ fake_generation("MD"), NULL, conduct });
	refused_whatever_fails(false);
	holder_put(&(struct loaded){ fake_generation("MD"), fake_generation("MRD"), conduct });
	unsigned long before = atomic_load(&counters.decisions[COUNTED_WOULD_TEMPFAIL][STAGE_MAIL]);
	refused_whatever_fails(true);
	/* Where there was no memory for what the shadow says, it is not as if it had said nothing. */
	assert_true(atomic_load(&counters.decisions[COUNTED_WOULD_TEMPFAIL][STAGE_MAIL]) > before);
	record_file_use(-1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_message_is_never_accepted),
		cmocka_unit_test(nor_without_its_record),
	};

	return callbacks_register() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
