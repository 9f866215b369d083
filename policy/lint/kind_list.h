/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kind_list: every kind of finding, once: KIND(NAME, id, severity, title, what it means to mail). No include guard:
 * a file that includes it defines KIND. Ids are stable; the manual's list is printed from here.
 *
 * The first group are the faults for which a document does not load (load_fault.c). Those and most of the others
 * follow Access Analyzer's checks (IAM User Guide, "Access Analyzer policy check reference"); what only matters
 * to mail comes from the developer guide of SES.
 */

/* What does not load */
KIND(DOES_NOT_LOAD, "does-not-load", ERROR, "The document does not load", "The filter does not start or reload with it.")
KIND(JSON_SYNTAX, "json-syntax-error", ERROR, "Not valid JSON", "The file cannot be read, so none of its statements is in force.")
KIND(NOT_A_POLICY, "not-a-policy", ERROR, "Not a policy",
	"It is a template, a list of names or a part of a policy. The filter does not start or reload with it.")
KIND(NOT_FILLED_IN, "not-filled-in", ERROR, "A value that was copied from a template or a web page",
	"It matches nothing in any message. An Allow with it allows nothing. A Deny with it refuses nothing, or "
	"everything.")
KIND(DUPLICATE_MEMBER, "duplicate-member", ERROR, "A member occurs twice in one object",
	"Many JSON readers silently keep only the last one, and so lose a condition. Here the document does not load.")
KIND(DUPLICATE_KEY, "duplicate-keys-with-different-case", ERROR, "A name occurs twice, in different case",
	"Upper and lower case of keys and operators are the same, so it is not clear which of the two counts.")
KIND(MISSING_STATEMENT, "missing-statement", ERROR, "No Statement", "A policy without statements decides nothing.")
KIND(MISSING_PRINCIPAL, "missing-principal", ERROR, "No Principal in a resource policy",
	"The statement must say whose mail it is about.")
KIND(MISSING_EFFECT, "missing-effect", ERROR, "No Effect", "The statement must say whether it allows or denies.")
KIND(MISSING_ACTION, "missing-action", ERROR, "No Action", "The statement must say which actions it is about.")
KIND(MISSING_RESOURCE, "missing-resource", ERROR, "No Resource", "The statement must say which sending identity it is about.")
KIND(INVALID_ELEMENT, "invalid-policy-element", ERROR, "Unknown element",
	"A misspelt element, such as Conditions or principal, would be a condition that never counts.")
KIND(ELEMENT_COMBINATION, "unsupported-element-combination", ERROR, "Both an element and its opposite",
	"Action with NotAction, Principal with NotPrincipal and Resource with NotResource contradict each other.")
KIND(INVALID_EFFECT, "invalid-effect", ERROR, "Effect is neither Allow nor Deny",
	"Write the two words exactly like this, with a capital.")
KIND(INVALID_VERSION, "invalid-version", ERROR, "Unknown Version",
	"Only 2012-10-17 and 2008-10-17 are versions of the policy language.")
KIND(INVALID_ACTION_FORMAT, "invalid-action-format", ERROR, "Not an action", "An action is SERVICE:Name.")
KIND(EMPTY_LIST, "empty-list", ERROR, "An empty list", "The statement would never match.")
KIND(PRINCIPAL_IN_IDENTITY, "unsupported-principal", ERROR, "Principal in an identity policy",
	"The policy of a user names no Principal: the principal is that user.")
KIND(INVALID_PRINCIPAL, "invalid-principal-format", ERROR, "Not a principal", "The statement would be about nobody.")
KIND(INVALID_PRINCIPAL_KEY, "invalid-principal-key", ERROR, "Unknown kind of principal",
	"AWS, Service, Federated and CanonicalUser are known. Write them exactly like this.")
KIND(PRINCIPAL_WILDCARD, "unsupported-wildcard-in-principal", ERROR, "Wildcard in a principal",
	"A principal is compared letter by letter. Only \"*\" alone means everyone.")
KIND(INVALID_ARN, "invalid-arn-prefix", ERROR, "Not an ARN", "The statement would never match.")
KIND(MISSING_ARN_FIELD, "missing-arn-field", ERROR, "An ARN with fields missing", "The statement would never match.")
KIND(INVALID_PARTITION, "invalid-partition", ERROR, "Unknown partition in an ARN", "The statement would never match.")
KIND(INVALID_ARN_FIELD, "invalid-arn-field", ERROR, "A field of an ARN that can never match",
	"Capitals, blanks, or an account id of which a part is missing. The statement would never match.")
KIND(DATA_TYPE, "data-type-mismatch", ERROR, "A value of the wrong JSON type",
	"The filter does not understand it, and refuses the document.")
KIND(INVALID_OPERATOR, "invalid-condition-operator", ERROR, "Unknown condition operator",
	"An operator that is not understood would be a condition that never counts.")
KIND(NULL_IF_EXISTS, "null-with-if-exists", ERROR, "Null with IfExists", "Null already asks whether a key exists.")
KIND(CONDITION_TYPE, "invalid-condition-data-type", ERROR, "Operator and key of different types",
	"The comparison can never be true.")
KIND(INVALID_NUMBER, "invalid-number", ERROR, "Not a number", "The comparison would never be true.")
KIND(INVALID_DATE, "invalid-date", ERROR, "Not a date", "The comparison would never be true.")
KIND(INVALID_BOOLEAN, "invalid-boolean", ERROR, "Neither true nor false", "The comparison would never be true.")
KIND(INVALID_NETWORK, "invalid-ip-range", ERROR, "Not an address or network", "No client would be inside it.")
KIND(INVALID_BINARY, "invalid-base64", ERROR, "Not base64", "The comparison would never be true.")
KIND(CONDITION_KEY_FORMAT, "invalid-condition-key-format", ERROR, "Not the name of a condition key", "No message has it.")
KIND(VARIABLE_BRACE, "missing-brace-in-variable", ERROR, "A variable without its closing brace",
	"The text would be compared letter by letter.")
KIND(VARIABLE_QUOTE, "missing-quote-in-variable", ERROR, "Wrong default of a variable",
	"Write a default like this: ${key, 'text'}.")
KIND(VARIABLE_SPACE, "unsupported-space-in-variable", ERROR, "Blank or quote in a variable", "No key has such a name.")
KIND(VARIABLE_EMPTY, "empty-variable", ERROR, "Variable without a key", "There is no key whose value could be filled in.")
KIND(VARIABLE_ELEMENT, "variable-unsupported-in-element", ERROR, "A variable where none is filled in",
	"Variables are filled in only in Resource after the fifth colon, and in values of conditions.")
KIND(VARIABLE_OPERATOR, "invalid-variable-for-operator", ERROR, "A variable under an operator that takes none",
	"Variables are filled in only under String, Arn and Bool operators.")
KIND(UNSUPPORTED_SID, "unsupported-sid", ERROR, "A Sid with other characters than letters and digits",
	"IAM does not accept such a Sid in an identity policy.")
KIND(DUPLICATE_SID, "unique-sids-required", ERROR, "The same Sid twice", "IAM does not accept such an identity policy.")

/* Recipients */
KIND(RECIPIENTS_QUALIFIER, "recipients-without-qualifier", ERROR, "ses:Recipients without ForAllValues or ForAnyValue",
	"A message has several recipients. AWS does not say which of them a plain operator compares. Here it never "
	"matches in an Allow, and in a Deny it matches if any recipient does.")
KIND(RECIPIENTS_OUTSIDERS, "recipients-outsiders-pass", SECURITY, "One recipient inside lets all others through",
	"A Deny with ForAllValues and a negated operator refuses only if every recipient is outside. Use ForAnyValue.")
KIND(RECIPIENTS_BLOCKED, "recipients-blocked-pass", SECURITY, "One harmless recipient lets blocked ones through",
	"A Deny with ForAllValues refuses only if every recipient is on the list. Use ForAnyValue.")
KIND(RECIPIENTS_ONE_INSIDE, "recipients-one-inside-passes", SECURITY, "One recipient inside allows the whole message",
	"An Allow with ForAnyValue needs only one recipient that matches. Use ForAllValues.")
KIND(RECIPIENTS_MISSING, "recipients-missing-passes", SUGGESTION, "ForAllValues allows a request without recipients",
	"By SMTP every message has a recipient. By the API a request without recipients would pass. A Null condition "
	"prevents that.")
KIND(LIST_QUALIFIER, "missing-qualifier", ERROR, "A key that holds a list, without ForAllValues or ForAnyValue",
	"AWS does not say which value of the list a plain operator compares.")

/* Set operators where none belongs */
KIND(ALL_VALUES_SINGLE, "for-all-values-with-single-valued-key", SECURITY, "ForAllValues on a key with one value",
	"ForAllValues is true if the key is missing. An Allow with it then allows every sender.")
KIND(ANY_VALUE_SINGLE, "for-any-value-with-single-valued-key", SUGGESTION, "ForAnyValue on a key with one value",
	"It decides like the plain operator, except if the key is missing. Remove the prefix.")
KIND(NULL_QUALIFIER, "null-with-qualifier", WARNING, "Null with ForAllValues or ForAnyValue",
	"ForAllValues:Null is always true, and ForAnyValue:Null is always false.")

/* Patterns of addresses and names */
KIND(REGEX, "regex-in-pattern", WARNING, "A regular expression instead of a wildcard pattern",
	"Only * and ? are special. In .* the dot stands for a dot, and [ ] ^ $ | \\ stand for themselves.")
KIND(WILDCARD_EQUALS, "wildcard-without-like-operator", WARNING, "A wildcard under an operator that has none",
	"StringEquals compares * and ? as plain characters, so no address matches.")
KIND(LIKE_LITERAL, "like-without-wildcard", SUGGESTION, "StringLike on part of a name, without a wildcard",
	"The whole display name must be equal. To find a word in it, write \"*Marketing*\".")
KIND(SUFFIX_CONFUSION, "suffix-without-at-sign", WARNING, "A pattern that other domains match too",
	"*example.com also matches x@notexample.com. *@example.com and *.example.com do not.")
KIND(UPPER_DOMAIN, "upper-case-in-domain", WARNING, "Capitals in the domain of a pattern",
	"In mail, upper and lower case in a domain are the same, but SES compares letters as they are written. The "
	"filter reads the pattern as it is written, and in lower case: both must allow. With address_case "
	"\"preserve\" it reads it as SES does.")
KIND(UPPER_LOCAL, "upper-case-in-address", SUGGESTION, "Capitals in front of the at sign",
	"Letters in front of the at sign are compared as they are written: only this spelling matches.")
KIND(CASE_EVADES, "case-evades-deny", WARNING, "A Deny that another spelling evades",
	"StringEquals distinguishes upper and lower case: Ceo@example.com is not ceo@example.com. "
	"StringEqualsIgnoreCase does not distinguish them.")
KIND(CASE_EVADES_PATTERN, "case-evades-deny-pattern", SUGGESTION, "A Deny pattern that capitals evade",
	"In front of the at sign StringLike distinguishes upper and lower case. It has no form that ignores case.")
KIND(NOT_AN_ADDRESS, "not-an-address", WARNING, "A value that no address can match",
	"Addresses are compared as local@domain, without name, brackets or blanks, with the domain in ASCII.")
KIND(OUTSIDE_IDENTITY, "address-outside-identity", SUGGESTION, "Sender addresses outside the identity of the Resource",
	"Mail from these addresses belongs to another identity, so the statement never applies to it.")
KIND(FEEDBACK_EXACT, "feedback-address-exact", SUGGESTION, "One exact ses:FeedbackAddress",
	"If an MTA rewrites envelope senders (SRS, VERP) or Return-Path, the mail has other addresses.")
KIND(ALLOW_MISSING, "allow-when-key-missing", WARNING, "An Allow that matches if a key is missing",
	"A negated operator is true if the message does not have the key.")
KIND(ALLOW_NEGATED, "allow-by-exception", SUGGESTION, "An Allow of everything except some senders",
	"It allows every sender that is not named, and requests that have no sender at all.")

/* Actions */
KIND(DENY_NOT_SMTP, "deny-not-for-smtp", SECURITY, "A Deny that does not cover mail by SMTP",
	"Mail by SMTP has the action ses:SendRawEmail. A Deny of ses:SendEmail alone refuses none of it.")
KIND(DENY_SMTP, "deny-not-action-refuses-smtp", WARNING, "A Deny of everything except sending that refuses mail by SMTP",
	"Mail by SMTP has the action ses:SendRawEmail. If only ses:SendEmail is exempt, it is refused.")
KIND(ALLOW_NOT_SMTP, "allow-not-for-smtp", WARNING, "An Allow that does not cover mail by SMTP",
	"Mail by SMTP has the action ses:SendRawEmail. An Allow of ses:SendEmail alone allows none of it.")
KIND(API_ONLY, "action-api-only", SUGGESTION, "Sending by the API alone",
	"The statement allows sending by the API, and not by SMTP.")
KIND(INVALID_ACTION, "invalid-action", ERROR, "A misspelt action of SES",
	"No request has this action, so the statement never matches.")
KIND(UNKNOWN_ACTION, "unknown-action", WARNING, "An action that SES does not document",
	"If SES has no such action, the statement never matches.")
KIND(INVALID_SERVICE, "invalid-service-in-action", ERROR, "An action of a service that does not exist",
	"All versions of SES have the prefix ses.")
KIND(OTHER_SERVICE, "unsupported-action-in-policy", WARNING, "An action of another service in a policy of a sending identity",
	"SES never asks for it.")
KIND(SERVICE_WILDCARD, "wildcard-in-service-name", SUGGESTION, "A wildcard in the service of an action",
	"Write the name of the service: ses.")
KIND(OTHER_POLICY, "policy-of-another-service", SUGGESTION, "A policy of another service",
	"It is not about sending mail. SES never uses it.")
KIND(BULK_ADDRESS, "bulk-without-address", SUGGESTION, "A condition on addresses that ses:SendBulkEmail does not have",
	"The condition is never true for bulk mail by the API.")
KIND(ALLOW_NOT_ACTION, "allow-with-not-action", WARNING, "Allow with NotAction in a policy of a sending identity",
	"It allows all other actions that SES has now, or will have.")

/* Resources */
KIND(RESOURCE_ANY, "resource-any", SUGGESTION, "Resource \"*\" in a policy of a sending identity",
	"SES wants the ARN of the identity that the policy belongs to. Here \"*\" covers every identity.")
KIND(RESOURCE_MANY, "resource-more-than-one", SUGGESTION, "Several resources in a policy of a sending identity",
	"A policy belongs to one identity. The other resources never match at SES.")
KIND(RESOURCE_CONFIGURATION_SET, "resource-configuration-set", SUGGESTION, "A configuration set in a policy of a sending identity",
	"Policies belong to identities. The statement never matches at SES.")
KIND(RESOURCE_OTHER_SERVICE, "unsupported-resource-arn-in-policy", ERROR, "A resource that no mail is sent with",
	"It is the ARN of another service, or of another kind of resource. The statement never matches.")
KIND(RESOURCE_TYPE, "invalid-arn-resource", ERROR, "Unknown kind of SES resource",
	"The ARN of an identity ends in identity/NAME. The statement never matches.")
KIND(RESOURCE_REGION_MISSING, "missing-arn-region", ERROR, "No Region in the ARN of an identity", "The statement never matches.")
KIND(RESOURCE_REGION_INVALID, "invalid-arn-region", ERROR, "No such Region", "The statement never matches.")
KIND(RESOURCE_ACCOUNT_MISSING, "invalid-arn-account", ERROR, "No account in the ARN of an identity", "The statement never matches.")
KIND(RESOURCE_CASE, "upper-case-in-identity", WARNING, "Capitals in the domain of an identity",
	"SES verifies domains without regard to case, but compares the letters of a policy as they are written. The "
	"filter reads the entry as it is written, and in lower case: both must allow.")
KIND(SHORT_ARN, "arn-cut-short", SUGGESTION, "An ARN with fields missing in a policy of a user",
	"IAM reads the missing fields as *.")
KIND(ALLOW_NOT_RESOURCE, "allow-with-not-resource", WARNING, "Allow with NotResource",
	"It allows sending as every identity except those named.")
KIND(RESOURCE_PARTITION, "partition-of-other-region", ERROR, "A partition and a Region that do not belong together",
	"Regions of China are in aws-cn, those of GovCloud in aws-us-gov, all others in aws. The statement never "
	"matches.")
KIND(RESOURCE_DIFFERS, "resource-of-another-identity", SUGGESTION, "Statements about different identities",
	"A policy belongs to one identity. Statements about others never match at SES.")
KIND(SITE_ACCOUNT, "arn-account-not-of-site", ERROR, "Another account than this site's",
	"The statement is not about an identity of this site. It never matches.")
KIND(DELEGATED, "identity-of-another-account", SUGGESTION, "An identity of another account",
	"Its owner may allow this account to use it. A message must then name it in X-SES-SOURCE-ARN, X-SES-FROM-ARN "
	"or X-SES-RETURN-PATH-ARN.")
KIND(ADDRESS_PATTERN, "address-pattern-in-resource", SUGGESTION, "A pattern of addresses as the identity",
	"The resource of a request is the verified domain, not the address. The pattern covers only addresses that "
	"are verified themselves.")
KIND(SITE_REGION, "arn-region-not-of-site", ERROR, "Another Region than this site's",
	"The statement is not about an identity of this site. It never matches.")
KIND(SITE_IDENTITY, "identity-not-of-site", WARNING, "An identity that this site does not have",
	"No mail of this site is sent as it. SES takes the most specific identity that is verified. A name in a "
	"user's policy does not make it verified.")
KIND(SITE_PRINCIPAL, "principal-not-of-site", WARNING, "A principal that no client of this site has",
	"No login and no network of the settings is mapped to the principal, so the statement never matches.")
KIND(SITE_CONFIGURATION_SET, "configuration-set-not-allowed", WARNING, "The configuration set in use is not allowed",
	"Mail with a configuration set also needs an Allow on the ARN of the set.")
KIND(LOGIN_FALLS_OPEN, "login-falls-open", SECURITY, "A login that fits no entry in another spelling",
	"Cyrus SASL appends a realm to a login, and often accepts a login with and without realm. In the spelling "
	"that fits no entry, the account may do what all others may.")
KIND(NOT_CLOSED, "principals-not-closed", WARNING, "A list of principals that is not closed",
	"A client that fits no entry is user/smtp-relay, and may do everything that no policy denies.")
KIND(EMPTY_POLICIES, "closed-by-empty-policies", SUGGESTION, "An entry for all others with an empty list of policies",
	"A client that fits no other entry may still send what a policy of an identity allows it. An Allow for "
	"everyone is enough.")
KIND(NEVER_COUNTS, "entry-never-counts", SECURITY, "An entry of the settings that never counts",
	"The first entry that fits a client counts. An entry before this one fits all clients that this one fits.")
KIND(SETTINGS_KEY, "context-key-unknown", WARNING, "A condition key in the settings that does not exist",
	"The key that policies use is still missing: a plain condition on it never matches, a negated one always "
	"matches.")
KIND(SET_IDENTITY, "configuration-set-of-no-identity", SUGGESTION, "A configuration set for a name that is nearly an identity",
	"Mail of the identity is evaluated without the set.")
KIND(SITE_SANDBOX, "sandbox-recipients-not-allowed", SUGGESTION, "Recipients of a sandbox account are not allowed",
	"In the sandbox, the identities of the recipients are resources too.")

/* Principals */
KIND(ALLOW_ANYONE, "allow-anyone", SECURITY, "Anyone may send",
	"This is an Allow to everyone without a condition on the caller. Every AWS account may send as this identity.")
KIND(OPENS_GATE, "allow-everything", SECURITY, "An Allow of everything",
	"In service control policies, boundaries and endpoint policies it is normal. Here it lets all mail pass.")
KIND(ALLOW_NOT_PRINCIPAL, "allow-with-not-principal", SECURITY, "Allow with NotPrincipal", "Everyone may send, except those named.")
KIND(DENY_NOT_PRINCIPAL, "deny-not-principal-without-account", WARNING, "Deny with NotPrincipal that does not name the account",
	"AWS may check the account before the user, and refuse the mail of the user that is named.")
KIND(DENY_ONE_USER, "deny-of-a-user-alone", SUGGESTION, "A Deny that names only users",
	"Mail of the same people by another login, key or role is not refused.")
KIND(DENY_MISSES_LOGIN, "deny-misses-login", SECURITY, "A Deny of a user whose login has another spelling",
	"The same account may log in with or without a realm. The Deny fits only one of the two users.")
KIND(ALLOW_OWN_ACCOUNT, "allow-own-account-only", SUGGESTION, "An Allow to the identity's own account",
	"It only delegates. Users of the account still need an Allow of their own, and if they have one, they do not "
	"need this one.")
KIND(RESTRICTS_NOBODY, "allow-restricts-nobody", WARNING, "Conditions on an Allow that restrict nobody",
	"Users of the identity's own account may send what their own policies allow, whatever this Allow requires. "
	"Only a Deny restricts them.")
KIND(SERVICE_NEVER_SENDS, "service-never-sends", WARNING, "A service that never sends mail by itself",
	"Programs on it send as a role or a user. The statement is about nobody.")
KIND(PRINCIPAL_ID, "invalid-user-reference", WARNING, "The id of a deleted user or role as principal",
	"It stands for nobody. The statement never matches.")
KIND(SERVICE_SOURCE, "restrict-access-to-service-principal", SUGGESTION, "A service may send for anyone",
	"Without aws:SourceArn or aws:SourceAccount the service may send as this identity on behalf of any of its "
	"customers.")
KIND(SERVICE_NAME, "invalid-service-principal-format", ERROR, "Not the name of a service",
	"Services are written NAME.amazonaws.com. The statement is about nobody.")
KIND(SERVICE_KEY, "unsupported-condition-key-for-service-principal", WARNING, "A key that a service does not have",
	"Services belong to no organization and come from no network of yours. The Allow never matches.")
KIND(FEDERATED, "federated-principal-not-supported", WARNING, "A principal that never sends mail",
	"Federated and canonical users are not principals of SES.")

/* Condition keys */
KIND(INVALID_SES_KEY, "invalid-service-condition-key", ERROR, "No such key of SES",
	"No message has it: a plain condition never matches, a negated one always matches.")
KIND(INVALID_GLOBAL_KEY, "invalid-global-condition-key", ERROR, "No such global key",
	"No message has it: a plain condition never matches, a negated one always matches.")
KIND(FOREIGN_KEY, "irrelevant-condition-key", WARNING, "A key of another service",
	"No message has it: a plain condition never matches, a negated one always matches.")
KIND(NEVER_SMTP, "condition-key-never-present", WARNING, "A key that mail by SMTP never has",
	"A plain condition never matches, a negated one always matches.")
KIND(NOT_PROMISED, "condition-key-not-promised", SUGGESTION, "A key that SES does not document",
	"SES documents eight global keys. Others may be missing there.")
KIND(API_VERSION, "api-version-not-smtp", WARNING, "ses:ApiVersion other than 2", "Mail by SMTP has version 2.")
KIND(TYPE_MISMATCH, "type-mismatch", WARNING, "Text compared where another operator is needed",
	"StringEquals and StringLike compare addresses and dates as text, so no network and no time span matches.")
KIND(PRIVATE_NETWORK, "private-ip-address", SUGGESTION, "Private networks under aws:SourceIp",
	"Here the key is the address of the relay's client, which may be private. At SES it is the public address of "
	"the relay, never a private one.")
KIND(NETWORK_AND_ENDPOINT, "source-ip-with-vpc-endpoint", WARNING, "aws:SourceIp together with a VPC endpoint",
	"A request has one or the other. The statement never matches.")
KIND(ANY_NETWORK, "any-network", SUGGESTION, "A network that contains every address",
	"All clients of its address family are inside, and none of the other family.")
KIND(HOST_BITS, "improve-ip-range", SUGGESTION, "Network with host bits", "The bits after the prefix are ignored.")
KIND(SECURE_INVERTED, "secure-transport-inverted", WARNING, "A message refused because it is encrypted",
	"Mail reaches SES only with TLS. A Deny of mail with TLS, or an Allow of mail without TLS, does the opposite "
	"of what is meant.")
KIND(VPC_FORMAT, "invalid-vpc-format", ERROR, "Not the id of a VPC", "No request has it.")
KIND(VPCE_FORMAT, "invalid-vpce-format", ERROR, "Not the id of a VPC endpoint", "No request has it.")
KIND(ACCOUNT_FORMAT, "invalid-account-format", ERROR, "Not the id of an account", "No request has it.")
KIND(ORGANIZATION_FORMAT, "invalid-organization-format", ERROR, "Not the id of an organization", "No request has it.")
KIND(REGION_FORMAT, "invalid-region", ERROR, "No such Region", "No request has it.")
KIND(BOOL_MANY, "invalid-condition-multiple-boolean", ERROR, "True and false together", "The condition says nothing.")

KIND(DENY_OF_ALL, "deny-of-every-message", ERROR, "A Deny that refuses every message of this site",
	"The settings decide its conditions: they do not give a key, and a negated condition is true without it, or "
	"they give all messages the same value.")
KIND(ALLOW_OF_NONE, "allow-of-no-message", WARNING, "An Allow that matches no message of this site",
	"The settings decide its conditions: they do not give a key, or give all messages the same value.")
KIND(ALLOWED_NOTHING, "principal-allowed-nothing", ERROR, "A principal whose mail is all refused",
	"It needs an Allow, and with the keys that the settings give no Allow can match.")
KIND(KEY_NOT_GIVEN, "key-not-given", WARNING, "A condition on a key that the settings do not give",
	"The condition is true for every message, or the statement never matches.")
KIND(NO_CLIENT_THERE, "source-ip-of-no-client", WARNING, "Networks that no client of the relay is in",
	"aws:SourceIp is the address of the relay's client, unless the settings say \"connection\": \"relay\".")
KIND(PUBLIC_ADDRESS, "public-ip-address", SUGGESTION, "Public addresses under aws:SourceIp",
	"aws:SourceIp is the address of the relay's client, unless the settings say \"connection\": \"relay\". A "
	"policy that pins SMTP credentials to the relay's own address then refuses all mail.")
KIND(PRIVATE_OF_RELAY, "private-ip-address-of-relay", WARNING, "Private networks where aws:SourceIp is the relay's",
	"With \"connection\": \"relay\" it is the address that SES sees, which is public.")
KIND(CLEAR_OF_CLIENT, "secure-transport-of-client", SUGGESTION, "TLS between client and relay",
	"aws:SecureTransport is about the relay's client, unless the settings say \"connection\": \"relay\".")
KIND(EGRESS_PRIVATE, "egress-private", WARNING, "A private address in egress", "SES never sees a private address.")
KIND(ENDPOINT_AND_EGRESS, "endpoint-key-with-egress", WARNING, "Keys of a VPC endpoint beside addresses in egress",
	"A request comes through the endpoint or from one of the addresses, never both.")

/* Times and bounds */
KIND(BOUNDS, "bounds-contradict", ERROR, "Bounds that leave nothing", "The statement never matches.")
KIND(BOTH_EXCLUDE, "from-and-feedback-exclude", WARNING, "A sender that would have to be two addresses at once",
	"With from_address both, the envelope sender is ses:FromAddress and also ses:FeedbackAddress. No address fits"
	" both conditions.")
KIND(BEHIND_WIDER, "allow-behind-wider", WARNING, "An Allow that another, less strict Allow makes useless",
	"Another statement allows the same without these conditions, so they do not restrict it.")
KIND(NEVER_TRUE, "condition-never-true", WARNING, "A condition that no value satisfies",
	"The star exempts everything. The statement never matches.")
KIND(ALWAYS_TRUE, "condition-always-true", SUGGESTION, "A condition that every value satisfies",
	"The star matches everything. The condition has no effect.")
KIND(CONTRADICTION, "conditions-contradict", WARNING, "Conditions that cannot hold together", "The statement never matches.")
KIND(DENIES_EXCLUDE, "denies-exclude-each-other", WARNING, "Two Denies with exceptions that leave nothing",
	"What one exempts the other refuses, so no message passes. Put the exceptions into one list.")
KIND(WINDOW_PAST, "window-past", SUGGESTION, "A time window that is over", "The statement no longer matches.")
KIND(DATE_EPOCH, "invalid-date-value", WARNING, "A number in place of a date",
	"A number is seconds since 1970: 2026 is in January 1970.")

/* Variables */
KIND(VARIABLE_VERSION, "variable-unsupported-in-version", ERROR, "A variable in a policy without Version 2012-10-17",
	"In older versions ${...} is plain text.")
KIND(VARIABLE_LIST, "variable-of-list", ERROR, "A variable of a key that holds a list", "It is never filled in.")
KIND(VARIABLE_UNKNOWN, "variable-never-present", WARNING, "A variable of a key that no message has",
	"It is never filled in: a plain condition never matches, a negated one always matches.")

KIND(PLACEHOLDER, "placeholder", WARNING, "A placeholder that was not filled in",
	"It is the text of an example, or of a template that no program has filled in. No message fits it.")

/* Shape */
KIND(MISSING_VERSION, "missing-version", SUGGESTION, "No Version", "Without it the version is 2008-10-17, which has no variables.")
KIND(POLICY_SIZE, "policy-size-exceeds-quota", WARNING, "Larger than 4096 bytes", "SES accepts no larger policy; this filter does.")
KIND(POLICY_COUNT, "too-many-policies", SUGGESTION, "More than 20 policies for one identity",
	"SES accepts no more; this filter does.")
KIND(POLICY_NAME, "invalid-policy-name", SUGGESTION, "Not a name of a policy",
	"SES accepts 1 to 64 letters, digits, hyphens and underscores.")
KIND(EMPTY_SID, "empty-sid-value", SUGGESTION, "Empty Sid", "Replies and logs name the statement by its Sid.")
KIND(REPEATED_SID, "unique-sids-recommended", SUGGESTION, "The same Sid twice", "Replies and logs name the statement by its Sid.")
KIND(OPERATOR_CASE, "operator-case", WARNING, "An operator with wrong upper or lower case",
	"It is accepted here, but IAM refuses the policy.")
KIND(ALLOW_OVERRULED, "allow-overruled", WARNING, "An Allow that a Deny overrules",
	"A Deny without a condition refuses all that the statement allows.")
KIND(EMPTY_CONDITION, "empty-object-condition", SUGGESTION, "Empty Condition", "It has no effect.")
KIND(EMPTY_VALUES, "empty-array-condition", WARNING, "No values in a condition", "It is true only if the key is missing, or never.")
KIND(REDUNDANT_ACTION, "redundant-action", SUGGESTION, "An action that another covers", "It has no effect.")
KIND(REDUNDANT_RESOURCE, "redundant-resource", SUGGESTION, "A resource that another covers", "It has no effect.")
KIND(REDUNDANT_VALUE, "redundant-condition-value", SUGGESTION, "A value that another covers", "It has no effect.")
KIND(REDUNDANT_STATEMENT, "redundant-statement", SUGGESTION, "The same statement twice", "The second has no effect.")
