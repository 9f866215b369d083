/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_matrix.h"

#include "base/fault.h"
#include "ses/identity.h"
#include "tool/report_cell.h"
#include "tool/report_json.h"
#include "tool/report_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No identity covers it: no such domain can be. (RFC 2606.) */
#define UNCOVERED TEXT("no-identity-covers-this.invalid")

struct matrix {
	const struct generation *generation;
	struct report_rows rows;
	size_t columns;                 /* the identities that are shown, and one for senders that none covers */
	char **cells;                   /* each as JSON text: alike or not */
	size_t *row_like, *column_like; /* the first that is like it; itself */
};

static json_t *cell_make(const struct matrix *matrix, const struct report_row *row, size_t column)
{
	const struct generation *generation = matrix->generation;
	struct arena arena = { 0 };
	json_t *cell = NULL;

	if (row->refused)
		return report_cell_refused(row->refused);
	if (column < matrix->columns - 1) {
		cell = report_cell(&arena, generation, row->rule, &row->caller, generation->resources[column].text);
	} else if (generation->unknown_identity_reject) {
		cell = report_cell_refused("no identity covers the sender (setting unknown_identity)");
	} else {
		struct text arn = identity_arn(&arena, generation->partition, generation->region, generation->account, UNCOVERED);
		if (arn.at)
			cell = report_cell(&arena, generation, row->rule, &row->caller, arn);
	}
	arena_free(&arena);
	return cell;
}

static bool cells_make(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->rows.count; i++)
		for (size_t j = 0; j < matrix->columns; j++) {
			json_t *cell = cell_make(matrix, &matrix->rows.at[i], j);
			char *text = cell ? json_dumps(cell, JSON_COMPACT) : NULL;
			json_decref(cell);
			if (!text)
				return false;
			matrix->cells[i * matrix->columns + j] = text;
		}
	return true;
}

static bool rows_alike(const struct matrix *matrix, size_t a, size_t b)
{
	for (size_t j = 0; j < matrix->columns; j++)
		if (strcmp(matrix->cells[a * matrix->columns + j], matrix->cells[b * matrix->columns + j]) != 0)
			return false;
	return true;
}

static bool columns_alike(const struct matrix *matrix, size_t a, size_t b)
{
	for (size_t i = 0; i < matrix->rows.count; i++)
		if (strcmp(matrix->cells[i * matrix->columns + a], matrix->cells[i * matrix->columns + b]) != 0)
			return false;
	return true;
}

static void find_alike(const struct matrix *matrix, size_t *like, size_t count,
	bool (*alike)(const struct matrix *, size_t, size_t))
{
	for (size_t i = 0; i < count; i++) {
		like[i] = i;
		for (size_t j = 0; j < i && like[i] == i; j++)
			if (like[j] == j && alike(matrix, j, i))
				like[i] = j;
	}
}

static json_t *columns_json(const struct matrix *matrix)
{
	json_t *list = json_array();
	bool good = list;

	for (size_t i = 0; good && i < matrix->columns; i++) {
		if (matrix->column_like[i] != i)
			continue;
		json_t *names = json_array();
		for (size_t j = i; good && j < matrix->columns; j++)
			if (matrix->column_like[j] == i)
				good = report_push(names,
					j < matrix->columns - 1 ? report_text(matrix->generation->identities[j])
								: json_string("any other sender"));
		good = report_push(list, json_pack("{s:o}", "names", names)) && good;
	}
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *row_json(const struct report_row *row)
{
	return json_pack("{s:o, s:s}", "arn", row->rule->refuse ? json_null() : report_text(row->caller.text), "who", row->who);
}

static json_t *rows_json(const struct matrix *matrix)
{
	json_t *list = json_array();
	bool good = list;

	for (size_t i = 0; good && i < matrix->rows.count; i++) {
		if (matrix->row_like[i] != i)
			continue;
		json_t *clients = json_array();
		for (size_t j = i; good && j < matrix->rows.count; j++)
			if (matrix->row_like[j] == i)
				good = report_push(clients, row_json(&matrix->rows.at[j]));
		good = report_push(list, json_pack("{s:o}", "clients", clients)) && good;
	}
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *cells_json(const struct matrix *matrix)
{
	json_t *list = json_array();
	bool good = list;

	for (size_t i = 0; good && i < matrix->rows.count; i++) {
		json_t *row = matrix->row_like[i] == i ? json_array() : NULL;
		if (matrix->row_like[i] != i)
			continue;
		for (size_t j = 0; good && j < matrix->columns; j++)
			if (matrix->column_like[j] == j)
				good = report_push(row, json_loads(matrix->cells[i * matrix->columns + j], 0, NULL));
		good = report_push(list, row) && good;
	}
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *matrix_json(struct matrix *matrix, size_t left_out)
{
	find_alike(matrix, matrix->row_like, matrix->rows.count, rows_alike);
	find_alike(matrix, matrix->column_like, matrix->columns, columns_alike);
	return json_pack("{s:o, s:o, s:o, s:I, s:I}", "identities", columns_json(matrix), "principals", rows_json(matrix), "cells",
		cells_json(matrix), "principals_left_out", (json_int_t)matrix->rows.left_out, "identities_left_out",
		(json_int_t)left_out);
}

json_t *report_matrix(const struct generation *generation)
{
	struct matrix matrix = { .generation = generation };
	struct arena arena = { 0 };
	json_t *made = NULL;
	size_t identities = generation->identity_count;

	if (identities > MATRIX_COLUMNS_MAX - 1)
		identities = MATRIX_COLUMNS_MAX - 1;
	matrix.columns = identities + 1;
	size_t most = MATRIX_CELLS_MAX / matrix.columns;
	if (report_rows(&arena, generation, most < MATRIX_ROWS_MAX ? most : MATRIX_ROWS_MAX, &matrix.rows)) {
		matrix.cells = calloc(matrix.rows.count * matrix.columns + 1, sizeof *matrix.cells);
		matrix.row_like = calloc(matrix.rows.count + 1, sizeof *matrix.row_like);
		matrix.column_like = calloc(matrix.columns, sizeof *matrix.column_like);
		if (matrix.cells && matrix.row_like && matrix.column_like && cells_make(&matrix))
			made = matrix_json(&matrix, generation->identity_count - identities);
	}
	for (size_t i = 0; matrix.cells && i < matrix.rows.count * matrix.columns; i++)
		free(matrix.cells[i]);
	free(matrix.cells);
	free(matrix.row_like);
	free(matrix.column_like);
	arena_free(&arena);
	return made;
}
