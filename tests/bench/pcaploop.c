/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include <pcap/pcap.h>

/* What reading a capture with libpcap costs when nothing is done with it. */
int
main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	uint64_t pkts = 0, bytes = 0;
	struct pcap_pkthdr *h;
	const u_char *data;
	pcap_t *p;
	int r;

	if (argc != 2) {
		fputs("usage: pcaploop FILE\n", stderr);
		return 2;
	}
	p = pcap_open_offline(argv[1], why);
	if (p == NULL) {
		fprintf(stderr, "pcaploop: error: %s\n", why);
		return 4;
	}
	while ((r = pcap_next_ex(p, &h, &data)) == 1) {
		pkts++;
		bytes += h->len;
	}
	if (r != PCAP_ERROR_BREAK)
		fprintf(stderr, "pcaploop: error: %s\n", pcap_geterr(p));
	pcap_close(p);
	printf("packets %" PRIu64 "\nlink_bytes %" PRIu64 "\n", pkts, bytes);
	return r == PCAP_ERROR_BREAK ? 0 : 3;
}
