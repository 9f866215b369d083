/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "version.h"

#include <gmime/gmime.h>
#include <jansson.h>
#include <libcidr.h>
#include <libmilter/mfapi.h>
#include <string.h>

#ifdef HAVE_MICROHTTPD
#include <microhttpd.h>
#endif

static void print_libraries(FILE *out)
{
	unsigned major, minor, patch;

	smfi_version(&major, &minor, &patch);
	const char *cidr = cidr_version(); /* its number, and behind a dash whose release it is */
	fprintf(out, "libmilter %u.%u.%u, jansson %s, libcidr %.*s, GMime %u.%u.%u, GLib %u.%u.%u", major, minor, patch,
		jansson_version_str(), (int)strcspn(cidr, "- "), cidr, gmime_major_version, gmime_minor_version,
		gmime_micro_version, glib_major_version, glib_minor_version, glib_micro_version);
#ifdef HAVE_MICROHTTPD
	fprintf(out, ", libmicrohttpd %s", MHD_get_version());
#endif
	fputc('\n', out);
}

void version_print(FILE *out)
{
	fputs(PACKAGE_STRING "\n", out);
	print_libraries(out);
	fprintf(out, "built by %s %s; metrics: %s; systemd: %s\n",
#ifdef __clang__
		"clang", __clang_version__,
#else
		"gcc", __VERSION__,
#endif
#ifdef HAVE_MICROHTTPD
		"yes",
#else
		"no",
#endif
#ifdef HAVE_SYSTEMD
		"yes"
#else
		"no"
#endif
	);
}
