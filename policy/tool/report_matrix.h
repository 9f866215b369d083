/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_matrix: who may send as whom: what the policies say to each principal of the site for each of its identities, as far
 * as that is certain before a message comes, and the conditions that a message must meet.
 */
#ifndef TOOL_REPORT_MATRIX_H
#define TOOL_REPORT_MATRIX_H

#include "ses/generation.h"

#include <jansson.h>

/* More rows, columns or cells are left out, which the data say. */
#define MATRIX_ROWS_MAX 400
#define MATRIX_COLUMNS_MAX 400
#define MATRIX_CELLS_MAX 10000

/*
 * {"identities": [{"names"}], "principals": [{"arns", "who"}], "cells": [[{"answer", "lines"}]], "left_out"}: a row of cells
 * for each principal. Those whose cells are all the same share a row or a column. NULL when memory is short.
 */
json_t *report_matrix(const struct generation *generation);

#endif
