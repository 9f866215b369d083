/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_link.h"

#include "base/fault.h"
#include "quota/quota_redis_bytes.h"
#include "quota/quota_redis_tls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Our own answers have some 2 KB at most; a page of SCAN a little more. */
#define ANSWER_MAX ((size_t)1024 * 1024)
#define ELEMENTS_MAX 4096
/* A command that counts a message for some keys fits; the script itself does not. */
#define USUAL_MOST 4096

static bool timed_out(struct quota_redis_trouble *trouble, const char *doing)
{
	return quota_redis_trouble_set(trouble, QUOTA_ERROR_TIMEOUT, "no answer in time (%s)", doing);
}

/* Wait for the socket; false: the moment is over, or the system has trouble. */
static bool wait_for(int fd, short events, int64_t deadline, struct quota_redis_trouble *trouble, const char *doing)
{
	struct pollfd pollfd = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = deadline - quota_redis_trouble_now();
		struct timespec wait = { .tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000 };

		if (left <= 0)
			return timed_out(trouble, doing);
		int ready = ppoll(&pollfd, 1, &wait, NULL);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "%s: %s", doing, strerror(errno));
	}
}

/* Connected without waiting longer than the moment; -1: trouble. */
static int connect_by(const struct quota_redis_peer *peer, int64_t deadline, struct quota_redis_trouble *trouble)
{
	int error = 0, fd = socket(peer->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t size = sizeof error;

	if (fd >= 0 && connect(fd, (const struct sockaddr *)&peer->address, peer->length) == 0)
		return fd;
	/* EAGAIN: the queue of a unix socket is full, as behind a server that is stopped. */
	if (fd >= 0 && errno == EINPROGRESS) {
		if (!wait_for(fd, POLLOUT, deadline, trouble, "connecting")) {
			close(fd);
			return -1;
		}
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
			return fd;
		errno = error;
	}
	quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "cannot connect: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

#if HIREDIS_MAJOR < 1
/* An array of as many elements as a server likes would be made before the first one is there. */
static redisReplyObjectFunctions limited;
static void *(*create_array)(const redisReadTask *task, int elements);
static pthread_once_t limited_once = PTHREAD_ONCE_INIT;

static void *create_limited(const redisReadTask *task, int elements)
{
	return elements > ELEMENTS_MAX ? NULL : create_array(task, elements);
}

static void limited_make(void)
{
	redisReader *reader = redisReaderCreate();

	if (!reader)
		return;
	limited = *reader->fn;
	create_array = limited.createArray;
	limited.createArray = create_limited;
	redisReaderFree(reader);
}

redisReader *quota_redis_link_reader(void)
{
	pthread_once(&limited_once, limited_make);
	return create_array ? redisReaderCreateWithFunctions(&limited) : NULL;
}
#else
redisReader *quota_redis_link_reader(void)
{
	redisReader *reader = redisReaderCreate();

	if (reader)
		reader->maxelements = ELEMENTS_MAX;
	return reader;
}
#endif

static bool limit_reader(redisContext *context)
{
	redisReader *reader = quota_redis_link_reader();

	if (!reader)
		return false;
	if (context->reader)
		redisReaderFree(context->reader);
	context->reader = reader;
	return true;
}

/* Reads wait in the system, each for half of what is left now: commands have a little less time than this at most. */
static bool let_reads_wait(struct quota_redis_link *link, int fd, int64_t deadline)
{
	int64_t longest = (deadline - quota_redis_trouble_now()) / 2;
	int flags = fcntl(fd, F_GETFL);

	link->read_longest = longest > 1000 ? longest : 1000;
	struct timeval time = { .tv_sec = link->read_longest / 1000000, .tv_usec = link->read_longest % 1000000 };
	return flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0 &&
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == 0;
}

bool quota_redis_link_open(struct quota_redis_link *link, const struct quota_redis_peer *peer, struct ssl_ctx_st *trust,
	int64_t deadline, struct quota_redis_trouble *trouble)
{
	int fd = connect_by(peer, deadline, trouble);

	if (fd < 0)
		return false;
	link->tls = trust != NULL;
	link->local = !trust && peer->address.ss_family == AF_UNIX;
	link->context = redisConnectFd(fd);
	if (!link->context) {
		close(fd);
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_MEMORY, "memory is short");
	}
	/* With TLS the socket does not wait, so hiredis must not take EAGAIN for an error. */
	link->context->flags &= ~REDIS_BLOCK;
	if (!trust && !let_reads_wait(link, fd, deadline))
		quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "cannot be read from: %s", strerror(errno));
	else if (!limit_reader(link->context)) {
		quota_redis_trouble_set(trouble, QUOTA_ERROR_MEMORY, "memory is short");
	} else if (!trust || quota_redis_tls_start(link->context, trust, peer->name, deadline, trouble)) {
		return true;
	}
	quota_redis_link_close(link);
	return false;
}

/* What hiredis holds against the connection. */
static bool broken(redisContext *context, struct quota_redis_trouble *trouble)
{
	char shown[200];

	if (context->err == REDIS_ERR_PROTOCOL)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_ANSWER, "what answers there is no Redis: %s",
			text_escape(text_of(context->errstr), shown, sizeof shown));
	if (context->err == REDIS_ERR_OOM)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_MEMORY, "memory is short, or an answer is too large");
	if (context->err == REDIS_ERR_EOF)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "it closed the connection");
	return quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "the connection broke: %s",
		text_escape(text_of(context->errstr), shown, sizeof shown));
}

/*
 * The process may die of SIGPIPE when a server has gone: OpenSSL writes without MSG_NOSIGNAL. One that was waiting
 * already is somebody else's, and stays.
 */
static int write_quietly(redisContext *context, int *done)
{
	sigset_t pipe, before, pending;
	struct timespec none = { 0 };
	int result;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigpending(&pending);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);
	result = redisBufferWrite(context, done);
	if (result != REDIS_OK && !sigismember(&pending, SIGPIPE)) {
		int saved = errno;

		while (sigtimedwait(&pipe, NULL, &none) < 0 && errno == EINTR)
			;
		errno = saved;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

static bool send_tls(struct quota_redis_link *link, const char *command, size_t length, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	redisContext *context = link->context;

	if (redisAppendFormattedCommand(context, command, length) != REDIS_OK)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_MEMORY, "memory is short");
	for (int done = 0;;) {
		if (write_quietly(context, &done) != REDIS_OK)
			return broken(context, trouble);
		if (done)
			return true;
		if (!wait_for(context->fd, POLLOUT, deadline, trouble, "sending a command"))
			return false;
	}
}

/* By the system's own call: hiredis would have SIGPIPE come, and three calls to keep it away cost as much as this one. */
static bool send_plain(struct quota_redis_link *link, const char *command, size_t length, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	for (size_t sent = 0; sent < length;) {
		ssize_t n = send(link->context->fd, command + sent, length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0) {
			sent += (size_t)n;
		} else if (errno != EAGAIN && errno != EINTR) {
			link->unsent = link->local && sent == 0;
			return quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "the connection broke: %s", strerror(errno));
		} else if (!wait_for(link->context->fd, POLLOUT, deadline, trouble, "sending a command")) {
			return false;
		}
	}
	return true;
}

static bool read_tls(struct quota_redis_link *link, int64_t deadline, struct quota_redis_trouble *trouble)
{
	if (!wait_for(link->context->fd, POLLIN, deadline, trouble, "waiting for an answer"))
		return false;
	return redisBufferRead(link->context) == REDIS_OK || broken(link->context, trouble);
}

/* Some bytes of the answer. What waits is the call that reads: one call less than to wait for the socket first. */
static bool read_plain(struct quota_redis_link *link, int64_t deadline, struct quota_redis_trouble *trouble)
{
	char bytes[16384];
	redisContext *context = link->context;
	bool soon = deadline - quota_redis_trouble_now() < link->read_longest;

	if (soon && !wait_for(context->fd, POLLIN, deadline, trouble, "waiting for an answer"))
		return false;
	ssize_t n = recv(context->fd, bytes, sizeof bytes, soon ? MSG_DONTWAIT : 0);
	if (n > 0)
		return redisReaderFeed(context->reader, bytes, (size_t)n) == REDIS_OK ||
			quota_redis_trouble_set(trouble, QUOTA_ERROR_MEMORY, "memory is short");
	if (n == 0)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "it closed the connection");
	if (errno == EINTR || errno == EAGAIN)
		return quota_redis_trouble_now() < deadline || timed_out(trouble, "waiting for an answer");
	return quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "the connection broke: %s", strerror(errno));
}

/* What comes behind it would be taken for the answer to the next question. */
static redisReply *only_answer(redisContext *context, redisReply *reply, struct quota_redis_trouble *trouble)
{
	if (context->reader->pos == context->reader->len)
		return reply;
	freeReplyObject(reply);
	quota_redis_trouble_set(trouble, QUOTA_ERROR_ANSWER, "it said more than it was asked for");
	return NULL;
}

static redisReply *receive_by(struct quota_redis_link *link, int64_t deadline, struct quota_redis_trouble *trouble)
{
	redisContext *context = link->context;
	void *reply = NULL;

	for (;;) {
		/* From the buffer, which TLS may have filled before the socket was looked at. */
		if (redisGetReplyFromReader(context, &reply) != REDIS_OK) {
			broken(context, trouble);
			return NULL;
		}
		if (reply)
			return only_answer(context, reply, trouble);
		if (context->reader->len > ANSWER_MAX) {
			quota_redis_trouble_set(trouble, QUOTA_ERROR_ANSWER, "an answer is larger than %zu bytes", ANSWER_MAX);
			return NULL;
		}
		if (!(link->tls ? read_tls : read_plain)(link, deadline, trouble))
			return NULL;
	}
}

redisReply *quota_redis_link_ask(struct quota_redis_link *link, size_t count, const struct text *words, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	char room[USUAL_MOST], *command = room;
	size_t most = quota_redis_bytes_most(words, count);

	if (most > sizeof room && !(command = malloc(most))) {
		quota_redis_trouble_set(trouble, QUOTA_ERROR_MEMORY, "memory is short");
		return NULL;
	}
	size_t length = quota_redis_bytes_write(words, count, command);
	bool sent = (link->tls ? send_tls : send_plain)(link, command, length, deadline, trouble);
	if (command != room)
		free(command);
	return sent ? receive_by(link, deadline, trouble) : NULL;
}

bool quota_redis_link_is_stale(const struct quota_redis_link *link)
{
	struct pollfd pollfd = { .fd = link->context->fd, .events = POLLIN };

	return !link->local && poll(&pollfd, 1, 0) != 0;
}

void quota_redis_link_close(struct quota_redis_link *link)
{
	redisFree(link->context);
	link->context = NULL;
}

bool quota_redis_link_says(const redisReply *reply, const char *word)
{
	struct text said = { reply->str, reply->len }, wanted = text_of(word);

	return reply->type == REDIS_REPLY_ERROR && text_starts_with(said, wanted) &&
		(said.length == wanted.length || said.at[wanted.length] == ' ');
}

bool quota_redis_link_refused(const redisReply *reply, const char *what, struct quota_redis_trouble *trouble)
{
	/* Those that a person has to mend. */
	static const char *const refusals[] = { "NOPERM", "NOAUTH", "WRONGPASS", "READONLY", "ERR AUTH", "ERR Client sent AUTH",
		"ERR invalid password", "OOM", "MISCONF", "NOREPLICAS", "DENIED", NULL };
	char shown[300];
	bool refused = false;

	if (reply->type != REDIS_REPLY_ERROR)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_ANSWER, "%s: an answer that no Redis gives", what);
	for (size_t i = 0; refusals[i]; i++)
		refused |= text_starts_with((struct text){ reply->str, reply->len }, text_of(refusals[i]));
	return quota_redis_trouble_set(trouble, refused ? QUOTA_ERROR_REFUSED : QUOTA_ERROR_ANSWER, "%s: it said `%s`", what,
		text_escape((struct text){ reply->str, reply->len }, shown, sizeof shown));
}
