/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * principal_map: who a client is to IAM: from its SASL login and its network, by
 * the site's list, to an ARN, its identity policies and its condition keys.
 *
 * The first entry that fits counts. Where none does, the client is the user
 * smtp-relay of the site's account.
 */
#ifndef SES_PRINCIPAL_MAP_H
#define SES_PRINCIPAL_MAP_H

#include "value/ip.h"
#include "iam/directory.h"
#include "iam/policy_set.h"
#include "iam/request.h"
#include "ses/context.h"
#include "ses/login.h"

/* What the keys aws:PrincipalArn, aws:PrincipalType and aws:username hold; empty: absent. */
struct principal_facts {
	struct text arn, type, user_name;
};

/* The user that a client is which no entry of the site's list fits. */
#define PRINCIPAL_FALLBACK_NAME TEXT("smtp-relay")

struct principal_rule {
	struct text login; /* or empty: any client */
	bool any_login;    /* "*" */
	bool refuse;       /* the client is nobody here: what follows `network` is empty */
	bool has_network;
	struct ip_network network;
	struct text arn; /* what stands before and behind ${login}, if there is one */
	struct text before, behind;
	bool has_login;               /* ${login} is in it */
	bool looks_up;                /* who that is IAM says (principal_directory.h) */
	bool unknown;                 /* IAM has no such principal: the client is refused */
	struct caller caller;         /* of an ARN without ${login} */
	struct principal_facts facts; /* the same */
	unsigned group;               /* of its identity policies; 0: none are told. The generation fills it in (caller_load.h), */
	struct caller_policies policies; /* and these */
	struct text tenant;              /* the one that a message may name; empty: any */
	struct context context;
	/*
	 * How each of the generation's resources (generation.h) is asked about, found once for all messages; NULL, or
	 * NULL for one: not kept (plans.h).
	 */
	const struct plan **plans;
};

struct principal_map {
	struct principal_rule *rules; /* the site's, in its order, and a last one that fits everyone */
	size_t count;
	struct login_realms realms;
	bool names_logins;           /* an entry bears the name of a login */
	struct directory *directory; /* what IAM says of its account (principal_directory.h); NULL: it was not asked */
};

enum principal_found {
	PRINCIPAL_FOUND,
	PRINCIPAL_LOGIN_UNFIT, /* the login has no certain name (login.h), or cannot be a part of an ARN: no letters, digits and +=,.@-_ alone, or too long */
	PRINCIPAL_LOGIN_CASE, /* no entry bears the login, and one in front of what would be found does but for the case of its letters */
	PRINCIPAL_REFUSED, /* by an entry with `refuse` */
	PRINCIPAL_UNKNOWN, /* IAM, which was asked, has no such principal */
	PRINCIPAL_TWINS,   /* IAM has several users of the name, which differ in upper and lower case */
	PRINCIPAL_MEMORY,
};

/* May this text be the `arn` of an entry? */
bool principal_pattern_is_valid(struct text arn);

/*
 * The rule for a client, and the caller (its ARN is in the arena, or the rule's own; empty unless FOUND; whom IAM does not know it is, too). `login` is what
 * the MTA told; what counts is its name. `ip` of family 0 is in no network.
 *
 * An account whose store minds no case (LDAP, say) may log in as BILLING. It must not thereby fall to an entry for
 * all others. Two users that differ in nothing else there cannot be in IAM either. (IAM User Guide, "IAM and AWS STS quotas":
 * names are not distinguished by case.)
 */
enum principal_found principal_find(const struct principal_map *map, struct arena *arena, struct text login, const struct ip *ip,
	const struct principal_rule **rule, struct caller *caller);

/*
 * Compile the site's list, without the policies; contexts follow with principal_map_contexts, when those are there.
 */
bool principal_map_compile(struct arena *arena, const struct principal_options *options, struct principal_map *out,
	struct faults *faults);
/* Take in the realms, which no entry's login may end in: it would never be met. False: faults were told. */
bool principal_map_realms(struct arena *arena, const struct string_list *realms, struct principal_map *map, struct faults *faults);

bool principal_map_contexts(struct arena *arena, const struct policy_set *set, const struct principal_options *options,
	struct principal_map *map, struct faults *faults);

/* The last rule's ARN: arn:PARTITION:iam::ACCOUNT:user/smtp-relay. Its policies, if it has any, are there already. */
bool principal_map_fallback(struct arena *arena, struct principal_map *map, struct text partition, struct text account);

/* The facts of a caller, texts from the arena or the caller. False when memory is short. */
bool principal_facts_find(struct arena *arena, const struct caller *caller, struct principal_facts *facts);

/* The friendly name: what follows the path in user/path/NAME; empty for others than users. */
struct text principal_user_name(struct text arn);

/* "User", "AssumedRole", "FederatedUser", "Account": aws:PrincipalType. */
struct text principal_type(struct text arn);

#endif
