#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh SOURCE TARGET...: run each target for FUZZ_SECONDS, one after the other.
#
# SOURCE is the folder with the seeds and dictionaries; the programs are ./fuzz/fuzz_TARGET. What libFuzzer finds
# worth keeping, and the inputs that break something, go to FUZZ_CORPUS/TARGET, never to the source tree.
# Stops at the first finding.
set -u

seconds=${FUZZ_SECONDS:-60}
corpus=${FUZZ_CORPUS:-${XDG_CACHE_HOME:-$HOME/.cache}/ses-policy-milter/fuzz}
source=$1
shift

for target in ${FUZZ_ONLY:-"$@"}; do
	mkdir -p "$corpus/$target" "$corpus/findings" || exit 1
	echo "== $target: $seconds seconds, corpus in $corpus/$target"
	"./fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len="${FUZZ_LENGTH:-4096}" \
		-dict="$source/$target.dict" -artifact_prefix="$corpus/findings/$target-" -print_final_stats=1 -verbosity=1 \
		"$corpus/$target" "$source/seeds/$target" 2>"$corpus/$target.log"
	status=$?
	grep -E '^(stat::|Done)' "$corpus/$target.log"
	if [ $status -ne 0 ]; then
		tail -n 40 "$corpus/$target.log" >&2
		echo "$target: a finding; see $source/README.md for what to do with the input above (whole log: $corpus/$target.log)" >&2
		exit 1
	fi
done
