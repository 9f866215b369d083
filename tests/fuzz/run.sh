#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh SOURCE TARGET...: run each target for FUZZ_SECONDS, one after the other.
#
# SOURCE is the folder with the seeds and dictionaries; the programs are ./fuzz/fuzz_TARGET. What libFuzzer finds
# worth keeping, and the inputs that break something, go to FUZZ_CORPUS/TARGET, never to the source tree.
# A finding does not keep the other targets from being run. The status is 0 only if each has run, and found nothing.
set -u

seconds=${FUZZ_SECONDS:-60}
corpus=${FUZZ_CORPUS:-${XDG_CACHE_HOME:-$HOME/.cache}/ses-policy-milter/fuzz}
source=$1
shift

ran=0 bad=
for target in ${FUZZ_ONLY:-"$@"}; do
	mkdir -p "$corpus/$target" "$corpus/findings" || exit 1
	echo "== $target: $seconds seconds, corpus in $corpus/$target"
	log=$corpus/$target.log
	"./fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -max_len="${FUZZ_LENGTH:-4096}" \
		-dict="$source/$target.dict" -artifact_prefix="$corpus/findings/$target-" -print_final_stats=1 -verbosity=1 \
		"$corpus/$target" "$source/seeds/$target" >"$log" 2>&1
	status=$?
	grep -E '^(stat::|Done)' "$log"
	if [ "$status" -ne 0 ]; then
		tail -n 40 "$log" >&2
		if grep -q '^INFO: Seed: ' "$log"; then
			echo "$target: a finding; see $source/README.md for what to do with the input above (whole log: $log)" >&2
		else
			echo "$target: does not run (status $status); is it built?" >&2
		fi
		bad="$bad $target"
	elif ! grep -q '^Done [1-9][0-9]* runs' "$log"; then
		echo "$target: ended well, and did not run (whole log: $log)" >&2
		bad="$bad $target"
	else
		ran=$((ran + 1))
	fi
done
if [ -n "$bad" ]; then
	echo "fuzz: $ran targets found nothing; not so:$bad" >&2
	exit 1
fi
if [ "$ran" -eq 0 ]; then
	echo "fuzz: no target was run" >&2
	exit 1
fi
echo "fuzz: $ran targets found nothing"
