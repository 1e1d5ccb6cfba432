#!/bin/bash
# A Slurm of one node on this machine, for tests: everything it writes is below one directory, its ports are its own.
#
#   slurm.sh start DIR    starts munged, slurmctld and slurmd; prints what to export: eval "$(slurm.sh start DIR)"
#   slurm.sh stop DIR     ends them, and what they run, and removes DIR
#
# Needs root and Debian's slurm-wlm and munge.
set -eu
usage() { echo "usage: slurm.sh start|stop DIR" >&2; exit 2; }
[ $# = 2 ] || usage
what=$1 dir=$2
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac

fail() {
	echo "slurm.sh: $1" >&2
	for log in "$dir"/log/*; do [ -s "$log" ] && { echo "== $log" >&2; tail -5 "$log" >&2; }; done
	"$0" stop "$dir"
	exit 1
}

# ended PIDFILE NAME: ends a process of ours, and waits until it is gone.
ended() {
	local pid
	pid=$(cat "$1" 2>/dev/null) || return 0
	[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] || return 0
	kill "$pid" 2>/dev/null || return 0
	for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
	kill -9 "$pid" 2>/dev/null || true
}

case $what in
start)
	[ "$(id -u)" = 0 ] || { echo "slurm.sh: the daemons of a test are started as root" >&2; exit 1; }
	for program in munged slurmctld slurmd sbatch; do
		command -v $program >/dev/null || { echo "slurm.sh: there is no $program: apt-get install slurm-wlm munge" >&2; exit 1; }
	done
	[ ! -e "$dir" ] || { echo "slurm.sh: $dir is there already" >&2; exit 1; }
	mkdir -p "$dir"/{state,spool,log,munge}
	chmod 755 "$dir"
	# A path of a socket has at most 107 bytes, and munged wants its directories to be root's alone.
	head -c 1024 /dev/urandom >"$dir/munge/key"
	chmod 600 "$dir/munge/key"
	chmod 711 "$dir/munge"
	munged --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" --pid-file="$dir/munge/pid" \
		--log-file="$dir/log/munged" --seed-file="$dir/munge/seed" >"$dir/log/munged.out" 2>&1 || fail "munged does not start"
	host=$(hostname -s)
	port=$((20000 + RANDOM % 10000))
	cores=$(nproc)
	cat >"$dir/slurm.conf" <<-CONF
		ClusterName=test
		SlurmctldHost=$host(127.0.0.1)
		SlurmctldPort=$port
		SlurmdPort=$((port + 1))
		SlurmUser=root
		SlurmdUser=root
		AuthType=auth/munge
		CredType=cred/munge
		AuthInfo=socket=$dir/munge/socket,cred_expire=5
		StateSaveLocation=$dir/state
		SlurmdSpoolDir=$dir/spool
		SlurmctldPidFile=$dir/slurmctld.pid
		SlurmdPidFile=$dir/slurmd.pid
		SlurmctldLogFile=$dir/log/slurmctld
		SlurmdLogFile=$dir/log/slurmd
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core
		SchedulerParameters=sched_interval=2,sched_min_interval=100000,bf_interval=2
		MpiDefault=none
		ReturnToService=2
		KillWait=5
		MinJobAge=60
		JobRequeue=0
		NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores State=UNKNOWN
		PartitionName=short Nodes=$host Default=YES MaxTime=60 State=UP OverSubscribe=FORCE:4
	CONF
	export SLURM_CONF="$dir/slurm.conf"
	slurmctld -c >"$dir/log/slurmctld.out" 2>&1 || fail "slurmctld does not start"
	slurmd -c >"$dir/log/slurmd.out" 2>&1 || fail "slurmd does not start"
	for _ in $(seq 60); do
		[ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && { echo "export SLURM_CONF=$SLURM_CONF"; exit 0; }
		sleep 0.5
	done
	fail "the node does not become idle: $(sinfo 2>&1)"
	;;
stop)
	export SLURM_CONF="$dir/slurm.conf"
	if [ -e "$SLURM_CONF" ]; then
		timeout 10 scancel -f --user=root 2>/dev/null || true
		for _ in $(seq 50); do [ -z "$(timeout 5 squeue -h 2>/dev/null)" ] && break; sleep 0.2; done
	fi
	ended "$dir/slurmd.pid" slurmd
	ended "$dir/slurmctld.pid" slurmctld
	ended "$dir/munge/pid" munged
	rm -rf "$dir"
	;;
*) usage ;;
esac
