/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * early: a message that is allowed for certain before its end is let through there (SMFIS_ACCEPT): the MTA asks no more
 * about it, and Postfix's cleanup never talks to this filter.
 *
 * That is for one message, at MAIL, RCPT or DATA; at CONNECT or HELO it would be for the whole connection. After it comes neither an
 * abort nor an end for that message (libmilter, engine.c; smfi_api): the session ends it itself.
 */
#ifndef MILTER_EARLY_H
#define MILTER_EARLY_H

#include "holder.h"

/*
 * May anything after a stage matter? Fill in loaded->conduct.may_accept: the stages behind which nothing that is loaded can make a
 * difference any more: policies in force and in the shadow, settings, and what is to be recorded.
 */
void early_find(struct loaded *loaded);

#endif
