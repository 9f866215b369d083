/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota_control.h"

#include "holder.h"
#include "log.h"
#include "meter.h"
#include "ses/quota_people.h"

#include <string.h>

static json_t *ask(const char *request)
{
	struct hold *hold = holder_take();
	struct quota_store *store = meter_enter();
	json_t *object = NULL;

	if (store && hold)
		object = quota_people_answer(store, &hold->generation->quotas, text_of(request));
	else
		object = json_pack("{s:s, s:b}", "error", "the daemon counts nothing: its settings have no quotas", "absent",
			false);
	if (store)
		meter_leave();
	if (hold)
		holder_give_back(hold);
	return object;
}

/* Who changes counts changes what is let through. */
static void tell(const char *request, const json_t *object)
{
	char shown[400];

	if (strncmp(request, "show", 4) != 0 && json_object_get(object, "keys"))
		log_line(LOG_NOTICE, "quota: changed at the control socket: %s",
			text_escape(text_of(request), shown, sizeof shown));
}

char *quota_control_answer(char *rest, size_t *length)
{
	json_t *object = ask(rest);

	if (!object)
		return NULL;
	tell(rest, object);
	char *text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	*length = text ? strlen(text) : 0;
	return text;
}
