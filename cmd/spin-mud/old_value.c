/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "old.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "num.h"
#include "old_priv.h"
#include "xalloc.h"

static json_t *
made(json_t *v)
{
	if (!v)
		xalloc_fail();
	return v;
}

static void
set_text(json_t *v, const char *text, size_t n)
{
	if (json_string_setn(v, text, n) < 0)
		xalloc_fail();
}

/* ---- leaves -------------------------------------------------------------- */

/* Digits, as they would be printed; -1 if it is not that. */
static int64_t
digits(const char *s)
{
	uint64_t n;

	if ((s[0] == '0' && s[1]) || num_u64(s, 0, UINT32_MAX, &n) < 0)
		return -1;
	return (int64_t)n;
}

static json_t *
number(struct old *o, json_t *v, int64_t n, enum old_rule rule)
{
	if (!json_is_string(v) || n < 0)
		return json_incref(v);
	old_report(o, v, rule, "\"%s\" is the number %lld",
	    json_string_value(v), (long long)n);
	return made(json_integer(n));
}

int
old_protocol(const json_t *v)
{
	static const struct { const char *name; int n; } names[] = {
		{ "icmp", 1 }, { "tcp", 6 }, { "udp", 17 }
	};
	const char *s = json_string_value(v);
	json_int_t n = s ? digits(s) : json_is_integer(v) ?
	    json_integer_value(v) : -1;
	size_t i;

	for (i = 0; s && i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i].name, s) == 0)
			n = names[i].n;
	return n >= 0 && n <= UINT8_MAX ? (int)n : -1;
}

/* "0x0800"; the digits alone, which nobody would take for hexadecimal. */
static int64_t
ethertype(const char *s)
{
	int64_t n = 0;
	size_t i;

	if (s[0] != '0' || (s[1] != 'x' && s[1] != 'X') || !s[2])
		return digits(s);
	for (i = 2; s[i]; i++) {
		if (i > 5 || num_hex(s[i]) < 0)
			return -1;
		n = n * 16 + num_hex(s[i]);
	}
	return n;
}

static json_t *
boolean(struct old *o, json_t *v)
{
	const char *s = json_string_value(v);
	bool yes = s && strcmp(s, "true") == 0;

	if (!yes && (!s || strcmp(s, "false") != 0))
		return json_incref(v);
	old_report(o, v, RULE_NUMBER, "\"%s\" is no string", s);
	return json_boolean(yes);
}

bool
old_is_empty(const json_t *v)
{
	return json_is_null(v) || json_is_true(v) ||
	    (json_is_string(v) && json_string_length(v) == 0) ||
	    (json_is_array(v) && (json_array_size(v) == 0 ||
	    (json_array_size(v) == 1 && json_is_null(json_array_get(v, 0))))) ||
	    (json_is_object(v) && json_object_size(v) == 0);
}

static json_t *
empty(struct old *o, json_t *v)
{
	if (!old_is_empty(v) || (json_is_array(v) && json_array_size(v) == 1))
		return json_incref(v);
	old_report(o, v, RULE_EMPTY, "what has no value is [null]");
	return made(json_pack("[n]"));
}

/* What follows the shape: a digit where there is a 0, else the same. */
static const char *
behind(const char *s, const char *shape)
{
	for (; *shape; s++, shape++)
		if (*shape == '0' ? *s < '0' || *s > '9' : *s != *shape)
			return NULL;
	return s;
}

static json_t *
date(struct old *o, json_t *v)
{
	const char *s = json_string_value(v), *end;
	char text[64];
	size_t n;

	end = s ? behind(s, "0000-00-00T00:00:00") : NULL;
	if (end && *end == '.' && behind(end, ".0"))
		end += 1 + strspn(end + 1, "0123456789");
	n = end ? (size_t)(end - s) : sizeof(text);
	if (!end || *end || n + 1 > sizeof(text))
		return json_incref(v);
	old_report(o, v, RULE_DATE, "\"%s\" has no zone: taken for UTC", s);
	memcpy(text, s, n);
	text[n] = 'Z';
	set_text(v, text, n + 1);
	return json_incref(v);
}

static json_t *
network_is(struct old *o, json_t *v, const char *text, size_t n,
    const char *why)
{
	old_report(o, v, RULE_NETWORK, "\"%s\" is %s: now \"%.*s\"",
	    json_string_value(v), why, (int)n, text);
	set_text(v, text, n);
	return json_incref(v);
}

/*
 * An address without a length is itself. What mudgee wrote for an IPv4
 * address in an IPv6 match never matched anything, and neither does an
 * IPv4-mapped one (RFC 4291 section 2.5.5.2), which is never sent.
 */
static json_t *
network(struct old *o, json_t *v, uint8_t ver)
{
	const char *s = json_string_value(v);
	char text[PREFIX_TEXT + 8] = "::ffff:";
	uint64_t len = 32;
	struct addr a;
	size_t n;

	n = s ? strcspn(s, "/") : 0;
	if (!s || addr_parse(&a, s, n) < 0)
		return json_incref(v);
	if (n + sizeof("::ffff:/128") > sizeof(text))
		return json_incref(v);
	if (a.ver == ver && !s[n]) {
		memcpy(text, s, n);
		memcpy(text + n, ver == 4 ? "/32" : "/128", 4);
		return network_is(o, v, text, n + (ver == 4 ? 3 : 4),
		    "an address alone");
	}
	if (a.ver != 4 || ver != 6 ||
	    (s[n] && num_u64(s + n + 1, 0, 32, &len) < 0))
		return json_incref(v);
	memcpy(text + 7, s, n);
	n += 7;
	text[n++] = '/';
	len += 96;
	if (len >= 100)
		text[n++] = '1';
	text[n++] = (char)('0' + len / 10 % 10);
	text[n++] = (char)('0' + len % 10);
	return network_is(o, v, text, n, "of IPv4 in a match of IPv6");
}

const char *
old_type(const json_t *v)
{
	static const struct { const char *old, *name; } types[] = {
		{ "ipv4-acl-type", "ipv4-acl-type" },
		{ "ipv4-acl", "ipv4-acl-type" },
		{ "ipv4", "ipv4-acl-type" },
		{ "ipv6-acl-type", "ipv6-acl-type" },
		{ "ipv6-acl", "ipv6-acl-type" },
		{ "ipv6", "ipv6-acl-type" },
		{ "eth-acl-type", "eth-acl-type" },
		{ "eth-acl", "eth-acl-type" },
		{ "ethernet-acl-type", "eth-acl-type" },
		{ "ethernet-acl", "eth-acl-type" },
		{ "mixed-eth-ipv4-acl-type", "mixed-eth-ipv4-acl-type" },
		{ "mixed-eth-ipv6-acl-type", "mixed-eth-ipv6-acl-type" },
		{ "mixed-eth-ipv4-ipv6-acl-type",
		    "mixed-eth-ipv4-ipv6-acl-type" },
	};
	static const char *const modules[] = { "ietf-access-control-list:",
	    "ietf-acl:", "acl:" };
	const char *s = json_string_value(v);
	size_t i;

	if (!s)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(modules); i++)
		if (strncmp(s, modules[i], strlen(modules[i])) == 0) {
			s += strlen(modules[i]);
			break;
		}
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(types[i].old, s) == 0)
			return types[i].name;
	return NULL;
}

static json_t *
renamed(struct old *o, json_t *v, const char *name, enum old_rule rule)
{
	const char *s = json_string_value(v), *full = s;

	/* RFC 7951 section 6.8: with the module's name it is the same. */
	if (s && strncmp(s, "ietf-access-control-list:", 25) == 0)
		full = s + 25;
	if (name && strcmp(full, name) != 0) {
		old_report(o, v, rule, "\"%s\" is \"%s\" now", s, name);
		set_text(v, name, strlen(name));
	}
	return json_incref(v);
}

static json_t *
forwarding(struct old *o, json_t *v)
{
	const char *s = json_string_value(v);

	return renamed(o, v, !s ? NULL : strcmp(s, "permit") == 0 ? "accept" :
	    strcmp(s, "deny") == 0 ? "drop" : NULL, RULE_ACTIONS);
}

static json_t *
names(struct old *o, json_t *v)
{
	if (!json_is_string(v))
		return json_incref(v);
	old_report(o, v, RULE_SINGLE, "a list of one name is a list too");
	return made(json_pack("[O]", v));
}

json_t *
old_value(struct old *o, enum old_kind kind, json_t *v)
{
	const char *s = json_string_value(v);

	switch (kind) {
	case KIND_NAMES:
		return names(o, v);
	case KIND_NUMBER:
		return number(o, v, s ? digits(s) : -1, RULE_NUMBER);
	case KIND_PROTOCOL:
		return number(o, v, old_protocol(v), RULE_NUMBER);
	case KIND_ETHERTYPE:
		return number(o, v, s ? ethertype(s) : -1, RULE_ETHERTYPE);
	case KIND_BOOL:
		return boolean(o, v);
	case KIND_EMPTY:
		return empty(o, v);
	case KIND_DATE:
		return date(o, v);
	case KIND_NET4:
		return network(o, v, 4);
	case KIND_NET6:
		return network(o, v, 6);
	case KIND_TYPE:
		return renamed(o, v, old_type(v), RULE_TYPE);
	case KIND_FORWARDING:
		return forwarding(o, v);
	default:
		return json_incref(v);
	}
}

/* ---- ports --------------------------------------------------------------- */

static void
rename_member(json_t *object, const char *old, const char *name)
{
	json_t *v = json_incref(json_object_get(object, old));

	(void)json_object_del(object, old);
	if (json_object_set_new(object, name, v) < 0)
		xalloc_fail();
}

/* "lt" and "gt" of the drafts, whose next port is that of "lte" and "gte". */
static void
ports_next(struct old *o, json_t *ports, json_t *operator)
{
	const char *op = json_string_value(operator);
	json_t *port = json_object_get(ports, "port");
	bool less = strcmp(op, "lt") == 0;
	json_int_t n = json_integer_value(port);

	if ((!less && strcmp(op, "gt") != 0) || !json_is_integer(port) ||
	    n < less || n > UINT16_MAX - !less)
		return;
	n += less ? -1 : 1;
	old_report(o, ports, RULE_PORTS, "\"%s\" and its port are \"%s\" and "
	    "the one %s now", op, less ? "lte" : "gte",
	    less ? "below" : "above");
	set_text(operator, less ? "lte" : "gte", 3);
	if (json_integer_set(port, n) < 0)
		xalloc_fail();
}

/*
 * A range has no operator, and "eq" (which mudgee gave to all) can but mean
 * that the port is in it; a lower port alone is that port.
 */
static void
ports_range(struct old *o, json_t *ports, json_t *operator)
{
	const char *op = json_string_value(operator);
	json_t *lower = json_object_get(ports, "lower-port");
	json_t *upper = json_object_get(ports, "upper-port");

	if (json_object_get(ports, "port") || !lower)
		return;
	if (upper && op && (strcmp(op, "range") == 0 ||
	    strcmp(op, "eq") == 0)) {
		old_report(o, operator, RULE_PORTS,
		    "a range has no operator");
		(void)json_object_del(ports, "operator");
	} else if (!upper && (!operator || (op && strcmp(op, "eq") == 0))) {
		old_report(o, ports, RULE_PORTS,
		    "a lower port alone is \"port\" now");
		rename_member(ports, "lower-port", "port");
		if (!operator && json_object_set_new(ports, "operator",
		    json_string("eq")) < 0)
			xalloc_fail();
	}
}

json_t *
old_ports(struct old *o, json_t *v)
{
	const char *s = json_string_value(v);
	json_int_t n = s ? digits(s) : json_is_integer(v) ?
	    json_integer_value(v) : -1;
	json_t *operator = json_object_get(v, "operator");

	if (n >= 0 && n <= UINT16_MAX) {
		old_report(o, v, RULE_PORTS, "a port has an operator now");
		return made(json_pack("{sssI}", "operator", "eq", "port", n));
	}
	if (json_is_object(v)) {
		if (json_is_string(operator))
			ports_next(o, v, operator);
		ports_range(o, v, operator);
	}
	return json_incref(v);
}
