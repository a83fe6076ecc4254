# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
# Made by completions/generate from the option table.
complete -c spin-capture -f
complete -c spin-capture -s r -l read -r -F -d 'saved packets, pcap or pcapng; - is stdin; repeatable'
complete -c spin-capture -l active -x -d 'report running flows so often (60s)'
complete -c spin-capture -l idle -x -d 'when silent flows end, tcp=10m,udp=2m,...'
complete -c spin-capture -l max-flows -x -d 'flows at once (65536)'
complete -c spin-capture -l stats -x -d 'write stats so often (60s)'
complete -c spin-capture -l agent -x -d 'name of this agent in the stream'
complete -c spin-capture -l community-id -d 'add community ids to flows'
complete -c spin-capture -l community-seed -x -d 'seed of community ids (0)'
complete -c spin-capture -s c -l count -x -d 'stop after N records'
complete -c spin-capture -s u -l unbuffered -d 'write each record at once'
complete -c spin-capture -s p -l pretty -d 'text for people: a line for each flow, a summary'
complete -c spin-capture -l width -x -d 'columns of -p (80)'
complete -c spin-capture -l reader -x -a 'auto own pcap' -d 'auto, own or pcap (libpcap)'
complete -c spin-capture -s v -l verbose -d 'say more'
complete -c spin-capture -s q -l quiet -d 'say less'
complete -c spin-capture -s h -l help -d 'show this and end'
complete -c spin-capture -s V -l version -d 'show the version and end'
