#!/usr/bin/env python3
"""Writes ../README.md: the table of cases.toml with the numbers of packets and bytes found."""
import pathlib, subprocess, tomllib

here = pathlib.Path(__file__).resolve().parent.parent
version = subprocess.run(["tshark", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
rows = []
for case, about in tomllib.load(open(here / "make/cases.toml", "rb")).items():
    files = sorted(p for p in (here / case).glob("*") if p.suffix not in (".tsv", ".golden") and p.name not in ("golden.txt", "truth.json"))
    packets = []
    for file in files:
        tsv = here / case / ("tshark.tsv" if file.stem == "capture" else file.name + ".tsv")
        if tsv.exists():
            packets.append(str(len(tsv.read_bytes().splitlines()) - 1))
    if files:
        count = " + ".join(packets) if len(packets) < 4 else f"{len(files)} files"
        size = sum(f.stat().st_size for f in files)
        rows.append(f"| `{case}` | {count or f'{len(files)} files'} | {size} | {about['place']} | {about['delay']} | {about['see']} |")
(here / "README.md").write_text(f"""# Test captures

Everything here was made by `make.sh`: real servers and clients in network namespaces, recorded with
tcpdump (the sample: dumpcap). Run `./make.sh` as root for all, `./make.sh CASE` for one, `./make.sh -l`
for the list. Times and random numbers differ from run to run, so a new run makes new files; what a
reader should see stays. `quic` needs `QUIC_PYTHON=` a Python with aioquic, `sctp` libusrsctp2.

Delay, loss and reordering are not from `tc netem`, which the kernel they were made on lacks, but from
`make/wire.py`, a program that carries the frames between TAP interfaces of the namespaces; both ends
are the kernel's own TCP. Delays are round trips. Offloads are off (except in `offload`), so checksums
are right. Addresses: client 198.51.100.2, 2001:db8:1::2; server 192.0.2.10, 2001:db8:2::10.

`tshark.tsv` beside each capture (`NAME.tsv` for other names) holds an independent reader's answers for
the tests to compare with, one line per packet; `oracle.sh CASE` writes it. {version}

The `lab-*` cases are experiments: `truth.json` says what was done, by those who did it. The carrier wrote
down each frame it dropped (`make/wire.py`), client and server each wait and each round-trip time their
kernel measured (`make/lab.py`); `make/truth.py` puts it together, beside the numbers of the packets.

| Case | Packets | Bytes | Recorded | Delay, loss | What to see |
|---|---|---|---|---|---|
""" + "\n".join(rows) + "\n")
