/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string_set with hashes of which hardly a bit is left in a slot: unlike texts
 * then meet all the time, and only comparing them keeps them apart.
 */
#define STRING_TABLE_HASH_MASK 0xffff000000000003u
#include "value/string_table.c"
#include "value/string_set.c"
