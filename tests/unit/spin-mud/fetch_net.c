/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#define _GNU_SOURCE	/* unshare */
#include "compat.h"

#include "fetch.h"

#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../tap.h"

/*
 * fetch() against tests/lib/mudserver.py, on the loopback: what is had, what
 * is refused and by which word, how long that takes and how much memory.
 * Only 127.0.0.1 is allowed; 127.0.0.2 and ::1 count who connects.
 */

#define SECOND	INT64_C(1000000)

struct port {
	char name[32];
	char value[256];
};

static struct server {
	pid_t pid;
	int in;			/* its stdin: it ends when this is closed */
	struct port port[24];
	size_t n;
} server;

/* ---- names: whatever libcurl looks up is looked up here ---- */

static int flips;

static struct addrinfo *
answer(const char *text, const char *service, struct addrinfo *next)
{
	struct both {
		struct addrinfo ai;
		struct sockaddr_storage ss;
	} *b = calloc(1, sizeof(*b));
	uint16_t port = htons((uint16_t)strtoul(service, NULL, 10));
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = port };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = port };
	struct addr a;

	if (!b || addr_parse(&a, text, strlen(text)) != 0)
		abort();
	memcpy(&in.sin_addr, a.b, 4);
	memcpy(&in6.sin6_addr, a.b, 16);
	if (a.ver == 4)
		memcpy(&b->ss, &in, sizeof(in));
	else
		memcpy(&b->ss, &in6, sizeof(in6));
	b->ai.ai_family = b->ss.ss_family;
	b->ai.ai_socktype = SOCK_STREAM;
	b->ai.ai_protocol = IPPROTO_TCP;
	b->ai.ai_addr = (struct sockaddr *)&b->ss;
	b->ai.ai_addrlen = a.ver == 4 ? sizeof(in) : sizeof(in6);
	b->ai.ai_next = next;
	return &b->ai;
}

int
getaddrinfo(const char *host, const char *service,
    const struct addrinfo *hints, struct addrinfo **res)
{
	struct timespec nap = { 3, 0 };

	(void)hints;
	if (!service)
		service = "0";
	if (strcmp(host, "mud.test") == 0)
		*res = answer("127.0.0.1", service, NULL);
	else if (strcmp(host, "flip.test") == 0)
		*res = answer(flips++ ? "127.0.0.2" : "127.0.0.1", service,
		    NULL);
	else if (strcmp(host, "mixed.test") == 0)
		*res = answer("127.0.0.2", service, answer("::1", service,
		    answer("127.0.0.1", service, NULL)));
	else if (strcmp(host, "mapped.test") == 0)
		*res = answer("::ffff:127.0.0.2", service, NULL);
	else if (strcmp(host, "home.test") == 0)
		*res = answer("192.168.1.1", service,
		    answer("fd00::1", service, NULL));
	else if (strcmp(host, "hang.test") == 0 && nanosleep(&nap, NULL) == 0)
		return EAI_AGAIN;
	else
		return EAI_NONAME;
	return 0;
}

void
freeaddrinfo(struct addrinfo *ai)
{
	struct addrinfo *next;

	for (; ai; ai = next) {
		next = ai->ai_next;
		free(ai);
	}
}

/* ---- the server ---- */

static void
exec_server(int in[2], int out[2])
{
	const char *src = getenv("SPIN_SRC");
	char path[1024];

	snprintf(path, sizeof(path), "%s/tests/lib/mudserver.py",
	    src ? src : ".");
	dup2(in[0], 0);
	dup2(out[1], 1);
	close(in[0]);
	close(in[1]);
	close(out[0]);
	close(out[1]);
	execlp("python3", "python3", path, "-", "--stdin", (char *)NULL);
	_exit(77);
}

static bool
read_ports(int fd)
{
	struct port *p = server.port;
	FILE *f = fdopen(fd, "r");

	while (f && server.n < ARRAY_SIZE(server.port) &&
	    fscanf(f, "%31s %255s", p->name, p->value) == 2) {
		server.n++;
		if (strcmp(p++->name, "ready") == 0) {
			fclose(f);
			return true;
		}
	}
	if (f)
		fclose(f);
	return false;
}

static bool
start_server(void)
{
	int in[2], out[2];

	if (pipe(in) != 0 || pipe(out) != 0)
		return false;
	server.pid = fork();
	if (server.pid == 0)
		exec_server(in, out);
	close(in[0]);
	close(out[1]);
	server.in = in[1];
	return read_ports(out[0]);
}

/* Its status, or -1. */
static int
stop_server(void)
{
	int status = -1;

	close(server.in);
	if (server.pid <= 0 || waitpid(server.pid, &status, 0) < 0 ||
	    !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static const char *
value_of(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < server.n; i++)
		if (strlen(server.port[i].name) == n &&
		    memcmp(server.port[i].name, name, n) == 0)
			return server.port[i].value;
	return "0";
}

/* A text with {NAME} as what the server said of it. */
static const char *
fill(char *to, size_t room, const char *from)
{
	size_t n = 0, len;
	const char *s;

	for (s = from; *s && n + 64 < room; s++) {
		len = strcspn(s, "}");
		if (*s != '{') {
			to[n++] = *s;
			continue;
		}
		n += (size_t)snprintf(to + n, room - n, "%s",
		    value_of(s + 1, len - 1));
		s += len;
	}
	to[n] = '\0';
	return to;
}

/* ---- one fetch ---- */

struct got {
	int ret;
	struct fetch_reply r;
	struct buf body;
	int64_t took;
};

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

static struct fetch_opts
opts(void)
{
	static char ca[300];
	struct fetch_opts o = FETCH_OPTS_INIT;

	o.ca_file = fill(ca, sizeof(ca), "{folder}/ca.pem");
	o.nallow = 1;
	if (prefix_parse(&o.allow[0], "127.0.0.1", 9) != 0)
		abort();
	return o;
}

/* Release the body. */
static void
get(struct got *g, const char *url, const struct fetch_opts *o)
{
	char real[1024];

	buf_init(&g->body, 1 << 20);
	g->took = now();
	g->ret = fetch(fill(real, sizeof(real), url), o, &g->body, &g->r);
	g->took = now() - g->took;
}

static bool
is_body(const struct got *g, const char *want)
{
	return g->body.n == strlen(want) &&
	    memcmp(g->body.p, want, g->body.n) == 0;
}

/* The answer to a question about the server itself. */
static void
ask(char to[4096], const char *url)
{
	struct fetch_opts o = opts();
	struct got g;

	get(&g, url, &o);
	snprintf(to, 4096, "%.*s", (int)g.body.n, g.body.p ? g.body.p : "");
	buf_release(&g.body);
}

static void
check_count(const char *name, const char *want)
{
	struct timespec nap = { 0, 100000000 };
	char url[100], text[4096];

	nanosleep(&nap, NULL);
	snprintf(url, sizeof(url), "https://127.0.0.1:{main}/count/%s", name);
	ask(text, url);
	text[strcspn(text, "\n")] = '\0';
	tap_str(text, want, "connections to %s", name);
}

/* ---- what is had ---- */

#define MUD	"{\"ietf-mud:mud\":{}}\n"

static void
test_good(void)
{
	static const char *const urls[] = {
		"https://127.0.0.1:{main}/good",
		"https://mud.test:{main}/good",
		"https://mixed.test:{main}/good",
		"https://127.0.0.1:{main}/hops/1",
		"https://127.0.0.1:{main}/hops/3",
		"https://127.0.0.1:{main}/to/307/https://mud.test:{main}/good",
		"https://127.0.0.1:{main}/to/308///mud.test:{main}/good",
		"https://127.0.0.1:{main}/to/303//good",
		("https://127.0.0.1:{main}/head/Content-Type:"
		    "Application%2FMUD+JSON;charset=utf-8"),
	};
	static const char *const types[] = { "application/mud+json", NULL };
	struct fetch_opts o = opts();
	struct got g;
	size_t i;

	o.types = types;
	for (i = 0; i < ARRAY_SIZE(urls); i++) {
		get(&g, urls[i], &o);
		tap_ok(g.ret == 0 && is_body(&g, MUD) && g.r.status == 200 &&
		    !g.r.word[0] && strcmp(g.r.type, types[0]) == 0,
		    "%s: %s %s", urls[i], g.r.word, g.r.what);
		buf_release(&g.body);
	}
}

static void
test_limit(void)
{
	struct fetch_opts o = opts();
	struct got g;

	get(&g, "https://127.0.0.1:{main}/size/262144", &o);
	tap_ok(g.ret == 0 && g.body.n == 262144, "256 KiB: %s", g.r.what);
	buf_release(&g.body);
	get(&g, "https://127.0.0.1:{main}/size/262145", &o);
	tap_ok(g.ret == -1 && strcmp(g.r.word, "too-large") == 0 &&
	    g.body.n == 0, "a byte more: %s", g.r.what);
	buf_release(&g.body);
}

static void
test_conditional(void)
{
	struct fetch_opts o = opts();
	struct got g;

	get(&g, "https://127.0.0.1:{main}/etag", &o);
	tap_ok(g.ret == 0 && !g.r.not_modified && is_body(&g, MUD),
	    "etag: had");
	tap_str(g.r.etag, "\"v1\"", "its tag");
	tap_str(g.r.modified, "Sun, 06 Nov 1994 08:49:37 GMT", "its time");
	tap_int(g.r.max_age, 500, "600 seconds, 100 of them gone");
	buf_release(&g.body);
	o.etag = "\"v1\"";
	get(&g, "https://127.0.0.1:{main}/etag", &o);
	tap_ok(g.ret == 0 && g.r.not_modified && g.r.status == 304 &&
	    g.body.n == 0, "the same tag: not modified");
	tap_int(g.r.max_age, 500, "holds again");
	buf_release(&g.body);
	o.etag = "\"v2\"";
	get(&g, "https://127.0.0.1:{main}/etag", &o);
	tap_ok(g.ret == 0 && !g.r.not_modified && is_body(&g, MUD),
	    "another tag: had");
	buf_release(&g.body);
	o.etag = NULL;
	o.modified = "Sun, 06 Nov 1994 08:49:37 GMT";
	get(&g, "https://127.0.0.1:{main}/etag", &o);
	tap_ok(g.ret == 0 && g.r.not_modified, "by time: not modified");
	buf_release(&g.body);
}

/* A home with credentials in it, and proxies, none of which is used. */
static void
test_identity(void)
{
	static const char *const vars[] = { "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY" };
	struct fetch_opts o = opts();
	char heads[4096], text[300];
	struct got g;
	FILE *f;
	size_t i;

	setenv("HOME", fill(text, sizeof(text), "{folder}"), 1);
	f = fopen(fill(text, sizeof(text), "{folder}/.netrc"), "w");
	if (f) {
		fputs("default login me password secret\n", f);
		fclose(f);
	}
	fill(text, sizeof(text), "http://127.0.0.1:{proxy}");
	for (i = 0; i < ARRAY_SIZE(vars); i++)
		setenv(vars[i], text, 1);
	ask(heads, "https://127.0.0.1:{main}/cookie");
	for (i = 0; i < ARRAY_SIZE(vars); i++)
		unsetenv(vars[i]);
	tap_ok(strstr(heads, "\"GET /heads HTTP/1.1\""), "HTTP/1.1: %.60s",
	    heads);
	tap_ok(strstr(heads, "\"User-Agent: spin-mud/"), "user agent");
	tap_ok(strstr(heads, "\"Accept: application/mud+json\""), "accept");
	tap_ok(strstr(heads, "\"Accept-Encoding: identity\""), "no coding");
	tap_ok(!strstr(heads, "Cookie"), "no cookies");
	tap_ok(!strstr(heads, "Authorization"), "no password");
	tap_ok(!strstr(heads, "Referer"), "not from where");
	tap_ok(!strstr(heads, "If-"), "no condition");
	check_count("proxy", "0");

	o.etag = "\"a\"\r\nX-Evil: 1";
	o.modified = "\x1b";
	get(&g, "https://127.0.0.1:{main}/heads", &o);
	buf_putc(&g.body, '\0');
	tap_ok(g.ret == 0 && !strstr(g.body.p, "Evil") &&
	    !strstr(g.body.p, "If-"), "nothing is slipped into the request");
	buf_release(&g.body);
}

/* ---- what is refused ---- */

struct bad {
	const char *url, *word;
	const char *what;	/* a part of it, or NULL */
	int ms;			/* time limit; 0: 5 seconds */
};

#define A	"https://127.0.0.1:{main}"
#define T	"127.0.0.2:{main}"
#define TO	A "/to/302/"

static const struct bad bad[] = {
	/* Addresses, by whatever way. */
	{ "https://" T "/good", "refused-address", "127.0.0.2 is not", 0 },
	{ "https://[::1]:{main}/good", "refused-address", "::1 is not", 0 },
	{ "https://[::ffff:127.0.0.1]:{main}/good", "refused-address",
	    "::ffff:127.0.0.1", 0 },
	{ "https://[::ffff:7f00:2]:{main}/good", "refused-address", NULL, 0 },
	{ "https://[64:ff9b::127.0.0.2]:{main}/good", "refused-address", NULL,
	    0 },
	{ "https://[2002:7f00:2::]:{main}/good", "refused-address", NULL, 0 },
	{ "https://mapped.test:{main}/good", "refused-address", NULL, 0 },
	{ "https://home.test/good", "refused-address", NULL, 0 },
	{ "https://192.168.1.1/", "refused-address", NULL, 0 },
	{ "https://10.0.0.1/", "refused-address", NULL, 0 },
	{ "https://172.16.0.1/", "refused-address", NULL, 0 },
	{ "https://169.254.169.254/", "refused-address", NULL, 0 },
	{ "https://0.0.0.0:{main}/good", "refused-address", NULL, 0 },
	{ "https://[::]:{main}/good", "refused-address", NULL, 0 },
	{ "https://[fe80::1]/", "refused-address", NULL, 0 },
	{ "https://[fd00::1]/", "refused-address", NULL, 0 },
	{ "https://[ff02::1]/", "refused-address", NULL, 0 },
	{ "https://255.255.255.255/", "refused-address", NULL, 0 },
	{ "https://224.0.0.1/", "refused-address", NULL, 0 },
	{ TO "https://" T "/good", "refused-address",
	    "redirected to https://127.0.0.2", 0 },
	{ TO "//" T "/good", "refused-address", NULL, 0 },
	{ TO "https://%5B::1%5D:{main}/good", "refused-address", NULL, 0 },
	{ TO "https://mapped.test:{main}/good", "refused-address", NULL, 0 },
	{ TO "https://home.test/", "refused-address", NULL, 0 },
	{ TO "https://169.254.169.254/latest/meta-data/", "refused-address",
	    NULL, 0 },
	{ TO A "/to/302/https://" T "/good", "refused-address", NULL, 0 },
	/* Redirects to what is not https, or no URL of ours. */
	{ TO "http://127.0.0.1:{plain}/good", "not-https", "redirected", 0 },
	{ TO "file:///etc/passwd", "not-https", NULL, 0 },
	{ TO "ftp://127.0.0.1/x", "not-https", NULL, 0 },
	{ TO "gopher://127.0.0.1/x", "not-https", NULL, 0 },
	{ TO "scp://127.0.0.1/x", "not-https", NULL, 0 },
	{ TO "dict://127.0.0.1:{plain}/x", "not-https", NULL, 0 },
	{ TO "data:application/mud+json,%7B%7D", "not-https", NULL, 0 },
	{ TO "https://me@127.0.0.1:{main}/good", "url", NULL, 0 },
	{ TO "https://me:x@127.0.0.1:{main}/good", "url", NULL, 0 },
	{ TO "https://mud.test.:{main}/good", "url", NULL, 0 },
	{ TO "https://%5Bfe80::1%2525eth0%5D/", "url", NULL, 0 },
	{ TO A "/good%23x", "url", NULL, 0 },
	{ A "/nowhere", "redirects", "nowhere", 0 },
	{ A "/circle", "redirects", "more than 3", 0 },
	{ A "/hops/4", "redirects", NULL, 0 },
	{ "https://mud.test:{plain}/good", "connect", NULL, 0 },
	/* Certificates. */
	{ "https://127.0.0.1:{other}/good", "certificate", NULL, 0 },
	{ "https://127.0.0.1:{expired}/good", "certificate", "expired", 0 },
	{ "https://127.0.0.1:{future}/good", "certificate", "not yet", 0 },
	{ "https://127.0.0.1:{self}/good", "certificate", "self", 0 },
	{ "https://127.0.0.1:{stranger}/good", "certificate", NULL, 0 },
	{ TO "https://127.0.0.1:{expired}/good", "certificate", NULL, 0 },
	{ "https://127.0.0.1:{old}/good", "connect", NULL, 0 },
	/* Answers. */
	{ A "/status/404", "status", "404", 0 },
	{ A "/status/500", "status", "500", 0 },
	{ A "/status/401", "status", "401", 0 },
	{ A "/status/206", "status", "206", 0 },
	{ A "/status/204", "status", "204", 0 },
	{ A "/status/300", "status", "300", 0 },
	{ A "/status/304", "status", "304", 0 },
	{ A "/nothere", "status", "404", 0 },
	{ A "/head/Content-Type:text%2Fhtml", "type", "text/html", 0 },
	{ A "/head/Content-Type:application%2Fmud+jsonx", "type", NULL, 0 },
	{ A "/notype", "type", "not told", 0 },
	{ A "/cut", "answer", NULL, 0 },
	{ A "/torn", "answer", NULL, 0 },
	{ A "/nothing", "answer", NULL, 0 },
	{ A "/http09", "answer", NULL, 0 },
	{ A "/badchunk", "answer", NULL, 0 },
	/* Large ones. */
	{ A "/endless", "too-large", NULL, 0 },
	{ A "/nolength", "too-large", NULL, 0 },
	{ A "/gigabyte", "too-large", NULL, 0 },
	{ A "/bigmove", "too-large", NULL, 0 },
	{ A "/gzip", "encoding", NULL, 0 },
	{ A "/tegzip", "encoding", NULL, 0 },
	{ A "/heads_endless", "too-large", "head", 0 },
	{ A "/line_endless", "too-large", "line", 0 },
	{ A "/hints_endless", "too-large", "head", 0 },
	{ A "/trailers", "too-large", "head", 0 },
	/* Slow ones. */
	{ "https://127.0.0.1:{mute}/good", "too-slow", "no TLS", 300 },
	{ A "/silent", "too-slow", "not done", 300 },
	{ A "/drip", "too-slow", "not done", 300 },
	{ A "/headdrip", "too-slow", NULL, 300 },
	{ A "/slowhops/9", "too-slow", "redirected", 1000 },
	{ A "/trickle", "too-slow", "bytes a second", 5000 },
	/* Names. */
	{ "https://nosuchname.test/", "name", "nosuchname.test", 0 },
};

static void
test_bad(void)
{
	static const char *const types[] = { "application/mud+json", NULL };
	struct fetch_opts o = opts();
	const struct bad *b;
	struct got g;
	int64_t most;
	size_t i;

	o.types = types;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		b = &bad[i];
		o.timeout = (b->ms ? b->ms : 5000) * (SECOND / 1000);
		most = o.timeout + 3 * SECOND;
		get(&g, b->url, &o);
		tap_ok(g.ret == -1 && strcmp(g.r.word, b->word) == 0 &&
		    (!b->what || strstr(g.r.what, b->what)) &&
		    g.body.n == 0 && g.took < most, "%s: %s",
		    b->url, b->word);
		tap_diag("%s: %s (%" PRId64 " ms)", g.r.word, g.r.what,
		    g.took / 1000);
		buf_release(&g.body);
	}
}

/* The clock is not looked at within a look-up that hangs. */
static void
test_name_hangs(void)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);
	struct fetch_opts o = opts();
	struct got g;

	o.timeout = SECOND * 3 / 10;
	if (v->version_num < 0x075700 || LIBCURL_VERSION_NUM < 0x075700 ||
	    !(v->features & CURL_VERSION_ASYNCHDNS)) {
		tap_skip("libcurl cannot", "a look-up that hangs");
		return;
	}
	get(&g, "https://hang.test/", &o);
	tap_ok(g.ret == -1 && strcmp(g.r.word, "too-slow") == 0 &&
	    g.took < 2 * SECOND, "a look-up that hangs: %s, %" PRId64 " ms",
	    g.r.what, g.took / 1000);
	buf_release(&g.body);
}

/* A name that means something else the second time. */
static void
test_flip(void)
{
	struct fetch_opts o = opts();
	struct got g;

	flips = 0;
	get(&g, "https://flip.test:{main}/good", &o);
	tap_ok(g.ret == 0, "flip.test is 127.0.0.1: %s", g.r.what);
	buf_release(&g.body);
	get(&g, "https://flip.test:{main}/good", &o);
	tap_str(g.r.word, "refused-address", "flip.test is 127.0.0.2");
	buf_release(&g.body);
	flips = 0;
	get(&g, "https://flip.test:{main}/to/302/"
	    "https://flip.test:{expired}/good", &o);
	tap_str(g.r.word, "refused-address", "it changes between two hops");
	tap_int(flips, 2, "looked up for each");
	buf_release(&g.body);
}

static void
test_anchors(void)
{
	struct fetch_opts o = opts();
	char path[300];
	struct got g;

	o.ca_file = fill(path, sizeof(path), "{folder}/stranger/ca.pem");
	get(&g, "https://127.0.0.1:{main}/good", &o);
	tap_str(g.r.word, "certificate", "another CA of the same name");
	buf_release(&g.body);
	o.ca_file = fill(path, sizeof(path), "{folder}/nothere.pem");
	get(&g, "https://127.0.0.1:{main}/good", &o);
	tap_str(g.r.word, "ca-file", "a file that is not there");
	buf_release(&g.body);
	o.ca_file = fill(path, sizeof(path), "{folder}/requests");
	get(&g, "https://127.0.0.1:{main}/good", &o);
	tap_str(g.r.word, "ca-file", "a file without certificates");
	buf_release(&g.body);
	o.ca_file = NULL;
	get(&g, "https://127.0.0.1:{main}/good", &o);
	tap_str(g.r.word, "certificate", "the system's");
	buf_release(&g.body);
}

/* A caller's buffer that is smaller than what is asked for. */
static void
test_small_buffer(void)
{
	struct fetch_opts o = opts();
	struct fetch_reply r;
	struct buf b;
	char url[100];

	buf_init(&b, 1000);
	buf_puts(&b, "before");
	tap_int(fetch(fill(url, sizeof(url), A "/size/1001"), &o, &b, &r), -1,
	    "a small buffer");
	tap_str(r.word, "too-large", "is too small");
	tap_ok(!b.failed && b.n == 6, "and is as it was");
	buf_release(&b);
}

/* That the trap counts, where it is allowed: the zero above says something. */
static void
test_trap(void)
{
	struct fetch_opts o = opts();
	struct got g;

	if (prefix_parse(&o.allow[0], "127.0.0.0/8", 11) != 0)
		abort();
	get(&g, "https://" T "/good", &o);
	tap_ok(g.ret == 0, "allowed, 127.0.0.2 is reached: %s", g.r.what);
	buf_release(&g.body);
	check_count("trap", "1");
}

static bool
can_measure(void)
{
#if defined(__SANITIZE_ADDRESS__) || !defined(__linux__)
	return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
	return false;
#else
	return true;
#endif
#else
	return true;
#endif
}

static long
peak_kib(void)
{
	struct rusage u;

	return getrusage(RUSAGE_SELF, &u) == 0 ? u.ru_maxrss : 0;
}

static void
test_all(void)
{
	struct sigaction sa;
	long before;
	int fd, fd_after;

	test_good();
	test_limit();
	fd = dup(0);
	close(fd);
	before = peak_kib();
	test_name_hangs();
	test_bad();
	test_flip();
	if (can_measure())
		tap_ok(peak_kib() - before < 4096, "memory: %ld KiB more "
		    "than for 256 KiB", peak_kib() - before);
	else
		tap_skip("cannot be measured here", "memory");
	check_count("trap", "0");
	check_count("plain", "1");
	test_trap();
	test_conditional();
	test_identity();
	test_anchors();
	test_small_buffer();
	fd_after = dup(0);
	close(fd_after);
	tap_int(fd_after, fd, "no descriptor is left open");
	sigaction(SIGPIPE, NULL, &sa);
	tap_ok(sa.sa_handler == SIG_DFL, "SIGPIPE is as it was");
}

/*
 * A network of its own, with the loopback alone: cases name addresses of all
 * kinds, and even a mistake shall send nothing to them.
 */
static bool
leave_network(void)
{
	struct ifreq lo = { .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd, ret;

	if (unshare(CLONE_NEWNET) < 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	snprintf(lo.ifr_name, sizeof(lo.ifr_name), "lo");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ret = fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &lo);
	(void)close(fd);
	return ret == 0;
}

int
main(void)
{
	signal(SIGPIPE, SIG_DFL);
	if (!leave_network()) {
		tap_skip("needs a network namespace", "fetch");
		return tap_done();
	}
	if (start_server()) {
		test_all();
		tap_int(stop_server(), 0, "the server ends");
	} else if (stop_server() == 77) {
		tap_skip("needs python3 and openssl", "fetch");
	} else {
		tap_ok(false, "the server starts");
	}
	return tap_done();
}
