/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tap.h"

/*
 * The main() of a fuzz target where there is no libFuzzer: gives it the empty
 * input, then each file of the folders named. A crash ends the program before
 * its plan; the last "#" line tells which input it was.
 */

#define INPUT_MAX ((size_t)16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Memory of exactly the size of the input, so that ASan sees each overrun. */
static void
run_bytes(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	if (n)
		memcpy(copy, data, n);
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static bool
run_file(const char *path)
{
	uint8_t *data = malloc(INPUT_MAX);
	FILE *f = fopen(path, "rb");
	bool ok = data && f;
	size_t n;

	tap_diag("%s", path);
	(void)fflush(stdout);
	if (ok) {
		n = fread(data, 1, INPUT_MAX, f);
		ok = !ferror(f);
		if (ok)
			run_bytes(data, n);
	}
	if (f)
		(void)fclose(f);
	free(data);
	return ok;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The paths of the files of a folder, sorted; the caller frees all. */
static char **
list_files(const char *folder, size_t *n)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	struct stat st;
	char **v = NULL;

	*n = 0;
	while (d && (e = readdir(d))) {
		size_t len = strlen(folder) + strlen(e->d_name) + 2;
		char *path = malloc(len);

		v = realloc(v, (*n + 1) * sizeof(*v));
		if (!path || !v)
			abort();
		(void)snprintf(path, len, "%s/%s", folder, e->d_name);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			v[(*n)++] = path;
		else
			free(path);
	}
	if (d)
		(void)closedir(d);
	if (v)
		qsort(v, *n, sizeof(*v), by_name);
	return v;
}

static void
run_folder(const char *folder)
{
	size_t n, i, bad = 0;
	char **files = list_files(folder, &n);

	for (i = 0; i < n; i++) {
		if (!run_file(files[i])) {
			tap_diag("%s: %s", files[i], strerror(errno));
			bad++;
		}
		free(files[i]);
	}
	free(files);
	if (n == 0)
		tap_skip("no corpus", "%s", folder);
	else
		tap_ok(bad == 0, "%zu inputs of %s", n, folder);
}

int
main(int argc, char **argv)
{
	int i;

	run_bytes((const uint8_t *)"", 0);
	tap_ok(true, "empty input");
	for (i = 1; i < argc; i++)
		run_folder(argv[i]);
	return tap_done();
}
