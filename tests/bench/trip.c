/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trip: what it costs to ask another process and hear its answer, whatever that process is: the floor of a store that is not in
 * the daemon. Threads with a connection each send and wait for the answer (recv), as
 * policy/quota/quota_redis_link.c does with a unix socket; the other process sends as many bytes back as it is told, and does nothing else.
 *
 *     trip THREADS BYTES-OUT BYTES-BACK SECONDS
 *
 * Prints the CPU time of this process and of the other one a trip, in microseconds, and trips a second.
 * Exit status: 0 measured; 2 could not do it.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 64
#define BYTES_MAX 65536

static int ours[THREADS_MAX], theirs[THREADS_MAX];
static size_t threads, out, back;
static atomic_bool over;
static _Atomic unsigned long trips;

static bool receive(int fd, size_t bytes)
{
	char room[BYTES_MAX];

	for (ssize_t n; bytes > 0; bytes -= (size_t)n)
		if ((n = recv(fd, room, bytes, 0)) <= 0)
			return false;
	return true;
}

/* Until the first of them is closed. */
static void echo(void)
{
	static const char answer[BYTES_MAX];
	struct pollfd all[THREADS_MAX];

	for (size_t i = 0; i < threads; i++)
		all[i] = (struct pollfd){ .fd = theirs[i], .events = POLLIN };
	while (poll(all, threads, -1) > 0)
		for (size_t i = 0; i < threads; i++)
			if (all[i].revents &&
				(!receive(theirs[i], out) || send(theirs[i], answer, back, MSG_NOSIGNAL) != (ssize_t)back))
				_exit(0);
	_exit(2);
}

static void *ask(void *with)
{
	static const char question[BYTES_MAX];
	int fd = *(int *)with;
	unsigned long own = 0;

	while (!atomic_load_explicit(&over, memory_order_relaxed)) {
		if (send(fd, question, out, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)out || !receive(fd, back))
			break;
		own++;
	}
	atomic_fetch_add(&trips, own);
	return NULL;
}

static double cpu_of(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static bool make_pairs(void)
{
	for (size_t i = 0; i < threads; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
			return false;
		ours[i] = pair[0];
		theirs[i] = pair[1];
	}
	return true;
}

static void close_all(const int *fds)
{
	for (size_t i = 0; i < threads; i++)
		close(fds[i]);
}

static bool run(double seconds)
{
	pthread_t made[THREADS_MAX];
	struct timespec rest = { .tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9) };

	for (size_t i = 0; i < threads; i++)
		if (pthread_create(&made[i], NULL, ask, &ours[i]) != 0)
			return false;
	nanosleep(&rest, NULL);
	atomic_store(&over, true);
	for (size_t i = 0; i < threads; i++)
		pthread_join(made[i], NULL);
	return trips > 0;
}

int main(int argc, char **argv)
{
	double seconds = argc == 5 ? atof(argv[4]) : 0;

	threads = argc == 5 ? strtoul(argv[1], NULL, 10) : 0;
	out = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
	back = argc == 5 ? strtoul(argv[3], NULL, 10) : 0;
	if (threads < 1 || threads > THREADS_MAX || out < 1 || out > BYTES_MAX || back < 1 || back > BYTES_MAX || seconds <= 0 ||
		!make_pairs())
		return 2;
	pid_t other = fork();
	if (other < 0)
		return 2;
	if (other == 0) {
		close_all(ours);
		echo();
	}
	close_all(theirs);
	double begun = cpu_of(RUSAGE_SELF);
	bool good = run(seconds);
	double spent = cpu_of(RUSAGE_SELF) - begun;
	close_all(ours);
	waitpid(other, NULL, 0);
	if (!good)
		return 2;
	printf("{\"cpu_us\": %.2f, \"other_us\": %.2f, \"trips_s\": %.0f}\n", spent / (double)trips,
		cpu_of(RUSAGE_CHILDREN) / (double)trips, (double)trips / seconds);
	return 0;
}
