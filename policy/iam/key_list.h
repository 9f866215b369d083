/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_list: every condition key, once. No guard: the file that includes it defines both macros.
 *
 *   MESSAGE_KEY(NUMBER, name, operators, values, presence, form, caller, source, sample, what it holds)
 *   KEY(name, operators, values, presence, form, caller)
 *
 * MESSAGE_KEYs are filled in from the message, its client and the site: facts.c, message_ask.c and message_headers.c
 * (in policy/ses) put the values there. All others are absent unless the settings give them. A name that ends in `/`
 * is a family of tags. key.h says what stands in each column.
 *
 * Sources: Service Authorization Reference, "Amazon SES" and "Amazon SES Mail Manager"; IAM User Guide, "AWS global
 * condition context keys"; for the presence also SES developer guide, "Policy anatomy", which promises eight global keys.
 */

/* String operators are taken on every key: they compare its text. */
#define TEXTUAL (TYPE_STRING | TYPE_NULL)
#define TAG (TEXTUAL | TYPE_NUMBER | TYPE_DATE | TYPE_BOOL | TYPE_ARN | TYPE_IP | TYPE_BINARY)

/* From the message. */
MESSAGE_KEY(FROM_ADDRESS, "ses:FromAddress", TEXTUAL, ONE, ALWAYS, ADDRESS, ANY, SENDER, "a@example.com",
	"the envelope sender (known at MAIL), and each mailbox of the From header: each by itself")
MESSAGE_KEY(FROM_DISPLAY_NAME, "ses:FromDisplayName", TEXTUAL, ONE, BY_SMTP, TEXT, ANY, HEADER_NAME, NULL,
	"the name beside the From header's mailbox; absent if there is none")
MESSAGE_KEY(FEEDBACK_ADDRESS, "ses:FeedbackAddress", TEXTUAL, ONE, ALWAYS, ADDRESS, ANY, RETURN_PATH, "a@example.com",
	"the envelope sender, and the mailbox of a Return-Path header: each by itself")
MESSAGE_KEY(RECIPIENTS, "ses:Recipients", TEXTUAL, LIST, BY_SMTP, ADDRESS, ANY, RECIPIENTS, "someone@example.org",
	"all recipients (each known at RCPT)")
MESSAGE_KEY(API_VERSION, "ses:ApiVersion", TEXTUAL | TYPE_NUMBER, ONE, ALWAYS, TEXT, ANY, SITE, "2", "2")
MESSAGE_KEY(SOURCE_IP, "aws:SourceIp", TEXTUAL | TYPE_IP, ONE, BY_SMTP, TEXT, SOME, CLIENT, "192.0.2.1",
	"address of the client; absent if it has none")
MESSAGE_KEY(CURRENT_TIME, "aws:CurrentTime", TEXTUAL | TYPE_DATE, ONE, ALWAYS, TEXT, ANY, TIME, NULL, "the moment of MAIL")
MESSAGE_KEY(EPOCH_TIME, "aws:EpochTime", TEXTUAL | TYPE_DATE | TYPE_NUMBER, ONE, ALWAYS, TEXT, ANY, TIME, NULL,
	"the moment of MAIL, in seconds")
MESSAGE_KEY(SECURE_TRANSPORT, "aws:SecureTransport", TEXTUAL | TYPE_BOOL, ONE, ALWAYS, TEXT, ANY, TLS, "true",
	"true if the client uses TLS, else false")
MESSAGE_KEY(PRINCIPAL_ARN, "aws:PrincipalArn", TEXTUAL | TYPE_ARN, ONE, ALWAYS, TEXT, SOME, PRINCIPAL, NULL, "ARN of the principal")
MESSAGE_KEY(PRINCIPAL_ACCOUNT, "aws:PrincipalAccount", TEXTUAL, ONE, ALWAYS, ACCOUNT, SOME, PRINCIPAL, NULL,
	"account of the principal")
MESSAGE_KEY(PRINCIPAL_TYPE, "aws:PrincipalType", TEXTUAL, ONE, ALWAYS, TEXT, ANY, PRINCIPAL, "User",
	"User, AssumedRole, FederatedUser or Account, by the principal")
MESSAGE_KEY(USERNAME, "aws:username", TEXTUAL, ONE, ALWAYS, TEXT, PERSON, PRINCIPAL, "smtp-relay",
	"name of the principal if it is a user; else absent")
MESSAGE_KEY(REQUESTED_REGION, "aws:RequestedRegion", TEXTUAL, ONE, ALWAYS, REGION, ANY, SITE, "us-east-1", "region of the site")
MESSAGE_KEY(RESOURCE_ACCOUNT, "aws:ResourceAccount", TEXTUAL, ONE, ALWAYS, ACCOUNT, ANY, RESOURCE, NULL,
	"account of the identity, or that of an ARN that a header names")
MESSAGE_KEY(TENANT_NAME, "ses:TenantName", TEXTUAL, ONE, SENDER_SAYS, TEXT, ANY, TENANT, NULL,
	"the X-SES-TENANT header; a message that has one must pass without it, too")

/* Of SES: only other calls of its API have them. */
KEY("ses:MultiRegionEndpointId", TEXTUAL, ONE, NEVER, TEXT, ANY)
KEY("ses:ExportSourceType", TEXTUAL, ONE, NEVER, TEXT, ANY)
KEY("ses:ReplicaRegion", TEXTUAL, LIST, NEVER, TEXT, ANY)
KEY("ses:AddonSubscriptionArn", TEXTUAL | TYPE_ARN, ONE, NEVER, TEXT, ANY)
KEY("ses:MailManagerIngressPointType", TEXTUAL, ONE, NEVER, TEXT, ANY)
KEY("ses:MailManagerRuleSetArn", TEXTUAL | TYPE_ARN, ONE, NEVER, TEXT, ANY)
KEY("ses:MailManagerTrafficPolicyArn", TEXTUAL | TYPE_ARN, ONE, NEVER, TEXT, ANY)

/* Where the request comes from. SES is not among the services that are known to have the last four. */
KEY("aws:SourceVpc", TEXTUAL, ONE, BY_SMTP, VPC, ENDPOINT)
KEY("aws:SourceVpce", TEXTUAL, ONE, BY_SMTP, VPC_ENDPOINT, ENDPOINT)
KEY("aws:VpcSourceIp", TEXTUAL | TYPE_IP, ONE, BY_SMTP, TEXT, ENDPOINT)
KEY("aws:UserAgent", TEXTUAL, ONE, BY_SMTP, TEXT, ANY)
KEY("aws:SourceVpcArn", TEXTUAL | TYPE_ARN, ONE, UNPROMISED, TEXT, ENDPOINT)
KEY("aws:VpceAccount", TEXTUAL, ONE, UNPROMISED, ACCOUNT, ENDPOINT)
KEY("aws:VpceOrgID", TEXTUAL, ONE, UNPROMISED, ORGANIZATION, ENDPOINT)
KEY("aws:VpceOrgPaths", TEXTUAL, LIST, UNPROMISED, TEXT, ENDPOINT)

/* Who asks, and for what: SES uses them in its own examples, or IAM always has them. */
KEY("aws:PrincipalOrgID", TEXTUAL, ONE, BY_SMTP, ORGANIZATION, SOME)
KEY("aws:PrincipalOrgPaths", TEXTUAL, LIST, BY_SMTP, TEXT, SOME)
KEY("aws:PrincipalTag/", TAG, ONE, BY_SMTP, TEXT, SOME)
KEY("aws:userid", TEXTUAL, ONE, ALWAYS, TEXT, SOME)
KEY("aws:PrincipalIsAWSService", TEXTUAL | TYPE_BOOL, ONE, UNPROMISED, TEXT, ANY)
KEY("aws:PrincipalIsRootUser", TEXTUAL | TYPE_BOOL, ONE, UNPROMISED, TEXT, ANY)
KEY("aws:ResourceOrgID", TEXTUAL, ONE, UNPROMISED, ORGANIZATION, ANY)
KEY("aws:ResourceOrgPaths", TEXTUAL, LIST, UNPROMISED, TEXT, ANY)
KEY("aws:ViaAWSService", TEXTUAL | TYPE_BOOL, ONE, UNPROMISED, TEXT, ANY)
/* SES knows the tags of identities, but does not fill them in when mail is sent. */
KEY("aws:ResourceTag/", TAG, ONE, NEVER, TEXT, ANY)

/* Only when a service asks for somebody. */
KEY("aws:SourceAccount", TEXTUAL, ONE, SERVICE_CALL, ACCOUNT, SERVICE)
KEY("aws:SourceArn", TEXTUAL | TYPE_ARN, ONE, SERVICE_CALL, TEXT, SERVICE)
KEY("aws:SourceOrgID", TEXTUAL, ONE, SERVICE_CALL, ORGANIZATION, SERVICE)
KEY("aws:SourceOrgPaths", TEXTUAL, LIST, SERVICE_CALL, TEXT, SERVICE)
KEY("aws:PrincipalServiceName", TEXTUAL, ONE, SERVICE_CALL, TEXT, SERVICE)
KEY("aws:PrincipalServiceNamesList", TEXTUAL, LIST, SERVICE_CALL, TEXT, SERVICE)
KEY("aws:CalledVia", TEXTUAL, LIST, SERVICE_CALL, TEXT, ANY)
KEY("aws:CalledViaFirst", TEXTUAL, ONE, SERVICE_CALL, TEXT, ANY)
KEY("aws:CalledViaLast", TEXTUAL, ONE, SERVICE_CALL, TEXT, ANY)

/* SMTP credentials are those of a user, and last: there is no session, and nothing but mail comes by SMTP. */
KEY("aws:MultiFactorAuthAge", TEXTUAL | TYPE_NUMBER, ONE, NEVER, TEXT, ANY)
KEY("aws:MultiFactorAuthPresent", TEXTUAL | TYPE_BOOL, ONE, NEVER, TEXT, ANY)
KEY("aws:TokenIssueTime", TEXTUAL | TYPE_DATE, ONE, NEVER, TEXT, ANY)
KEY("aws:SignInSessionArn", TEXTUAL | TYPE_ARN, ONE, NEVER, TEXT, ANY)
KEY("aws:FederatedProvider", TEXTUAL | TYPE_ARN, ONE, NEVER, TEXT, ANY)
KEY("aws:SourceIdentity", TEXTUAL, ONE, NEVER, TEXT, ANY)
KEY("aws:AssumedRoot", TEXTUAL | TYPE_BOOL, ONE, NEVER, TEXT, ANY)
KEY("aws:Ec2InstanceSourceVpc", TEXTUAL, ONE, NEVER, VPC, ANY)
KEY("aws:Ec2InstanceSourcePrivateIPv4", TEXTUAL | TYPE_IP, ONE, NEVER, TEXT, ANY)
KEY("aws:ChatbotSourceArn", TEXTUAL | TYPE_ARN, ONE, NEVER, TEXT, ANY)
KEY("aws:SourceOwner", TEXTUAL, ONE, NEVER, ACCOUNT, SERVICE)
KEY("aws:RequestTag/", TAG, ONE, NEVER, TEXT, ANY)
KEY("aws:TagKeys", TEXTUAL, LIST, NEVER, TEXT, ANY)
KEY("aws:referer", TEXTUAL, ONE, NEVER, TEXT, ANY)
KEY("aws:ViaAWSMCPService", TEXTUAL | TYPE_BOOL, ONE, NEVER, TEXT, ANY)
KEY("aws:IsMcpServiceAction", TEXTUAL | TYPE_BOOL, ONE, NEVER, TEXT, ANY)
KEY("aws:CalledViaAWSMCP", TEXTUAL, ONE, NEVER, TEXT, ANY)

#undef TEXTUAL
#undef TAG
