/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/setting_check.h"

#include "iam/arn.h"
#include "base/fault.h"
#include "value/duration.h"
#include "value/ip.h"
#include "iam/key.h"
#include "quota/quota.h"
#include "ses/configuration_set.h"
#include "ses/generation.h"
#include "ses/principal_map.h"
#include "ses/tenant.h"
#include "settings/metrics_spec.h"
#include "settings/socket_spec.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

const char *setting_check_socket(const char *value, char *room, size_t size)
{
	struct socket_spec spec;

	return socket_spec_parse(value, &spec, room, size);
}

const char *setting_check_metrics(const char *value, char *room, size_t size)
{
	struct socket_spec spec;

	return metrics_spec_parse(value, &spec, room, size);
}

const char *setting_check_control(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	if (strcmp(value, SETTING_CONTROL_NONE) == 0)
		return NULL;
	if (*value != '/')
		return "not a path; write the whole path of a socket, or \"none\"";
	return strlen(value) < sizeof((struct sockaddr_un *)NULL)->sun_path
		? NULL
		: "longer than the path of a socket can be (107 bytes); write a shorter one";
}

bool setting_parse_mode(const char *text, unsigned *mode)
{
	size_t length = strlen(text);

	if (length == 0 || length > 4 || strspn(text, "01234567") != length)
		return false;
	*mode = 0;
	for (size_t i = 0; i < length; i++)
		*mode = *mode * 8 + (unsigned)(text[i] - '0');
	return *mode <= 0777;
}

const char *setting_check_mode(const char *value, char *room, size_t size)
{
	unsigned mode;

	(void)room, (void)size;
	return setting_parse_mode(value, &mode) ? NULL
						: "not a mode; write octal digits up to 0777 as a text, for instance \"0660\"";
}

const char *setting_check_name(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return *value && strlen(value) <= 32 ? NULL : "not a name; write the name of a user or group, 1 to 32 bytes";
}

const char *setting_check_account(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return arn_is_account(text_of(value)) ? NULL
					      : "not an account; write its 12 digits as a text, for instance \"123456789012\"";
}

const char *setting_check_region(const char *value, char *room, size_t size)
{
	size_t length = strlen(value);

	(void)room, (void)size;
	if (length > 0 && length <= 32 && strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") == length)
		return NULL;
	return "not a region; write for instance \"us-west-2\"";
}

const char *setting_check_path(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return *value ? NULL : "is empty; name a file or a folder";
}

const char *setting_check_identity(const char *value, char *room, size_t size)
{
	const char *at = strrchr(value, '@');

	(void)room, (void)size;
	if (!*value || at == value || (at && !at[1]) || strpbrk(value, " \t\r\n*<>"))
		return "not an identity; write a domain (\"example.net\") or an address (\"ceo@example.com\")";
	return NULL;
}

const char *setting_check_login(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	if (!*value)
		return "is empty; write a SASL login, or \"*\" for every login";
	if (strcmp(value, "*") != 0 && strchr(value, '*'))
		return "a login with a wildcard; write a whole login, or \"*\" alone for every login";
	return NULL;
}

const char *setting_check_realm(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	if (!*value || strpbrk(value, " \t\r\n@*") || value[strlen(value) - 1] == '.')
		return "not a realm; write what follows the last @ of a login, for instance \"relay.example\"";
	return NULL;
}

const char *setting_check_network(const char *value, char *room, size_t size)
{
	char shown[64];
	const char *wrong = ip_network_wrong(text_of(value));

	if (!wrong)
		return NULL;
	snprintf(room, size, "\"%s\" is %s", text_escape(text_of(value), shown, sizeof shown), wrong);
	return room;
}

const char *setting_check_egress(const char *value, char *room, size_t size)
{
	char shown[64];
	struct ip ip;

	if (ip_parse(text_of(value), &ip))
		return NULL;
	snprintf(room, size, "\"%s\" is %s", text_escape(text_of(value), shown, sizeof shown),
		strchr(value, '/') ? "a network; write each address by itself, without a prefix"
				   : "not an address; write for instance \"203.0.113.7\", or \"egress\": \"" EGRESS_VPC "\"");
	return room;
}

const char *setting_check_principal(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return principal_pattern_is_valid(text_of(value))
		? NULL
		: "not the ARN of a principal; write arn:aws:iam::ACCOUNT:user/NAME, role/NAME or root, or arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION;"
		  " ${login} may stand in NAME";
}

const char *setting_check_context_key(const char *value, char *room, size_t size)
{
	const char *colon = strchr(value, ':');

	if (!colon || colon == value || !colon[1] || strpbrk(value, " \t\r\n"))
		return "not a condition key; write for instance \"aws:PrincipalOrgID\"";
	const struct key_info *info = key_find(text_of(value));
	if (key_source(info) != SOURCE_SETTINGS) {
		snprintf(room, size, "is filled in from the message and its client; remove it%s",
			key_source(info) == SOURCE_TENANT ? ", and give principals a \"tenant\"" : "");
		return room;
	}
	return NULL;
}

const char *setting_check_context_value(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return *value ? NULL : "is empty; write a value, or take the key out";
}

const char *setting_check_configuration_set(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return configuration_set_is_valid(text_of(value))
		? NULL
		: "not a configuration set; write 1 to 64 letters, digits, hyphens and underscores";
}

const char *setting_check_age(const char *value, char *room, size_t size)
{
	int64_t seconds;

	(void)room, (void)size;
	return duration_parse(text_of(value), &seconds) && seconds >= ACCOUNT_AGE_LEAST && seconds <= ACCOUNT_AGE_MOST
		? NULL
		: "not an age from 5m to 30d; write a number and m, h or d, for instance \"1d\"";
}

const char *setting_check_tenant(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return tenant_is_valid(text_of(value)) ? NULL : "not a tenant; write 1 to 64 letters, digits, hyphens and underscores";
}

const char *setting_check_quota_sender(const char *value, char *room, size_t size)
{
	const char *at = strrchr(value, '@');

	(void)room, (void)size;
	if (strcmp(value, "*") == 0)
		return NULL;
	if (!at || at == value || !at[1] || strpbrk(value, " \t\r\n<>"))
		return "not a sender; write an address (\"no-reply@example.net\"), one with wildcards (\"*@example.net\"), or \"*\"";
	return NULL;
}

const char *setting_check_quota_arn(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	/* A login is not known here. */
	if (strchr(value, '$'))
		return "an ARN with a variable; write \"*\" in its place, or give the entry of \"principals\" its limit";
	if (strpbrk(value, "*?") || principal_pattern_is_valid(text_of(value)))
		return *value && !strpbrk(value, " \t\r\n") ? NULL : "an ARN with a blank; write it without";
	return "not the ARN of a principal; write arn:aws:iam::ACCOUNT:user/NAME, one with wildcards, or \"*\"";
}

const char *setting_check_store(const char *value, char *room, size_t size)
{
	static const char before[] = "quotas.store: ";
	struct faults faults;

	faults_init(&faults);
	if (quota_store_check(value, &faults)) {
		faults_free(&faults);
		return NULL;
	}
	const char *said = faults.first ? faults.first->text : "memory is short";
	snprintf(room, size, "%s", strncmp(said, before, strlen(before)) == 0 ? said + strlen(before) : said);
	faults_free(&faults);
	return room;
}

const char *setting_check_store_user(const char *value, char *room, size_t size)
{
	(void)room, (void)size;
	return *value && !strpbrk(value, " \t\r\n") ? NULL : "not a user of the store; write its name, without blanks";
}
