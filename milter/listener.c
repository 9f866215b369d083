/* SPDX-License-Identifier: BSD-2-Clause */
#include "listener.h"

#include "base/system_error.h"
#include "log.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

/* The name under which the socket is made: as long as the other, so it fits too. */
static void other_name(const struct socket_spec *spec, struct socket_spec *other)
{
	*other = *spec;
	char *last = other->path + strlen(other->path) - 1;
	*last = *last == '~' ? '-' : '~';
}

/* 0 if nobody answers at the path and what is there, if anything, is a socket that may be replaced. */
static int check_vacant(const struct socket_spec *spec, struct faults *faults)
{
	struct stat status;

	if (lstat(spec->path, &status) != 0) {
		if (errno == ENOENT)
			return 0;
		fault_system(faults, errno, "make the folder and let the user of the daemon write in it", "socket: %s", spec->path);
		return LISTENER_FAILED;
	}
	if (!S_ISSOCK(status.st_mode)) {
		fault_add(faults, "socket: %s is there and is not a socket; remove it, or choose another path", spec->path);
		return LISTENER_FAILED;
	}
	int fd = socket_spec_connect(spec);
	if (fd < 0 && (errno == ECONNREFUSED || errno == ENOENT))
		return 0;
	int reason = errno;
	bool answered = fd >= 0;
	if (answered)
		close(fd);
	if (answered || reason == EAGAIN)
		fault_add(faults, "socket: another program answers at %s; stop that daemon first, or choose another path",
			spec->path);
	else
		fault_system(faults, reason, "remove it, or choose another path", "socket: %s", spec->path);
	return answered || reason == EAGAIN ? LISTENER_TAKEN : LISTENER_FAILED;
}

static int take_lock(struct listener *listener, struct faults *faults)
{
	const char *path = listener->spec->path;
	long holder;

	switch (lock_renew(&listener->lock, path, &holder)) {
	case LOCK_HELD:
		return 0;
	case LOCK_TAKEN:
		fault_add(faults,
			"socket: another ses-policy-milter (process %ld) listens at %s; stop it first, or choose another path",
			holder, path);
		return LISTENER_TAKEN;
	default:
		if (errno == ENOENT)
			fault_add(faults, "socket: no folder for %s; create it, owned by the user of the daemon", path);
		else
			fault_system(faults, errno, "let the user of the daemon write in that folder", "socket: %s.lock", path);
		return LISTENER_FAILED;
	}
}

int listener_claim(struct listener *listener, struct faults *faults)
{
	int status = take_lock(listener, faults);

	return status == 0 ? check_vacant(listener->spec, faults) : status;
}

/* libmilter says why it cannot listen in the log only, so the likely reasons are looked for first. */
static bool try_bind(const struct socket_spec *spec, struct faults *faults, int *status)
{
	struct sockaddr_storage address;
	socklen_t length = socket_spec_address(spec, &address);
	char shown[SOCKET_SPEC_SIZE];
	int yes = 1;
	int fd = socket(spec->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
		bind(fd, (struct sockaddr *)&address, length) == 0 && listen(fd, 1) == 0) {
		close(fd);
		return true;
	}
	int reason = errno;
	if (fd >= 0)
		close(fd);
	fault_system(faults, reason,
		reason == EADDRINUSE ? "stop the program that listens there, or choose another port" : "choose another address",
		"socket: %s", socket_spec_print(spec, shown));
	*status = reason == EADDRINUSE ? LISTENER_TAKEN : LISTENER_FAILED;
	return false;
}

/* The group of a name, or of a number: of one that no file of groups knows, too (containers). False with errno 0: there is none. */
static bool group_find(const char *name, gid_t *group)
{
	errno = 0;
	const struct group *entry = getgrnam(name);

	if (entry)
		*group = entry->gr_gid;
	return entry || (!system_error_remedy(errno) && service_user_number(name, group));
}

static bool find_group(const struct settings *settings, const struct service_user *identity, gid_t *group, struct faults *faults)
{
	*group = identity->gid;
	if (!settings->socket_group)
		return true;
	if (group_find(settings->socket_group, group))
		return true;
	if (system_error_remedy(errno)) {
		fault_system(faults, errno, "", "socket_group: `%s` cannot be looked up", settings->socket_group);
		return false;
	}
	fault_add(faults, "socket_group: there is no group `%s`; create it, or name that of the MTA's user",
		settings->socket_group);
	return false;
}

static bool open_by_libmilter(const struct socket_spec *spec, struct faults *faults)
{
	char text[SOCKET_SPEC_SIZE];

	socket_spec_print(spec, text);
	if (smfi_setconn(text) == MI_SUCCESS && smfi_setbacklog(LISTENER_BACKLOG) == MI_SUCCESS &&
		smfi_opensocket(true) == MI_SUCCESS)
		return true;
	fault_add(faults, "socket: libmilter cannot listen at %s; the mail log says why", text);
	return false;
}

/* Is it the socket that was made for that spec? */
static bool is_named(int fd, const struct socket_spec *spec)
{
	union {
		struct sockaddr_storage any;
		struct sockaddr_un local;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} name;
	socklen_t length = sizeof name;

	memset(&name, 0, sizeof name);
	if (getsockname(fd, (struct sockaddr *)&name.any, &length) != 0 || name.any.ss_family != spec->family)
		return false;
	if (spec->family == AF_UNIX)
		return strncmp(name.local.sun_path, spec->path, sizeof name.local.sun_path) == 0;
	if (spec->family == AF_INET)
		return name.v4.sin_port == htons(spec->port) &&
			memcmp(&name.v4.sin_addr, &spec->host.v4, sizeof spec->host.v4) == 0;
	return name.v6.sin6_port == htons(spec->port) && memcmp(&name.v6.sin6_addr, &spec->host.v6, sizeof spec->host.v6) == 0;
}

/* libmilter tells nobody its descriptor. It takes none that select(2) cannot. */
static int find_descriptor(const struct socket_spec *spec)
{
	for (int fd = 0; fd < FD_SETSIZE; fd++) {
		socklen_t size = sizeof(int);
		int listens = 0;
		if (is_named(fd, spec) && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens)
			return fd;
	}
	return -1;
}

static bool put_in_place(struct listener *listener, const struct socket_spec *made, unsigned mode,
	const struct service_user *identity, gid_t group, struct faults *faults)
{
	struct stat status;
	const char *path = listener->spec->path;

	if (chown(made->path, identity->change ? identity->uid : (uid_t)-1, group) != 0) {
		int reason = errno; /* looking the group up has one of its own */
		const struct group *entry = getgrgid(group);
		fault_add(faults,
			"socket_group: the socket cannot be given to group `%s`: %s; put the user `%s` in that group, or start as root",
			entry ? entry->gr_name : "?", strerror(reason), identity->name);
	} else if (chmod(made->path, mode) != 0 || stat(made->path, &status) != 0 || rename(made->path, path) != 0) {
		fault_system(faults, errno, "let the user of the daemon own that folder", "socket: %s", path);
	} else {
		listener->device = status.st_dev;
		listener->inode = status.st_ino;
		listener->in_place = true;
		listener->fd = find_descriptor(made);
		listener->mode = mode;
		listener->group = group;
		return true;
	}
	unlink(made->path);
	return false;
}

int listener_open(struct listener *listener, const struct settings *settings, const struct service_user *identity,
	struct faults *faults)
{
	struct socket_spec made;
	gid_t group;
	int status = LISTENER_FAILED;

	*listener = (struct listener){ .spec = &settings->listen, .mutex = PTHREAD_MUTEX_INITIALIZER, .lock.fd = -1, .fd = -1 };
	if (listener->spec->family != AF_UNIX) {
		if (!try_bind(listener->spec, faults, &status))
			return status;
		if (!open_by_libmilter(listener->spec, faults))
			return LISTENER_FAILED;
		listener->fd = find_descriptor(listener->spec);
		return 0;
	}
	if (!find_group(settings, identity, &group, faults))
		return faults_class(faults) == FAULT_PERSON ? EX_CONFIG : EX_OSERR;
	status = listener_claim(listener, faults);
	if (status == 0) {
		/* So that the same daemon started as its user can take the lock after a crash. No matter if it fails: it is root's then. */
		if (identity->change && fchown(listener->lock.fd, identity->uid, identity->gid) != 0)
			log_line(LOG_WARNING, "socket: %s.lock stays root's: %s", listener->spec->path, strerror(errno));
		other_name(listener->spec, &made);
		mode_t before = umask(0177);
		bool ready = open_by_libmilter(&made, faults) &&
			put_in_place(listener, &made, settings->socket_mode, identity, group, faults);
		umask(before);
		if (ready)
			return 0;
		status = LISTENER_FAILED;
	}
	lock_release(&listener->lock);
	return status;
}

void listener_announce(const struct listener *listener)
{
	char text[SOCKET_SPEC_SIZE];
	struct stat status;

	socket_spec_print(listener->spec, text);
	if (listener->spec->family == AF_UNIX && stat(listener->spec->path, &status) == 0) {
		const struct passwd *user = getpwuid(status.st_uid);
		const struct group *group = getgrgid(status.st_gid);
		log_line(LOG_INFO, "listening at %s, owner %s:%s, mode %04o", text, user ? user->pw_name : "?",
			group ? group->gr_name : "?", (unsigned)status.st_mode & 07777);
	} else {
		log_line(LOG_INFO, "listening at %s", text);
	}
	socket_spec_print_postfix(listener->spec, text);
	log_line(LOG_INFO, "for main.cf: smtpd_milters = { %s, default_action=tempfail }", text);
}

void listener_close(struct listener *listener)
{
	struct stat status;

	pthread_mutex_lock(&listener->mutex);
	if (listener->in_place && lstat(listener->spec->path, &status) == 0 && status.st_dev == listener->device &&
		status.st_ino == listener->inode)
		unlink(listener->spec->path);
	listener->in_place = false;
	lock_release(&listener->lock);
	pthread_mutex_unlock(&listener->mutex);
}
