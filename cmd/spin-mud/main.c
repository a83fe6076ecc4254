/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "commands.h"
#include "init.h"
#include "tm.h"

#define WIDTH_MIN	40
#define TIMEOUT_MAX	TM_HOUR

static const char *
take_net(const char *arg, void *ctx)
{
	struct fetch_opts *o = ctx;

	if (o->nallow == FETCH_PREFIXES)
		return "is one prefix too many";
	if (prefix_parse(&o->allow[o->nallow], arg, strlen(arg)) < 0)
		return "is not a prefix such as 192.168.1.0/24";
	o->nallow++;
	return NULL;
}

static const struct cmd commands[] = {
	{ "lint", "FILE...", "say what is wrong with MUD files",
	    "rfc fix rules pretty output", mud_lint },
	{ "show", "FILE", "say in plain words what a device may do",
	    "width", mud_show },
	{ "diff", "FILE FILE", "say what an update changed", "width",
	    mud_diff },
	{ "merge", "FILE...", "make one file that allows what any allows",
	    "output", mud_merge },
	{ "get", "URL", "fetch, verify and keep a MUD file",
	    "state ca allow-net approve again device-cert timeout pretty "
	    "output", mud_get },
	{ "import", "FILE", "the same with a file given by hand",
	    "state ca signature approve device-cert pretty", mud_import },
	{ "sign", "FILE", "sign a MUD file", "cert key chain output",
	    mud_sign },
	{ "find", "[FILE]...", "tell which devices announced which MUD URL",
	    "count pretty strict unbuffered", mud_find },
	{ .name = NULL },
};

int
main(int argc, char **argv)
{
	struct mud_args a = MUD_ARGS_INIT;
	const struct opt table[] = {
		OPT_FLAG(0, "rfc", "refuse what is older than the RFC",
		    &a.rfc),
		OPT_FLAG(0, "fix", "write the file in the form of the RFC",
		    &a.fix),
		OPT_FLAG(0, "rules", "list the rules", &a.rules),
		OPT_FLAG('p', "pretty", "text for people", &a.pretty),
		OPT_U64(0, "width", "N", "columns of text (80)", &a.width,
		    WIDTH_MIN, 1000),
		OPT_STR('s', "state", "PATH", "folder that files are kept in",
		    &a.state),
		OPT_STR(0, "ca", "FILE", "trusted certificates, instead of "
		    "the system's", &a.ca),
		OPT_CALL(0, "allow-net", "PREFIX", "addresses to connect to "
		    "although not public", take_net, &a.fetch),
		OPT_DUR(0, "timeout", "DUR", "for each transfer (10s)",
		    &a.fetch.timeout, TM_SECOND / 10, TIMEOUT_MAX),
		OPT_FLAG(0, "again", "fetch although the old file still holds",
		    &a.again),
		OPT_FLAG(0, "approve", "accept it although nobody vouches "
		    "for it", &a.approve),
		OPT_STR(0, "device-cert", "FILE", "certificate of the device, "
		    "which may name the signer", &a.device_cert),
		OPT_STR(0, "signature", "FILE", "its signature", &a.signature),
		OPT_STR(0, "cert", "FILE", "certificate of the signer",
		    &a.cert),
		OPT_STR(0, "key", "FILE", "its key", &a.key),
		OPT_STR(0, "chain", "FILE", "certificates between it and the "
		    "trusted one", &a.chain),
		OPT_STR('o', "output", "FILE", "write to that file, as a "
		    "whole or not at all", &a.output),
		OPT_U64('c', "count", "N", "stop after N records",
		    &a.stream.count, 1, UINT64_MAX),
		OPT_FLAG('S', "strict", "the first bad record ends it",
		    &a.stream.strict),
		OPT_FLAG('u', "unbuffered", "write each record at once",
		    &a.unbuffered),
		OPT_STANDARD,
		OPT_END,
	};
	const struct cmd_tool tool = { "spin-mud",
		"read, fetch, verify and explain MUD files (RFC 8520)", table,
		commands };

	spin_init("spin-mud");
	return cmd_main(&tool, &a, argc, argv);
}
