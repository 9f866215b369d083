/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_found: what comes of reading a display name (rfc_name.h, ses_name.h).
 */
#ifndef SES_NAME_FOUND_H
#define SES_NAME_FOUND_H

enum name_found {
	NAME_READ,    /* the name, or that there is none (it is empty) */
	NAME_UNKNOWN, /* nobody can tell here what it is */
	NAME_MEMORY,  /* memory ran short */
};

#endif
