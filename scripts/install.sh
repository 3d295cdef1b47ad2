#!/usr/bin/env bash
# Make .venv and install locked wheels into it: `install.sh STAMP LOCK...`. The stamp is written
# last, so that an interrupted installation is taken up again.
set -euo pipefail

stamp=${1:?usage: install.sh STAMP LOCK...}
shift
locks=("$@")

# Two commands started at once must not install into one folder together.
exec 9<"$0"
flock 9
[[ -e $stamp ]] && exit 0

began=$SECONDS
scripts/packages.sh python
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=""
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$name
            break
        fi
    done
    echo "making .venv with $("${python:?no usable Python}" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

requirements=()
for lock in "${locks[@]}"; do
    requirements+=(--requirement "$lock")
done
total=$(grep -chE '^[a-z0-9]' "${locks[@]}" | awk '{n += $1} END {print n}')
echo "installing up to $total locked packages from ${locks[*]}"
.venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --no-compile --require-hashes --only-binary :all: "${requirements[@]}" |
    awk '
        /^Collecting /  { if (++n % 10 == 0) { print "  " n " fetched"; fflush() } }
        /^Installing /  { print "  unpacking"; fflush() }
        /^ERROR|^error/ { print; fflush() }
    '
rm -f .venv/.installed-"$(basename "$stamp" | cut -d- -f2)"-*
touch "$stamp"
echo "installed in $((SECONDS - began)) s"
