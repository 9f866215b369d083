/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options: a store from the words of a command line, for the programs of this folder.
 */
#ifndef REDIS_OPTIONS_H
#define REDIS_OPTIONS_H

#include "quota/quota.h"

/* STORE [user=NAME] [password=FILE] [timeout=MILLISECONDS] [site=SITE], up to the end of the list. Ends the process if it cannot be opened. */
struct quota_store *options_open(char **words);

#endif
