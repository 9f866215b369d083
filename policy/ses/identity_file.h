/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity_file: a policy file that is what `aws sesv2 get-email-identity` prints. It
 * speaks for SES of the identity that it is named after: that it is verified
 * (VerifiedForSendingStatus), and which policies it has, also that it has none
 * (`"Policies": {}`). SES asks the policies of the most specific verified identity, so one
 * without policies counts as well.
 */
#ifndef SES_IDENTITY_FILE_H
#define SES_IDENTITY_FILE_H

#include "ses/generation.h"

/*
 * Note what a file says, if it is one of these. Its policies have been taken without a fault. False when memory is
 * short.
 */
bool identity_file_note(struct generation *generation, struct text file_name, struct text content);

#endif
