/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "services.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tap.h"

/* Wireshark's copy of IANA's registry. */
#define IANA	"/usr/share/wireshark/services"

static const char *const protos[] = { "tcp", "udp", "sctp", "dccp" };

static void
is(const struct services *s, const char *proto, uint64_t port,
    const char *want)
{
	struct str got = services_name(s, str_of(proto), port);

	tap_mem(got.p, got.n, want, strlen(want), "%s %llu is \"%s\"", proto,
	    (unsigned long long)port, want);
}

/* The table of such a file; the file is gone before the first question. */
static struct services *
services_of(const char *text, size_t n)
{
	const char *folder = getenv("TMPDIR");
	struct services *s;
	char path[4096];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/spin-services.XXXXXX",
	    folder ? folder : "/tmp");
	fd = mkstemp(path);
	if (fd < 0 || write(fd, text, n) != (ssize_t)n || close(fd) < 0)
		abort();
	s = services_new(path);
	if (unlink(path) < 0)
		abort();
	return s;
}

static void
test_known(void)
{
	struct services *s = services_new(NULL);

	is(s, "tcp", 1883, "mqtt");
	is(s, "tcp", 8883, "secure-mqtt");
	is(s, "udp", 5353, "mdns");
	is(s, "udp", 1900, "ssdp");
	is(s, "udp", 5355, "llmnr");
	is(s, "udp", 5683, "coap");
	is(s, "udp", 3478, "stun");
	is(s, "tcp", 443, "https");
	is(s, "udp", 443, "https");
	is(s, "tcp", 853, "domain-s");
	is(s, "tcp", 554, "rtsp");
	is(s, "tcp", 8080, "http-alt");
	is(s, "udp", 80, "");
	is(s, "sctp", 443, "");
	is(s, "icmp", 443, "");
	is(s, "", 443, "");
	is(s, "TCP", 443, "");
	is(s, "tc", 443, "");
	is(s, "tcpx", 443, "");
	is(s, "tcp", 0, "");
	is(s, "tcp", 65536 + 443, "");
	is(s, "udp", 65535, "");
	is(s, "tcp", (UINT64_C(1) << 32) + 443, "");
	is(s, "tcp", UINT64_MAX, "");
	services_free(s);
	services_free(NULL);
}

static void
test_file(void)
{
	static const char text[] =
	    "# a comment\n"
	    "\n"
	    "   \t \n"
	    "first\t\t1000/tcp\talias other\t# second 1001/tcp\n"
	    "second  1000/tcp\n"
	    "third 1000/udp\r\n"
	    "Mixed-Case 1002/tcp\n"
	    "  indented 1003/dccp\n"
	    "all 1004/tcp/udp/sctp\n"
	    "x11_0+.* 1005/sctp\n"
	    "glued 1006/tcp# without a blank\n"
	    "my-broker 1883/tcp\n"
	    "last 65535/udp\n"
	    /* Lines that are none. */
	    "lonely\n"
	    "no-proto 1100\n"
	    "no-proto 1101/\n"
	    "no-port /tcp\n"
	    "zero 0/tcp\n"
	    "large 65536/tcp\n"
	    "large 4294968396/tcp\n"	/* 2^32 + 1100 */
	    "letters 11o3/tcp\n"
	    "sign +1104/tcp\n"
	    "sign -1104/tcp\n"
	    "blank 1105 /tcp\n"
	    "appletalk 1106/ddp\n"
	    "esc\033[1m 1107/tcp\n"
	    "b\\s 1108/tcp\n"
	    "\xc3\xa9 1109/tcp\n"
	    "nul\0 1110/tcp\n"
	    "capital 1111/TCP\n"
	    "tail 1112/tcp";
	struct services *s = services_of(text, sizeof(text) - 1);
	struct str got;
	uint64_t port;
	unsigned bad = 0;

	is(s, "tcp", 1000, "first");
	is(s, "udp", 1000, "third");
	is(s, "tcp", 1001, "");
	is(s, "tcp", 1002, "mixed-case");
	is(s, "dccp", 1003, "indented");
	is(s, "tcp", 1004, "all");
	is(s, "udp", 1004, "all");
	is(s, "sctp", 1004, "all");
	is(s, "dccp", 1004, "");
	is(s, "sctp", 1005, "x11_0+.*");
	is(s, "tcp", 1006, "glued");
	is(s, "tcp", 1883, "my-broker");
	is(s, "udp", 1883, "mqtt");
	is(s, "udp", 65535, "last");
	is(s, "tcp", 1112, "tail");
	for (port = 1100; port < 1112; port++) {
		got = services_name(s, STR("tcp"), port);
		bad += got.n != 0;
	}
	tap_uint(bad, 0, "lines that are none");
	is(s, "tcp", 65535, "");
	is(s, "tcp", 0, "");
	services_free(s);
}

static void
test_no_file(void)
{
	static const char *const paths[] = { "/nonexistent/services", "/",
	    "/dev/null" };
	struct services *s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		s = services_new(paths[i]);
		is(s, "udp", 53, "domain");
		services_free(s);
	}
}

static char *
filled(size_t n)
{
	char *p = malloc(n);

	if (!p)
		abort();
	memset(p, 'x', n);
	return p;
}

/* Names and lines at their limits, and a file beyond 1 MiB. */
static void
test_limits(void)
{
	char *p = filled((size_t)3 << 20);
	char name[SERVICES_TEXT + 1] = "";
	struct services *s;

	memcpy(p + SERVICES_TEXT, " 1/tcp\n", 7);
	s = services_of(p, SERVICES_TEXT + 7);
	memset(name, 'x', SERVICES_TEXT);
	is(s, "tcp", 1, name);
	services_free(s);
	memcpy(p + SERVICES_TEXT, "x 1/tcp\n", 8);
	s = services_of(p, SERVICES_TEXT + 8);
	is(s, "tcp", 1, "");
	services_free(s);
	memset(p, 'x', 1000);
	memcpy(p + 500000, "\nbehind 2/tcp\n", 14);
	memcpy(p + 2000000, "\ntoo-far 3/tcp\n", 15);
	s = services_of(p, (size_t)3 << 20);
	is(s, "tcp", 2, "behind");
	is(s, "tcp", 3, "");
	services_free(s);
	free(p);
}

/* Every port of every protocol, from a file written here. */
static void
test_full(void)
{
	static const size_t room = (size_t)4 << 20;
	char *text = filled(room), want[16];
	struct services *s;
	struct str got;
	unsigned port, i, bad = 0;
	size_t n = 0;

	/* 65535 lines of all four would be over 1 MiB; every third fits. */
	for (port = 1; port <= 65535; port += 3)
		n += (size_t)snprintf(text + n, room - n,
		    "p%x %u/tcp/udp/sctp/dccp\n", port, port);
	tap_ok(n < (size_t)1 << 20, "%zu bytes", n);
	s = services_of(text, n);
	for (port = 1; port <= 65535; port++) {
		if (port % 3 == 1)
			(void)snprintf(want, sizeof(want), "p%x", port);
		for (i = 0; i < ARRAY_SIZE(protos); i++) {
			got = services_name(s, str_of(protos[i]), port);
			if (port % 3 == 1)
				bad += !str_eq(got, str_of(want));
			else if (i > 1)
				bad += got.n != 0;
		}
	}
	tap_uint(bad, 0, "21845 ports of four protocols");
	services_free(s);
	free(text);
}

/* The system's file, against what libc makes of it. */
static void
test_system(void)
{
	struct services *s = services_new(SERVICES_FILE);
	static bool seen[ARRAY_SIZE(protos)][65536];
	unsigned n = 0, wrong = 0, i;
	struct servent *e;
	struct str got;
	unsigned port;

	setservent(1);
	while ((e = getservent())) {
		port = ntohs((uint16_t)e->s_port);
		for (i = 0; i < ARRAY_SIZE(protos); i++)
			if (strcmp(e->s_proto, protos[i]) == 0)
				break;
		if (i == ARRAY_SIZE(protos) || seen[i][port])
			continue;
		seen[i][port] = true;
		n++;
		got = services_name(s, str_of(protos[i]), port);
		if (got.n == strlen(e->s_name) &&
		    strncasecmp(got.p, e->s_name, got.n) == 0)
			continue;
		wrong++;
		tap_diag("%u/%s: got %.*s, want %s", port, protos[i],
		    (int)got.n, got.p, e->s_name);
	}
	endservent();
	if (n == 0)
		tap_skip("libc knows no services here", SERVICES_FILE);
	else
		tap_uint(wrong, 0, "%u entries as libc reads them", n);
	services_free(s);
}

/* Whether the registry has that name for that port and protocol. */
static bool
registered(FILE *f, struct str name, unsigned port, const char *proto)
{
	char line[512], has[256], list[256];
	unsigned number;

	rewind(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%255s %u/%255s", has, &number, list) == 3 &&
		    number == port && str_eq(name, str_of(has)) &&
		    strstr(list, proto))
			return true;
	return false;
}

/* The names for home devices, against IANA's registry. */
static void
test_registry(void)
{
	struct services *s = services_new(NULL);
	FILE *f = fopen(IANA, "r");
	unsigned port, i, n = 0;
	struct str got;

	for (port = 1; f && port <= 65535; port++) {
		for (i = 0; i < ARRAY_SIZE(protos); i++) {
			got = services_name(s, str_of(protos[i]), port);
			if (got.n == 0)
				continue;
			n++;
			if (!registered(f, got, port, protos[i]))
				tap_ok(false, "%.*s is no name of %u/%s",
				    (int)got.n, got.p, port, protos[i]);
		}
	}
	if (!f)
		tap_skip("no " IANA, "names as in the registry");
	else
		tap_ok(n > 40, "%u names as in the registry", n);
	if (f)
		(void)fclose(f);
	services_free(s);
}

int
main(void)
{
	test_known();
	test_file();
	test_no_file();
	test_limits();
	test_full();
	test_system();
	test_registry();
	return tap_done();
}
