#!/usr/bin/env bash
# The Debian package in a clean root: made by cpack, installed with its dependencies by apt, used, removed.
# Usage: deb_test.sh RELEASE_BUILD [ROOT]. ROOT is a fresh Debian 12 root, of which a copy is used; without it
# debootstrap makes one. Ends with 77 where it may not (no root) or cannot (no debootstrap).
set -euo pipefail
build=$(realpath "$1")
source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")

fail() {
    printf 'deb_test: %s\n' "$*" >&2
    exit 1
}
[ "$(id -u)" = 0 ] || { echo "deb_test: a clean root needs root: skipped" >&2; exit 77; }
[ $# -ge 2 ] || command -v debootstrap > /dev/null || { echo "deb_test: no debootstrap: skipped" >&2; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$build" && cpack -G DEB -B "$work/package" > "$work/cpack.log" 2>&1) || { cat "$work/cpack.log" >&2; fail "cpack"; }
package=$(find "$work/package" -maxdepth 1 -name '*.deb')
depends=$(dpkg-deb -f "$package" Depends)
printf 'package %s, %s bytes\ndepends on %s\n' "$(basename "$package")" "$(stat -c %s "$package")" "$depends"
for library in libc6 libstdc++6 libarchive libgit2 libpqxx libsqlite3; do
    [[ $depends == *"$library"* ]] || fail "it does not depend on $library, which the program is linked with"
done
for tool in -dev g++ cmake; do
    [[ $depends != *"$tool"* ]] || fail "it depends on $tool, which only a build needs"
done

root=$work/root
if [ $# -ge 2 ]; then
    cp -a "$2" "$root"
else
    debootstrap --variant=minbase bookworm "$root" > "$work/debootstrap.log" 2>&1 || fail "debootstrap"
fi
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
cp "$package" "$root/tmp/plimsoll.deb"
cp -r "$source/sample-data/harbour-tickets" "$root/tmp/story"
inside apt-get -qq update
inside apt-get -qq install -y --no-install-recommends /tmp/plimsoll.deb > "$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; fail "apt"; }

# The library loader and the program itself, not the package's word.
! inside ldd /usr/bin/plimsoll | grep 'not found' || fail "a library is missing"
inside plimsoll --version | grep -E '^plimsoll [0-9]+\.[0-9]+\.[0-9]+ \(.+\)$' || fail "no version with its commit"
for file in man/man1/plimsoll.1.gz bash-completion/completions/plimsoll zsh/vendor-completions/_plimsoll \
    fish/vendor_completions.d/plimsoll.fish doc/plimsoll/copyright doc/plimsoll/changelog.gz; do
    [ -s "$root/usr/share/$file" ] || fail "/usr/share/$file is not there"
done
gzip -dc "$root/usr/share/man/man1/plimsoll.1.gz" | grep -q '^\.TH PLIMSOLL 1' || fail "the manual page is none"

status=0
inside plimsoll audit /tmp/story --unit us --json /tmp/audit.json --html /tmp/report.html > "$work/report" 2> "$work/said" || status=$?
[ "$status" = 0 ] || [ "$status" = 4 ] || { cat "$work/said" >&2; fail "the audit ends with $status"; }
head -4 "$work/report"
grep -q '"schema": *"plimsoll.audit/1"' "$root/tmp/audit.json" || fail "no audit was written"
[ -s "$root/tmp/report.html" ] || fail "no page was written"
same=0
inside plimsoll gate /tmp/story --unit us --baseline none --write-baseline /tmp/b.json > /dev/null 2>&1 || same=$?
[ "$same" = "$status" ] || fail "the gate ends with $same where the audit ends with $status"
status=0
inside plimsoll gate /tmp/story --unit us --baseline none --min-load-line 1000000 > /dev/null 2>&1 || status=$?
[ "$status" = 1 ] || fail "a gate that fails ends with $status"

inside dpkg -r plimsoll > /dev/null
left=$(find "$root/usr" -name '*plimsoll*')
[ -z "$left" ] || fail "left behind: $left"
echo "deb_test: installed, used and removed"
