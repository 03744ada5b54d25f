#!/usr/bin/env python3
"""truth.py RUN FOLDER JSON FILE=PLACE...: writes FOLDER/truth.json: what an experiment did, said by those who did it.

JSON: what was meant.  `dropped`, `carrier`: the log of wire.py.  `client`, `server`: the log of lab.py.
`captures`: for each file its place, and which dropped TCP segments with data were lost before it (never
seen there) and after it (seen there, with their packets' numbers), by direction; this follows from
the wire each was lost on and is checked with the packets.  `tshark`: how often it says what.
"""
import json, pathlib, subprocess, sys

run, folder, meant = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), json.loads(sys.argv[3])
PLACES = {"client": 0, "middle": 1, "server": 2}
WIRES = {"cable": 1, "west": 0.5, "east": 1.5}
TOLERANCE = 0.015 if meant.get("rtt_ms", 0) >= 5 else 0.1
SAID = ("retransmission fast_retransmission spurious_retransmission out_of_order lost_segment ack_lost_segment duplicate_ack "
        "zero_window zero_window_probe zero_window_probe_ack window_full window_update keep_alive keep_alive_ack").split()


def lines(name):
    file = run / name
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def tshark(file, *arguments):
    command = ["tshark", "-n", "-2", "-o", "tcp.relative_sequence_numbers:FALSE", "-r", str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def packets(file):
    """(IP id, sequence number, TCP payload, source) -> packet, from the outermost headers."""
    names = "frame.number ip.proto ip.id tcp.seq tcp.len ip.src tcp.srcport ip.dst tcp.dstport udp.srcport udp.dstport".split()
    found, flows = {}, set()
    for line in tshark(file, "-T", "fields", "-E", "occurrence=f", *(x for n in names for x in ("-e", n))):
        number, proto, ip_id, seq, size, src, sport, dst, dport, uport, vport = line.split("\t")
        if not src:                             # IPv6
            flows.add((f":{sport or uport}", f":{dport or vport}"))
        if proto not in ("6", "17"):            # an ICMP message quotes a header
            continue
        flows.add((f"{src}:{sport or uport}", f"{dst}:{dport or vport}"))
        if seq:
            found[int(ip_id or "0", 16), int(seq), int(size), f"{src}:{sport}"] = int(number)
    return found, flows


carried = [line for line in lines("wires.log") if line["what"] == "carried"]
drops = [line for line in lines("wires.log") if line["what"] == "dropped"]
apps = lines("lab.log")
captures, seen_flows = {}, set()
for item in sys.argv[4:]:
    name, place = item.split("=")
    at, (here, flows) = PLACES[place], packets(folder / name)
    seen_flows |= flows
    about = {"place": place, "packets": len(tshark(folder / name))}
    for when in ("lost_before", "lost_after"):
        about[when] = {"to_client": 0, "to_server": 0, "packets": []}
    for drop in drops:
        if not drop.get("len") or (drop["from"], drop["to"]) not in flows and (drop["to"], drop["from"]) not in flows:
            continue
        to_server = drop["way"] == "ab"
        before = (WIRES[drop["wire"]] < at) == to_server
        number = here.get((drop["ip_id"], drop["seq"], drop["len"], drop["from"]))
        if before != (number is None):
            sys.exit(f"truth.py: {folder.name}/{name}: a segment lost {'before' if before else 'after'} it, packet {number}: {drop}")
        lost = about["lost_before" if before else "lost_after"]
        lost["to_server" if to_server else "to_client"] += 1
        if number:
            lost["packets"].append(number)
    for when in ("lost_before", "lost_after"):
        about[when]["packets"].sort()
    del about["lost_before"]["packets"]
    about["tshark"] = {what: n for what in SAID if (n := len(tshark(folder / name, "-Y", "tcp.analysis." + what)))}
    rtts = dict(line.split("\t") for line in tshark(folder / name, "-Y", "tcp.analysis.initial_rtt", "-T", "fields",
                "-E", "occurrence=f", "-e", "tcp.stream", "-e", "tcp.analysis.initial_rtt"))
    about["initial_rtt_ms"] = [round(float(rtts[stream]) * 1e3, 3) for stream in sorted(rtts, key=int)]
    captures[name] = about
    if meant["what"] in ("delay", "network", "server") and any(abs(ms / meant["rtt_ms"] - 1) > TOLERANCE for ms in about["initial_rtt_ms"]):
        sys.exit(f"truth.py: {folder.name}/{name}: the machine is not quiet enough, try again: {about['initial_rtt_ms']}")

ports = {flow[0].rsplit(":", 1)[1] for flow in seen_flows}


def told(who):
    """The log of one end, of connections that are in the captures, by kind."""
    kinds = {}
    for line in apps:
        if line["who"] == who and ("port" not in line or str(line["port"]) in ports):
            kinds.setdefault(line["what"], []).append({k: v for k, v in line.items() if k not in ("who", "what")})
    return kinds


drops = [{k: v for k, v in drop.items() if k != "what"} for drop in drops
         if "from" not in drop or (drop["from"], drop["to"]) in seen_flows or (drop["to"], drop["from"]) in seen_flows]
truth = {**meant, "captures": captures, "dropped": drops,
         "carrier": [{k: v for k, v in line.items() if k != "what"} for line in carried], "client": told("client"), "server": told("server")}


def written(value, depth=0):
    """JSON with one line for each thing."""
    if isinstance(value, (dict, list)) and value and depth < 3 and len(json.dumps(value)) > 150:
        pad = "\n" + "  " * (depth + 1)
        if isinstance(value, dict):
            inner = ("," + pad).join(f"{json.dumps(k)}: {written(v, depth + 1)}" for k, v in value.items())
            return "{" + pad + inner + pad[:-2] + "}"
        return "[" + pad + ("," + pad).join(written(v, depth + 1) for v in value) + pad[:-2] + "]"
    return json.dumps(value)


(folder / "truth.json").write_text(written(truth) + "\n")
for name, about in captures.items():
    print(f"{folder.name}/{name}: {json.dumps(about)}")
