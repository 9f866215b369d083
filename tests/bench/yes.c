/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * yes: a store of quotas that counts nothing. To whatever it is asked over a unix socket it says at once what Redis says of a message that is
 * let through. What it costs the daemon is what any store in another process costs; what Redis costs beyond that
 * is its own: its work takes longer, and leaves the processor's caches cold.
 *
 *     yes PATH
 *
 * Runs until it is killed. Exit status: 2 it could not begin.
 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS_MAX 256

/* As policy/quota/quota_redis_reply.c reads it: taken, now and if all were enforced; no key refuses; nothing was reached. */
#define ANSWER "$51\r\n0 0 0 0 0 0 1700000000000000 0 0 - 1700000000000000\r\n"

static int open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof address.sun_path)
		return -1;
	strcpy(address.sun_path, path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || chmod(path, 0777) != 0 || listen(fd, 128) != 0)
		return -1;
	return fd;
}

int main(int argc, char **argv)
{
	static struct pollfd all[1 + CLIENTS_MAX];
	char question[65536];
	nfds_t count = 1;

	if (argc != 2 || (all[0].fd = open_socket(argv[1])) < 0)
		return 2;
	all[0].events = POLLIN;
	while (poll(all, count, -1) > 0) {
		for (nfds_t i = count - 1; i > 0; i--) {
			if (!all[i].revents ||
				(recv(all[i].fd, question, sizeof question, 0) > 0 &&
					send(all[i].fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL) == sizeof ANSWER - 1))
				continue;
			close(all[i].fd);
			all[i] = all[--count];
		}
		int fd = all[0].revents && count <= CLIENTS_MAX ? accept(all[0].fd, NULL, NULL) : -1;
		if (fd >= 0)
			all[count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
	return 2;
}
