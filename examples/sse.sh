#!/usr/bin/env bash
# Streams an answer, loses the connection on the way, and goes on behind the last event it saw.
set -euo pipefail
sluice=${1:-http://127.0.0.1:8080}
question='{"onDisconnect": "finish", "messages": [{"role": "user", "content": "one two three four five six seven eight nine ten"}]}'
first=$(mktemp)
trap 'rm -f "$first"' EXIT

# Half a second of the stream, then the line goes dead.
curl -sN --max-time 0.5 "$sluice/v1/generations" -H 'Content-Type: application/json' -H 'Accept: text/event-stream' \
  -d "$question" | tee "$first" || true

id=$(grep -m1 -oE 'gen_[0-9a-z]+' "$first")
last=$(grep -E '^id: ' "$first" | tail -1 | cut -d' ' -f2)
echo "--- lost after event $last of $id; on with the next one"
curl -sN "$sluice/v1/generations/$id/events" -H "Last-Event-ID: $last"
