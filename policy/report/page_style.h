/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_style: the page's style. It has no url() and no @import: nothing is loaded.
 */
#ifndef REPORT_PAGE_STYLE_H
#define REPORT_PAGE_STYLE_H

extern const char page_style[];

#endif
