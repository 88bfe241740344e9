#!/usr/bin/env bash
# History of generated repositories: CPU seconds and memory of a first audit, of a second, of one with 1,000 new
# commits and of one with little memory, beside `git log --raw --no-renames --no-merges` on the same repository in
# the same run. Absolute figures do not travel between machines, ratios do.
# Usage: git_bench.sh PROGRAM [COMMITS...] (default 100000 1000000); a million commits need 1 GB of disk.
set -euo pipefail
program=$(realpath "$1")
shift
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(100000 1000000)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME="$work/cache"

# A history for git fast-import: 40 modules of 100 files, three files a commit, nine in ten within one module.
# Simulated, and the same on every machine.
history() {
    awk -v first="$1" -v last="$2" 'BEGIN {
        seed = first + 7
        for (c = first; c <= last; ++c) {
            when = 1400000000 + c * 300
            who = "dev" (c % 37)
            printf "commit refs/heads/main\ncommitter %s <%s@example.com> %d +0000\ndata 9\nchange it\n", who, who, when
            if (c == first && first > 1) print "from refs/heads/main^0"
            module = next_number() % 40
            for (f = 0; f < 3; ++f) {
                if (next_number() % 10 == 0) module = next_number() % 40
                printf "M 100644 inline src/m%d/f%d.c\ndata %d\n%s\n", module, next_number() % 100, length(c) + 2, c ";" f
            }
        }
    }
    function next_number() { seed = (seed * 1103515245 + 12345) % 2147483648; return int(seed / 65536) }'
}

# "CPU-SECONDS MEGABYTES" of a command.
measure() {
    /usr/bin/env python3 - "$@" << 'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss / 1024:.0f}")
PYTHON
}

printf '%-9s %-28s %9s %7s %8s\n' commits what cpu-s MB 'x git'
for commits in "${sizes[@]}"; do
    repo="$work/repo$commits"
    git init -q --bare -b main "$repo"
    history 1 "$commits" | git -C "$repo" fast-import --quiet --force
    git -C "$repo" repack -adq
    read -r base base_mb <<< "$(measure git -C "$repo" log --raw --no-renames --no-merges --format=%H)"
    row() { awk -v n="$commits" -v w="$1" -v a="$2" -v m="$3" -v b="$base" \
        'BEGIN { printf "%-9d %-28s %9.2f %7.0f %8.2f\n", n, w, a, m, a / b }'; }
    row "git log --raw" "$base" "$base_mb"
    read -r cpu mb <<< "$(measure "$program" audit "$repo" --format json)"
    row "first audit" "$cpu" "$mb"
    read -r cpu mb <<< "$(measure "$program" audit "$repo" --format json)"
    row "second audit" "$cpu" "$mb"
    history $((commits + 1)) $((commits + 1000)) | git -C "$repo" fast-import --quiet
    read -r cpu mb <<< "$(measure "$program" audit "$repo" --format json)"
    row "with 1,000 new commits" "$cpu" "$mb"
    read -r cpu mb <<< "$(measure "$program" audit "$repo" --no-cache --low-memory --format json)"
    row "first audit, --low-memory" "$cpu" "$mb"
    rm -rf "$repo"
done
