#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# mudca.sh DIR: certificates and signatures of MUD files for tests, all made
# now, in DIR: CAs root, inter (by root) and other; signers NAME.pem and
# NAME.key; toaster.json, kettle.json and toaster.json's signatures *.p7s;
# device certificates device*.pem. What each is stands where it is made. Keys
# are thrown away with the folder. Needs openssl and python3.

set -eu
dir=${1:?usage: mudca.sh DIR}
lib=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"
cd "$dir"
umask 077
# Nothing of the machine's own configuration.
OPENSSL_CONF=$PWD/ca.cnf
export OPENSSL_CONF
exec 3>&2 2>log
done=
trap '[ -n "$done" ] || tail -n 5 log >&3' EXIT

cat >ca.cnf <<'EOF'
[req]
distinguished_name = none
[none]
[ca]
default_ca = any
[any]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = anything
unique_subject = no
copy_extensions = none
email_in_dn = no
[anything]
organizationName = optional
commonName = optional
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[encipher]
basicConstraints = CA:false
keyUsage = critical,keyEncipherment
[nousage]
basicConstraints = CA:false
[device]
basicConstraints = CA:false
1.3.6.1.5.5.7.1.25 = ASN1:IA5STRING:https://example.com/toaster
1.3.6.1.5.5.7.1.30 = ASN1:SEQUENCE:name_ec
[device_case]
1.3.6.1.5.5.7.1.30 = ASN1:SEQUENCE:name_case
[device_other]
1.3.6.1.5.5.7.1.30 = ASN1:SEQUENCE:name_second
[device_url]
1.3.6.1.5.5.7.1.25 = ASN1:IA5STRING:https://example.com/toaster
[device_bad]
1.3.6.1.5.5.7.1.30 = ASN1:UTF8String:ec
[device_badurl]
1.3.6.1.5.5.7.1.25 = ASN1:IA5STRING:https://example.com/ toaster
[name_ec]
o = SET:o_test
cn = SET:cn_ec
[name_case]
o = SET:o_case
cn = SET:cn_ec
[name_second]
o = SET:o_test
cn = SET:cn_second
[o_test]
a = SEQUENCE:o_test_av
[o_test_av]
t = OID:organizationName
v = UTF8String:SPIN test
[o_case]
a = SEQUENCE:o_case_av
[o_case_av]
t = OID:organizationName
v = PRINTABLESTRING:spin  TEST
[cn_ec]
a = SEQUENCE:cn_ec_av
[cn_ec_av]
t = OID:commonName
v = UTF8String:ec
[cn_second]
a = SEQUENCE:cn_second_av
[cn_second_av]
t = OID:commonName
v = UTF8String:second
EOF
: >index

# key NAME KIND
key()
{
	case $2 in
	rsa*) set -- "$1" -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" ;;
	ed*) set -- "$1" -algorithm "$2" ;;
	*) set -- "$1" -algorithm EC -pkeyopt "ec_paramgen_curve:$2" ;;
	esac
	_name=$1
	shift
	openssl genpkey "$@" -out "$_name.key"
}

# cert NAME KIND ISSUER EXTENSIONS [OPTION]...: by ISSUER; NAME itself, if it
# is that one's own.
cert()
{
	_cert=$1
	_issuer=$3
	_ext=$4
	key "$1" "$2"
	shift 4
	openssl req -new -utf8 -key "$_cert.key" \
	    -subj "/O=SPIN test/CN=${cn:-$_cert}" -out "$_cert.csr"
	if [ "$_issuer" = "$_cert" ]; then
		set -- -selfsign "$@"
	else
		set -- -cert "$_issuer.pem" "$@"
	fi
	case $* in
	*-enddate*) ;;
	*) set -- -days 3650 "$@" ;;
	esac
	openssl ca -batch -notext -keyfile "$_issuer.key" \
	    -in "$_cert.csr" -extensions "$_ext" -out "$_cert.pem" "$@"
}

cert root P-256 root authority
cert other P-256 other authority
cert inter P-256 root authority
cert oldinter P-256 root authority \
    -startdate 20200101000000Z -enddate 20210101000000Z
cert rsa rsa2048 inter signer
cert ec P-256 inter signer
cert p384 P-384 inter signer
cert second P-256 inter signer
cert byroot P-256 root signer
cert ed25519 ed25519 inter signer
cert ed448 ed448 inter signer
cert expired P-256 inter signer \
    -startdate 20200101000000Z -enddate 20210101000000Z
cert future P-256 inter signer \
    -startdate 20400101000000Z -enddate 20410101000000Z
cert underold P-256 oldinter signer
cert encipher P-256 inter encipher
cert nousage P-256 inter nousage
cert rsa1024 rsa1024 inter signer
cert p224 P-224 inter signer
cert sha1 P-256 inter signer -md sha1
cert notca P-256 ec signer
cert self P-256 self signer
cert stranger P-256 other signer
# A name that turns the line around, moves the cursor, has a comma and an umlaut.
cn=$(printf 'b\303\266se, \342\200\256\033[2J\302\205') \
    cert hostile P-256 inter signer -utf8
for d in device device_case device_other device_url device_bad \
    device_badurl; do
	cert $d P-256 other $d
done
cert device_plain P-256 other nousage
openssl x509 -in device.pem -outform DER -out device.der
for s in ec rsa ed25519; do
	openssl pkey -in $s.key -pubout -outform DER |
	    openssl dgst -sha256 -r | cut -c 1-64 >$s.id
done
openssl pkey -in ec.key -aes128 -passout pass:secret -out locked.key
cat root.pem other.pem >both.pem
cat inter.pem root.pem >chain.pem

# toaster NAME TEXT: a MUD file that says little, but says it right.
toaster()
{
	cat >"$1.json" <<-EOF
	{
	  "ietf-mud:mud": {
	    "mud-version": 1,
	    "mud-url": "https://example.com/toaster",
	    "mud-signature": "https://example.com/toaster.p7s",
	    "last-update": "2026-01-02T03:04:05+00:00",
	    "cache-validity": 48,
	    "is-supported": true,
	    "systeminfo": "$2",
	    "from-device-policy": {
	      "access-lists": { "access-list": [ { "name": "from" } ] }
	    }
	  },
	  "ietf-access-control-list:acls": {
	    "acl": [
	      {
	        "name": "from",
	        "type": "ipv4-acl-type",
	        "aces": {
	          "ace": [
	            {
	              "name": "cloud",
	              "matches": {
	                "ipv4": {
	                  "ietf-acldns:dst-dnsname": "example.com",
	                  "protocol": 6
	                },
	                "tcp": {
	                  "destination-port": { "operator": "eq", "port": 443 }
	                }
	              },
	              "actions": { "forwarding": "accept" }
	            }
	          ]
	        }
	      }
	    ]
	  }
	}
	EOF
}
toaster toaster 'A toaster'
toaster tampered 'A roaster'
toaster kettle 'A kettle'
toaster large "$(printf '%0100d' 0)"

# sign OUT SIGNER [OPTION]...
sign()
{
	_out=$1
	_signer=$2
	shift 2
	openssl cms -sign -binary -in "${file:-toaster.json}" \
	    -signer "$_signer.pem" -inkey "$_signer.key" -outform DER \
	    -out "$_out.p7s" "$@"
}

for s in rsa ec p384 expired future encipher nousage rsa1024 p224 sha1; do
	sign $s $s -certfile inter.pem
done
sign byroot byroot
sign hostile hostile -certfile inter.pem
sign self self
sign stranger stranger
sign nointer ec
sign noroot ec -certfile chain.pem
sign underold underold -certfile oldinter.pem
cat ec.pem inter.pem >ec-inter.pem
sign notca notca -certfile ec-inter.pem
sign pss rsa -certfile inter.pem -keyopt rsa_padding_mode:pss
sign noattr ec -certfile inter.pem -noattr
sign keyid ec -certfile inter.pem -keyid
sign sha512 ec -certfile inter.pem -md sha512
sign sha3 rsa -certfile inter.pem -md sha3-256
sign mdsha1 rsa -certfile inter.pem -md sha1
sign mdmd5 rsa -certfile inter.pem -md md5
sign attached ec -certfile inter.pem -nodetach
file=kettle.json sign attachedother ec -certfile inter.pem -nodetach
file=kettle.json sign kettle ec -certfile inter.pem
sign two ec -certfile inter.pem -signer second.pem -inkey second.key
sign twobad ec -certfile inter.pem -signer stranger.pem -inkey stranger.key
sign digested ec -certfile inter.pem -econtent_type 1.2.840.113549.1.7.5
python3 "$lib/mudca.py" contenttype digested.p7s >contenttype.p7s
python3 "$lib/mudca.py" nocerts ec.p7s >nocerts.p7s
python3 "$lib/mudca.py" ber ec.p7s >ber.p7s
python3 "$lib/mudca.py" unfinished ec.p7s >unfinished.p7s
for c in ed25519 ed448 inter; do
	openssl x509 -in $c.pem -outform DER -out $c.der
done
for s in ed25519 ed448; do
	python3 "$lib/mudca.py" eddsa $s toaster.json $s.der $s.key \
	    inter.der >$s.p7s
	python3 "$lib/mudca.py" eddsa $s noattr toaster.json $s.der $s.key \
	    inter.der >$s-noattr.p7s
done
openssl cms -encrypt -binary -in toaster.json -outform DER \
    -out enveloped.p7s -aes128 rsa.pem
openssl cms -digest_create -binary -in toaster.json -outform DER \
    -out digest.p7s
openssl cms -cmsout -inform DER -in ec.p7s -outform PEM -out pem.p7s
: >empty.p7s
printf 'This is not a signature.\n' >junk.p7s
head -c 300 ec.p7s >truncated.p7s
{ cat ec.p7s; printf '\0'; } >trailing.p7s
cat ec.p7s ec.p7s >twice.p7s
{ cat ec.p7s; head -c 10485760 /dev/zero; } >huge.p7s
head -c 10485760 /dev/urandom >hugejunk.p7s
done=yes
