/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting_check: what a text in the settings has to be.
 */
#ifndef SETTINGS_SETTING_CHECK_H
#define SETTINGS_SETTING_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* NULL if it is fine, else `what; what would be right`, a constant or made in `room`. */
typedef const char *setting_check(const char *value, char *room, size_t size);

setting_check setting_check_socket;  /* unix:PATH, inet:PORT@HOST, inet6:PORT@HOST */
setting_check setting_check_metrics; /* HOST:PORT of the loopback, unix:PATH, public:HOST:PORT */
setting_check setting_check_control; /* an absolute path that a unix socket can have, or `none` */
setting_check setting_check_mode;    /* octal digits, at most 0777 */
setting_check setting_check_name;    /* of a user or group */
setting_check setting_check_account; /* 12 digits */
setting_check setting_check_region;
setting_check setting_check_path;
setting_check setting_check_identity;    /* a domain or an address */
setting_check setting_check_login;       /* a SASL login, or `*` */
setting_check setting_check_realm;       /* of a login: what follows its last at sign */
setting_check setting_check_network;     /* CIDR */
setting_check setting_check_egress;      /* one address, no network */
setting_check setting_check_principal;   /* the ARN of a user, role or session; ${login} may stand in its last field */
setting_check setting_check_context_key; /* a condition key that the message does not fill in itself */
setting_check setting_check_context_value;
setting_check setting_check_configuration_set; /* 1 to 64 letters, digits, `-` and `_` */
setting_check setting_check_age;               /* a duration (duration.h) of 5 minutes to 30 days */
setting_check setting_check_tenant;            /* the same */
setting_check setting_check_quota_sender;      /* an address, with wildcards or without */
setting_check setting_check_quota_arn;         /* an ARN of a principal, with wildcards or without */
setting_check setting_check_store;             /* where counts of quotas are kept (quota/quota.h) */
setting_check setting_check_store_user;

/* In the place of the path of the control socket: there is none. */
#define SETTING_CONTROL_NONE "none"

/* Four octal digits or fewer, at most 0777. */
bool setting_parse_mode(const char *text, unsigned *mode);

#endif
