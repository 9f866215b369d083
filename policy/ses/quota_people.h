/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_people: what people ask of the counts, and the answer, the same from the daemon and from the tool:
 *
 *     show                    all keys
 *     show SCOPE [NAME]       one
 *     reset SCOPE [NAME]      forget what it has sent
 *     set N SCOPE [NAME]      it has sent N recipients, all of them now
 *
 * SCOPE and NAME are as quota_key.h has them. The answer is {"keys": [{"scope", "name", "used", "per_day", "free", "per_second", "burst",
 * "monitor", "next_release", "released", "damaged"}]}, or {"error": TEXT} with "absent": true where there is no such key. A limit
 * that is not there is null.
 */
#ifndef SES_QUOTA_PEOPLE_H
#define SES_QUOTA_PEOPLE_H

#include "quota/quota.h"
#include "ses/quotas.h"

#include <jansson.h>

/* The caller owns it; NULL: memory is short. `quotas`: the limits in force. May take as long as the store. */
json_t *quota_people_answer(struct quota_store *store, const struct quotas *quotas, struct text request);

#endif
