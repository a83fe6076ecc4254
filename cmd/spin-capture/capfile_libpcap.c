/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfile_int.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <string.h>

/*
 * The same files read by libpcap: the comparison that the own readers are
 * tested with.
 */

/*
 * libpcap's text, shortened to what there is room for. It does not say where
 * in the file: the packet's number must do.
 */
static int
failed(struct capfile *cf, struct capfile_err *err)
{
	return capfile_bad_packet(cf, err, capfile_libpcap_off(cf), "%.120s",
	    pcap_geterr(cf->pcap));
}

/*
 * libpcap takes the seconds of a pcap file, which are unsigned, as signed.
 * A packet without a time (pcapng's Simple Packet Block) has 0 there.
 */
static void
take_time(struct capfile *cf, struct cap_pkt *pkt, const struct timeval *tv)
{
	struct capfile_clock clock = { 6, tv->tv_sec };
	uint64_t frac = (uint64_t)tv->tv_usec;

	if (!cf->pcap_ng) {
		clock.offset = (uint32_t)tv->tv_sec;
		frac = (uint32_t)tv->tv_usec;
	}
	pkt->bad_time = frac >= 1000000;
	if (!capfile_time(&clock, frac, &pkt->ts))
		pkt->bad_time = true;
	if (cf->pcap_ng && tv->tv_sec == 0 && tv->tv_usec == 0) {
		pkt->ts = cf->last_ts;
		pkt->bad_time = true;
	}
	cf->last_ts = pkt->ts;
}

static int
libpcap_next(struct capfile *cf, struct cap_pkt *pkt, struct capfile_err *err)
{
	struct pcap_pkthdr *h;
	const u_char *data;
	int rc = pcap_next_ex(cf->pcap, &h, &data);

	if (rc == PCAP_ERROR_BREAK)
		return 0;
	if (rc != 1)
		return failed(cf, err);
	if (h->caplen > cf->max)
		return capfile_bad_packet(cf, err, capfile_libpcap_off(cf),
		    "%u bytes long, more than the %u a packet can have",
		    (unsigned int)h->caplen, (unsigned int)cf->max);
	take_time(cf, pkt, &h->ts);
	pkt->len = h->len < h->caplen ? h->caplen : h->len;
	pkt->caplen = h->caplen;
	if (pkt->caplen > CAPFILE_SNAPLEN_MAX)
		pkt->caplen = CAPFILE_SNAPLEN_MAX;
	pkt->data = data;
	pkt->link = cf->link;
	pkt->ifno = 0;
	pkt->num = ++cf->num;
	return 1;
}

int
capfile_libpcap_open(struct capfile *cf, FILE *fp, struct capfile_err *err)
{
	char text[PCAP_ERRBUF_SIZE];
	pcap_t *p = pcap_fopen_offline(fp, text);

	if (p == NULL) {
		fclose(fp);
		return capfile_bad_file(cf, err, "%.150s", text);
	}
	cf->pcap = p;
	cf->pcap_ng = pcap_major_version(p) == 1;
	cf->link = capfile_link_number((uint32_t)pcap_datalink(p));
	cf->max = capfile_link_max(cf->link);
	cf->next = libpcap_next;
	capfile_add_if(cf, cf->link, NULL, 0);
	return 0;
}

uint64_t
capfile_libpcap_off(const struct capfile *cf)
{
	off_t off = ftello(pcap_file(cf->pcap));

	return off < 0 ? 0 : (uint64_t)off;
}

void
capfile_libpcap_release(struct capfile *cf)
{
	if (cf->pcap != NULL)
		pcap_close(cf->pcap);
	cf->pcap = NULL;
}
