/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sections: the parts of the page, one a file. Each takes what it says from the data, and writes one element <section>, or nothing where
 * there is nothing to say.
 */
#ifndef REPORT_SECTIONS_H
#define REPORT_SECTIONS_H

#include "report/view.h"

void section_summary(const struct view *view);
void section_matrix(const struct view *view);
void section_records(const struct view *view);
void section_shadow(const struct view *view);
void section_limits(const struct view *view);
void section_policies(const struct view *view);
void section_tests(const struct view *view);
void section_files(const struct view *view);

#endif
