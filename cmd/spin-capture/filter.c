/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "filter.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include "link.h"
#include "xalloc.h"

#define LINKS_MAX	16	/* link types at once */

struct program {
	uint32_t link;
	struct bpf_program bpf;
};

struct filter {
	const char *expr;
	struct program programs[LINKS_MAX];
	size_t n, last;
	char error[PCAP_ERRBUF_SIZE + 64];
};

struct filter *
filter_new(const char *expr)
{
	struct filter *f = xcalloc(1, sizeof(*f));

	f->expr = expr;
	return f;
}

void
filter_free(struct filter *f)
{
	size_t i;

	if (!f)
		return;
	for (i = 0; i < f->n; i++)
		pcap_freecode(&f->programs[i].bpf);
	free(f);
}

const char *
filter_error(const struct filter *f)
{
	return f->error;
}

bool
filter_is_used(const struct filter *f)
{
	return f->n > 0;
}

/* File numbers of link types that libpcap knows under another one inside. */
static int
dlt_of_link(uint32_t link)
{
	switch (link) {
	case 100:
		return DLT_ATM_RFC1483;
	case 101:
		return DLT_RAW;
	case 102:
		return DLT_SLIP_BSDOS;
	case 103:
		return DLT_PPP_BSDOS;
	default:
		return (int)link;
	}
}

static int
compile(struct filter *f, uint32_t link)
{
	struct program *p = &f->programs[f->n];
	char text[LINK_TEXT_MAX];
	pcap_t *dead;
	int err = 0;

	if (f->n == LINKS_MAX) {
		snprintf(f->error, sizeof(f->error),
		    "more than %d link types with a filter", LINKS_MAX);
		return -EINVAL;
	}
	dead = pcap_open_dead(dlt_of_link(link), CAPFILE_SNAPLEN_MAX);
	if (!dead)
		return -ENOMEM;
	p->link = link;
	if (pcap_compile(dead, &p->bpf, f->expr, 1,
	    PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(f->error, sizeof(f->error), "%s (link type %s)",
		    pcap_geterr(dead), link_text(link, text));
		err = -EINVAL;
	} else {
		f->last = f->n++;
	}
	pcap_close(dead);
	return err;
}

/* Makes f->last the program for a link type. */
int
filter_check(struct filter *f, uint32_t link)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->programs[i].link == link) {
			f->last = i;
			return 0;
		}
	}
	return compile(f, link);
}

int
filter_match(struct filter *f, const struct cap_pkt *cp)
{
	struct pcap_pkthdr h = { .caplen = cp->caplen, .len = cp->len };
	int err;

	if (f->n == 0 || f->programs[f->last].link != cp->link) {
		err = filter_check(f, cp->link);
		if (err < 0)
			return err;
	}
	return pcap_offline_filter(&f->programs[f->last].bpf, &h,
	    cp->data) != 0;
}
