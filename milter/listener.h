/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener: the daemon's socket, from the lock to the last unlink.
 *
 * A unix socket is made under another name (the last byte of its name is `~`),
 * gets its mode and owner, and is then renamed into place: a socket that is
 * visible is ready, a stale one is replaced without a gap, and libmilter, which at its
 * end removes whatever socket it finds under the name it was given, finds none.
 */
#ifndef MILTER_LISTENER_H
#define MILTER_LISTENER_H

#include "service_user.h"
#include "lock.h"
#include "settings/settings.h"

#include <pthread.h>
#include <sys/stat.h>

/* A milter's clients come in bursts: as many may wait as the kernel allows. */
#define LISTENER_BACKLOG 4096

struct listener {
	const struct socket_spec *spec;
	int fd; /* libmilter listens at; -1: not known */
	/* of a unix socket: */
	pthread_mutex_t mutex; /* once there are threads, for what follows */
	struct lock lock;
	dev_t device; /* of the socket in place, to know it again */
	ino_t inode;
	bool in_place; /* false again in the end */
	unsigned mode; /* of the socket in place */
	gid_t group;
};

/* Exit status for what listener_open could not do (sysexits.h). */
#define LISTENER_TAKEN 75  /* EX_TEMPFAIL: another instance is there */
#define LISTENER_FAILED 73 /* EX_CANTCREAT */

/*
 * Take the lock, bind and listen; callbacks must be registered. 0, or an exit
 * status and a fault. Nothing is left behind when it fails, and a socket that
 * another program answers at is never touched.
 */
int listener_open(struct listener *listener, const struct settings *settings, const struct service_user *identity,
	struct faults *faults);

/*
 * May a socket be made at the path? The lock is taken if it is not held any more, and
 * nobody may answer there. 0, or an exit status as above and a fault.
 */
int listener_claim(struct listener *listener, struct faults *faults);

/* Log where it listens, as whom, and the line for main.cf. */
void listener_announce(const struct listener *listener);

/* Remove the socket if it is still ours, and give the lock back. */
void listener_close(struct listener *listener);

#endif
