/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_json: a decision as one JSON object on one line, for the file of the
 * setting "records". Every key is there in every line, in this order:
 *
 *   time               the moment of MAIL (what aws:CurrentTime was), RFC 3339, UTC, milliseconds
 *   id                 as in the reply and in the log line
 *   queue_id           the MTA's, or null where it has none yet
 *   stage              MAIL, RCPT, DATA, EOH, EOM
 *   decision           allowed, explicitDeny, implicitDeny, throttled, error
 *   mode               enforce, monitor, shadow
 *   would              would-reject, would-tempfail, or null where the client was told
 *   generation         number of the load of policies
 *   client             its address, or null
 *   login              SASL login without its realm, or null
 *   tls                true, false
 *   principal          ARN, or null
 *   sender             of the envelope, "" for <>; as written if it is no address
 *   header_from        [{"address", "name"}] of the From headers; null: they were not looked at. A name is null where no
 *                      policy asked for display names, "" where there is none
 *   header_from_raw    the From headers as they came, a list; null: not shown to the filter, or longer than
 *                      RECORD_RAW_MAX, or no UTF-8
 *   recipients         at RCPT the one that was refused, else those accepted so far
 *   completed          [{"address", "as"}] of the sender and the recipients that the MTA relays in another form
 *   return_path        of the Return-Path header, or null
 *   configuration_set, source_arn, from_arn, return_path_arn, tenant
 *                      what the X-SES- headers of that name say, or null
 *   full_name          the Full-Name header where there is no From, or null
 *   ses_header         the name of an X-SES- header that policies can say nothing of, or null
 *   resources          ARNs asked about, that of the decision first
 *   egress             from which of the relay's addresses it is refused, or null
 *   policy, sid, statement  the rule that refused, or null; statement counts from 0 in its policy
 *   layer, level       who refused, and of the organization which level, from 1 (outcome.h), or null
 *   reason             a word (reason_list.h); "" when allowed
 *   quota              {"scope", "key", "kind", "used", "limit", "asked", "retry_after"} of the limit that it met, or null;
 *                      used and retry_after are null where they are not known; the limit of a second is in recipients
 *   reply              what the client was, or would be, told; null when allowed
 */
#ifndef MILTER_RECORD_JSON_H
#define MILTER_RECORD_JSON_H

#include "json_line.h"
#include "record.h"

/* All From headers together, in bytes. */
#define RECORD_RAW_MAX 4096

/* With the line break at its end. False: memory is short. `line->at` is to be freed in either case. */
bool record_json(const struct record *record, struct json_line *line);

#endif
