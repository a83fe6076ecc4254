#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Signatures of MUD files: what spin-mud says of each, and what openssl says.
# How each was made stands in mudca.sh; where the two differ, the reason stands
# with the test.

load ../lib/common

setup_file() {
	SPIN_SRC=${SPIN_SRC:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	if command -v openssl python3 >/dev/null; then
		sh "$SPIN_SRC/tests/lib/mudca.sh" "$BATS_FILE_TMPDIR/ca"
	fi
}

setup() {
	spin_setup
	skip_without openssl python3 jq
	skip_without_tool spin-mud
	cd "$BATS_FILE_TMPDIR/ca" || return 1
	state=$BATS_TEST_TMPDIR/state
}

# openssl_says SIGNATURE FILE: yes or no, with no purpose asked for.
openssl_says() {
	if openssl cms -verify -binary -inform DER -in "$1" -content "$2" \
	    -CAfile root.pem -purpose any -out /dev/null 2>/dev/null; then
		echo yes
	else
		echo no
	fi
}

# import WORD [OPTION]... FILE: as it should go: "good", or the reason why not
# (an extended regular expression); then nothing is kept.
import() {
	local want=$1 status=0 record word
	shift
	record=$(timeout 20 "$SPIN_BIN/spin-mud" import -s "$state" \
		--ca=root.pem "$@" 2>err) || status=$?
	word=$(jq -r 'if .ok then "good" else .word end' <<<"$record") ||
		fail "no record: $record, status $status, $(cat err)"
	[[ $word =~ ^($want)$ ]] ||
		fail "want $want, got $word: $record $(cat err)"
	if [ "$want" = good ]; then
		same 0 "$status" status
		same 1 "$(find "$state" -name meta.json | wc -l)" kept
	else
		same 1 "$status" status
		same "" "$(find "$state" -type f ! -name lock)" kept
	fi
}

# verdict NAME WORD OPENSSL [FILE]: of both on NAME.p7s.
verdict() {
	same "$3" "$(openssl_says "$1.p7s" "${4:-toaster.json}")" openssl
	import "$2" --signature="$1.p7s" "${4:-toaster.json}"
}

# ---- good ones ----

@test "RSA of 2048 bits" { verdict rsa good yes; }
@test "ECDSA with P-256" { verdict ec good yes; }
@test "ECDSA with P-384" { verdict p384 good yes; }
@test "RSA-PSS" { verdict pss good yes; }
@test "SHA-512" { verdict sha512 good yes; }
@test "SHA3-256" { verdict sha3 good yes; }
@test "no intermediate, where none is needed" { verdict byroot good yes; }
@test "the root beside the intermediate" { verdict noroot good yes; }
@test "without signed attributes" { verdict noattr good yes; }
@test "the signer told by key identifier" { verdict keyid good yes; }
@test "a name that is not to be shown" { verdict hostile good yes; }

# RFC 5652 allows BER; openssl reads it too.
@test "BER with indefinite lengths" { verdict ber good yes; }

# RFC 8419: openssl 3.0 has no EdDSA in CMS, later ones do.
@test "Ed25519, made by the RFC's words" {
	import good --signature=ed25519.p7s toaster.json
}

@test "Ed25519 without signed attributes" {
	import good --signature=ed25519-noattr.p7s toaster.json
}

@test "Ed448, made by the RFC's words" {
	import good --signature=ed448.p7s toaster.json
}

@test "Ed448 without signed attributes" {
	import good --signature=ed448-noattr.p7s toaster.json
}

# ---- none, or another's ----

@test "none" { import 'missing|unsigned' toaster.json; }
@test "empty" { verdict empty 'missing|unsigned' no; }
@test "a file that was tampered with" { verdict ec signature no tampered.json; }
@test "the same, Ed25519" { verdict ed25519 signature no tampered.json; }
@test "the same, Ed25519 without signed attributes" {
	verdict ed25519-noattr signature no tampered.json
}
@test "the same, without signed attributes" {
	verdict noattr signature no tampered.json
}
@test "another file's" { verdict kettle signature no; }

# ---- who signed ----

@test "self-signed" { verdict self chain no; }
@test "by another CA's signer" { verdict stranger chain no; }
@test "without the intermediate" { verdict nointer chain no; }
@test "without any certificate" { verdict nocerts chain no; }
@test "by one whose issuer is no CA" { verdict notca chain no; }
@test "expired" { verdict expired expired no; }
@test "under an intermediate that expired" { verdict underold expired no; }
@test "not yet valid" { verdict future not-yet-valid no; }

# RFC 8520 section 13.2 asks for digitalSignature; openssl with any purpose
# does not.
@test "keyUsage without digitalSignature" { verdict encipher key-usage yes; }
@test "no keyUsage" { verdict nousage key-usage yes; }

# At its default level openssl takes 80 bits.
@test "RSA of 1024 bits" { verdict rsa1024 weak yes; }
@test "ECDSA with P-224" { verdict p224 weak yes; }
@test "a certificate signed over SHA-1" { verdict sha1 weak yes; }

# ---- how it is signed ----

# openssl takes any digest it knows.
@test "SHA-1" { verdict mdsha1 digest yes; }
@test "MD5" { verdict mdmd5 digest yes; }

# openssl looks at what is attached in place of the file, or at both.
@test "attached, over the same content" { verdict attached attached yes; }
@test "attached, over other content" { verdict attachedother attached no; }

# openssl asks for all signers to be good, we for just one.
@test "two signers, both good" { verdict two signers yes; }
@test "two signers, one of another CA" { verdict twobad signers no; }

# openssl compares neither of these with anything.
@test "a content type that is not data" { verdict digested malformed yes; }
@test "a signed content type that is not that of the content" {
	verdict contenttype malformed yes
}

# ---- what is no signature ----

@test "EnvelopedData" { verdict enveloped malformed no; }
@test "DigestedData" { verdict digest malformed no; }
@test "junk" { verdict junk malformed no; }
@test "cut short" { verdict truncated malformed no; }
@test "BER that never ends" { verdict unfinished malformed no; }
@test "PEM" { verdict pem malformed no; }
@test "10 MiB of junk" { verdict hugejunk 'malformed|file' no; }

# openssl stops reading where the signature ends.
@test "a byte behind it" { verdict trailing malformed yes; }
@test "twice" { verdict twice malformed yes; }
@test "10 MiB, a good one at the beginning" {
	verdict huge 'malformed|file' yes
}

# ---- the device's word (RFC 8520 section 11) ----

@test "the signer is the mudsigner" {
	import good --device-cert=device.pem --signature=ec.p7s toaster.json
}

@test "the same from DER, and with other case and blanks" {
	import good --device-cert=device.der --signature=ec.p7s toaster.json
	import good --device-cert=device_case.pem --signature=ec.p7s \
		toaster.json
}

@test "the signer is not the mudsigner" {
	import signer --device-cert=device.pem --signature=rsa.p7s \
		toaster.json
	import signer --device-cert=device_other.pem --signature=ec.p7s \
		toaster.json
}

@test "a device's certificate without mudsigner asks for nobody" {
	import good --device-cert=device_url.pem --signature=ec.p7s \
		toaster.json
}

@test "a mudsigner that is no name is an error, not nobody" {
	local status=0
	"$SPIN_BIN/spin-mud" import -s "$state" --ca=root.pem \
		--device-cert=device_bad.pem --signature=ec.p7s \
		toaster.json >out 2>err || status=$?
	same 2 "$status" status
	grep mudsigner err
	[ ! -e "$state" ] || same "" "$(find "$state" -name meta.json)" kept
}

# ---- signatures of our own ----

@test "what is signed here, openssl takes, and so do we" {
	local name
	for name in rsa ec p384; do
		"$SPIN_BIN/spin-mud" sign --cert=$name.pem --key=$name.key \
			--chain=inter.pem --output=own.p7s toaster.json
		same yes "$(openssl_says own.p7s toaster.json)" "$name"
		same no "$(openssl_says own.p7s kettle.json)" "$name, other"
		rm -rf "$state"
		import good --signature=own.p7s toaster.json
	done
}

@test "Ed25519 and Ed448 are signed by the words of RFC 8419" {
	local name
	for name in ed25519 ed448; do
		"$SPIN_BIN/spin-mud" sign --cert=$name.pem --key=$name.key \
			--chain=inter.pem --output=own.p7s toaster.json
		python3 "$SPIN_SRC/tests/lib/mudca.py" check toaster.json \
			own.p7s $name.key
		run ! python3 "$SPIN_SRC/tests/lib/mudca.py" check \
			kettle.json own.p7s $name.key
		openssl asn1parse -inform DER -in own.p7s -out /dev/null
		rm -rf "$state"
		import good --signature=own.p7s toaster.json
	done
}

@test "what nobody would take is not signed, nor is a file overwritten" {
	local name
	echo old >own.p7s
	for name in expired future encipher nousage rsa1024 p224; do
		run ! "$SPIN_BIN/spin-mud" sign --cert=$name.pem \
			--key=$name.key --output=own.p7s toaster.json
	done
	run ! "$SPIN_BIN/spin-mud" sign --cert=ec.pem --key=rsa.key \
		--output=own.p7s toaster.json
	run ! "$SPIN_BIN/spin-mud" sign --cert=ec.pem --key=locked.key \
		--output=own.p7s toaster.json </dev/null
	same old "$(cat own.p7s)" own.p7s
}

# ---- who was first ----

@test "an approval does not let anybody else sign" {
	local mud=$SPIN_BIN/spin-mud

	import good --signature=ec.p7s toaster.json
	sed 's/"cache-validity" *: *[0-9]*/"cache-validity":47/' toaster.json \
		>"$BATS_TEST_TMPDIR/other.json"
	run -0 "$mud" import -s "$state" --ca=root.pem --approve \
		"$BATS_TEST_TMPDIR/other.json"
	run -1 "$mud" import -s "$state" --ca=root.pem --signature=rsa.p7s \
		toaster.json
	same changed "$(jq -r .word <<<"$output")" 'another signer'
	run -0 "$mud" import -s "$state" --ca=root.pem --signature=ec.p7s \
		toaster.json
	same true "$(jq -r .ok <<<"$output")" 'the first one'
}

# ---- the RFC's own example ----

@test "the example of RFC 8520: checked, signed, verified, found" {
	skip_without_data mud/strict
	local bulb=$SPIN_DATA/mud/strict/rfc8520-section9-lightbulb2000.json
	local url=https://lighting.example.com/lightbulb2000 mud=$SPIN_BIN/spin-mud

	same 0 "$("$mud" lint --rfc "$bulb" |
		jq -s 'map(select(.severity == "error")) | length')" errors
	same "$(jq -S . "$bulb")" "$("$mud" lint --fix "$bulb" 2>err |
		jq -S .)" 'the form of the RFC'
	"$mud" sign --cert=ec.pem --key=ec.key --chain=inter.pem \
		-o "$BATS_TEST_TMPDIR/bulb.p7s" "$bulb"
	same yes "$(openssl_says "$BATS_TEST_TMPDIR/bulb.p7s" "$bulb")" openssl
	import good --signature="$BATS_TEST_TMPDIR/bulb.p7s" "$bulb"
	same "$url" "$("$mud" import -s "$state" --ca=root.pem \
		--signature="$BATS_TEST_TMPDIR/bulb.p7s" "$bulb" |
		jq -r .mud_url)" 'the URL that it is kept by'
	same "$url true" "$(printf '%s\n' '{"type":"device","ts":1,' \
		'"mac":"02:00:00:00:00:01","how":"dhcp",' \
		"\"mud_url\":\"$url\"}" | tr -d '\n' | "$mud" find |
		jq -r '"\(.mud_url) \(.ok)"')" 'found'
}
