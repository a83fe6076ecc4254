/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cms.h"

#include <sys/wait.h>
#include <unistd.h>

#include "savefile.h"

#include "../tap.h"
#include "../temp.h"

/* The verdicts on signatures that openssl made are in e2e/mud-cms.bats. */

#define ROOM	(1 << 20)

/* date -u -d 2020-06-01 +%s, and 2040-06-01, 2100-01-01 */
#define IN_2020	INT64_C(1590969600)
#define IN_2040	INT64_C(2222121600)
#define IN_2100	INT64_C(4102444800)

static struct buf toaster;

/* Whether the command ended well. */
static bool
run(const char *shell, const char *arg)
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0) {
		(void)dup2(STDERR_FILENO, STDOUT_FILENO);
		(void)execlp("sh", "sh", "-c", shell, "sh", arg, (char *)NULL);
		_exit(127);
	}
	(void)waitpid(pid, &status, 0);
	return status == 0;
}

static void
load(const char *path, struct buf *b)
{
	buf_init(b, ROOM);
	if (savefile_read(path, ROOM, b) < 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
}

static void
verify(const char *sig, const struct cms_opts *o, struct cms_verdict *v)
{
	struct buf b;

	load(sig, &b);
	cms_verify(toaster.p, toaster.n, b.p, b.n, o, v);
	buf_release(&b);
}

/* `word` empty: it is good. */
static void
expect(const char *sig, const struct cms_opts *o, const char *word)
{
	struct cms_verdict v;

	verify(sig, o, &v);
	tap_ok(v.ok == !*word && strcmp(v.word, word) == 0,
	    "%s: %s (%s: %s)", sig, *word ? word : "good", v.word, v.what);
	tap_ok(v.ok == !*v.what, "%s: a sentence where it is not", sig);
}

static void
test_signer(void)
{
	static const char *const keys[] = { "ec", "rsa", "ed25519" };
	const struct cms_opts o = { .ca_file = "root.pem" };
	const struct cms_opts none = { .ca_file = "other.pem" };
	struct cms_verdict v;
	char path[32], want[80];
	struct buf id;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		(void)snprintf(path, sizeof(path), "%s.id", keys[i]);
		load(path, &id);
		(void)snprintf(path, sizeof(path), "%s.p7s", keys[i]);
		verify(path, &o, &v);
		(void)snprintf(want, sizeof(want), "CN=%s,O=SPIN test",
		    keys[i]);
		tap_str(v.signer, want, "%s: who", keys[i]);
		tap_mem(v.key_id, strlen(v.key_id), id.p, 64, "%s: which key",
		    keys[i]);
		verify(path, &none, &v);
		tap_str(v.signer, want, "%s: who, though of no chain", keys[i]);
		buf_release(&id);
	}
	cms_verify("x", 1, toaster.p, toaster.n, &o, &v);
	tap_str(v.signer, "", "junk: nobody");
	verify("kettle.p7s", &o, &v);
	tap_ok(!*v.signer && !*v.key_id, "another file's: nobody");
	verify("hostile.p7s", &o, &v);
	tap_str(v.signer, "CN=b\xc3\xb6se\\, \\E2\\80\\AE\\1B[2J\\C2\\85,"
	    "O=SPIN test", "a name that is not to be shown");
}

static void
test_time(void)
{
	struct cms_opts o = { .ca_file = "root.pem" };

	expect("expired.p7s", &o, "expired");
	expect("future.p7s", &o, "not-yet-valid");
	expect("ec.p7s", &o, "");
	o.now = IN_2100;
	expect("ec.p7s", &o, "expired");
	expect("future.p7s", &o, "expired");
	/* The CA itself is of today. */
	o.now = IN_2020;
	expect("expired.p7s", &o, "not-yet-valid");
	o.now = IN_2040;
	expect("future.p7s", &o, "expired");
}

static void
test_anchors(void)
{
	struct cms_opts o = { .ca_file = "both.pem" };

	expect("ec.p7s", &o, "");
	expect("stranger.p7s", &o, "");
	o.ca_file = "inter.pem";
	expect("ec.p7s", &o, "chain");	/* no partial chains */
	o.ca_file = "self.pem";
	expect("self.p7s", &o, "");
	o.ca_file = "none.pem";
	expect("ec.p7s", &o, "chain");
	o.ca_file = "junk.p7s";
	expect("ec.p7s", &o, "chain");
	o.ca_file = NULL;
	expect("ec.p7s", &o, "chain");	/* the system's know nothing of it */
}

/* With the mudsigner of a device's certificate. */
static void
with_device(const char *cert, const char *sig, const char *word)
{
	struct cms_opts o = { .ca_file = "root.pem" };
	char url[256], what[200];
	uint8_t *name = cms_mudsigner(cert, &o.nmudsigner, url, what);

	o.mudsigner = name;
	tap_ok(name && o.nmudsigner > 0 && !*what, "%s: a mudsigner", cert);
	expect(sig, &o, word);
	free(name);
}

static void
no_mudsigner(const char *cert, const char *want_url, bool fails)
{
	char url[256], what[200];
	size_t n;
	uint8_t *name = cms_mudsigner(cert, &n, url, what);

	tap_ok(!name && n == 0, "%s: no mudsigner", cert);
	tap_str(url, want_url, "%s: URL", cert);
	tap_ok(fails == (*what != '\0'), "%s: %s", cert,
	    *what ? what : "no failure");
	free(name);
}

static void
test_mudsigner(void)
{
	static const uint8_t empty[] = { 0x30, 0x00 };
	struct cms_opts o = { "root.pem", 0, empty, sizeof(empty) };
	char url[256], what[200];
	size_t n;

	with_device("device.pem", "ec.p7s", "");
	with_device("device.der", "ec.p7s", "");
	/* RFC 5280 section 7.1: neither case nor blanks make a difference. */
	with_device("device_case.pem", "ec.p7s", "");
	with_device("device.pem", "rsa.p7s", "signer");
	with_device("device_other.pem", "ec.p7s", "signer");
	expect("ec.p7s", &o, "signer");
	o.nmudsigner = 1;
	expect("ec.p7s", &o, "signer");
	free(cms_mudsigner("device.pem", &n, url, what));
	tap_str(url, "https://example.com/toaster", "with both: the URL");
	no_mudsigner("device_url.pem", "https://example.com/toaster", false);
	no_mudsigner("device_plain.pem", "", false);
	no_mudsigner("device_bad.pem", "", true);
	no_mudsigner("device_badurl.pem", "", true);
	no_mudsigner("junk.p7s", "", true);
	no_mudsigner("empty.p7s", "", true);
	no_mudsigner("none.pem", "", true);
	no_mudsigner("hugejunk.p7s", "", true);
}

/*
 * Bit flips: in the file, all are found; in the signature, none may pass with
 * another key, and where none is found nothing that counts was hit.
 */
static void
test_flips(const char *path, size_t step)
{
	const struct cms_opts o = { .ca_file = "root.pem" };
	struct cms_verdict v, good;
	size_t i, n = 0, passed = 0, other = 0, said = 0;
	struct buf sig;

	verify(path, &o, &good);
	load(path, &sig);
	for (i = 0; i < toaster.n; i += 40 * step, n++) {
		toaster.p[i] ^= 1;
		cms_verify(toaster.p, toaster.n, sig.p, sig.n, &o, &v);
		passed += v.ok;
		toaster.p[i] ^= 1;
	}
	tap_uint(passed, 0, "%s: of %zu flips in the file none passes", path,
	    n);
	for (i = 0; i < sig.n; i += step) {
		sig.p[i] ^= (char)(1 << i % 8);
		cms_verify(toaster.p, toaster.n, sig.p, sig.n, &o, &v);
		passed += v.ok;
		other += v.ok && strcmp(v.key_id, good.key_id) != 0;
		said += v.ok || (*v.word && *v.what);
		sig.p[i] ^= (char)(1 << i % 8);
	}
	tap_uint(other, 0, "%s: of %zu flips in it none is another's", path,
	    sig.n / step);
	tap_uint(said, (sig.n + step - 1) / step, "%s: each refusal is said",
	    path);
	tap_ok(passed < sig.n / step / 20, "%s: %zu hit what does not count",
	    path, passed);
	for (i = 0, passed = 0; i < sig.n; i += step) {
		cms_verify(toaster.p, toaster.n, sig.p, i, &o, &v);
		passed += v.ok;
	}
	tap_uint(passed, 0, "%s: none passes that is cut short", path);
	buf_release(&sig);
}

static void
test_sizes(void)
{
	const struct cms_opts o = { .ca_file = "root.pem" };
	struct cms_verdict v;
	struct buf sig, out;
	char what[200];

	load("ec.p7s", &sig);
	cms_verify(NULL, 0, sig.p, sig.n, &o, &v);
	tap_str(v.word, "signature", "no file");
	cms_verify(toaster.p, toaster.n, NULL, 0, &o, &v);
	tap_str(v.word, "missing", "no signature");
	buf_release(&sig);
	buf_init(&out, ROOM);
	tap_int(cms_sign(NULL, 0, "ec.pem", "ec.key", "inter.pem", &out,
	    what), 0, "signing nothing");
	cms_verify(NULL, 0, out.p, out.n, &o, &v);
	tap_ok(v.ok, "is good for nothing");
	buf_release(&out);
}

static void
sign_with(const char *name, const char *chain)
{
	const struct cms_opts o = { .ca_file = "root.pem" };
	char cert[32], key[32], what[200];
	struct cms_verdict v;
	struct buf out;

	(void)snprintf(cert, sizeof(cert), "%s.pem", name);
	(void)snprintf(key, sizeof(key), "%s.key", name);
	buf_init(&out, ROOM);
	buf_puts(&out, "x");
	tap_int(cms_sign(toaster.p, toaster.n, cert, key, chain, &out, what),
	    0, "%s: signs", name);
	tap_str(what, "", "%s: without a word", name);
	cms_verify(toaster.p, toaster.n, out.p + 1, out.n - 1, &o, &v);
	tap_ok(v.ok, "%s: and it holds %s", name, v.what);
	buf_release(&out);
}

static void
sign_fails(const char *cert, const char *key, const char *chain,
    const char *want)
{
	char what[200];
	struct buf out;

	buf_init(&out, ROOM);
	tap_int(cms_sign(toaster.p, toaster.n, cert, key, chain, &out, what),
	    -1, "%s with %s: %s", cert, key, want);
	tap_ok(strncmp(what, want, strlen(want)) == 0, "says so: %s", what);
	tap_uint(out.n, 0, "and writes nothing");
	buf_release(&out);
}

static void
test_sign(void)
{
	sign_with("rsa", "inter.pem");
	sign_with("ec", "chain.pem");
	sign_with("p384", "ec-inter.pem");
	sign_with("byroot", NULL);
	sign_with("ed25519", "inter.pem");
	sign_with("ed448", "chain.pem");
	sign_with("ec", "ec-inter.pem");
	sign_fails("ec.pem", "rsa.key", NULL, "the key is not that of");
	sign_fails("expired.pem", "expired.key", NULL,
	    "the certificate has expired");
	sign_fails("future.pem", "future.key", NULL,
	    "the certificate is not valid yet");
	sign_fails("encipher.pem", "encipher.key", NULL,
	    "the certificate is not for signatures");
	sign_fails("nousage.pem", "nousage.key", NULL,
	    "the certificate is not for signatures");
	sign_fails("rsa1024.pem", "rsa1024.key", NULL,
	    "the certificate is not to be relied on: an ");
	sign_fails("p224.pem", "p224.key", NULL,
	    "the certificate is not to be relied on: an ");
	sign_fails("none.pem", "ec.key", NULL, "the certificate: No such");
	sign_fails("ec.pem", "none.key", NULL, "the key: No such");
	sign_fails("ec.pem", "ec.pem", NULL, "the key is not PEM");
	sign_fails("ec.key", "ec.key", NULL, "the certificate is not PEM");
	sign_fails("ec.pem", "locked.key", NULL, "the key has a passphrase");
	sign_fails("ec.pem", "ec.key", "junk.p7s", "the chain is not PEM");
	sign_fails("ec.pem", "ec.key", "none.pem", "the chain: No such");
}

int
main(void)
{
	const char *src = getenv("SPIN_SRC");
	char dir[TEMP_ROOM], script[4096], here[4000];

	if (!run("(openssl version && python3 -V) 2>/dev/null >&2", "")) {
		tap_skip("openssl or python3 is not installed", "signatures");
		return tap_done();
	}
	if (!getcwd(here, sizeof(here)))
		return EXIT_FAILURE;
	(void)snprintf(script, sizeof(script), "%s/tests/lib/mudca.sh",
	    src ? src : here);
	temp_enter(dir);
	if (!tap_ok(run("exec sh \"$1\" .", script), "mudca.sh"))
		return tap_done();
	load("toaster.json", &toaster);
	test_signer();
	test_time();
	test_anchors();
	test_mudsigner();
	test_flips("ec.p7s", 1);
	test_flips("rsa.p7s", 3);
	test_flips("ed25519.p7s", 1);
	test_flips("pss.p7s", 5);
	test_flips("noattr.p7s", 3);
	test_sizes();
	test_sign();
	buf_release(&toaster);
	temp_leave(dir);
	return tap_done();
}
