/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site_options: what a site says about itself, as loading a generation needs
 * it. All strings are borrowed, only during the call. A zeroed struct is a site
 * that says nothing, with the defaults of every word.
 */
#ifndef SES_SITE_OPTIONS_H
#define SES_SITE_OPTIONS_H

#include "ses/mailbox.h"

#include <stdint.h>

struct string_list {
	const char *const *at; /* NULL: not given, which a list without elements is not */
	size_t count;
};

/* Lists, one a level. */
struct level_list {
	const struct string_list *at;
	size_t count;
};

/* A name and its values: a condition key, or an identity and its configuration set. */
struct map_entry {
	const char *name;
	struct string_list values;
};

struct map {
	struct map_entry *at;
	size_t count;
};

/* Zeroed: not given. */
struct option_number {
	bool given;
	int64_t value;
};

/* How much may be sent; what is not given has no limit. */
struct limit_option {
	struct option_number per_day;    /* recipients in any 24 hours */
	struct option_number per_second; /* thousandths of a recipient */
	struct option_number burst;      /* recipients */
	unsigned monitor;                /* 1: counted, never refused */
};

/* Who a client is. The first entry that fits counts; one with neither login nor network fits everyone. */
struct principal_option {
	const char *login;   /* SASL login; "*": any; NULL: any client */
	const char *network; /* CIDR; NULL: wherever */
	const char *arn;     /* ${login} in it is the login; NULL with `refuse` */
	const char *tenant;  /* the tenant of SES that it may name; NULL: any, as far as policies allow */
	struct string_list
		policies;     /* identity policies; neither they nor a boundary given: it may do everything that no policy denies */
	const char *boundary; /* the permissions boundary; NULL: none. Without policies it leaves no Allow of the principal's own */
	struct map context;
	unsigned refuse;           /* 1: the client is refused; only login and network stand beside it */
	struct limit_option limit; /* of the ARN, however the client came by it */
};

struct principal_options {
	struct principal_option *at;
	size_t count;
};

struct network_option {
	const char *network; /* CIDR */
	struct map context;
};

struct network_options {
	struct network_option *at;
	size_t count;
};

/* Whose connection aws:SourceIp and aws:SecureTransport are of: the client's to the relay, or the relay's to SES. */
enum connection_of { CONNECTION_CLIENT, CONNECTION_RELAY };

/* In place of the addresses of `egress`: the relay reaches SES through a VPC endpoint. */
#define EGRESS_VPC "vpc"

/* Which senders are ses:FromAddress, each in a request of its own. */
enum from_address { FROM_BOTH, FROM_ENVELOPE, FROM_HEADER };
enum null_sender { NULL_SENDER_EVALUATE, NULL_SENDER_REJECT };
/* What becomes of an address that no known identity covers. */
enum unknown_identity { UNKNOWN_EVALUATE, UNKNOWN_REJECT };
/* What becomes of X-SES- headers in a message. */
enum ses_headers { SES_HEADERS_EVALUATE, SES_HEADERS_REFUSE };
/* What becomes of an address in a header whose domain the MTA may complete when we do not see it any more. */
enum unqualified_headers { UNQUALIFIED_HEADERS_REFUSE, UNQUALIFIED_HEADERS_EVALUATE };

/* Is mail refused for its form (form.h)? With `auto` where headers are shown anyway. */
enum form_setting { FORM_IGNORE, FORM_CHECK, FORM_AUTO };
/* What becomes of mail while SES has paused the account, its configuration set or its tenant. */
enum paused { PAUSED_DEFER, PAUSED_REFUSE, PAUSED_IGNORE };
/* What becomes of a recipient on the suppression list of the account. */
enum suppressed { SUPPRESSED_REFUSE, SUPPRESSED_IGNORE };

/* What becomes of mail while the quota store is away. */
enum quota_unavailable { QUOTA_UNAVAILABLE_REFUSE, QUOTA_UNAVAILABLE_ACCEPT };

/* A limit for a name; one with `*` or `?` is for each name that fits it. */
struct quota_option {
	const char *name;
	struct limit_option limit;
};

struct quota_option_list {
	struct quota_option *at;
	size_t count;
};

/* Where the limits of the account come from. */
enum account_limit_from { ACCOUNT_LIMIT_NONE, ACCOUNT_LIMIT_SETTINGS, ACCOUNT_LIMIT_SES };

struct account_limit_option {
	unsigned from; /* enum account_limit_from */
	struct limit_option limit;
};

struct quotas_option {
	unsigned given;                                       /* 1: there are quotas */
	const char *store, *store_user, *store_password_file; /* quota/quota.h */
	const char *store_sentinel_user, *store_sentinel_password_file, *store_ca_file;
	struct option_number store_timeout_ms;
	unsigned unavailable; /* enum quota_unavailable */
	struct account_limit_option account;
	struct quota_option_list identities, senders, principals; /* of each the first that fits counts */
};

/* In place of the limits of the account: those that SES says. */
#define ACCOUNT_LIMIT_SES_WORD "ses"

struct site_options {
	struct string_list policies;   /* files and folders of resource policies */
	const char *account;           /* NULL: taken from the policies when all agree; else a fault */
	const char *region;            /* the same */
	const char *account_else;      /* where policies name none; NULL: that is a fault */
	const char *region_else;       /* the same */
	struct string_list identities; /* verified identities: domains and addresses */
	struct map configuration_sets; /* identity -> the set it uses by default */
	struct principal_options principals;
	struct principal_option everyone; /* who fits no entry of them: only its policies and boundary count */
	const char *iam; /* what IAM says of an account (iam/account_details.h): file or folder of pages; NULL: not asked */
	struct level_list organization;  /* service control policies, the root's first; for principals of the account */
	struct string_list login_realms; /* taken off logins (login.h); an empty list says that logins have none */
	struct network_options networks;
	struct map context;
	unsigned connection;          /* enum connection_of */
	bool connection_given;        /* the settings say so themselves */
	struct string_list egress;    /* with `relay`: addresses that SES may see, or EGRESS_VPC alone */
	unsigned from_address;        /* enum from_address */
	unsigned address_case;        /* enum mailbox_case */
	unsigned null_sender;         /* enum null_sender */
	unsigned unknown_identity;    /* enum unknown_identity */
	unsigned ses_headers;         /* enum ses_headers */
	unsigned unqualified_headers; /* enum unqualified_headers */
	unsigned form;                /* enum form_setting */
	unsigned sandbox;             /* 1: recipients must be verified too */

	bool guard_files; /* policies and what IAM says are refused if everybody may write them: a daemon's, not a checkout's */
	const char *account_state;         /* the folder of what SES knows of the account (account_state.h); NULL: none */
	const char *account_state_max_age; /* duration.h; NULL: the default */
	unsigned paused;                   /* enum paused */
	unsigned suppressed;               /* enum suppressed */
	bool sandbox_given;                /* the settings say so themselves */
	bool unknown_identity_given;       /* the same */
	struct quotas_option quotas;
};

#endif
