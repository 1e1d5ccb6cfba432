#!/bin/sh
# A simulated bench as a driver of Elastrain in POSIX shell and awk: node 3
# hangs from nodes 1 and 2 by two bars at a right angle. The host writes its
# requests without spaces and with the fields in a fixed order, so that sed can
# read them. All numbers are in m, N and s.
f="0 0" limits="" idle=0
card='"protocol":1,"name":"two bars in shell","version":"1","dim":2,"nodes":3,"elements":2,"stiffens":false,
"limits":{"force":0.5,"total_force":0.5},"watchdog":5,"units":{"length":"m","force":"N","time":"s","stiffness":"N/m"}'

safe() { f="0 0" limits=""; }
field() { printf '%s' "$line" | sed -n "s/.*$1.*/\1/p"; } # the part of the request in \( \)
yes() { printf '{"id":%s%s}\n' "$id" "$1" | tr -d '\n' && echo; }
no() { yes ",\"error\":{\"code\":\"$1\",\"message\":\"$2\"}"; }
arm() {
	want=$(field '"force":\([0-9.eE+-]*\)') total=$(field '"total_force":\([0-9.eE+-]*\)')
	# This bench bears one load at a time, so the smaller of the two limits holds.
	limits=$(awk -v a="${want:-0.5}" -v b="${total:-0.5}" 'BEGIN { if (a <= 0.5 && b <= 0.5) print a < b ? a : b }')
	if [ "$limits" ]; then yes; else no refused "limits wider than 0.5 N"; fi
}
load() {
	new=$(field '"forces":\[{"node":3,"f":\[\([^]]*\)\]}\]' | tr , ' ')
	case $line in *'"forces":[]'*) new="0 0" ;; esac
	if [ -z "$new" ]; then no refused "only node 3 can be loaded"; return; fi
	if ! echo "$new" | awk -v most="$limits" '{ exit !(sqrt($1^2 + $2^2) <= most) }'; then no refused "more than $limits N"; return; fi
	f=$new
	yes ",\"applied\":$(date +%s)"
}
measure() {
	yes ",\"frames\":[$(echo "$f" "$(date +%s)" "$(field '"repeats":\([0-9]*\)')" | awk '{
		a = ($1 - $2) / 2 / 100; b = ($1 + $2) / 2 / 100
		for (i = 1; i <= $4; i++) printf "%s{\"at\":%s,\"nodes\":[[0,0],[0.1,0],[%.17g,%.17g]]}", (i > 1 ? "," : ""), $3, 0.05 + a + b, -0.05 - a + b }')]"
}

# A tick a second among the requests drives the watchdog.
{ while sleep 1; do echo tick; done & cat; kill $!; } | while read -r line; do
	if [ "$line" = tick ]; then
		idle=$((idle + 1))
		[ $idle -lt 5 ] || safe
		continue
	fi
	idle=0 id=$(field '"id":\([0-9]*\)') verb=$(field '"verb":"\([a-z_]*\)"')
	case $verb in
	hello) yes ",$card" ;;
	ping) yes ;;
	safe) safe && yes ;;
	arm) arm ;;
	load | measure) if [ "$limits" ]; then $verb; else no not_armed "arm the bench first"; fi ;;
	set_stiffness) no refused "the bars are as they are" ;;
	*) no bad_request "there is no verb $verb" ;;
	esac
done
safe # the host is gone
