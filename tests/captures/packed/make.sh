#!/bin/sh
# Packs ../dns/capture.pcap with the tools of these formats (gzip, zstd, lz4, xz, bzip2, zip): what src/unpack is tested with.
set -e
cd "$(dirname "$0")"
rm -f day.pcap* days.zip
for tool in gzip zstd xz bzip2; do
  cp ../dns/capture.pcap day.pcap
  $tool -9 -q day.pcap
  rm -f day.pcap
done
lz4 -9 -q ../dns/capture.pcap day.pcap.lz4
work=$(mktemp -d)
cp ../dns/capture.pcap "$work/day.pcap"
cp ../dns/capture.pcap "$work/stored.pcap"
gzip -9 <../dns/capture.pcap >"$work/again.pcap.gz"
echo "Not every file of an archive is a capture." >"$work/readme.txt"
mkdir "$work/folder"
mv "$work/day.pcap" "$work/folder"
here=$PWD
cd "$work"
zip -q -9 "$here/days.zip" readme.txt folder/ folder/day.pcap
zip -q -0 "$here/days.zip" stored.pcap
zip -q -0 "$here/days.zip" again.pcap.gz
rm -r "$work"
