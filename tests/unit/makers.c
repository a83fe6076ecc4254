/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "makers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define IEEE	"/usr/share/ieee-data/oui.txt"
#define MANUF	"/usr/share/wireshark/manuf"

static struct str
name_of(struct makers *m, const char *text)
{
	struct mac mac;

	if (mac_parse(&mac, text, strlen(text)) < 0)
		abort();
	return makers_name(m, &mac);
}

static void
is(struct makers *m, const char *mac, const char *want)
{
	struct str got = name_of(m, mac);

	tap_mem(got.p, got.n, want, strlen(want), "%s: \"%s\"", mac, want);
}

/* The table of such a file, which is gone before the first question. */
static struct makers *
makers_of(const char *text, size_t n)
{
	const char *folder = getenv("TMPDIR");
	struct makers *m;
	char path[4096];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/spin-makers.XXXXXX",
	    folder ? folder : "/tmp");
	fd = mkstemp(path);
	if (fd < 0 || write(fd, text, n) != (ssize_t)n || close(fd) < 0)
		abort();
	m = makers_new(path);
	if (!m || unlink(path) < 0)
		abort();
	return m;
}

static void
test_ieee(void)
{
	static const char text[] =
	    "OUI/MA-L                    Organization         \r\n"
	    "company_id                  Organization         \r\n"
	    "                            Address              \r\n"
	    "\r\n"
	    "28-6F-B9   (hex)\t\tNokia Shanghai Bell Co., Ltd.\r\n"
	    "286FB9     (base 16)\t\tNokia Shanghai Bell\r\n"
	    "\t\t\t\tNo.388 Ning Qiao Road,Jin Qiao Pudong\r\n"
	    "\t\t\t\tShanghai  Shanghai   201206\r\n"
	    "\t\t\t\tCN\r\n"
	    "\r\n"
	    "0C0C0C     (base 16)\t\tNo first line\r\n"
	    "08-00-30   (hex)\t\tNETWORK RESEARCH CORPORATION\r\n"
	    "08-00-30   (hex)\t\tCERN\r\n"
	    "70-B3-D5   (hex)\t\tIEEE Registration Authority\r\n"
	    "50-C7-BF   (hex)\t\t  TP-LINK TECHNOLOGIES CO.,LTD. \t\r\n"
	    "02-60-8C   (hex)\t\t3COM\r\n"
	    "a4-cf-12   (hex)\t\tlower case digits";
	struct makers *m = makers_of(text, sizeof(text) - 1);

	is(m, "28:6f:b9:00:00:00", "Nokia Shanghai Bell Co., Ltd.");
	is(m, "28:6f:b9:ff:ff:ff", "Nokia Shanghai Bell Co., Ltd.");
	is(m, "28:6f:b8:ff:ff:ff", "");
	is(m, "28:6f:ba:00:00:00", "");
	is(m, "0c:0c:0c:00:00:00", "");
	is(m, "08:00:30:01:02:03", "NETWORK RESEARCH CORPORATION");
	is(m, "70:b3:d5:01:02:03", "");
	is(m, "50:c7:bf:00:56:39", "TP-LINK TECHNOLOGIES CO.,LTD.");
	is(m, "a4:cf:12:00:56:39", "lower case digits");
	is(m, "02:60:8c:01:02:03", "(random address)");
	is(m, "01:00:5e:00:00:fb", "");
	is(m, "33:33:00:00:00:01", "");
	is(m, "ff:ff:ff:ff:ff:ff", "");
	makers_free(m);
}

static void
test_plain(void)
{
	static const char text[] =
	    "# ieee-oui.txt\n"
	    "\n"
	    "002272\tAmerican Micro-Fuel Device Corp.\n"
	    "00D0EF IGT\n"
	    "70B3D5F2F\tTELEPLATFORMS\n"
	    "70B3D5\tShared\n"
	    "70B3D5F\tA seventh digit\n"
	    "0055DA0 Shinko Technos co.,ltd.\n"
	    "FACADEs are no prefixes\n"
	    "00D0 too short\n"
	    "0011223344556 too long\n"
	    "001122/24 no length here\n"
	    "001133\n"
	    "001144 \t \n"
	    "00115 5 blank between\n"
	    " 001166 blank before\n";
	struct makers *m = makers_of(text, sizeof(text) - 1);

	is(m, "00:22:72:aa:bb:cc", "American Micro-Fuel Device Corp.");
	is(m, "00:d0:ef:aa:bb:cc", "IGT");
	is(m, "70:b3:d5:f2:f0:00", "TELEPLATFORMS");
	is(m, "70:b3:d5:f2:ff:ff", "TELEPLATFORMS");
	is(m, "70:b3:d5:f2:e0:00", "A seventh digit");
	is(m, "70:b3:d5:f3:00:00", "A seventh digit");
	is(m, "70:b3:d5:e2:f0:00", "Shared");
	is(m, "00:55:da:0f:ff:ff", "Shinko Technos co.,ltd.");
	is(m, "00:55:da:10:00:00", "");
	is(m, "00:11:22:33:44:55", "");
	is(m, "00:11:33:00:00:00", "");
	is(m, "00:11:44:00:00:00", "");
	is(m, "00:11:66:00:00:00", "");
	is(m, "00:00:11:52:23:34", "");
	makers_free(m);
}

static void
test_manuf(void)
{
	static const char text[] =
	    "# This file was generated\n"
	    "00:00:17\tOracle\n"
	    "00:00:00\tXerox\tXerox Corporation\n"
	    "00:00:01\tXerox\t# XEROX CORPORATION\n"
	    "AC:DE:48\tPrivate\t\n"
	    "EC:10:00\tEnanceSo\tEnance Source Co., Ltd.\t# PC clones(?)\n"
	    "00:1B:C5:00:00:00/36\tConvergi\tConverging Systems Inc.\n"
	    "00:1B:C5:00:10:00/36\tOpenRBco\tOpenRB.com, Direct SIA\n"
	    "00:1B:C5\tIEEERegi\tIEEE Registration Authority\n"
	    "00:50:C2\tShared\tShared below\n"
	    "00:50:C2:00:00:00/28\tFirst\tSixteenth\n"
	    "00-50-C2-01-02-03\tOne\tOne interface\n"
	    "00.50.C4\tDots\n"
	    "00:50:C6:12:34:50/45\tEight\tEight of them\n"
	    /* Lines that are none. */
	    "00:50-C5\tMixed\n"
	    "00:50:C5/23\tWide\n"
	    "00:50:C5/\tNo length\n"
	    "00:50:C5/49\tLong\n"
	    "00:50:C5/4294967320\tTwo to the 32nd and 24\n"
	    "00:50:C5:\tColon\n"
	    "00:50:C5:0\tOne digit\n"
	    "00:50\tTwo\n"
	    "00:50:C5:00:00:00:00\tSeven\n"
	    ":00:50:C5\tColon\n"
	    "0050:C5\tFour digits\n";
	struct makers *m = makers_of(text, sizeof(text) - 1);

	is(m, "00:00:17:00:00:01", "Oracle");
	is(m, "00:00:00:00:00:01", "Xerox Corporation");
	is(m, "00:00:00:00:00:00", "");
	is(m, "00:00:01:00:00:00", "XEROX CORPORATION");
	is(m, "ac:de:48:00:00:00", "Private");
	is(m, "ec:10:00:00:00:00", "Enance Source Co., Ltd.");
	is(m, "00:1b:c5:00:0f:ff", "Converging Systems Inc.");
	is(m, "00:1b:c5:00:10:00", "OpenRB.com, Direct SIA");
	is(m, "00:1b:c5:00:20:00", "");
	is(m, "00:50:c2:0f:ff:ff", "Sixteenth");
	is(m, "00:50:c2:01:02:03", "One interface");
	is(m, "00:50:c2:01:02:04", "Sixteenth");
	is(m, "00:50:c2:10:00:00", "Shared below");
	is(m, "00:50:c4:10:00:00", "Dots");
	is(m, "00:50:c6:12:34:57", "Eight of them");
	is(m, "00:50:c6:12:34:58", "");
	is(m, "00:50:c6:12:34:4f", "");
	is(m, "00:50:c5:00:00:00", "");
	makers_free(m);
}

#define X10	"xxxxxxxxxx"
#define X40	X10 X10 X10 X10
#define E_ACUTE	"\xc3\xa9"
#define EMOJI	"\xf0\x9f\x92\xa1"

/* What is cut is cut between characters, and never within an escape. */
static void
test_names(void)
{
	static const char text[] =
	    "000001\t" X40 "12345678\n"
	    "000002\t" X40 "123456789\n"
	    "000003\t" X40 "123456" E_ACUTE "\n"
	    "000004\t" X40 "1234567" E_ACUTE "\n"
	    "000005\t" X40 "12345" EMOJI "\n"
	    "000006\t" X40 "1234" EMOJI "\n"
	    "000007\t" X40 "12345\033" "\n"
	    "000008\t" X40 "1234\033" "\n"
	    "000009\t" X40 "1234567\\" "\n"
	    "00000A\t" X40 "1234567 89\n"
	    "00000B\ta\0b\033[2Jc\xff\xc3\n"
	    "00000C\tL\xc3\xa9" "gende \xe2\x80\xae txt\n"
	    "00000D\ta\tb\n"
	    "00000E\t(hex)\n"
	    "00000F\t(hex) in this form too\n";
	struct makers *m = makers_of(text, sizeof(text) - 1);

	is(m, "00:00:01:00:00:00", X40 "12345678");
	is(m, "00:00:02:00:00:00", X40 "12345678");
	is(m, "00:00:03:00:00:00", X40 "123456" E_ACUTE);
	is(m, "00:00:04:00:00:00", X40 "1234567");
	is(m, "00:00:05:00:00:00", X40 "12345");
	is(m, "00:00:06:00:00:00", X40 "1234" EMOJI);
	is(m, "00:00:07:00:00:00", X40 "12345");
	is(m, "00:00:08:00:00:00", X40 "1234\\x1b");
	is(m, "00:00:09:00:00:00", X40 "1234567");
	is(m, "00:00:0a:00:00:00", X40 "1234567");
	is(m, "00:00:0b:00:00:00", "a\\x00b\\x1b[2Jc\\xff\\xc3");
	is(m, "00:00:0c:00:00:00",
	    "L\xc3\xa9" "gende \\xe2\\x80\\xae txt");
	is(m, "00:00:0d:00:00:00", "a\\x09b");
	is(m, "00:00:0e:00:00:00", "");
	is(m, "00:00:0f:00:00:00", "in this form too");
	makers_free(m);
}

static void
test_no_file(void)
{
	struct makers *m;

	errno = 0;
	tap_ok(!makers_new("/nonexistent/oui.txt") && errno == ENOENT,
	    "a file that is not there");
	errno = 0;
	tap_ok(!makers_new("/") && errno == EISDIR, "a folder");
	is(NULL, "28:6f:b9:00:00:00", "");
	is(NULL, "2a:6f:b9:00:00:00", "(random address)");
	m = makers_new("/dev/null");
	is(m, "28:6f:b9:00:00:00", "");
	is(m, "2a:6f:b9:00:00:00", "(random address)");
	makers_free(m);
	m = makers_new(NULL);
	tap_ok(m != NULL, "the places of systems, whatever there is");
	makers_free(m);
	makers_free(NULL);
}

static char *
filled(size_t n)
{
	char *p = malloc(n);

	if (!p)
		abort();
	memset(p, 'A', n);
	return p;
}

/* A line without an end, and 20 MiB, of which 8 are read. */
static void
test_long(void)
{
	size_t n = (size_t)20 << 20;
	char *p = filled(n);
	struct makers *m;

	memcpy(p + 200000, "\n001122\tbehind a long line\n", 27);
	memcpy(p + ((size_t)7 << 20), "\n001133\tat 7 MiB\n", 18);
	memcpy(p + ((size_t)9 << 20), "\n001144\tat 9 MiB\n", 18);
	p[n - 1] = '\n';
	m = makers_of(p, n);
	is(m, "00:11:22:00:00:00", "behind a long line");
	is(m, "00:11:33:00:00:00", "at 7 MiB");
	is(m, "00:11:44:00:00:00", "");
	makers_free(m);
	free(p);
}

/* More prefixes than there are makers in the world, last ones first. */
static void
test_many(void)
{
	size_t n = 0, room = (size_t)8 << 20;
	char *p = filled(room);
	struct makers *m;
	unsigned i;

	for (i = 300000; i > 0; i--)
		n += (size_t)snprintf(p + n, room - n, "0000%06X\tn%u\n", i,
		    i);
	m = makers_of(p, n);
	is(m, "00:00:04:93:e0:00", "n300000");
	is(m, "00:00:00:ff:ff:ff", "n65535");
	is(m, "00:00:00:93:e1:00", "n37857");	/* 300001 - 2^18 */
	is(m, "00:00:00:93:e0:00", "");
	makers_free(m);
	free(p);
}

/*
 * Whether a name is what is to be made of this text: the same, or its
 * beginning if it is long or has other bytes than printable ASCII.
 */
static bool
fits(struct str got, const char *text)
{
	size_t n = strlen(text), i;

	while (n > 0 && text[n - 1] == ' ')
		n--;
	for (i = 0; i < n && text[i] >= ' ' && text[i] < 0x7f &&
	    text[i] != '\\' && i < got.n; i++)
		if (got.p[i] != text[i])
			return false;
	return i == n ? got.n == n : i == got.n ? got.n >= MAKERS_TEXT - 1 :
	    got.n > i;
}

/* Every entry of the real file, by a plain reading of it. */
static void
test_real_ieee(void)
{
	struct makers *m = makers_new(IEEE);
	FILE *f = m ? fopen(IEEE, "r") : NULL;
	char line[512], name[400];
	unsigned a, b, c, n = 0, wrong = 0;
	static bool seen[1 << 24];
	struct mac mac = { { 0 } };
	struct str got;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%2X-%2X-%2X (hex) %399[^\r\n]", &a, &b, &c,
		    name) != 4 || seen[a << 16 | b << 8 | c] || (a & 3) ||
		    (a | b | c) == 0)
			continue;
		seen[a << 16 | b << 8 | c] = true;
		mac.b[0] = (uint8_t)a;
		mac.b[1] = (uint8_t)b;
		mac.b[2] = (uint8_t)c;
		got = makers_name(m, &mac);
		if (strcmp(name, "IEEE Registration Authority") == 0)
			name[0] = '\0';
		n++;
		if (fits(got, name))
			continue;
		if (wrong++ < 10)
			tap_diag("%.8s: got %.*s, want %s", line, (int)got.n,
			    got.p, name);
	}
	if (!f)
		tap_skip("no " IEEE, "all of it");
	else
		tap_ok(wrong == 0 && n > 10000, "%u makers of " IEEE, n);
	if (f)
		(void)fclose(f);
	makers_free(m);
}

/* Prefixes of 24 bits only; a line that has two names, or one. */
static void
test_real_manuf(void)
{
	struct makers *m = makers_new(MANUF);
	FILE *f = m ? fopen(MANUF, "r") : NULL;
	char line[512], text[18], *name, *more;
	unsigned a, b, c, n = 0, wrong = 0, bits;
	struct str got;

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\r\n")] = '\0';
		name = strchr(line, '\t');
		if (line[0] == '#' || !name || sscanf(line, "%2X:%2X:%2X", &a,
		    &b, &c) != 3 || (a & 3) || (a | b | c) == 0)
			continue;
		*name++ = '\0';
		bits = strchr(line, '/') ?
		    (unsigned)strtoul(strchr(line, '/') + 1, NULL, 10) :
		    8 * (unsigned)(strlen(line) + 1) / 3;
		if (bits > 24 && strlen(line) < 17)
			continue;
		(void)snprintf(text, sizeof(text), "%.17s", line);
		if (bits <= 24)
			(void)snprintf(text, sizeof(text),
			    "%02x:%02x:%02x:ff:ff:ff", a, b, c);
		more = strchr(name, '\t');
		if (more) {
			*more++ = '\0';
			more += strspn(more, "\t");
			more[strcspn(more, "\t")] = '\0';
			name = more[0] && more[0] != '#' ? more : name;
		}
		if (strcmp(name, "IEEE Registration Authority") == 0)
			continue;
		got = name_of(m, text);
		n++;
		if (fits(got, name))
			continue;
		if (wrong++ < 10)
			tap_diag("%s: got %.*s, want %s", line, (int)got.n,
			    got.p, name);
	}
	if (!f)
		tap_skip("no " MANUF, "all of it");
	else
		tap_ok(wrong == 0 && n > 10000, "%u makers of " MANUF, n);
	if (f)
		(void)fclose(f);
	makers_free(m);
}

int
main(void)
{
	test_ieee();
	test_plain();
	test_manuf();
	test_names();
	test_no_file();
	test_long();
	test_many();
	test_real_ieee();
	test_real_manuf();
	return tap_done();
}
