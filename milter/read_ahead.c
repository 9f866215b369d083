/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "read_ahead.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* So many bytes libmilter reads first of each event. */
#define LENGTH_BYTES 5

/* Blocks that nobody uses, kept for the next read. */
#define SPARE_MAX 32

struct block {
	struct block *next; /* a spare one */
	char bytes[READ_AHEAD_BLOCK];
};

struct stream {
	atomic_bool ours;  /* accepted at the filter's socket, not closed; orders those who have the number after one another */
	atomic_bool ready; /* poll has said so, and nothing was read since */
	bool polled;       /* before this read: one who reads without asking poll waits in some other way */
	bool tcp, tried;
	atomic_uint left; /* bytes in the block, at its end of `size`; others look at it too (poll) */
	unsigned size;
	struct block *block;    /* NULL: none is left */
} __attribute__((aligned(32))); /* a power of two is found at once */

static struct stream streams[READ_AHEAD_DESCRIPTORS];
static atomic_int door = -1;
static atomic_bool door_is_tcp, in_use;

static struct {
	pthread_mutex_t mutex;
	struct sockaddr_storage peer;
	socklen_t length;
} trial = { .mutex = PTHREAD_MUTEX_INITIALIZER };
static atomic_bool awaited; /* the connection that is to be tried */
static atomic_uint seen;

static struct {
	pthread_mutex_t mutex;
	struct block *first;
	unsigned count;
} spare = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/* Exported also from builds that hide symbols: libmilter has to find them. */
int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length) __attribute__((visibility("default"), used));
ssize_t read(int fd, void *bytes, size_t size) __attribute__((visibility("default"), used));
int poll(struct pollfd *waiting, nfds_t count, int milliseconds) __attribute__((visibility("default"), used));
int close(int fd) __attribute__((visibility("default"), used));

/* What glibc makes of read and poll in libraries that were built with _FORTIFY_SOURCE=3; `room`: bytes behind the pointer. */
ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room) __attribute__((visibility("default"), used));
int __poll_chk(struct pollfd *waiting, nfds_t count, int milliseconds, size_t room) __attribute__((visibility("default"), used));

/* What stands behind ours: the C library's, or that of something in between. Constructors call before main. */
#define BEHIND(name) \
	static _Atomic(__typeof__(&(name))) behind; \
	__typeof__(&(name)) found = atomic_load(&behind); \
	if (!found) { \
		found = (__typeof__(&(name)))dlsym(RTLD_NEXT, #name); \
		atomic_store(&behind, found); \
	} \
	return found

static __typeof__(&accept) accept_behind(void)
{
	BEHIND(accept);
}

static __typeof__(&read) read_behind(void)
{
	BEHIND(read);
}

static __typeof__(&poll) poll_behind(void)
{
	BEHIND(poll);
}

static __typeof__(&close) close_behind(void)
{
	BEHIND(close);
}

/* NULL: none of ours. */
static struct stream *stream_at(int fd)
{
	if (fd < 0 || fd >= READ_AHEAD_DESCRIPTORS || !atomic_load_explicit(&streams[fd].ours, memory_order_acquire))
		return NULL;
	return &streams[fd];
}

/* The same, but none while nothing is looked after. */
static struct stream *stream_of(int fd)
{
	return atomic_load_explicit(&door, memory_order_relaxed) >= 0 ? stream_at(fd) : NULL;
}

static unsigned left_in(const struct stream *stream)
{
	return atomic_load_explicit(&stream->left, memory_order_relaxed);
}

/* Bytes are left only in a stream that is ours. Ordered as `ours` is, so that nobody else need be asked. */
static inline struct stream *stream_with_more(int fd, unsigned *left)
{
	*left = fd < 0 || fd >= READ_AHEAD_DESCRIPTORS ? 0 : atomic_load_explicit(&streams[fd].left, memory_order_acquire);
	return *left ? &streams[fd] : NULL;
}

/* The one that was given back last: most often there is no need for the lock. */
static _Atomic(struct block *) at_hand;

static struct block *block_take(void)
{
	struct block *last = atomic_exchange_explicit(&at_hand, NULL, memory_order_acquire);

	if (last)
		return last;
	pthread_mutex_lock(&spare.mutex);
	struct block *block = spare.first;
	if (block) {
		spare.first = block->next;
		spare.count--;
	}
	pthread_mutex_unlock(&spare.mutex);
	return block ? block : malloc(sizeof *block);
}

static void block_give_back(struct block *block)
{
	block = atomic_exchange_explicit(&at_hand, block, memory_order_acq_rel);
	if (!block)
		return;
	pthread_mutex_lock(&spare.mutex);
	bool keep = spare.count < SPARE_MAX;
	if (keep) {
		block->next = spare.first;
		spare.first = block;
		spare.count++;
	}
	pthread_mutex_unlock(&spare.mutex);
	if (!keep)
		free(block);
}

static bool is_tried(int fd)
{
	struct sockaddr_storage peer;
	socklen_t length = sizeof peer;

	if (!atomic_load(&awaited) || getpeername(fd, (struct sockaddr *)&peer, &length) != 0)
		return false;
	pthread_mutex_lock(&trial.mutex);
	bool same = atomic_load(&awaited) && trial.length == length && memcmp(&trial.peer, &peer, length) == 0;
	if (same)
		atomic_store(&awaited, false);
	pthread_mutex_unlock(&trial.mutex);
	return same;
}

static void stream_end(struct stream *stream)
{
	if (stream->block)
		block_give_back(stream->block);
	stream->block = NULL;
	atomic_store_explicit(&stream->left, 0, memory_order_release);
	atomic_store_explicit(&stream->ours, false, memory_order_release);
}

static void stream_begin(int fd)
{
	struct stream *stream = &streams[fd];

	/* It orders us behind those who had the number before. If it still is ours, somebody else's close has ended it. */
	if (atomic_load_explicit(&stream->ours, memory_order_acquire))
		stream_end(stream);
	stream->tcp = atomic_load_explicit(&door_is_tcp, memory_order_relaxed);
	stream->tried = is_tried(fd);
	if (stream->tried)
		atomic_fetch_or(&seen, READ_AHEAD_ACCEPTED);
	stream->polled = false;
	stream->block = NULL;
	atomic_store_explicit(&stream->ready, false, memory_order_relaxed);
	atomic_store_explicit(&stream->left, 0, memory_order_relaxed);
	atomic_store_explicit(&stream->ours, true, memory_order_release);
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
	int accepted = accept_behind()(fd, address, length);

	if (accepted >= 0 && accepted < READ_AHEAD_DESCRIPTORS && fd == atomic_load_explicit(&door, memory_order_relaxed)) {
		int reason = errno;
		stream_begin(accepted);
		errno = reason;
	}
	return accepted;
}

int close(int fd)
{
	struct stream *stream = stream_at(fd);

	/* Before the number can be given to another one. */
	if (stream) {
		if (stream->tried && !stream->block)
			atomic_fetch_or(&seen, READ_AHEAD_CLOSED);
		stream_end(stream);
	}
	return close_behind()(fd);
}

/* From the block: as much as is asked for, of what is left there. */
static inline ssize_t serve(struct stream *stream, void *bytes, size_t size, unsigned left)
{
	const char *from = stream->block->bytes + stream->size - left;

	stream->polled = false;
	atomic_store_explicit(&stream->left, left - (unsigned)size, memory_order_relaxed);
	/* What most reads ask for takes no call. */
	if (size == LENGTH_BYTES)
		memcpy(bytes, from, LENGTH_BYTES);
	else
		memcpy(bytes, from, size);
	return (ssize_t)size;
}

/* All that is left there, or a part of it to the connection that is tried. */
static ssize_t serve_rest(struct stream *stream, void *bytes, size_t size, unsigned left)
{
	if (stream->tried && stream->polled)
		atomic_fetch_or(&seen, READ_AHEAD_SERVED);
	ssize_t count = serve(stream, bytes, size < left ? size : left, left);
	if (size >= left) {
		block_give_back(stream->block);
		stream->block = NULL;
	}
	return count;
}

/* As read(2), and all that is there behind it into a block. */
static ssize_t read_more(int fd, struct stream *stream, void *bytes, size_t size)
{
	struct block *block = block_take();

	/* It works without, too. */
	if (!block)
		return read_behind()(fd, bytes, size);
	const struct iovec parts[] = { { bytes, size }, { block->bytes, sizeof block->bytes } };
	ssize_t got = readv(fd, parts, 2);
	if (got > 0 && (size_t)got > size) {
		stream->block = block;
		stream->size = (unsigned)((size_t)got - size);
		atomic_store_explicit(&stream->left, stream->size, memory_order_relaxed);
		return (ssize_t)size;
	}
	int reason = errno;
	block_give_back(block);
	errno = reason;
	return got;
}

static bool is_read_ahead(const struct stream *stream)
{
	return stream->tried || atomic_load_explicit(&in_use, memory_order_relaxed);
}

/* From the kernel. */
__attribute__((noinline)) static ssize_t fetch(int fd, struct stream *stream, void *bytes, size_t size)
{
	static const int yes = 1;
	bool ahead = stream->polled && size && is_read_ahead(stream);

	atomic_store_explicit(&stream->ready, false, memory_order_relaxed);
	stream->polled = false;
	ssize_t got = ahead ? read_more(fd, stream, bytes, size) : read_behind()(fd, bytes, size);
	/* Each time: the kernel goes back to waiting when an answer has been sent. */
	if (got > 0 && stream->tcp)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
	return got;
}

/* All but what is common. */
__attribute__((noinline)) static ssize_t read_any(int fd, void *bytes, size_t size)
{
	struct stream *stream = stream_of(fd);

	if (!stream)
		return read_behind()(fd, bytes, size);
	unsigned left = left_in(stream);
	return left ? serve_rest(stream, bytes, size, left) : fetch(fd, stream, bytes, size);
}

ssize_t read(int fd, void *bytes, size_t size)
{
	unsigned left;
	struct stream *stream = stream_with_more(fd, &left);

	return size < left && !stream->tried ? serve(stream, bytes, size, left) : read_any(fd, bytes, size);
}

static int poll_one(struct stream *stream, struct pollfd *waiting, int milliseconds)
{
	stream->polled = true;
	if (left_in(stream) || atomic_load_explicit(&stream->ready, memory_order_relaxed)) {
		waiting->revents = POLLIN;
		return 1;
	}
	int result = poll_behind()(waiting, 1, milliseconds);
	if (result == 1 && waiting->revents == POLLIN && is_read_ahead(stream))
		atomic_store_explicit(&stream->ready, true, memory_order_relaxed);
	return result;
}

/* Connections with bytes that were read ahead are ready, whatever the kernel says of them. */
static int poll_more(struct pollfd *waiting, nfds_t count, nfds_t first)
{
	int result = poll_behind()(waiting, count, 0);

	for (nfds_t i = first; result >= 0 && i < count; i++) {
		const struct stream *stream = stream_of(waiting[i].fd);
		if (!stream || !(waiting[i].events & POLLIN) || !left_in(stream))
			continue;
		if (!waiting[i].revents)
			result++;
		waiting[i].revents |= POLLIN;
	}
	return result;
}

static int poll_many(struct pollfd *waiting, nfds_t count, int milliseconds)
{
	for (nfds_t i = 0; i < count; i++) {
		const struct stream *stream = stream_of(waiting[i].fd);
		if (stream && (waiting[i].events & POLLIN) && left_in(stream))
			return poll_more(waiting, count, i);
	}
	return poll_behind()(waiting, count, milliseconds);
}

/* The one who is about to read asks for one descriptor alone. */
static bool is_of_a_reader(const struct pollfd *waiting, nfds_t count)
{
	return count == 1 && (waiting->events & (POLLIN | POLLOUT)) == POLLIN;
}

/* All but what is common. */
__attribute__((noinline)) static int poll_any(struct pollfd *waiting, nfds_t count, int milliseconds)
{
	struct stream *stream = is_of_a_reader(waiting, count) ? stream_of(waiting->fd) : NULL;

	return stream ? poll_one(stream, waiting, milliseconds) : poll_many(waiting, count, milliseconds);
}

/* Eighty times a message. It stands apart, since to the compiler poll itself only writes there (poll.h). */
__attribute__((noinline)) static int poll_here(struct pollfd *waiting, nfds_t count, int milliseconds)
{
	unsigned left;
	struct stream *stream = is_of_a_reader(waiting, count) ? stream_with_more(waiting->fd, &left) : NULL;

	if (!stream)
		return poll_any(waiting, count, milliseconds);
	stream->polled = true;
	waiting->revents = POLLIN;
	return 1;
}

int poll(struct pollfd *waiting, nfds_t count, int milliseconds)
{
	return poll_here(waiting, count, milliseconds);
}

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room)
{
	if (size > room)
		abort();
	return read(fd, bytes, size);
}

int __poll_chk(struct pollfd *waiting, nfds_t count, int milliseconds, size_t room)
{
	if (count > room / sizeof *waiting)
		abort();
	return poll(waiting, count, milliseconds);
}

bool read_ahead_is_ours(void)
{
	return dlsym(RTLD_DEFAULT, "accept") == (void *)accept && dlsym(RTLD_DEFAULT, "read") == (void *)read &&
		dlsym(RTLD_DEFAULT, "poll") == (void *)poll && dlsym(RTLD_DEFAULT, "close") == (void *)close;
}

void read_ahead_listen(int listener)
{
	struct sockaddr_storage own;
	socklen_t length = sizeof own;

	if (listener >= 0 && getsockname(listener, (struct sockaddr *)&own, &length) != 0)
		listener = -1;
	if (listener >= 0)
		atomic_store(&door_is_tcp, own.ss_family != AF_UNIX);
	atomic_store(&door, listener);
}

void read_ahead_use(bool use)
{
	atomic_store(&in_use, use);
}

void read_ahead_try(const struct sockaddr *peer, socklen_t length)
{
	pthread_mutex_lock(&trial.mutex);
	memcpy(&trial.peer, peer, length);
	trial.length = length;
	atomic_store(&seen, 0);
	atomic_store(&awaited, true);
	pthread_mutex_unlock(&trial.mutex);
}

unsigned read_ahead_seen(void)
{
	return atomic_load(&seen);
}
