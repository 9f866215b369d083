/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tenant of a message. Whether SES has the key ses:TenantName in a request by SMTP is not said (Service Authorization
 * Reference: SendEmail and SendBulkEmail have it, SendRawEmail does not), so a message that names a tenant must pass with the
 * key filled in, and with it missing.
 */
#include "ses/message_tenant.h"

#include "ses/header_refuse.h"
#include "ses/message_account.h"
#include "ses/message_query.h"
#include "ses/tenant.h"

bool message_tenant_settle(struct message *message, struct outcome *against)
{
	const struct header_values *values = &message->headers.of[HEADER_TENANT];
	int slot = message->generation->slot[KEY_TENANT_NAME];
	struct text pin = message->rule->tenant;

	request_state(&message->request, slot, SLOT_ABSENT);
	if (!values->count || (slot < 0 && !pin.length && !message->generation->account_state.has[PART_TENANTS]))
		return true;
	/* Which of two SES takes is not said. */
	if (values->count > 1)
		return header_refuse(message, HEADER_TENANT, REASON_BAD_STEERING, "occurs twice", values->values[0], against);
	if (!tenant_is_valid(values->values[0]))
		return header_refuse(message, HEADER_TENANT, REASON_BAD_STEERING, "is not the name of a tenant", values->values[0],
			against);
	if (pin.length && !text_equals(pin, values->values[0]))
		return header_refuse(message, HEADER_TENANT, REASON_TENANT, "names another tenant than that of this client",
			values->values[0], against);
	message->tenant = values->values[0];
	return message_account_tenant(message, against);
}

bool message_tenant_query(struct message *message)
{
	size_t count = message->query_count;

	if (!message->tenant.length || message->generation->slot[KEY_TENANT_NAME] < 0)
		return true;
	for (size_t i = 0; i < count; i++)
		if (!query_again(message, &message->queries[i]))
			return false;
	return true;
}
