/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text_stream.h"

#include "base/memory_short.h"

#include <stdlib.h>
#include <string.h>

#define FIRST 1024

/* Room for so much more, and the byte of 0. */
static bool grow(struct text_stream *stream, size_t size)
{
	size_t room = stream->room;

	while (room <= stream->length + size)
		room = room ? 2 * room : FIRST;
	if (room == stream->room)
		return true;
	char *grown = realloc(stream->at, room);
	if (!grown)
		return false;
	stream->at = grown;
	stream->room = room;
	return true;
}

static ssize_t append(void *cookie, const char *bytes, size_t size)
{
	struct text_stream *stream = cookie;

	if (stream->failed || !grow(stream, size)) {
		stream->failed = true;
		return 0; /* fopencookie(3): an error */
	}
	memcpy(stream->at + stream->length, bytes, size);
	stream->length += size;
	return (ssize_t)size;
}

bool text_stream_open(struct text_stream *stream)
{
	*stream = (struct text_stream){ 0 };
	stream->out = fopencookie(stream, "w", (cookie_io_functions_t){ .write = append });
	if (!stream->out)
		memory_short_note();
	return stream->out;
}

bool text_stream_close(struct text_stream *stream)
{
	bool good = !ferror(stream->out);

	good = !fclose(stream->out) && good && !stream->failed && grow(stream, 0);
	stream->out = NULL;
	if (good) {
		stream->at[stream->length] = '\0';
		return true;
	}
	memory_short_note();
	free(stream->at);
	*stream = (struct text_stream){ .failed = true };
	return false;
}
