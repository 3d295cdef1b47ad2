#!/usr/bin/env bash
# Make sure that the system has what a task needs: `packages.sh python` or `packages.sh browser`.
# Root gets missing Debian packages installed; anybody else gets one line that names them.
set -euo pipefail

find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

missing=()
case "${1:?usage: packages.sh python|browser}" in
python)
    python=$(find_python)
    if [[ -z $python ]]; then
        missing+=(python3 python3-venv)
    elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        case $python in
        python3) missing+=(python3-venv) ;;
        *) missing+=("$python-venv") ;;
        esac
    fi
    ;;
browser)
    command -v chromium >/dev/null || missing+=(chromium)
    compgen -G '/usr/share/fonts/truetype/noto/NotoSans-Regular.*' >/dev/null ||
        missing+=(fonts-noto-core)
    system=$(sed -n 's/^ID=//p' /etc/os-release 2>/dev/null) || system=""
    if [[ $system == ubuntu && " ${missing[*]} " == *" chromium "* ]]; then
        echo "Ubuntu ships Chromium as a snap, which the browser tests cannot drive: run them on" \
            "Debian 12 or 13, or leave them out on purpose with BROWSER=no" >&2
        exit 1
    fi
    ;;
*)
    echo "packages.sh: unknown task $1" >&2
    exit 2
    ;;
esac

if ((${#missing[@]})); then
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        echo "missing Debian packages, ask an administrator to install them: ${missing[*]}" >&2
        exit 1
    fi
    echo "installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if [[ $1 == python ]]; then
    found=$(find_python)
    if [[ -z $found ]]; then
        echo "no Python 3.11 or newer on this machine: Debian 12, 13 and Ubuntu 24.04 have one" >&2
        exit 1
    fi
fi
