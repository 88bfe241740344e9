# What the scripts beside this one share. Sourced, never run.
# shellcheck shell=bash

# Run a command as the user `postgres` when we are root (the server refuses to run as root),
# as ourselves otherwise.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# The newest PostgreSQL server programs on this machine; POSTGRES_BIN overrides.
postgres_bin() {
    if [ -n "${POSTGRES_BIN:-}" ]; then
        printf '%s\n' "$POSTGRES_BIN"
        return
    fi
    local newest
    newest=$(find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -name initdb 2>/dev/null | sort -V | tail -n 1)
    [ -n "$newest" ] || { echo "capture: no PostgreSQL server found; apt-get install postgresql" >&2; return 3; }
    dirname "$newest"
}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "missing: $tool" >&2; return 3; }
    done
}
