#!/usr/bin/env bash
# Measures Sluice beside a bare MVC door and Spring AI; see README.md. QUICK=1 takes under two minutes.
set -euo pipefail
cd "$(dirname "$0")"

# The same for every target. Each stream costs the AWS SDK's decoder two megabytes, so that Spring AI with a thousand
# streams needs this heap, and regions in which two megabytes are not a humongous object.
JVM_FLAGS=${JVM_FLAGS:--Xms3g -Xmx3g -XX:+UseG1GC -XX:G1HeapRegionSize=8m --enable-native-access=ALL-UNNAMED}
PORT=${PORT:-18090} # and the five that follow
OUT=${OUT:-results}
LOGS=${LOGS:-target/logs}
SLUICE_JAR=${SLUICE_JAR:-$(ls -t ../target/sluice-*.jar 2>/dev/null | grep -v -e sources -e javadoc | head -1 || true)}

java_25() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/*; do
    [ -x "$home/bin/java" ] || continue
    local version
    version=$("$home/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/.*java.specification.version = //p')
    if [ "${version%%.*}" -ge 25 ] 2>/dev/null; then
      echo "$home/bin/java"
      return
    fi
  done
  echo "No JDK 25 found; set JAVA_HOME" >&2
  return 1
}
JAVA=$(java_25)

if [ -z "${SKIP_BUILD:-}" ]; then
  ../mvnw -q -B -f pom.xml -DskipTests package
fi
mkdir -p "$LOGS"

# The AWS SDK signs with these, and the stand-in does not look.
export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=benchmark AWS_SECRET_ACCESS_KEY=benchmark AWS_EC2_METADATA_DISABLED=true
export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://127.0.0.1:$PORT
STORE_PORT=$((PORT + 5))
export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:$STORE_PORT

pids=()
stop() {
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  wait 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

# start NAME COMMAND...: sets $pid
start() {
  local name=$1
  shift
  "$@" >"$LOGS/$name.log" 2>&1 &
  pid=$!
  pids+=("$pid")
}

# ready NAME PORT PID: waits for the port
ready() {
  for _ in $(seq 240); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
      return
    fi
    kill -0 "$3" 2>/dev/null || break
    sleep 0.25
  done
  echo "$1 did not start; the end of $LOGS/$1.log:" >&2
  tail -20 "$LOGS/$1.log" >&2
  return 1
}

SMALL_JVM="-XX:+UseSerialGC -Xmx256m"
start stand-in "$JAVA" $SMALL_JVM -jar stand-in/target/stand-in.jar --port="$PORT"
targets=("--direct=$PORT,$pid")
ready stand-in "$PORT" "$pid"

# Bare and Spring AI are one application, but a process each, so that neither's memory or compiled code is the other's.
BARE_PORT=$((PORT + 1))
start bare env SERVER_PORT="$BARE_PORT" "$JAVA" $JVM_FLAGS -jar baseline/target/baseline.jar
targets+=("--bare=$BARE_PORT,$pid")
bare=$pid

SPRING_AI_PORT=$((PORT + 2))
start spring-ai env SERVER_PORT="$SPRING_AI_PORT" "$JAVA" $JVM_FLAGS -jar baseline/target/baseline.jar
targets+=("--spring-ai=$SPRING_AI_PORT,$pid")
ready bare "$BARE_PORT" "$bare"
ready spring-ai "$SPRING_AI_PORT" "$pid"

SLUICE_PORT=$((PORT + 3))
PLAIN_PORT=$((PORT + 4))
if [ -n "$SLUICE_JAR" ]; then
  # A process of its own, so that what Sluice stores costs the model's stand-in nothing.
  start store "$JAVA" $SMALL_JVM -jar stand-in/target/stand-in.jar --port="$STORE_PORT"
  ready store "$STORE_PORT" "$pid"

  # Sluice as it comes, with guardrails and audit trail, and without the two.
  rm -rf target/audit
  start sluice env SERVER_PORT="$SLUICE_PORT" SLUICE_AUDIT_DIRECTORY=target/audit \
    ${SLUICE_PROFILE:+SPRING_PROFILES_ACTIVE="$SLUICE_PROFILE"} "$JAVA" $JVM_FLAGS -jar "$SLUICE_JAR"
  targets+=("--sluice=$SLUICE_PORT,$pid")
  sluice=$pid
  start sluice-plain env SERVER_PORT="$PLAIN_PORT" SLUICE_GUARDRAIL_DEFAULTPOLICY=none SLUICE_AUDIT_ENABLED=false \
    ${SLUICE_PROFILE:+SPRING_PROFILES_ACTIVE="$SLUICE_PROFILE"} "$JAVA" $JVM_FLAGS -jar "$SLUICE_JAR"
  targets+=("--sluice-plain=$PLAIN_PORT,$pid")
  ready sluice "$SLUICE_PORT" "$sluice"
  ready sluice-plain "$PLAIN_PORT" "$pid"
else
  echo "No jar of Sluice; build it with ./mvnw package in the root. Measuring the others." >&2
fi

# In the background, for the traps to be heard while it runs.
"$JAVA" $SMALL_JVM ${MODEL:+-Dmodel="$MODEL"} -cp driver/target/driver.jar dev.sluice.benchmarks.driver.Campaign \
  "${targets[@]}" --out="$OUT" --flags="$JVM_FLAGS" \
  --version="$(git describe --always --dirty 2>/dev/null || echo unknown)${SLUICE_JAR:+, $(basename "$SLUICE_JAR")}" \
  ${QUICK:+--quick=1} ${ROUNDS:+--rounds="$ROUNDS"} ${SECONDS_EACH:+--seconds="$SECONDS_EACH"} &
pids+=("$!")
wait "$!"
