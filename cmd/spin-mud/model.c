/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

#define ACL	"ietf-access-control-list"
#define MUD	"ietf-mud"
#define ODD_MAX	(1 << 20)	/* bytes: a file is smaller */

/*
 * An entry being read. What is not understood goes to `odd` or `ignored`,
 * items that each end with NUL, where somebody wants to know.
 */
struct reader {
	struct mud_ace *a;
	struct buf *odd, *ignored;
	int l4;			/* protocol of tcp, udp or icmp; -1: none */
};

/* A matching function for each member; false: not understood. */
typedef bool member_fn(struct reader *, const char *name, const json_t *);

/* Nodes of RFC 8519 that the model has no place for. */
static const char *const known[] = {
	"acknowledgement-number", "code", "data-offset",
	"destination-ipv4-network", "destination-ipv6-network",
	"destination-mac-address", "destination-mac-address-mask",
	"destination-port", "dscp", "ecn", "egress-interface", "ethertype",
	"flags", "flow-label", "identification", "ihl", "ingress-interface",
	"length", "offset", "options", "protocol", "reserved",
	"rest-of-header", "sequence-number", "source-ipv4-network",
	"source-ipv6-network", "source-mac-address",
	"source-mac-address-mask", "source-port", "ttl", "type",
	"urgent-pointer", "window-size",
};

static const struct {
	const char *name;
	int type;
} ethertypes[] = {	/* the names of ietf-ethertypes */
	{ "ipv4", 2048 }, { "arp", 2054 }, { "wlan", 2114 },
	{ "trill", 8947 }, { "srp", 8938 }, { "decnet", 24579 },
	{ "rarp", 32821 }, { "appletalk", 32923 }, { "aarp", 33011 },
	{ "vlan", 33024 }, { "ipx", 33079 }, { "qnx", 33284 },
	{ "ipv6", 34525 }, { "efc", 34824 }, { "esp", 34825 },
	{ "cobranet", 34841 }, { "mpls-unicast", 34887 },
	{ "mpls-multicast", 34888 }, { "pppoe-discovery", 34915 },
	{ "pppoe-session", 34916 }, { "intel-ans", 34925 },
	{ "jumbo-frames", 34928 }, { "homeplug", 34939 }, { "eap", 34958 },
	{ "profinet", 34962 }, { "hyperscsi", 34970 }, { "aoe", 34978 },
	{ "ethercat", 34980 }, { "provider-bridging", 34984 },
	{ "ethernet-powerlink", 34987 }, { "goose", 35000 },
	{ "gse", 35001 }, { "sv", 35002 }, { "lldp", 35020 },
	{ "sercos", 35021 }, { "wsmp", 35036 },
	{ "homeplug-av-mme", 35041 }, { "mrp", 35043 }, { "macsec", 35045 },
	{ "pbb", 35047 }, { "cfm", 35074 }, { "fcoe", 35078 },
	{ "fcoe-ip", 35092 }, { "roce", 35093 }, { "tte", 35101 },
	{ "hsr", 35119 },
};

/*
 * A name without its module, where that is the one given: RFC 7951 section 4
 * asks for the plain form, libyang also takes the long one.
 */
static const char *
plain(const char *name, const char *module)
{
	size_t n = strlen(module);

	if (strncmp(name, module, n) == 0 && name[n] == ':')
		return name + n + 1;
	return name;
}

/* A member of that module in an object of that module. */
static const json_t *
node(const json_t *o, const char *module, const char *name)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)o, key, v)
		if (strcmp(plain(key, module), name) == 0)
			return v;
	return NULL;
}

static const char *
text(const json_t *o, const char *module, const char *name)
{
	return json_string_value(node(o, module, name));
}

/* An identity without its module. */
static const char *
identity(const char *s)
{
	return s ? plain(s, ACL) : NULL;
}

static bool
take_int(const json_t *v, int max, int *out)
{
	json_int_t i = json_integer_value(v);

	if (!json_is_integer(v) || i < 0 || i > max)
		return false;
	*out = (int)i;
	return true;
}

static bool
take_text(const json_t *v, const char **out)
{
	if (!json_is_string(v))
		return false;
	*out = json_string_value(v);
	return true;
}

/* The type empty: [null]. */
static bool
take_empty(const json_t *v, bool *out)
{
	*out = json_is_array(v) && json_array_size(v) == 1 &&
	    json_is_null(json_array_get(v, 0));
	return *out;
}

/* Host bits may be set (RFC 6991 ignores them). */
static bool
take_net(const json_t *v, uint8_t ver, struct prefix *out)
{
	const char *s = json_string_value(v), *slash;
	struct addr a;
	char *end;
	long len;

	slash = s ? strchr(s, '/') : NULL;
	if (!slash || addr_parse(&a, s, (size_t)(slash - s)) < 0 ||
	    a.ver != ver || slash[1] < '0' || slash[1] > '9')
		return false;
	len = strtol(slash + 1, &end, 10);
	if (*end || end - slash > 4 || len > (ver == 4 ? 32 : 128))
		return false;
	*out = prefix_of(&a, (uint8_t)len);
	return true;
}

static bool
take_ethertype(const json_t *v, int *out)
{
	const char *s = json_string_value(v);
	size_t i;

	for (i = 0; s && i < ARRAY_SIZE(ethertypes); i++)
		if (strcmp(s, ethertypes[i].name) == 0) {
			*out = ethertypes[i].type;
			return true;
		}
	return take_int(v, 65535, out);
}

static bool
take_direction(const json_t *v, int *out)
{
	const char *s = json_string_value(v);

	if (s && strcmp(s, "from-device") == 0)
		*out = MUD_FROM_DEVICE;
	else if (s && strcmp(s, "to-device") == 0)
		*out = MUD_TO_DEVICE;
	else
		return false;
	return true;
}

static bool
take_op(const json_t *v, char *op)
{
	static const struct {
		const char *name;
		char op;
	} ops[] = { { "eq", '=' }, { "lte", '<' }, { "gte", '>' },
		{ "neq", '!' } };
	const char *s = v ? json_string_value(v) : "eq";
	size_t i;

	for (i = 0; s && i < ARRAY_SIZE(ops); i++)
		if (strcmp(s, ops[i].name) == 0) {
			*op = ops[i].op;
			return true;
		}
	return false;
}

static bool
take_ports(const json_t *v, struct mud_ports *out)
{
	struct mud_ports p = { .set = true };
	const json_t *port = node(v, ACL, "port");
	int from, to;

	if (!json_is_object(v))
		return false;
	if (json_object_size(v) == 0)
		return true;
	if (port) {
		if (json_object_size(v) > 2 || !take_int(port, 65535, &from) ||
		    !take_op(node(v, ACL, "operator"), &p.op) ||
		    (json_object_size(v) == 2 && !node(v, ACL, "operator")))
			return false;
		to = from;
	} else if (json_object_size(v) != 2 ||
	    !take_int(node(v, ACL, "lower-port"), 65535, &from) ||
	    !take_int(node(v, ACL, "upper-port"), 65535, &to) || from > to) {
		return false;
	}
	p.from = (uint16_t)from;
	p.to = (uint16_t)to;
	*out = p;
	return true;
}

static bool
ip_member(struct reader *r, const char *name, const json_t *v)
{
	struct mud_ace *a = r->a;
	uint8_t ver = a->ipver;

	if (strcmp(name, "protocol") == 0)
		return take_int(v, 255, &a->proto);
	if (strcmp(name, "ietf-acldns:src-dnsname") == 0)
		return take_text(v, &a->src_dns);
	if (strcmp(name, "ietf-acldns:dst-dnsname") == 0)
		return take_text(v, &a->dst_dns);
	if (strcmp(name, ver == 4 ? "source-ipv4-network" :
	    "source-ipv6-network") == 0)
		return take_net(v, ver, &a->src_net);
	if (strcmp(name, ver == 4 ? "destination-ipv4-network" :
	    "destination-ipv6-network") == 0)
		return take_net(v, ver, &a->dst_net);
	return false;
}

static bool
l4_member(struct reader *r, const char *name, const json_t *v)
{
	struct mud_ace *a = r->a;

	if (strcmp(name, "source-port") == 0)
		return take_ports(v, &a->sport);
	if (strcmp(name, "destination-port") == 0)
		return take_ports(v, &a->dport);
	if (r->l4 == 6 && strcmp(name, "ietf-mud:direction-initiated") == 0)
		return take_direction(v, &a->initiated);
	return false;
}

static bool
icmp_member(struct reader *r, const char *name, const json_t *v)
{
	if (strcmp(name, "type") == 0)
		return take_int(v, 255, &r->a->icmp_type);
	if (strcmp(name, "code") == 0)
		return take_int(v, 255, &r->a->icmp_code);
	return false;
}

static bool
eth_member(struct reader *r, const char *name, const json_t *v)
{
	return strcmp(name, "ethertype") == 0 &&
	    take_ethertype(v, &r->a->ethertype);
}

static bool
mud_member(struct reader *r, const char *name, const json_t *v)
{
	struct mud_ace *a = r->a;

	name = plain(name, MUD);
	if (strcmp(name, "manufacturer") == 0)
		return take_text(v, &a->manufacturer);
	if (strcmp(name, "model") == 0)
		return take_text(v, &a->model);
	if (strcmp(name, "controller") == 0)
		return take_text(v, &a->controller);
	if (strcmp(name, "same-manufacturer") == 0)
		return take_empty(v, &a->same_manufacturer);
	if (strcmp(name, "local-networks") == 0)
		return take_empty(v, &a->local_networks);
	if (strcmp(name, "my-controller") == 0)
		return take_empty(v, &a->my_controller);
	return false;
}

static bool
is_known(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(name, known[i]) == 0)
			return true;
	return false;
}

static void
not_understood(struct reader *r, const char *where, const char *name,
    const json_t *v)
{
	bool cond = is_known(name);
	struct buf *b = cond ? r->odd : r->ignored;
	char *value;

	r->a->odd = true;
	if (!b)
		return;
	buf_puts(b, where);
	buf_puts(b, name);
	if (cond) {
		buf_puts(b, " is ");
		value = json_is_string(v) ? NULL : json_dumps(v, JSON_COMPACT |
		    JSON_ENCODE_ANY | JSON_SORT_KEYS);
		buf_puts(b, value ? value : json_is_string(v) ?
		    json_string_value(v) : "?");
		free(value);
	}
	buf_putc(b, '\0');
}

static void
each_member(struct reader *r, const char *where, const json_t *o,
    member_fn *fn)
{
	const char *key;
	json_t *v;

	if (!json_is_object(o))
		not_understood(r, where, "", o);
	json_object_foreach((json_t *)o, key, v)
		if (!fn(r, plain(key, ACL), v))
			not_understood(r, where, plain(key, ACL), v);
}

static bool
read_ip(struct reader *r, const json_t *v, uint8_t ver)
{
	r->a->ipver = ver;
	each_member(r, ver == 4 ? "ipv4/" : "ipv6/", v, ip_member);
	return true;
}

static bool
read_l4(struct reader *r, const char *name, const json_t *v, int proto)
{
	r->l4 = proto;
	each_member(r, name, v, proto == 1 ? icmp_member : l4_member);
	return true;
}

static bool
matches_member(struct reader *r, const char *name, const json_t *v)
{
	if (strcmp(name, "ipv4") == 0)
		return read_ip(r, v, 4);
	if (strcmp(name, "ipv6") == 0)
		return read_ip(r, v, 6);
	if (strcmp(name, "tcp") == 0)
		return read_l4(r, "tcp/", v, 6);
	if (strcmp(name, "udp") == 0)
		return read_l4(r, "udp/", v, 17);
	if (strcmp(name, "icmp") == 0)
		return read_l4(r, "icmp/", v, 1);
	if (strcmp(name, "eth") == 0)
		each_member(r, "eth/", v, eth_member);
	else if (strcmp(name, "ietf-mud:mud") == 0)
		each_member(r, "mud/", v, mud_member);
	else if (strcmp(name, "ietf-acl-tls:client-profiles") == 0)
		r->a->tls = v;
	else
		return false;
	return true;
}

/* What tcp, udp and icmp say about the protocol, and ethertypes about IP. */
static void
settle(struct reader *r)
{
	static const char *const names[] = { "icmp", "tcp", "udp" };
	struct mud_ace *a = r->a;

	if (r->l4 == 1 && (a->proto == 58 || (a->proto < 0 && a->ipver == 6)))
		r->l4 = 58;
	if (r->l4 >= 0 && a->proto >= 0 && r->l4 != a->proto) {
		/* Cannot match; said, so that nobody wonders. */
		a->odd = true;
		if (r->odd) {
			buf_printf(r->odd, "protocol is also that of %s",
			    names[r->l4 == 17 ? 2 : r->l4 == 6]);
			buf_putc(r->odd, '\0');
		}
	}
	if (a->proto < 0)
		a->proto = r->l4;
	if ((a->ipver == 4 && a->ethertype == 0x0800) ||
	    (a->ipver == 6 && a->ethertype == 0x86dd))
		a->ethertype = -1;
}

static void
read_matches(struct reader *r)
{
	const json_t *m = node(r->a->json, ACL, "matches");

	r->l4 = -1;
	if (m)
		each_member(r, "", m, matches_member);
	settle(r);
}

static int
compare_items(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Items that each end with NUL, sorted. */
static void
join(const struct buf *items, const char *between, struct buf *out)
{
	const char **v;
	size_t i, n = 0;

	for (i = 0; i < items->n; i++)
		n += items->p[i] == '\0';
	if (n == 0 || items->failed)
		return;
	v = xcalloc(n, sizeof(*v));
	for (i = n = 0; i < items->n; i += strlen(items->p + i) + 1)
		v[n++] = items->p + i;
	qsort(v, n, sizeof(*v), compare_items);
	for (i = 0; i < n; i++) {
		buf_puts(out, i ? between : "");
		buf_puts(out, v[i]);
	}
	free(v);
}

static void
tell(const struct mud_ace *a, bool odd, const char *between, struct buf *out)
{
	struct mud_ace copy = *a;
	struct reader r = { .a = &copy };
	struct buf items;

	if (!a->odd)
		return;
	copy.proto = -1;
	buf_init(&items, ODD_MAX);
	r.odd = odd ? &items : NULL;
	r.ignored = odd ? NULL : &items;
	read_matches(&r);
	join(&items, between, out);
	buf_release(&items);
}

void
mud_odd(const struct mud_ace *a, struct buf *out)
{
	tell(a, true, " and ", out);
}

void
mud_ignored(const struct mud_ace *a, struct buf *out)
{
	tell(a, false, ", ", out);
}

static uint8_t
version_of(const char *type)
{
	if (type && strcmp(type, "ipv4-acl-type") == 0)
		return 4;
	return type && strcmp(type, "ipv6-acl-type") == 0 ? 6 : 0;
}

static void
read_ace(struct mud_ace *a, const json_t *j)
{
	struct reader r = { .a = a };
	const char *s;

	a->json = j;
	a->name = text(j, ACL, "name");
	a->proto = a->ethertype = a->icmp_type = a->icmp_code = -1;
	a->initiated = -1;
	a->ipver = version_of(a->acl_type);
	s = identity(text(node(j, ACL, "actions"), ACL, "forwarding"));
	a->accept = s && strcmp(s, "accept") == 0;
	read_matches(&r);
}

/* false: too many. */
static bool
read_acl(struct mud *m, enum mud_dir dir, const json_t *acl, size_t list)
{
	const json_t *aces = node(node(acl, ACL, "aces"), ACL, "ace");
	struct mud_ace *a;
	size_t i;
	json_t *j;

	json_array_foreach((json_t *)aces, i, j) {
		if (!json_is_object(j))
			continue;
		if (m->naces == MUD_ACES_MAX)
			return false;
		if ((m->naces & (m->naces - 1)) == 0)
			m->aces = xreallocarray(m->aces,
			    m->naces ? 2 * m->naces : 1, sizeof(*m->aces));
		a = &m->aces[m->naces++];
		memset(a, 0, sizeof(*a));
		a->dir = dir;
		a->list = list;
		a->acl = text(acl, ACL, "name");
		a->acl_type = identity(text(acl, ACL, "type"));
		read_ace(a, j);
	}
	return true;
}

static const json_t *
find_acl(const json_t *root, const char *name)
{
	const json_t *acls = node(node(root, "", ACL ":acls"), ACL, "acl");
	const char *s;
	size_t i;
	json_t *acl;

	json_array_foreach((json_t *)acls, i, acl) {
		s = text(acl, ACL, "name");
		if (s && name && strcmp(s, name) == 0)
			return acl;
	}
	return NULL;
}

static bool
read_policy(struct mud *m, enum mud_dir dir, const json_t *policy,
    size_t *lists)
{
	const json_t *acl;
	size_t i;
	json_t *j;

	policy = node(node(policy, MUD, "access-lists"), MUD, "access-list");
	json_array_foreach((json_t *)policy, i, j) {
		acl = find_acl(m->root, text(j, MUD, "name"));
		if (acl && !read_acl(m, dir, acl, (*lists)++))
			return false;
	}
	return true;
}

static void
read_extensions(struct mud *m, const json_t *list)
{
	size_t i;
	json_t *j;

	json_array_foreach((json_t *)list, i, j)
		if (json_is_string(j) &&
		    m->nextensions < ARRAY_SIZE(m->extensions))
			m->extensions[m->nextensions++] = json_string_value(j);
}

static void
read_transparency(struct mud *m, const json_t *j)
{
	const json_t *t = json_object_get(j, "ietf-mud-transparency:"
	    "transparency");
	const char *s;

	/* RFC 9472 itself writes the module's prefix. */
	if (!t)
		t = json_object_get(j, "mudtx:transparency");
	if (!json_is_object(t))
		return;
	m->transparency = t;
	s = json_string_value(json_object_get(json_array_get(
	    json_object_get(t, "sboms"), 0), "sbom-url"));
	m->sbom = s ? s : json_string_value(json_object_get(t,
	    "sbom-contact-uri"));
	s = json_string_value(json_array_get(json_object_get(t, "vuln-url"),
	    0));
	m->vulnerabilities = s ? s : json_string_value(json_object_get(t,
	    "vuln-contact-uri"));
}

static void
read_members(struct mud *m, const json_t *j)
{
	int n;

	m->url = text(j, MUD, "mud-url");
	m->last_update = text(j, MUD, "last-update");
	m->signature = text(j, MUD, "mud-signature");
	m->systeminfo = text(j, MUD, "systeminfo");
	m->mfg_name = text(j, MUD, "mfg-name");
	m->model_name = text(j, MUD, "model-name");
	m->firmware_rev = text(j, MUD, "firmware-rev");
	m->software_rev = text(j, MUD, "software-rev");
	m->documentation = text(j, MUD, "documentation");
	m->supported = json_is_true(node(j, MUD, "is-supported"));
	if (take_int(node(j, MUD, "mud-version"), 255, &n))
		m->version = (unsigned)n;
	m->cache_validity = 48;
	if (take_int(node(j, MUD, "cache-validity"), 255, &n))
		m->cache_validity = (unsigned)n;
	m->tls = json_is_true(json_object_get(j,
	    "ietf-mud-tls:is-tls-dtls-profile-supported"));
	m->masa = json_string_value(json_object_get(j,
	    "ietf-mud-brski-masa:masa-server"));
	read_extensions(m, node(j, MUD, "extensions"));
	read_transparency(m, j);
}

struct mud *
mud_new(const json_t *root)
{
	const json_t *j = json_object_get(root, "ietf-mud:mud");
	struct mud *m;
	size_t lists = 0;

	if (!json_is_object(j))
		return NULL;
	m = xcalloc(1, sizeof(*m));
	m->root = root;
	read_members(m, j);
	if (read_policy(m, MUD_FROM_DEVICE, node(j, MUD, "from-device-policy"),
	    &lists) &&
	    read_policy(m, MUD_TO_DEVICE, node(j, MUD, "to-device-policy"),
	    &lists))
		return m;
	mud_free(m);
	return NULL;
}

void
mud_free(struct mud *m)
{
	if (!m)
		return;
	free(m->aces);
	free(m);
}
