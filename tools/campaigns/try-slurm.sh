#!/usr/bin/env bash
# Runs the Slurm campaigns of docs/campaigns.md on a real Slurm of one node, and compares their results with those of one run.
# Needs root and a build with the fuzzers. Installs Slurm and munge from Debian's packages if they are missing. Says why if
# it is impossible.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD

[ "$(id -u)" -eq 0 ] || { echo "try-slurm: impossible without root: slurmd starts jobs for other users"; exit 1; }
[ -f dist/cli.js ] && [ -f dist/fuzz.js ] || { echo "try-slurm: nothing is built yet: run npm run build -- --fuzz"; exit 1; }
have_slurm() { command -v slurmctld && command -v slurmd && command -v sbatch && command -v munged; }
if ! have_slurm >/dev/null; then
  { apt-get update -qq &&
    apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge >/dev/null && have_slurm >/dev/null; } ||
    { echo "try-slurm: impossible: apt-get cannot install slurmctld, slurmd, slurm-client and munge; its message is above"; exit 1; }
fi

work=$(mktemp -d /tmp/typefish-slurm-XXXXXX)
chmod 755 "$work"
pids=()
stop() {
  local status=$?
  trap - EXIT
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  # A daemon that does not end by itself is killed.
  for _ in $(seq 20); do
    kill -0 "${pids[@]}" 2>/dev/null || break
    sleep 0.5
  done
  for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  wait 2>/dev/null
  rm -rf "$work" || true
  exit "$status"
}
trap stop EXIT
trap 'exit 1' INT TERM
mkdir -p "$work"/{munge,ctl,spool,bin,results,fuzz,class}

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
# Slurm of later versions looks for cgroups unless it is told not to. Slurm before 23.11 does not know the word.
slurmctld -V | awk '{ split($2, v, "."); exit !(v[1] * 100 + v[2] >= 2311) }' && echo "CgroupPlugin=disabled" > "$work/cgroup.conf"
export SLURM_CONF=$work/slurm.conf

slurmctld -D -L "$work/slurmctld.log" >/dev/null 2>&1 &
pids+=($!)
slurmd -D -N "$host" -L "$work/slurmd.log" >/dev/null 2>&1 &
pids+=($!)

give_up() {
  echo "try-slurm: $1"
  tail -n 8 "$work"/*.log "$work/munged.err" 2>/dev/null
  exit 1
}
for _ in $(seq 60); do
  sinfo -h -o %T 2>/dev/null | grep -q idle && break
  sleep 0.5
done
sinfo -h -o %T 2>/dev/null | grep -q idle || give_up "the node did not become idle; the daemons' last messages are below"

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
merged=$(sbatch --parsable --dependency="afterok:$job" --kill-on-invalid-dep=yes --output="$work/merge.log" \
  tools/campaigns/merge.sbatch "$work/results")
fuzz=(--ops 2000 --seed 7)
fuzzed=$(sbatch --parsable --array=1-2 --output="$work/fuzz-%a.log" tools/campaigns/fuzz.sbatch "$work/fuzz" "${fuzz[@]}")
fuzz_merged=$(sbatch --parsable --dependency="afterok:$fuzzed" --kill-on-invalid-dep=yes --output="$work/fuzz-merge.log" \
  tools/campaigns/fuzz-merge.sbatch "$work/fuzz")
for _ in $(seq 240); do
  [ -z "$(squeue -h -j "$merged,$fuzz_merged" 2>/dev/null)" ] && break
  sleep 0.5
done
[ -f "$work/results/grades.csv" ] || give_up "the jobs did not write a table"

typefish grade "$work"/class/* --csv "$work/alone.csv" >/dev/null || [ $? -eq 1 ]
table=$work/results/grades.csv
diff "$work/alone.csv" "$table" || give_up "the merged table differs from the table of one run"
grep -Eq '/ada,1[0-9]{2},100,yes' "$table" || give_up "the complete solution did not get all points"
grep -q '/cem,0,100,no' "$table" || give_up "the hand-out got points"
echo "try-slurm: grading in two parts on $(slurmctld -V), merged: the same table as one run"

# Both lines begin with the seed and the operations, and end with the paths taken.
node dist/fuzz.js "${fuzz[@]}" > "$work/fuzz-alone.txt"
summary() { sed -En 's/^seed 7: .*(2,000 operations).*, ([0-9]+ of [0-9]+ paths) taken$/\1, \2/p' "$1"; }
alone=$(summary "$work/fuzz-alone.txt")
[ -n "$alone" ] && [ "$(summary "$work/fuzz-merge.log")" = "$alone" ] || give_up "the merged fuzzing differs from one run: $alone"
echo "try-slurm: fuzzing in two parts, merged: $alone, as in one run"
