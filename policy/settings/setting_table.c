/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/setting_table.h"

#include "base/text.h"
#include "ses/account_state.h"
#include "settings/setting_quotas.h"

#include <string.h>

static const char *const mode_words[] = { "enforce", "monitor", NULL };
static const char *const off_words[] = { "off", "on", NULL };
static const char *const whole_words[] = { "whole", NULL };
static const char *const from_words[] = { "both", "envelope", "header", NULL };
static const char *const connection_words[] = { "client", "relay", NULL };
static const char *const case_words[] = { "domain", "preserve", NULL };
static const char *const reject_words[] = { "evaluate", "reject", NULL };
static const char *const refuse_words[] = { "evaluate", "refuse", NULL };
static const char *const form_words[] = { "ignore", "check", "auto", NULL };
static const char *const unqualified_words[] = { "refuse", "evaluate", NULL };

static const char *const paused_words[] = { "defer", "refuse", "ignore", NULL };
static const char *const suppressed_words[] = { "refuse", "ignore", NULL };

#define AT(member) offsetof(struct settings, member)
#define OF_PRINCIPAL(member) offsetof(struct principal_option, member)
#define OF_LIMIT(member) offsetof(struct principal_option, limit.member)
#define OF_NETWORK(member) offsetof(struct network_option, member)

static const struct setting principal_rows[] = {
	{ .name = "login",
		.type = SETTING_TEXT,
		.offset = OF_PRINCIPAL(login),
		.check = setting_check_login,
		.beside_alone = true },
	{ .name = "network",
		.type = SETTING_TEXT,
		.offset = OF_PRINCIPAL(network),
		.check = setting_check_network,
		.beside_alone = true },
	{ .name = "arn", .type = SETTING_TEXT, .offset = OF_PRINCIPAL(arn), .check = setting_check_principal, .required = true },
	{ .name = "tenant", .type = SETTING_TEXT, .offset = OF_PRINCIPAL(tenant), .check = setting_check_tenant },
	{ .name = "policies", .type = SETTING_LIST, .offset = OF_PRINCIPAL(policies), .check = setting_check_path },
	{ .name = "boundary", .type = SETTING_TEXT, .offset = OF_PRINCIPAL(boundary), .check = setting_check_path },
	{ .name = "context",
		.type = SETTING_MAP,
		.offset = OF_PRINCIPAL(context),
		.check = setting_check_context_value,
		.check_name = setting_check_context_key },
	{ .name = "refuse", .type = SETTING_SWITCH, .offset = OF_PRINCIPAL(refuse), .beside_alone = true },
	SETTING_LIMIT_ROWS(OF_LIMIT),
};

static const char *principal_wrong(const void *element)
{
	return setting_limit_wrong(&((const struct principal_option *)element)->limit);
}

static const struct setting_group principals = {
	.rows = principal_rows,
	.count = sizeof principal_rows / sizeof *principal_rows,
	.size = sizeof(struct principal_option),
	.alone = "refuse",
	.whole = principal_wrong,
	.example = "{\"login\": \"billing\", \"arn\": \"arn:aws:iam::123456789012:user/billing\"}",
};

static const struct setting network_rows[] = {
	{ .name = "network",
		.type = SETTING_TEXT,
		.offset = OF_NETWORK(network),
		.check = setting_check_network,
		.required = true },
	{ .name = "context",
		.type = SETTING_MAP,
		.offset = OF_NETWORK(context),
		.check = setting_check_context_value,
		.check_name = setting_check_context_key,
		.required = true },
};

static const struct setting_group networks = {
	.rows = network_rows,
	.count = sizeof network_rows / sizeof *network_rows,
	.size = sizeof(struct network_option),
	.example = "{\"network\": \"172.31.0.0/16\", \"context\": {\"aws:SourceVpc\": \"vpc-0a1b\"}}",
};

const struct setting setting_table[] = {
	{ .name = "socket",
		.type = SETTING_TEXT,
		.offset = AT(socket),
		.fallback = "unix:/run/ses-policy-milter/milter.sock",
		.check = setting_check_socket,
		.bounds = "unix:PATH, [public:]inet:PORT@HOST or [public:]inet6:PORT@HOST",
		.help = "where to listen" },
	{ .name = "socket_mode",
		.type = SETTING_MODE,
		.offset = AT(socket_mode),
		.fallback = "0660",
		.check = setting_check_mode,
		.bounds = "0000 to 0777",
		.help = "mode of a unix socket" },
	{ .name = "socket_group",
		.type = SETTING_TEXT,
		.offset = AT(socket_group),
		.check = setting_check_name,
		.bounds = "a group",
		.help = "group of a unix socket; the MTA's user must be in it (default: the group of the user)" },
	{ .name = "read_ahead",
		.type = SETTING_SWITCH,
		.offset = AT(read_ahead),
		.fallback = "true",
		.help = "read all that the MTA has sent at once, for libmilter; false: it reads by itself, piece by piece" },
	{ .name = "user",
		.type = SETTING_TEXT,
		.offset = AT(user),
		.check = setting_check_name,
		.bounds = "a user other than root",
		.help = "user to serve as when started as root (default: ses-policy-milter)" },
	{ .name = "policies",
		.type = SETTING_LIST,
		.offset = AT(site.policies),
		.in_place = true,
		.check = setting_check_path,
		.bounds = "files and folders; none only beside policies of principals",
		.help = "where the policies are; of a folder, its *.json files" },
	{ .name = "account",
		.type = SETTING_TEXT,
		.offset = AT(site.account),
		.in_place = true,
		.check = setting_check_account,
		.bounds = "12 digits",
		.help = "AWS account of the identities (default: from the policies, if all agree)" },
	{ .name = "region",
		.type = SETTING_TEXT,
		.offset = AT(site.region),
		.in_place = true,
		.check = setting_check_region,
		.bounds = "1 to 32 bytes",
		.help = "AWS region of the identities (default: from the policies, if all agree)" },
	{ .name = "identities",
		.type = SETTING_LIST,
		.offset = AT(site.identities),
		.in_place = true,
		.check = setting_check_identity,
		.bounds = "domains and addresses",
		.help = "identities verified in SES; those that have a resource policy are known without this" },
	{ .name = "configuration_sets",
		.type = SETTING_MAP,
		.offset = AT(site.configuration_sets),
		.in_place = true,
		.check = setting_check_configuration_set,
		.check_name = setting_check_identity,
		.single = true,
		.bounds = "{\"IDENTITY\": \"SET\"}",
		.help = "the configuration set that an identity uses by default; it is one more resource" },
	{ .name = "connection",
		.type = SETTING_WORD,
		.offset = AT(site.connection),
		.in_place = true,
		.fallback = "client",
		.words = connection_words,
		.help = "what aws:SourceIp and aws:SecureTransport are about: the client's connection to the relay, or the relay's"
			" connection to SES" },
	{ .name = "egress",
		.type = SETTING_LIST,
		.offset = AT(site.egress),
		.in_place = true,
		.check = setting_check_egress,
		.instead = EGRESS_VPC,
		.bounds = "1 to 64 addresses, or \"" EGRESS_VPC "\"",
		.help = "with connection relay: the addresses of the relay that SES may see; each must be allowed; " EGRESS_VPC
			": a VPC endpoint" },
	{ .name = "from_address",
		.type = SETTING_WORD,
		.offset = AT(site.from_address),
		.in_place = true,
		.fallback = "both",
		.words = from_words,
		.help = "which senders are ses:FromAddress: that of the envelope, those of the From header, or both; each must be allowed" },
	{ .name = "address_case",
		.type = SETTING_WORD,
		.offset = AT(site.address_case),
		.in_place = true,
		.fallback = "domain",
		.words = case_words,
		.help = "domain: upper and lower case in domains are the same; preserve: compare addresses as written, as SES does" },
	{ .name = "unknown_identity",
		.type = SETTING_WORD,
		.offset = AT(site.unknown_identity),
		.in_place = true,
		.fallback = "evaluate",
		.words = reject_words,
		.help = "reject: refuse a sender that no known identity covers, as SES does" },
	{ .name = "null_sender",
		.type = SETTING_WORD,
		.offset = AT(site.null_sender),
		.in_place = true,
		.fallback = "evaluate",
		.words = reject_words,
		.help = "reject: refuse MAIL FROM:<>, which SES never accepts" },
	{ .name = "ses_headers",
		.type = SETTING_WORD,
		.offset = AT(site.ses_headers),
		.in_place = true,
		.fallback = "evaluate",
		.words = refuse_words,
		.help = "X-SES- headers in a message: check what they name, or refuse the message" },
	{ .name = "unqualified_headers",
		.type = SETTING_WORD,
		.offset = AT(site.unqualified_headers),
		.in_place = true,
		.fallback = "refuse",
		.words = unqualified_words,
		.help = "an address in From, Sender or Return-Path that an MTA other than Postfix may complete after the filter, because its"
			" domain has no dot: refuse the message, or evaluate the address as it is written" },
	{ .name = "form",
		.type = SETTING_WORD,
		.offset = AT(site.form),
		.in_place = true,
		.fallback = "auto",
		.words = form_words,
		.help = "check: refuse what SES refuses whatever the policies say: headers that occur twice, no From, addresses that are not"
			" ASCII; auto: check if the policies need headers" },
	{ .name = "sandbox",
		.type = SETTING_SWITCH,
		.offset = AT(site.sandbox),
		.in_place = true,
		.fallback = "false",
		.help = "the account is in the SES sandbox: recipients must be verified too, and are resources" },
	{ .name = "account_state",
		.type = SETTING_TEXT,
		.offset = AT(site.account_state),
		.in_place = true,
		.check = setting_check_path,
		.bounds = "a folder",
		.help = "a folder with what SES says of the account, as the aws command line prints it (default: none)" },
	{ .name = "account_state_max_age",
		.type = SETTING_TEXT,
		.offset = AT(site.account_state_max_age),
		.in_place = true,
		.fallback = ACCOUNT_AGE_DEFAULT,
		.check = setting_check_age,
		.bounds = "5m to 30d",
		.help = "an older account state is still used, and the log says so" },
	{ .name = "paused",
		.type = SETTING_WORD,
		.offset = AT(site.paused),
		.in_place = true,
		.fallback = "defer",
		.words = paused_words,
		.help = "mail while SES has paused the account, its configuration set or its tenant: defer (451: clients try again), refuse"
			" (550), or ignore the pause" },
	{ .name = "suppressed",
		.type = SETTING_WORD,
		.offset = AT(site.suppressed),
		.in_place = true,
		.fallback = "refuse",
		.words = suppressed_words,
		.help = "recipients on the suppression list of the account: refuse them, or ignore the list" },
	{ .name = "principals",
		.type = SETTING_OBJECTS,
		.offset = AT(site.principals),
		.in_place = true,
		.group = &principals,
		.bounds =
			"[{\"login\", \"network\", \"arn\", \"tenant\", \"policies\", \"boundary\", \"context\", \"refuse\", \"per_day\", \"per_second\", \"burst\"}]; the first that fits counts",
		.help = "who a client is, by SASL login or network (default: user/smtp-relay of the account)" },
	{ .name = "iam",
		.type = SETTING_TEXT,
		.offset = AT(site.iam),
		.in_place = true,
		.check = setting_check_path,
		.bounds = "a file, or a folder of pages",
		.help = "what aws iam get-account-authorization-details prints: principals without policies then have those of IAM (default: none)" },
	{ .name = "organization",
		.type = SETTING_LEVELS,
		.offset = AT(site.organization),
		.in_place = true,
		.check = setting_check_path,
		.bounds = "[[\"PATH\"], ...]: files and folders of each level, the root's first",
		.help = "service control policies: each level must allow what a principal of the account does (default: no organization)" },
	{ .name = "login_realms",
		.type = SETTING_LIST,
		.offset = AT(site.login_realms),
		.in_place = true,
		.check = setting_check_realm,
		.bounds = "what follows the last @ of a login",
		.help = "realms that the MTA appends to logins; they are removed before a login is compared: billing@REALM is billing" },
	{ .name = "networks",
		.type = SETTING_OBJECTS,
		.offset = AT(site.networks),
		.in_place = true,
		.group = &networks,
		.bounds = "[{\"network\", \"context\"}]; the first that fits counts",
		.help = "condition keys of clients in a network" },
	{ .name = "context",
		.type = SETTING_MAP,
		.offset = AT(site.context),
		.in_place = true,
		.check = setting_check_context_value,
		.check_name = setting_check_context_key,
		.bounds = "{\"KEY\": \"VALUE\" or [\"VALUE\", ...]}",
		.help = "condition keys of every message; those of a network and of a principal win over them" },
	{ .name = "quotas",
		.type = SETTING_OBJECT,
		.offset = AT(site.quotas),
		.in_place = true,
		.group = &setting_quotas,
		.bounds =
			"{\"account\", \"identities\", \"senders\", \"principals\", \"store\", \"store_user\", \"store_password_file\", \"store_sentinel_user\", \"store_sentinel_password_file\", \"store_ca_file\", \"store_timeout_ms\", \"unavailable\"}",
		.help = "how many recipients a day and a second the account, an identity, a principal and a sender may have; what says where"
			" counts are kept takes a restart (default: nothing is counted)" },
	{ .name = "mode",
		.type = SETTING_WORD,
		.offset = AT(mode),
		.in_place = true,
		.fallback = "enforce",
		.words = mode_words,
		.help = "monitor: refuse nothing, only record what would have been refused" },
	{ .name = "early_accept",
		.type = SETTING_WORD,
		.offset = AT(early_accept),
		.in_place = true,
		.fallback = "on",
		.words = off_words,
		.help = "off: a message is let through at its end only, not as soon as that is certain" },
	{ .name = "shadow",
		.type = SETTING_LIST,
		.offset = AT(shadow),
		.in_place = true,
		.check = setting_check_path,
		.bounds = "files and folders",
		.help = "policies that are evaluated beside those in force; what they would refuse is only recorded" },
	{ .name = "records",
		.type = SETTING_TEXT,
		.offset = AT(records),
		.in_place = true,
		.check = setting_check_path,
		.bounds = "a file, or - for standard output",
		.help = "write each decision to this file, as a line of JSON (default: only refusals are logged, to syslog)" },
	{ .name = "records_allowed",
		.type = SETTING_SWITCH,
		.offset = AT(records_allowed),
		.in_place = true,
		.fallback = "true",
		.words = whole_words,
		.help = "false: write no line for a message that was let through; whole: wait for its headers and its end first" },
	{ .name = "records_required",
		.type = SETTING_SWITCH,
		.offset = AT(records_required),
		.in_place = true,
		.fallback = "false",
		.help = "true: if a decision cannot be written, the client gets 451 (mode enforce)" },
	{ .name = "control",
		.type = SETTING_TEXT,
		.offset = AT(control),
		.check = setting_check_control,
		.bounds = "a path, or none",
		.help = "socket for --status, for root and the user alone (default: control.sock beside a unix socket; else none)" },
	{ .name = "metrics",
		.type = SETTING_TEXT,
		.offset = AT(metrics),
		.check = setting_check_metrics,
		.bounds = "HOST:PORT of the loopback, unix:PATH or public:HOST:PORT",
		.help = "where to serve metrics for Prometheus, over HTTP (default: not served)" },
};

const size_t setting_count = sizeof setting_table / sizeof *setting_table;

const struct setting *setting_find(const struct setting *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

#define NAME_MAX_BYTES 32

/* Insertions, deletions and changes between two names; letters in either case and `-` for `_` are the same. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_BYTES + 1];
	size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < width; j++) {
			char have = a[i] == '-' ? '_' : text_lower(a[i]);
			size_t change = diagonal + (have != b[j]);
			diagonal = row[j + 1];
			size_t best = (row[j] < diagonal ? row[j] : diagonal) + 1;
			row[j + 1] = change < best ? change : best;
		}
	}
	return row[width];
}

const char *setting_nearest(const struct setting *rows, size_t count, const char *name)
{
	const char *nearest = NULL;
	size_t best = strlen(name) < 5 ? 2 : 4;

	if (strlen(name) > NAME_MAX_BYTES)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t d = distance(name, rows[i].name);
		if (d < best) {
			best = d;
			nearest = rows[i].name;
		}
	}
	return nearest;
}

int setting_word(const struct setting *row, const char *text)
{
	for (int i = 0; row->words[i]; i++)
		if (strcmp(row->words[i], text) == 0)
			return i;
	return -1;
}
