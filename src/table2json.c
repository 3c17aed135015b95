// SPDX-License-Identifier: GPL-2.0-only
/*
 * table2json: a firmware table that describes IOMMUs, or VT-d register values,
 * as JSON.
 */
#include <stdio.h>
#include <string.h>

#include "lsiommu/decode.h"

static const char prog[] = "table2json";

static void usage(FILE *to)
{
	fputs("Usage: table2json FILE\n"
	      "       table2json --vtd CAP ECAP [VERSION]\n"
	      "\n"
	      "Print the DMAR, IVRS, IORT, VIOT or RIMT table in FILE, or the fields of\n"
	      "VT-d registers given in hex, as JSON. VERSION is MAJOR:MINOR or in hex.\n"
	      "\n"
	      "Exit status: 0 printed; 1 FILE unreadable, malformed or with a wrong\n"
	      "checksum, and nothing printed; 2 wrong arguments.\n", to);
}

int main(int argc, char **argv)
{
	int first = 1;	/* index of FILE */

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return DECODE_OK;
	}
	if ((argc == 4 || argc == 5) && !strcmp(argv[1], "--vtd"))
		return decode_vtd(stdout, prog, argv[2], argv[3],
				  argc == 5 ? argv[4] : NULL);
	if (argc == 3 && !strcmp(argv[1], "--")) {
		first = 2;
	} else if (argc != 2 || argv[1][0] == '-' || !argv[1][0]) {
		usage(stderr);
		return DECODE_USAGE;
	}
	return decode_file(stdout, prog, argv[first]);
}
