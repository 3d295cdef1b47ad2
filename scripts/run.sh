#!/usr/bin/env bash
# Prepare this machine's data and serve the application: web server and worker side by side, both
# stopped by Ctrl-C. Safe to run again at any time: nothing is lost or doubled.
#
#   HOST, PORT       where to listen, 127.0.0.1:8000
#   TRAINING_DEMO    1 (the default here) fills an empty database with a demonstration; set 0 for
#                    a real installation
#   WEB_WORKERS      processes of the web server, 2; each has 8 threads
set -euo pipefail
cd "$(dirname "$0")/.."

export HOST=${HOST:-127.0.0.1} PORT=${PORT:-8000} TRAINING_DEMO=${TRAINING_DEMO:-1}
export FLASK_APP=wsgi PYTHONUTF8=1 PYTHONUNBUFFERED=1
# Packages are compiled when they are first imported; without that every start would be slow.
unset PYTHONDONTWRITEBYTECODE
bin=.venv/bin
address="http://$HOST:$PORT"
began=$SECONDS

free='
import os, socket
with socket.socket() as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((os.environ["HOST"], int(os.environ["PORT"])))
'
if ! "$bin/python" -c "$free" 2>/dev/null; then
    echo "$address is taken or cannot be used; choose another port: PORT=8001 make run" >&2
    exit 1
fi

"$bin/python" -m tools.keys ensure
prepare=("database upgrade" "units load" "content load --if-changed")
if [[ $TRAINING_DEMO == 1 ]]; then
    prepare+=("demo seed --if-empty")
fi
"$bin/python" -m tools.commands "${prepare[@]}"

processes=()
stop() {
    trap '' INT TERM HUP
    if ((${#processes[@]})); then
        kill -TERM "${processes[@]}" 2>/dev/null || true
        wait "${processes[@]}" 2>/dev/null || true
    fi
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM HUP

"$bin/gunicorn" --bind "$HOST:$PORT" --workers "${WEB_WORKERS:-2}" --threads 8 \
    --worker-class gthread --timeout 60 --graceful-timeout 20 --no-control-socket \
    --log-level warning wsgi:app &
processes+=($!)
"$bin/flask" worker run &
processes+=($!)

"$bin/python" - "$address" "${processes[0]}" <<'PY'
"""Wait until the server answers or its process has gone."""
import os, sys, time, urllib.error, urllib.request

address, process = sys.argv[1], int(sys.argv[2])
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for _ in range(300):
    try:
        os.kill(process, 0)
        opener.open(address, timeout=5)
        break
    except urllib.error.HTTPError as answer:
        if answer.code < 500:
            break
    except ProcessLookupError:
        sys.exit("the web server did not start; its reason stands above")
    except OSError:
        pass
    time.sleep(0.1)
PY

echo
echo "$address answers after $((SECONDS - began)) s; Ctrl-C stops it"
if [[ $TRAINING_DEMO == 1 ]]; then
    "$bin/flask" demo ways-in
fi

status=0
wait -n "${processes[@]}" || status=$?
echo "the web server or the worker ended ($status); stopping the other" >&2
stop
exit 1
