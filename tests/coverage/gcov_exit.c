/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon ends with _exit, since threads may still be at work; then the counters of gcov are lost.
 * This _exit writes them first. It stands in front of the C library's in the coverage build alone.
 *
 * gcov needs memory and files for its counters, and crashes without memory: what makes calls fail on purpose
 * (faults/faults.c) has its end before.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <gcov.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of those that run at a program's end it is among the first, and what gcov runs then among the last. */
__attribute__((destructor)) static void end_faults(void)
{
	void (*over)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "faults_over");

	if (over)
		over();
}

_Noreturn void _exit(int status)
{
	end_faults();
	__gcov_dump();
	for (;;)
		syscall(SYS_exit_group, status);
}
