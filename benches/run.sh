#!/usr/bin/env bash
# ./dev bench [KIND…]: the same captures through the command line tool, the other tools installed here, and the page in Chromium.
# KIND is one of ../shared/bench/make.sh (64m 256m 1g tiny flows; default 64m 256m) or a capture file. Without ../shared, a capture
# of 64 MB is made from our own test captures. Called by ./dev, which sets SHARED, CHROME and PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
OUT=target/bench-captures
WIREGLASS=target/release/wireglass
ROUNDS=${ROUNDS:-3}
BENCH=$SHARED/bench
have() { command -v "$1" >/dev/null 2>&1; }

captures=()
[ $# -gt 0 ] || set -- 64m 256m
mkdir -p "$OUT"
for kind in "$@"; do
  if [ -f "$kind" ]; then captures+=("$kind"); continue; fi
  if [ ! -x "$BENCH/make.sh" ]; then echo "$BENCH is not there: measuring on replayed test captures instead"; break; fi
  case $kind in tiny | flows) file=$OUT/$kind.pcap ;; *) file=$OUT/real-$kind.pcap ;; esac
  [ -f "$file" ] || { echo "making $file"; "$BENCH/make.sh" "$PWD/$OUT" "$kind"; }
  captures+=("$file")
done
if [ ${#captures[@]} = 0 ]; then
  file=$OUT/replayed-64m.pcap
  node benches/replay.mjs "$file" 64
  captures=("$file")
fi

echo "building"
cargo build --release --locked --quiet --bin wireglass
trunk build --release --offline --locked --skip-version-check --quiet

# CPU seconds of the quickest of ROUNDS runs, for where peers.py or what it needs is missing.
own_clock() {
  local TIMEFORMAT='%U %S' round
  for ((round = 0; round < ROUNDS; round++)); do { time "$WIREGLASS" summary "$1" >/dev/null 2>&1; } 2>&1; done |
    awk -v bytes="$(wc -c <"$1")" '{ cpu = $1 + $2; if (!best || cpu < best) best = cpu }
      END { printf "wireglass: %.2f s CPU (best of %d), %.0f MB/s\n", best, NR, best ? bytes / best / 1e6 : 0 }'
}

for capture in "${captures[@]}"; do
  echo; echo "== $capture, native ($(uname -m), $(git describe --always --dirty))"
  cat "$capture" >/dev/null   # into the page cache
  if [ -x "$BENCH/peers.py" ] && have python3 && have capinfos; then
    peers=capinfos-noh
    have tcpdump && peers+=,tcpdump-w
    # Slow ones only where they end within a minute.
    [ "$(wc -c <"$capture")" -lt 400000000 ] && have tshark && peers+=,tshark-phs
    "$BENCH/peers.py" -n "$ROUNDS" --only "$peers" --add "wireglass=$WIREGLASS summary {X}" "$capture" 2>"$OUT/peers.log"
  else
    own_clock "$capture"
  fi
  echo; echo "== $capture, the engine alone"
  cargo bench --locked --quiet --bench engine -- "$(realpath "$capture")"
  echo; echo "== $capture, in Chromium"
  node benches/browser.mjs "$capture" "$ROUNDS"
done
echo; echo "worth keeping? Put the figures into benches/RECORD.md with date, machine and commit"
