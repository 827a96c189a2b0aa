#!/usr/bin/env bash
# Sluice with curl: sluice.sh generate|receipt|stream "Hello". SLUICE_URL says where it is.
set -uo pipefail
sluice=${SLUICE_URL:-http://127.0.0.1:8080}
mode=${1:-stream}
prompt=$(printf '%s' "${2-Hello}" | sed 's/\\/\\\\/g; s/"/\\"/g')
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# curl itself waits for Retry-After and tries again after a 503. A problem is told, and ends this.
call() {
  local path=$1 status
  shift
  status=$(curl -sS --connect-timeout 5 --max-time 60 --retry 3 -o "$answer" -D "$answer.head" -w '%{http_code}' "$sluice$path" "$@") || exit 1
  location=$(tr -d '\r' <"$answer.head" | sed -n 's/^[Ll]ocation: //p')
  rm -f "$answer.head"
  if ((status >= 400)); then
    cat "$answer" >&2
    exit 1
  fi
}

generate() {
  call /v1/generations -H 'Content-Type: application/json' -d '{"messages": [{"role": "user", "content": "'"$prompt"'"}]}' "$@"
}

case $mode in
  generate)
    generate
    cat "$answer"
    ;;
  receipt)
    generate -H 'Prefer: respond-async'
    receipt=$location
    echo "receipt: $receipt"
    while call "$receipt" && grep -q '"status":"running"' "$answer"; do
      sleep 0.5
    done
    cat "$answer"
    ;;
  stream)
    # What is begun with a receipt runs on when the line goes dead, so any number of lines may be followed in turn.
    generate -H 'Prefer: respond-async'
    events=$sluice$location/events
    last=0
    for _ in 1 2 3 4 5; do
      # --speed-time: nothing for half a minute, not even a comment, is a dead line.
      while IFS= read -r line; do
        printf '%s\n' "$line"
        case $line in
          'id: '*) id=${line#id: } ;;
          'event: '*) event=${line#event: } ;;
          '') # A blank line ends an event; what is cut off before it comes again.
            last=${id:-$last}
            case ${event:-} in completed) exit 0 ;; failed | cancelled) exit 1 ;; esac
            ;;
        esac
      done < <(curl -sN --connect-timeout 5 --speed-limit 1 --speed-time 30 "$events" -H "Last-Event-ID: $last")
      echo "--- the connection is lost after event $last" >&2
      sleep 0.5
    done
    exit 1
    ;;
esac
