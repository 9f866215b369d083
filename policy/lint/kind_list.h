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
KIND(DOES_NOT_LOAD, "does-not-load", ERROR, "The document does not load", "The filter refuses to start or to reload with it.")
KIND(JSON_SYNTAX, "json-syntax-error", ERROR, "Not valid JSON",
	"The file cannot be read at all, so none of its statements is in force.")
KIND(NOT_A_POLICY, "not-a-policy", ERROR, "Not a policy",
	"It is a template, a list of names or a part of a policy; the filter refuses to start or to reload with it.")
KIND(NOT_FILLED_IN, "not-filled-in", ERROR, "A value of a template or a web page",
	"It matches nothing in any message: an Allow lets nothing pass, and a Deny refuses nothing, or all.")
KIND(DUPLICATE_MEMBER, "duplicate-member", ERROR, "A member occurs twice in one object",
	"Many JSON readers silently keep only the last one, and so lose a condition. Here the document does not load.")
KIND(DUPLICATE_KEY, "duplicate-keys-with-different-case", ERROR, "A name occurs twice, in different case",
	"The case of keys and operators does not matter, so it is not clear which of the two counts.")
KIND(MISSING_STATEMENT, "missing-statement", ERROR, "No Statement", "A policy without statements decides nothing.")
KIND(MISSING_PRINCIPAL, "missing-principal", ERROR, "No Principal in a resource policy",
	"The statement must say whose mail it is about.")
KIND(MISSING_EFFECT, "missing-effect", ERROR, "No Effect", "The statement must say whether it allows or denies.")
KIND(MISSING_ACTION, "missing-action", ERROR, "No Action", "The statement must say which actions it is about.")
KIND(MISSING_RESOURCE, "missing-resource", ERROR, "No Resource", "The statement must say which sending identity it is about.")
KIND(INVALID_ELEMENT, "invalid-policy-element", ERROR, "Unknown element",
	"A misspelt element (Conditions, principal) would be a condition that never counts.")
KIND(ELEMENT_COMBINATION, "unsupported-element-combination", ERROR, "Both an element and its opposite",
	"Action with NotAction, Principal with NotPrincipal or Resource with NotResource contradict each other.")
KIND(INVALID_EFFECT, "invalid-effect", ERROR, "Effect is neither Allow nor Deny", "Write the two words exactly so, with a capital.")
KIND(INVALID_VERSION, "invalid-version", ERROR, "Unknown Version",
	"Only 2012-10-17 and 2008-10-17 are versions of the policy language.")
KIND(INVALID_ACTION_FORMAT, "invalid-action-format", ERROR, "Not an action", "An action is SERVICE:Name.")
KIND(EMPTY_LIST, "empty-list", ERROR, "An empty list", "The statement would never match.")
KIND(PRINCIPAL_IN_IDENTITY, "unsupported-principal", ERROR, "Principal in an identity policy",
	"A policy of a user names no Principal: it is that user.")
KIND(INVALID_PRINCIPAL, "invalid-principal-format", ERROR, "Not a principal", "The statement would be about nobody.")
KIND(INVALID_PRINCIPAL_KEY, "invalid-principal-key", ERROR, "Unknown kind of principal",
	"AWS, Service, Federated and CanonicalUser are known, in this case of letters.")
KIND(PRINCIPAL_WILDCARD, "unsupported-wildcard-in-principal", ERROR, "Wildcard in a principal",
	"A principal is compared as it stands; only \"*\" alone means everyone.")
KIND(INVALID_ARN, "invalid-arn-prefix", ERROR, "Not an ARN", "The statement would never match.")
KIND(MISSING_ARN_FIELD, "missing-arn-field", ERROR, "An ARN with fields missing", "The statement would never match.")
KIND(INVALID_PARTITION, "invalid-partition", ERROR, "Unknown partition in an ARN", "The statement would never match.")
KIND(INVALID_ARN_FIELD, "invalid-arn-field", ERROR, "A field of an ARN that can never match",
	"Capitals, blanks or half an account id: the statement would never match.")
KIND(DATA_TYPE, "data-type-mismatch", ERROR, "A value of the wrong JSON type", "It is not understood, and so refused.")
KIND(INVALID_OPERATOR, "invalid-condition-operator", ERROR, "Unknown condition operator",
	"An operator that is not understood would be a condition that never counts.")
KIND(NULL_IF_EXISTS, "null-with-if-exists", ERROR, "Null with IfExists", "Null asks whether a key exists.")
KIND(CONDITION_TYPE, "invalid-condition-data-type", ERROR, "Operator and key of different types",
	"The comparison can never be true.")
KIND(INVALID_NUMBER, "invalid-number", ERROR, "Not a number", "The comparison could never be true.")
KIND(INVALID_DATE, "invalid-date", ERROR, "Not a date", "The comparison could never be true.")
KIND(INVALID_BOOLEAN, "invalid-boolean", ERROR, "Neither true nor false", "The comparison could never be true.")
KIND(INVALID_NETWORK, "invalid-ip-range", ERROR, "Not an address or network", "No client would be inside it.")
KIND(INVALID_BINARY, "invalid-base64", ERROR, "Not base64", "The comparison could never be true.")
KIND(CONDITION_KEY_FORMAT, "invalid-condition-key-format", ERROR, "Not the name of a condition key", "No message has it.")
KIND(VARIABLE_BRACE, "missing-brace-in-variable", ERROR, "Variable without its closing brace",
	"The text would be compared as it stands.")
KIND(VARIABLE_QUOTE, "missing-quote-in-variable", ERROR, "Bad default of a variable", "A default is written ${key, 'text'}.")
KIND(VARIABLE_SPACE, "unsupported-space-in-variable", ERROR, "Blank or quote in a variable", "No key has such a name.")
KIND(VARIABLE_EMPTY, "empty-variable", ERROR, "Variable without a key", "Nothing can be filled in.")
KIND(VARIABLE_ELEMENT, "variable-unsupported-in-element", ERROR, "Variable where none is filled in",
	"Variables stand in Resource after the fifth colon, and in values of conditions.")
KIND(VARIABLE_OPERATOR, "invalid-variable-for-operator", ERROR, "Variable under an operator that takes none",
	"Only String, Arn and Bool operators fill variables in.")
KIND(UNSUPPORTED_SID, "unsupported-sid", ERROR, "Sid with other than letters and digits",
	"IAM takes no such Sid in an identity policy.")
KIND(DUPLICATE_SID, "unique-sids-required", ERROR, "The same Sid twice", "IAM takes no such identity policy.")

/* Recipients */
KIND(RECIPIENTS_QUALIFIER, "recipients-without-qualifier", ERROR, "ses:Recipients without ForAllValues or ForAnyValue",
	"A message has several recipients; AWS does not say which of them a plain operator looks at. Here it never "
	"matches in an Allow, and in a Deny it matches if any recipient does.")
KIND(RECIPIENTS_OUTSIDERS, "recipients-outsiders-pass", SECURITY, "One recipient inside lets all others through",
	"A Deny with ForAllValues and a negated operator refuses only if every recipient is outside. Use "
	"ForAnyValue.")
KIND(RECIPIENTS_BLOCKED, "recipients-blocked-pass", SECURITY, "One harmless recipient lets blocked ones through",
	"A Deny with ForAllValues refuses only if every recipient is on the list. Use ForAnyValue.")
KIND(RECIPIENTS_ONE_INSIDE, "recipients-one-inside-passes", SECURITY, "One recipient inside allows the whole message",
	"An Allow with ForAnyValue needs only one recipient that matches. Use ForAllValues.")
KIND(RECIPIENTS_MISSING, "recipients-missing-passes", SUGGESTION, "ForAllValues allows a request without recipients",
	"By SMTP every message has a recipient; by the API a request that has none would pass. A Null condition "
	"closes that.")
KIND(LIST_QUALIFIER, "missing-qualifier", ERROR, "A key that holds a list, without ForAllValues or ForAnyValue",
	"AWS does not say which value of the list a plain operator looks at.")

/* Set operators where none belongs */
KIND(ALL_VALUES_SINGLE, "for-all-values-with-single-valued-key", SECURITY, "ForAllValues on a key with one value",
	"ForAllValues is true if the key is missing: an Allow then allows every sender.")
KIND(ANY_VALUE_SINGLE, "for-any-value-with-single-valued-key", SUGGESTION, "ForAnyValue on a key with one value",
	"It decides as the plain operator does, but for a key that is missing. Leave the prefix out.")
KIND(NULL_QUALIFIER, "null-with-qualifier", WARNING, "Null with ForAllValues or ForAnyValue",
	"ForAllValues:Null is always true and ForAnyValue:Null always false.")

/* Patterns of addresses and names */
KIND(REGEX, "regex-in-pattern", WARNING, "A regular expression where a wildcard pattern stands",
	"Only * and ? are special: .* wants a dot, and [ ] ^ $ | \\ stand for themselves.")
KIND(WILDCARD_EQUALS, "wildcard-without-like-operator", WARNING, "Wildcard under an operator that has none",
	"StringEquals compares * and ? as they stand, so no address matches.")
KIND(LIKE_LITERAL, "like-without-wildcard", SUGGESTION, "StringLike on part of a name, without a wildcard",
	"The whole display name must be equal; \"*Marketing*\" would be \"contains Marketing\".")
KIND(SUFFIX_CONFUSION, "suffix-without-at-sign", WARNING, "A pattern that other domains match too",
	"*example.com is also matched by x@notexample.com; *@example.com and *.example.com are not.")
KIND(UPPER_DOMAIN, "upper-case-in-domain", WARNING, "Capitals in the domain of a pattern",
	"Domains of mail have no case, and SES compares letters as they stand. The filter reads the pattern as it is "
	"written, and in lower case: both must allow. With address_case \"preserve\" it reads it as SES does.")
KIND(UPPER_LOCAL, "upper-case-in-address", SUGGESTION, "Capitals in front of the at sign",
	"Letters in front of the at sign are compared as they stand: only this spelling matches.")
KIND(CASE_EVADES, "case-evades-deny", WARNING, "A Deny that another spelling evades",
	"StringEquals minds case: Ceo@example.com is not ceo@example.com. StringEqualsIgnoreCase does not.")
KIND(CASE_EVADES_PATTERN, "case-evades-deny-pattern", SUGGESTION, "A Deny pattern that capitals evade",
	"StringLike minds case in front of the at sign and has no form that does not.")
KIND(NOT_AN_ADDRESS, "not-an-address", WARNING, "A value that no address can match",
	"Addresses are compared bare and whole: local@domain, without name, brackets or blanks, the domain in ASCII.")
KIND(OUTSIDE_IDENTITY, "address-outside-identity", SUGGESTION, "Sender addresses outside the identity of the Resource",
	"Mail from these addresses belongs to another identity, so the statement never applies to it.")
KIND(FEEDBACK_EXACT, "feedback-address-exact", SUGGESTION, "One exact ses:FeedbackAddress",
	"An MTA that rewrites envelope senders (SRS, VERP) or Return-Path sends with others.")
KIND(ALLOW_MISSING, "allow-when-key-missing", WARNING, "An Allow that a missing key satisfies",
	"A negated operator is true if the message has no such key.")
KIND(ALLOW_NEGATED, "allow-by-exception", SUGGESTION, "An Allow of everything but",
	"It allows every sender that is not named, and requests that have no sender at all.")

/* Actions */
KIND(DENY_NOT_SMTP, "deny-not-for-smtp", SECURITY, "A Deny that does not cover mail by SMTP",
	"SMTP is ses:SendRawEmail; a Deny of ses:SendEmail alone refuses nothing that comes by SMTP.")
KIND(DENY_SMTP, "deny-not-action-refuses-smtp", WARNING, "A Deny of all but sending that refuses mail by SMTP",
	"SMTP is ses:SendRawEmail; exempting ses:SendEmail alone leaves it refused.")
KIND(ALLOW_NOT_SMTP, "allow-not-for-smtp", WARNING, "An Allow that does not cover mail by SMTP",
	"SMTP is ses:SendRawEmail; an Allow of ses:SendEmail alone allows nothing that comes by SMTP.")
KIND(API_ONLY, "action-api-only", SUGGESTION, "Sending by the API alone",
	"The statement allows sending by the API and not by SMTP.")
KIND(INVALID_ACTION, "invalid-action", ERROR, "A misspelt action of SES", "No request is for it, so the statement never matches.")
KIND(UNKNOWN_ACTION, "unknown-action", WARNING, "An action that SES does not document",
	"If there is none of this name, the statement never matches.")
KIND(INVALID_SERVICE, "invalid-service-in-action", ERROR, "An action of a service that there is not",
	"SES of any version has the prefix ses.")
KIND(OTHER_SERVICE, "unsupported-action-in-policy", WARNING, "An action of another service in a policy of a sending identity",
	"SES never asks for it.")
KIND(SERVICE_WILDCARD, "wildcard-in-service-name", SUGGESTION, "Wildcard in the service of an action", "Name the service: ses.")
KIND(OTHER_POLICY, "policy-of-another-service", SUGGESTION, "A policy of another service",
	"It says nothing about sending mail: SES never asks for it.")
KIND(BULK_ADDRESS, "bulk-without-address", SUGGESTION, "A condition on addresses that ses:SendBulkEmail does not have",
	"The condition is never true for bulk mail by the API.")
KIND(ALLOW_NOT_ACTION, "allow-with-not-action", WARNING, "Allow with NotAction in a policy of a sending identity",
	"It allows everything else that SES has, or will have.")

/* Resources */
KIND(RESOURCE_ANY, "resource-any", SUGGESTION, "Resource \"*\" in a policy of a sending identity",
	"SES wants the ARN of the identity that the policy hangs on; here it covers every identity.")
KIND(RESOURCE_MANY, "resource-more-than-one", SUGGESTION, "Several resources in a policy of a sending identity",
	"A policy belongs to one identity; the other resources never match at SES.")
KIND(RESOURCE_CONFIGURATION_SET, "resource-configuration-set", SUGGESTION, "Configuration set in a policy of a sending identity",
	"Policies hang on identities; the statement never matches at SES.")
KIND(RESOURCE_OTHER_SERVICE, "unsupported-resource-arn-in-policy", ERROR, "A resource that sending is never about",
	"The ARN of another service or kind: the statement never matches.")
KIND(RESOURCE_TYPE, "invalid-arn-resource", ERROR, "Unknown kind of SES resource",
	"Identities are identity/NAME; the statement never matches.")
KIND(RESOURCE_REGION_MISSING, "missing-arn-region", ERROR, "No Region in the ARN of an identity", "The statement never matches.")
KIND(RESOURCE_REGION_INVALID, "invalid-arn-region", ERROR, "No such Region", "The statement never matches.")
KIND(RESOURCE_ACCOUNT_MISSING, "invalid-arn-account", ERROR, "No account in the ARN of an identity", "The statement never matches.")
KIND(RESOURCE_CASE, "upper-case-in-identity", WARNING, "Capitals in the domain of an identity",
	"SES verifies domains without regard to case and compares letters of a policy as they stand. The filter reads "
	"the entry as it is written, and in lower case: both must allow.")
KIND(SHORT_ARN, "arn-cut-short", SUGGESTION, "An ARN with fields missing in a policy of a user",
	"IAM takes the missing fields for *.")
KIND(ALLOW_NOT_RESOURCE, "allow-with-not-resource", WARNING, "Allow with NotResource",
	"It allows sending as every identity but those named.")
KIND(RESOURCE_PARTITION, "partition-of-other-region", ERROR, "Partition and Region that do not go together",
	"Regions of China are in aws-cn, those of GovCloud in aws-us-gov, the others in aws: the statement never "
	"matches.")
KIND(RESOURCE_DIFFERS, "resource-of-another-identity", SUGGESTION, "Statements about different identities",
	"A policy belongs to one identity; statements about others never match at SES.")
KIND(SITE_ACCOUNT, "arn-account-not-of-site", ERROR, "Another account than this site's",
	"The statement is not about an identity of this site, so it never matches.")
KIND(DELEGATED, "identity-of-another-account", SUGGESTION, "An identity of another account",
	"Its owner may delegate it. The message must then name it in X-SES-SOURCE-ARN, X-SES-FROM-ARN or "
	"X-SES-RETURN-PATH-ARN.")
KIND(ADDRESS_PATTERN, "address-pattern-in-resource", SUGGESTION, "A pattern of addresses as the identity",
	"Mail of a verified domain is asked for as the domain: the pattern only covers addresses that are verified by "
	"themselves.")
KIND(SITE_REGION, "arn-region-not-of-site", ERROR, "Another Region than this site's",
	"The statement is not about an identity of this site, so it never matches.")
KIND(SITE_IDENTITY, "identity-not-of-site", WARNING, "An identity that this site does not have",
	"No mail of this site is sent as it: that a user's policy names it does not make it an identity. SES asks for "
	"the most specific identity that is verified.")
KIND(SITE_PRINCIPAL, "principal-not-of-site", WARNING, "A user that no client of this site is taken for",
	"No login and no network of the settings is mapped to the principal, so the statement never matches.")
KIND(SITE_CONFIGURATION_SET, "configuration-set-not-allowed", WARNING, "The configuration set in use is not allowed",
	"Mail with a configuration set needs an Allow on its ARN too.")
KIND(LOGIN_FALLS_OPEN, "login-falls-open", SECURITY, "A login that misses its entry in another spelling",
	"Cyrus SASL appends a realm to a login, and often takes a login with a realm and without. In the spelling that is not "
	"in the entry, the account may do what all others may.")
KIND(NOT_CLOSED, "principals-not-closed", WARNING, "A list of principals that is not closed",
	"A client that fits no entry is user/smtp-relay, and may do everything that no policy denies.")
KIND(EMPTY_POLICIES, "closed-by-empty-policies", SUGGESTION, "An entry for all others with an empty list of policies",
	"A client that fits no other entry still sends what a policy of an identity allows it, also by an Allow for everyone.")
KIND(NEVER_COUNTS, "entry-never-counts", SECURITY, "An entry of the settings that never counts",
	"The first entry that fits a client counts, and an entry before this one fits all its clients.")
KIND(SETTINGS_KEY, "context-key-unknown", WARNING, "A condition key in the settings that does not exist",
	"The key that policies ask for is still missing: a plain condition on it never matches, a negated one always.")
KIND(SET_IDENTITY, "configuration-set-of-no-identity", SUGGESTION, "A configuration set for a name that is nearly an identity",
	"Mail of the identity is asked about without the set.")
KIND(SITE_SANDBOX, "sandbox-recipients-not-allowed", SUGGESTION, "Recipients of a sandbox account are not allowed",
	"In the sandbox the identities of the recipients are resources too.")

/* Principals */
KIND(ALLOW_ANYONE, "allow-anyone", SECURITY, "Anyone may send",
	"An Allow to everyone without a condition on who: every AWS account may send as this identity.")
KIND(OPENS_GATE, "allow-everything", SECURITY, "An Allow of everything",
	"Where service control policies, boundaries and endpoint policies stand it says nothing; here it lets all mail through.")
KIND(ALLOW_NOT_PRINCIPAL, "allow-with-not-principal", SECURITY, "Allow with NotPrincipal", "Everyone may send but those named.")
KIND(DENY_NOT_PRINCIPAL, "deny-not-principal-without-account", WARNING, "Deny with NotPrincipal that does not name the account",
	"AWS may judge the account before the user, and refuse the mail of the very user that is named.")
KIND(DENY_ONE_USER, "deny-of-a-user-alone", SUGGESTION, "A Deny that names users alone",
	"Mail of the same people by another login, key or role is not refused.")
KIND(DENY_MISSES_LOGIN, "deny-misses-login", SECURITY, "A Deny of a user whose login has another spelling",
	"The same account may log in with a realm or without. The Deny fits the user of only one of the two.")
KIND(ALLOW_OWN_ACCOUNT, "allow-own-account-only", SUGGESTION, "An Allow to the identity's own account",
	"It only delegates: users of the account still need an Allow of their own, and with one they need no other.")
KIND(RESTRICTS_NOBODY, "allow-restricts-nobody", WARNING, "Conditions on an Allow that restrict nobody",
	"Users of the identity's own account send what their own policies allow, whatever an Allow of the identity asks for. "
	"Only a Deny restricts them.")
KIND(SERVICE_NEVER_SENDS, "service-never-sends", WARNING, "A service that never sends mail by itself",
	"Programs on it send as a role or a user; the statement is about nobody.")
KIND(PRINCIPAL_ID, "invalid-user-reference", WARNING, "The id of a deleted user or role as principal",
	"It stands for nobody; the statement never matches.")
KIND(SERVICE_SOURCE, "restrict-access-to-service-principal", SUGGESTION, "A service may send for anyone",
	"Without aws:SourceArn or aws:SourceAccount the service may send as this identity on behalf of any customer.")
KIND(SERVICE_NAME, "invalid-service-principal-format", ERROR, "Not the name of a service",
	"Services are NAME.amazonaws.com; the statement is about nobody.")
KIND(SERVICE_KEY, "unsupported-condition-key-for-service-principal", WARNING, "A key that a service does not have",
	"Services are in no organization and come from no network of yours: the Allow never matches.")
KIND(FEDERATED, "federated-principal-not-supported", WARNING, "A principal that never sends mail",
	"Federated and canonical users are no principals of SES.")

/* Condition keys */
KIND(INVALID_SES_KEY, "invalid-service-condition-key", ERROR, "No such key of SES",
	"No message has it: a plain condition never matches, a negated one always.")
KIND(INVALID_GLOBAL_KEY, "invalid-global-condition-key", ERROR, "No such global key",
	"No message has it: a plain condition never matches, a negated one always.")
KIND(FOREIGN_KEY, "irrelevant-condition-key", WARNING, "A key of another service",
	"No message has it: a plain condition never matches, a negated one always.")
KIND(NEVER_SMTP, "condition-key-never-present", WARNING, "A key that mail by SMTP never has",
	"A plain condition never matches, a negated one always.")
KIND(NOT_PROMISED, "condition-key-not-promised", SUGGESTION, "A key that SES does not promise",
	"SES documents eight global keys; others may be missing there.")
KIND(API_VERSION, "api-version-not-smtp", WARNING, "ses:ApiVersion other than 2", "SMTP counts as version 2.")
KIND(TYPE_MISMATCH, "type-mismatch", WARNING, "Text compared where a typed operator belongs",
	"StringEquals and StringLike compare addresses and dates as text, so no network and no time span matches.")
KIND(PRIVATE_NETWORK, "private-ip-address", SUGGESTION, "Private networks under aws:SourceIp",
	"Here the key holds the client of the relay, which may be private; at SES it is the public address of the "
	"relay, never a private one.")
KIND(NETWORK_AND_ENDPOINT, "source-ip-with-vpc-endpoint", WARNING, "aws:SourceIp together with a VPC endpoint",
	"A request has one or the other: the statement never matches.")
KIND(ANY_NETWORK, "any-network", SUGGESTION, "A network that holds every address",
	"All clients of the family are inside it, and none of the other family.")
KIND(HOST_BITS, "improve-ip-range", SUGGESTION, "Network with host bits", "The bits behind the prefix are ignored.")
KIND(SECURE_INVERTED, "secure-transport-inverted", WARNING, "A message refused because it is encrypted",
	"Mail reaches SES by TLS alone: a Deny of what is encrypted, or an Allow of what is not, is the wrong way "
	"round.")
KIND(VPC_FORMAT, "invalid-vpc-format", ERROR, "Not the id of a VPC", "No request has it.")
KIND(VPCE_FORMAT, "invalid-vpce-format", ERROR, "Not the id of a VPC endpoint", "No request has it.")
KIND(ACCOUNT_FORMAT, "invalid-account-format", ERROR, "Not the id of an account", "No request has it.")
KIND(ORGANIZATION_FORMAT, "invalid-organization-format", ERROR, "Not the id of an organization", "No request has it.")
KIND(REGION_FORMAT, "invalid-region", ERROR, "No such Region", "No request has it.")
KIND(BOOL_MANY, "invalid-condition-multiple-boolean", ERROR, "True and false together", "The condition says nothing.")

KIND(DENY_OF_ALL, "deny-of-every-message", ERROR, "A Deny that refuses every message of this site",
	"The settings decide its conditions: they do not give a key, and a negated condition is true without it, or they give "
	"all messages the same value.")
KIND(ALLOW_OF_NONE, "allow-of-no-message", WARNING, "An Allow that matches no message of this site",
	"The settings decide its conditions: they do not give a key, or give all messages the same value.")
KIND(ALLOWED_NOTHING, "principal-allowed-nothing", ERROR, "A principal whose mail is all refused",
	"It needs an Allow, and by what the settings give no Allow can match.")
KIND(KEY_NOT_GIVEN, "key-not-given", WARNING, "A condition on a key that the settings do not give",
	"It is true for every message, or the statement never matches.")
KIND(NO_CLIENT_THERE, "source-ip-of-no-client", WARNING, "Networks that no client of the relay is in",
	"aws:SourceIp is the client of the relay unless the settings say \"connection\": \"relay\".")
KIND(PUBLIC_ADDRESS, "public-ip-address", SUGGESTION, "Public addresses under aws:SourceIp",
	"aws:SourceIp is the client of the relay unless the settings say \"connection\": \"relay\". A policy that pins SMTP "
	"credentials to the relay's own address then refuses all mail.")
KIND(PRIVATE_OF_RELAY, "private-ip-address-of-relay", WARNING, "Private networks where aws:SourceIp is the relay's",
	"With \"connection\": \"relay\" it is the address that SES sees, which is public.")
KIND(CLEAR_OF_CLIENT, "secure-transport-of-client", SUGGESTION, "TLS between client and relay",
	"aws:SecureTransport is about the relay's client unless the settings say \"connection\": \"relay\".")
KIND(EGRESS_PRIVATE, "egress-private", WARNING, "A private address in egress", "SES never sees it.")
KIND(ENDPOINT_AND_EGRESS, "endpoint-key-with-egress", WARNING, "Keys of a VPC endpoint beside addresses in egress",
	"A request comes by one or the other.")

/* Times and bounds */
KIND(BOUNDS, "bounds-contradict", ERROR, "Bounds that leave nothing", "The statement never matches.")
KIND(BOTH_EXCLUDE, "from-and-feedback-exclude", WARNING, "A sender that is to be two addresses at once",
	"With from_address both the envelope sender is asked about as ses:FromAddress and as ses:FeedbackAddress: no address "
	"fits both conditions.")
KIND(BEHIND_WIDER, "allow-behind-wider", WARNING, "An Allow behind one that asks for less",
	"What another statement allows without the conditions they do not restrict.")
KIND(NEVER_TRUE, "condition-never-true", WARNING, "A condition that no value satisfies",
	"The star exempts everything: the statement never matches.")
KIND(ALWAYS_TRUE, "condition-always-true", SUGGESTION, "A condition that every value satisfies",
	"The star takes everything: the condition says nothing.")
KIND(CONTRADICTION, "conditions-contradict", WARNING, "Conditions that cannot hold together", "The statement never matches.")
KIND(DENIES_EXCLUDE, "denies-exclude-each-other", WARNING, "Two Denies of all but, that leave nothing",
	"What the one exempts the other refuses: no message is left. The exceptions belong into one list.")
KIND(WINDOW_PAST, "window-past", SUGGESTION, "A time window that is over", "The statement does not match any more.")
KIND(DATE_EPOCH, "invalid-date-value", WARNING, "A number in place of a date",
	"A number is seconds since 1970: 2026 is in January 1970.")

/* Variables */
KIND(VARIABLE_VERSION, "variable-unsupported-in-version", ERROR, "Variable in a policy without Version 2012-10-17",
	"In older versions ${...} is compared as it stands.")
KIND(VARIABLE_LIST, "variable-of-list", ERROR, "Variable of a key that holds a list", "It is never filled in.")
KIND(VARIABLE_UNKNOWN, "variable-never-present", WARNING, "Variable of a key that no message has",
	"It is never filled in: a plain condition never matches, a negated one always.")

KIND(PLACEHOLDER, "placeholder", WARNING, "A placeholder that was not filled in",
	"The text of an example, or of a template that no program has rendered: no message fits it.")

/* Shape */
KIND(MISSING_VERSION, "missing-version", SUGGESTION, "No Version",
	"Without it the language is that of 2008, which has no variables.")
KIND(POLICY_SIZE, "policy-size-exceeds-quota", WARNING, "Larger than 4096 bytes", "SES takes no larger policy; this filter does.")
KIND(POLICY_COUNT, "too-many-policies", SUGGESTION, "More than 20 policies for one identity",
	"SES takes no more; this filter does.")
KIND(POLICY_NAME, "invalid-policy-name", SUGGESTION, "Not a name of a policy",
	"SES takes 1 to 64 letters, digits, hyphens and underscores.")
KIND(EMPTY_SID, "empty-sid-value", SUGGESTION, "Empty Sid", "Replies and logs name the statement by it.")
KIND(REPEATED_SID, "unique-sids-recommended", SUGGESTION, "The same Sid twice", "Replies and logs name the statement by it.")
KIND(OPERATOR_CASE, "operator-case", WARNING, "An operator in another case of letters",
	"It is understood here; IAM refuses the policy.")
KIND(ALLOW_OVERRULED, "allow-overruled", WARNING, "An Allow that a Deny overrules",
	"A Deny without a condition refuses all that the statement allows.")
KIND(EMPTY_CONDITION, "empty-object-condition", SUGGESTION, "Empty Condition", "It says nothing.")
KIND(EMPTY_VALUES, "empty-array-condition", WARNING, "No values in a condition", "It is true only if the key is missing, or never.")
KIND(REDUNDANT_ACTION, "redundant-action", SUGGESTION, "An action that another covers", "It says nothing more.")
KIND(REDUNDANT_RESOURCE, "redundant-resource", SUGGESTION, "A resource that another covers", "It says nothing more.")
KIND(REDUNDANT_VALUE, "redundant-condition-value", SUGGESTION, "A value that another covers", "It says nothing more.")
KIND(REDUNDANT_STATEMENT, "redundant-statement", SUGGESTION, "The same statement twice", "It says nothing more.")
