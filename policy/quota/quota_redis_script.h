/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_script: the one script that counts in Redis. Its arithmetic is that of ring.h and pace.h.
 *
 *     KEYS[1]       sesq:{SITE}:born
 *     KEYS[2] ...   sesq:{SITE}:SCOPE NAME
 *     ARGV[1]       take, back, show, reset or set
 *
 *     take   ARGV[2] doubles, lowest byte first: recipients, enum quota_how, then for each key: per_day or -1; what they cost at its rate
 *            and how far ahead a message may pass, in microseconds (pace.h), or -1 twice; 1 for monitor mode; seed
 *     back   ARGV[2] recipients, ARGV[3] bucket, then for each key: cost or -1
 *     set    ARGV[2] recipients
 *
 * The answer of `take` is one text, words with a space between them: the result, and what it would be if all keys were enforced
 * (enum quota_redis_result); of the first key that refuses or would: its place from 0 on, what it has used, microseconds until the
 * message can pass, and until one recipient can, 0 if that is nothing to tell; Redis's clock in microseconds; 1 if a key that cannot be
 * read was let pass; 1 if the clock was set back; for each key 1 or 2 if it has reached 80 or 100 percent, else 0, or one `-` for
 * all if none has; what the key `born` holds, or nothing.
 *
 * Each word of a question costs Redis half a microsecond, and each member of an answer something, too: both have few.
 *
 * A key is a hash. Its fields: `m` the moment at which it was last written and `p` that at which all is paid off
 * (microseconds of Redis's clock), `s` the sum of its counters, `e` and `f` the buckets, plus 1, in which 80 and 100 percent were
 * told, and 0 to 288 the counters of five minutes: bucket number B is in field B % 289. The field `b` of the key `born` is the moment
 * at which the first count came in; it changes when Redis has forgotten all.
 *
 * A key lives 24 hours 10 minutes longer than its newest bucket began. A refusal writes nothing. One thing is written with or without a
 * refusal: a key whose moment is more than a bucket ahead was written before Redis's clock was set back. All it has counted
 * is then counted as now, so nothing is forgotten and nothing is kept for more than a day.
 */
#ifndef QUOTA_QUOTA_REDIS_SCRIPT_H
#define QUOTA_QUOTA_REDIS_SCRIPT_H

/* Its text is `clock`, which sets `now`, and then `body`; tests put a clock of their own in front. */
extern const char quota_redis_script_clock[];
extern const char quota_redis_script_body[];

/* Of both together, as the commands EVAL and EVALSHA want them. The second is the SHA-1 of the first, in lower case. */
const char *quota_redis_script_text(void);
const char *quota_redis_script_sha1(void);

/* Answers of `take`: the numbers of its results. */
enum quota_redis_result {
	QUOTA_REDIS_TAKEN,
	QUOTA_REDIS_DAY_FULL,
	QUOTA_REDIS_TOO_FAST,
	QUOTA_REDIS_TOO_LARGE,
	QUOTA_REDIS_DAMAGED,
	QUOTA_REDIS_RESULTS
};

#endif
