#!/usr/bin/env bash
# A Slurm cluster on this machine, for tests: all nodes on loopback, everything in one folder. Needs root, and the packages
# slurm-wlm and munge of Debian or Ubuntu.
#   scripts/slurm-cluster.sh up FOLDER [NODES] [PORT]    prints the line that selects the cluster: export SLURM_CONF=…
#   scripts/slurm-cluster.sh node FOLDER N               starts node N again
#   scripts/slurm-cluster.sh down FOLDER                 ends its jobs and daemons, and removes the folder
# Partitions: main, and on one more node `requeue` and `cancel`, whose jobs give way to those of `urgent`.
set -euo pipefail
action=${1:?up, node or down} folder=$(realpath -m "${2:?a folder}")
export SLURM_CONF=$folder/slurm.conf

configuration() {
  local host nodes=$1 port=$2
  host=$(hostname -s)
  cat <<END
ClusterName=forge
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# Several nodes on one machine claim more cores than it has.
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
KillWait=${FORGE_SLURM_KILL_WAIT:-5}
CompleteWait=0
SlurmdTimeout=10
MaxArraySize=${FORGE_SLURM_MAX_ARRAY_SIZE:-1001}
END
  for n in $(seq "$((nodes + 1))"); do
    echo "NodeName=n$n NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + n)) CPUs=${FORGE_SLURM_CPUS:-8} RealMemory=1000"
  done
  echo "PartitionName=main Nodes=n[1-$nodes] Default=YES MaxTime=1-0 DefaultTime=10 PriorityTier=5 PreemptMode=OFF"
  echo "PartitionName=urgent Nodes=n$((nodes + 1)) MaxTime=1-0 DefaultTime=10 PriorityTier=10 PreemptMode=OFF"
  for mode in requeue cancel; do
    echo "PartitionName=$mode Nodes=n$((nodes + 1)) MaxTime=1-0 DefaultTime=10 PriorityTier=1 PreemptMode=$mode GraceTime=0"
  done
}

# Runs a command every 0.1 s until it succeeds, for at most $1 s.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}

up_nodes() { timeout 5 sinfo -h -N -p main,urgent -o %T 2>/dev/null | grep -cxE 'idle|mixed|allocated'; }
all_up() { [ "$(up_nodes)" = "$1" ]; }
no_jobs() { [ -z "$(timeout 5 squeue -h)" ]; }

case $action in
up)
  nodes=${3:-2} port=${4:-17817}
  mkdir -p "$folder"/{munge,state}
  chmod 755 "$folder"
  configuration "$nodes" "$port" >"$SLURM_CONF"
  head -c 128 /dev/urandom >"$folder/munge/key"
  chmod 400 "$folder/munge/key"
  munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munge.pid" \
    --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" 2>/dev/null
  slurmctld -i
  for n in $(seq $((nodes + 1))); do mkdir -p "$folder/spool-n$n" && slurmd -N "n$n"; done
  until_true 30 all_up $((nodes + 1)) || { tail -n 5 "$folder"/*.log >&2; exit 1; }
  echo "export SLURM_CONF=$SLURM_CONF"
  ;;
node)
  slurmd -N "n${3:?the number of a node}"
  ;;
down)
  [ -f "$SLURM_CONF" ] || exit 0
  if timeout 5 scancel --user=root; then
    timeout 5 scancel --full --signal=KILL --user=root 2>/dev/null || true
    until_true 10 no_jobs || true
  fi
  # Only processes that name this folder: an id may belong to another process by now.
  for file in "$folder"/n*.pid "$folder"/slurmctld.pid "$folder"/munge.pid; do
    id=$(cat "$file" 2>/dev/null) || continue
    if tr '\0' '\n' <"/proc/$id/environ" 2>/dev/null | grep -qxF "SLURM_CONF=$SLURM_CONF"; then kill -9 "$id"; fi
  done
  rm -rf "$folder"
  ;;
*)
  echo "up, node or down, not $action" >&2
  exit 2
  ;;
esac
