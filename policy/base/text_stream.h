/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_stream: a text that grows by what is printed.
 *
 * The C library's open_memstream(3) is not used: when its text cannot grow, glibc (2.36) drops what was printed, without an
 * error at the stream, and fclose(3) says that all went well.
 */
#ifndef BASE_TEXT_STREAM_H
#define BASE_TEXT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct text_stream {
	FILE *out; /* to print on; NULL: closed */
	char *at;  /* after text_stream_close: the text, which a byte of 0 ends */
	size_t length, room;
	bool failed;
};

/* False: memory is short, and there is nothing to close. */
bool text_stream_open(struct text_stream *stream);

/* The whole of the text is at stream->at, to be freed. False: memory was short, nothing is left. */
bool text_stream_close(struct text_stream *stream);

#endif
