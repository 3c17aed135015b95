#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The unit tests of the decoders and parsers, in the tools' root file system,
# whose compiler and cmocka are known.
. "$(dirname "$0")/../lab/lib.sh"

# Everything that the tests may need, apart from the checkout that they are a
# copy of: nobody's build is disturbed.
dir=$(mktemp -d "$TOOLS/tmp/unit.XXXXXX") || exit 1
trap 'rm -r "$dir"' EXIT
cd "$TOP" || exit 1
mkdir "$dir/top"
git -c safe.directory='*' ls-files -z -co --exclude-standard |
	tar -c --null -T - --ignore-failed-read 2>/dev/null |
	tar -C "$dir/top" -x --no-same-owner
# Tables of real machines, where there are any beside the checkout.
corpus=${CORPUS:-$TOP/../shared/corpus}
[ ! -d "$corpus" ] || cp -r "$corpus" "$dir/corpus"

inside=/tmp/$(basename "$dir")
"$TOP/tests/lab/tools" env CORPUS="$inside/corpus" \
	make -C "$inside/top/tests/unit" check PROVEFLAGS=-v >"$dir/out" 2>&1
status=$?
# their facts become ours
while read -r line; do
	case $line in
	ok\ *) tap 0 "${line#ok [0-9]* }" ;;
	not\ ok\ *) tap 1 "${line#not ok [0-9]* }" ;;
	esac
done <<<"$(grep -E '^(not )?ok [0-9]' "$dir/out" | sed 's/ - / /')"
tap "$status" "make -C tests/unit check succeeds"
[ "$status" = 0 ] || sed 's/^/# /' "$dir/out"
tap_end
