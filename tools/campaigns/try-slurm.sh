#!/usr/bin/env bash
# Runs the Slurm campaign of docs/campaigns.md on a real Slurm of one node, and compares its table with that of one run.
# Needs root. Installs Slurm and munge from Debian's packages if they are missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD

[ "$(id -u)" -eq 0 ] || { echo "try-slurm: this script needs root, because slurmd and munged do"; exit 2; }
have_slurm() { command -v slurmctld && command -v slurmd && command -v sbatch && command -v munged; }
if ! have_slurm >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge >/dev/null
fi

work=$(mktemp -d /tmp/typefish-slurm-XXXXXX)
chmod 755 "$work"
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT
mkdir -p "$work"/{munge,ctl,spool,bin,results,class}

# munge: a key and a socket of its own.
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
chmod 700 "$work/munge" && chmod 400 "$work/munge/key"
munged --foreground --force --num-threads=2 --key-file="$work/munge/key" --socket="$work/munge.socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" 2>"$work/munged.err" &
pids+=($!)
chmod 711 "$work/munge"

host=$(hostname -s)
cat > "$work/slurm.conf" <<CONF
ClusterName=typefish
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$work/ctl
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf

slurmctld -D -L "$work/slurmctld.log" >/dev/null 2>&1 &
pids+=($!)
slurmd -D -N "$host" -L "$work/slurmd.log" >/dev/null 2>&1 &
pids+=($!)

give_up() {
  echo "try-slurm: $1"
  tail -n 5 "$work"/*.log "$work/munged.err" 2>/dev/null
  exit 1
}
for _ in $(seq 60); do
  sinfo -h -o %T 2>/dev/null | grep -q idle && break
  sleep 0.5
done
sinfo -h -o %T 2>/dev/null | grep -q idle || give_up "the node did not become idle"

# A class: a solution that is complete, one with a mistake, the hand-out, and an empty folder.
solution() {
  mkdir -p "$work/class/$1"
  cp -r tests/lab/solutions/common/. tests/lab/solutions/list/. "$work/class/$1"
}
solution ada
solution bob
sed -i 's/^export function mmFree.*/&\n  if (size != 0) return 0;/' "$work/class/bob/libmm/mm.ts"
cp -r lab/handout "$work/class/cem"
mkdir "$work/class/dan"
printf '#!/bin/sh\nexec node %s/dist/cli.js "$@"\n' "$root" > "$work/bin/typefish"
chmod 755 "$work/bin/typefish"
export PATH=$work/bin:$PATH

job=$(sbatch --parsable --array=1-2 --output="$work/grade-%a.log" tools/campaigns/grade.sbatch "$work/results" "$work"/class/*)
merged=$(sbatch --parsable --dependency="afterok:$job" --output="$work/merge.log" tools/campaigns/merge.sbatch "$work/results")
for _ in $(seq 240); do
  [ -z "$(squeue -h -j "$merged" 2>/dev/null)" ] && break
  sleep 0.5
done
[ -f "$work/results/grades.csv" ] || { cat "$work"/*.log | tail -20; give_up "the jobs did not write a table"; }

typefish grade "$work"/class/* --csv "$work/alone.csv" >/dev/null || [ $? -eq 1 ]
sort "$work/alone.csv" > "$work/a" && sort "$work/results/grades.csv" > "$work/b"
diff "$work/a" "$work/b" || give_up "the merged table differs from the table of one run"
grep -Eq '/ada,1[0-9]{2},100,yes' "$work/b" || give_up "the complete solution did not get all points"
grep -q '/cem,0,100,no' "$work/b" || give_up "the hand-out got points"
echo "try-slurm: two parts on $(slurmctld -V), merged: the same table as one run"
