//! sFlow version 5, sflow.org/sflow_version_5.txt.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Field, Names, Next, Payload, Problem, Protocol, Reader, Slot, Verdict, details,
    fields, layouts, name_of,
};

fields! {
    AGENT: Address => "sflow_245.agent", "Agent address";
    AGENT6: Address => "sflow_245.agent.v6", "Agent address";
    SAMPLE: Label => "sflow.sample", "Sample";
    RECORD: Label => "sflow.record", "Record";
    ENTERPRISE: Uint => "sflow.enterprise", "Enterprise";
    SAMPLE_TYPE: Uint => "sflow_245.sampletype", "sFlow sample type";
    FLOW_FORMAT: Uint => "sflow_245.flow_record_format", "Format";
    COUNTERS_FORMAT: Uint => "sflow_245.counters_record_format", "Format";
    CLASS: Uint => "sflow.flow_sample.source_id_class", "Source ID class";
    INDEX: Uint => "sflow.flow_sample.index", "Index";
    COUNTERS_TYPE: Uint => "sflow.counters_sample.source_id_type", "Source ID type";
    COUNTERS_INDEX: Uint => "sflow.counters_sample.source_id_index", "Source ID index";
    SAMPLED: Bytes => "sflow_245.header", "Header of sampled packet";
}

layouts! {
    START = [
        Uint => "sflow_245.version", "Datagram version", 4;
        Uint => "sflow_245.agenttype", "Agent address type", 4: "Unknown|IPv4|IPv6";
    ]
    SUB_AGENT = [
        Uint => "sflow_245.sub_agent_id", "Sub-agent ID", 4;
    ]
    COUNTS = [
        Uint => "sflow_245.sequence_number", "Sequence number", 4;
        Uint => "sflow_245.sysuptime", "SysUptime", 4;
        Uint => "sflow_245.numsamples", "NumSamples", 4;
    ]
    SAMPLE_LENGTH = [
        Uint => "sflow_5.sample_length", "Sample length (byte)", 4;
    ]
    RECORD_LENGTH = [
        Uint => "sflow_5.flow_data_length", "Flow data length (byte)", 4;
    ]
    COUNTERS_SEQUENCE = [
        Uint => "sflow.counters_sample.sequence_number", "Sequence number", 4;
    ]
    COUNTERS_RECORDS = [
        Uint => "sflow.counters_sample.counters_records", "Counters records", 4;
    ]
    FLOW_SEQUENCE = [
        Uint => "sflow.flow_sample.sequence_number", "Sequence number", 4;
    ]
    FLOW_SAMPLE = [
        Uint => "sflow.flow_sample.sampling_rate", "Sampling rate", 4;
        Uint => "sflow.flow_sample.sample_pool", "Sample pool", 4;
        Uint => "sflow.flow_sample.dropped_packets", "Dropped packets", 4;
        Uint => "sflow.flow_sample.input_interface", "Input interface (ifIndex)", 4;
        Hex(8) => "sflow.flow_sample.output_interface", "Output interface", 4;
        Uint => "sflow.flow_sample.output_interface_format", "Output interface format", &0xc000_0000:
            "single interface|packet discarded|multiple interfaces";
        Uint => "sflow.flow_sample.output_interface_value", "Output interface value", &0x3fff_ffff;
        Uint => "sflow.flow_sample.flow_record", "Flow record", 4;
    ]
    RAW_PACKET = [
        Uint => "sflow_245.header_protocol", "Header protocol", 4:
            "1=Ethernet|Token Bus|Token Ring|FDDI|Frame Relay|X.25|PPP|SMDS|AAL5|AAL5 IP|IPv4|IPv6|MPLS|POS";
        Uint => "sflow_245.header.frame_length", "Frame Length", 4;
        Uint => "sflow_245.header.payload_stripped", "Payload stripped", 4;
        Uint => "sflow_245.header.sampled_header_length", "Sampled header length", 4;
    ]
    SWITCH = [
        Uint => "sflow_245.vlan.in", "Incoming 802.1Q VLAN", 4;
        Uint => "sflow_245.pri.in", "Incoming 802.1p priority", 4;
        Uint => "sflow_245.vlan.out", "Outgoing 802.1Q VLAN", 4;
        Uint => "sflow_245.pri.out", "Outgoing 802.1p priority", 4;
    ]
    GENERIC = [
        Uint => "sflow_245.ifindex", "Interface index", 4;
        Uint => "sflow_245.iftype", "Interface Type", 4;
        Uint => "sflow_245.ifspeed", "Interface Speed", 8;
        Uint => "sflow_245.ifdirection", "Interface Direction", 4: "unknown|Full-Duplex|Half-Duplex|In|Out";
        Label => "sflow_245.ifstatus", "Status", 4;
        Bool => "sflow_245.ifadmin_status", "IfAdminStatus", &1: "Down|Up";
        Bool => "sflow_245.ifoper_status", "IfOperStatus", &2: "Down|Up";
        Uint => "sflow_245.ifinoct", "Input Octets", 8;
        Uint => "sflow_245.ifinpkt", "Input Packets", 4;
        Uint => "sflow_245.ifinmcast", "Input Multicast Packets", 4;
        Uint => "sflow_245.ifinbcast", "Input Broadcast Packets", 4;
        Uint => "sflow_245.ifindisc", "Input Discarded Packets", 4;
        Uint => "sflow_245.ifinerr", "Input Errors", 4;
        Uint => "sflow_245.ifinunk", "Input Unknown Protocol Packets", 4;
        Uint => "sflow_245.ifoutoct", "Output Octets", 8;
        Uint => "sflow_245.ifoutpkt", "Output Packets", 4;
        Uint => "sflow_245.ifoutmcast", "Output Multicast Packets", 4;
        Uint => "sflow_245.ifoutbcast", "Output Broadcast Packets", 4;
        Uint => "sflow_245.ifoutdisc", "Output Discarded Packets", 4;
        Uint => "sflow_245.ifouterr", "Output Errors", 4;
        Uint => "sflow_245.ifpromisc", "Promiscuous Mode", 4;
    ]
    ETHERNET = [
        Uint => "sflow_245.dot3StatsAlignmentErrors", "Alignment Errors", 4;
        Uint => "sflow_245.dot3StatsFCSErrors", "FCS Errors", 4;
        Uint => "sflow_245.dot3StatsSingleCollisionFrames", "Single Collision Frames", 4;
        Uint => "sflow_245.dot3StatsMultipleCollisionFrames", "Multiple Collision Frames", 4;
        Uint => "sflow_245.dot3StatsSQETestErrors", "SQE Test Errors", 4;
        Uint => "sflow_245.dot3StatsDeferredTransmissions", "Deferred Transmissions", 4;
        Uint => "sflow_245.dot3StatsLateCollisions", "Late Collisions", 4;
        Uint => "sflow_245.dot3StatsExcessiveCollisions", "Excessive Collisions", 4;
        Uint => "sflow_245.dot3StatsInternalMacTransmitErrors", "Internal Mac Transmit Errors", 4;
        Uint => "sflow_245.dot3StatsCarrierSenseErrors", "Carrier Sense Errors", 4;
        Uint => "sflow_245.dot3StatsFrameTooLongs", "Frame Too Longs", 4;
        Uint => "sflow_245.dot3StatsInternalMacReceiveErrors", "Internal Mac Receive Errors", 4;
        Uint => "sflow_245.dot3StatsSymbolErrors", "Symbol Errors", 4;
    ]
    VLAN = [
        Uint => "sflow_245.vlan_id", "VLAN ID", 4;
        Uint => "sflow_245.octets", "Octets", 8;
        Uint => "sflow_245.ucastPkts", "Unicast Packets", 4;
        Uint => "sflow_245.multicastPkts", "Multicast Packets", 4;
        Uint => "sflow_245.broadcastPkts", "Broadcast Packets", 4;
        Uint => "sflow_245.discards", "Discards", 4;
    ]
    PROCESSOR = [
        Uint => "sflow_5.cpu_5s", "5s CPU Load (100 = 1%)", 4;
        Uint => "sflow_5.cpu_1m", "1m CPU Load (100 = 1%)", 4;
        Uint => "sflow_5.cpu_5m", "5m CPU Load (100 = 1%)", 4;
        Uint => "sflow_5.total_memory", "Total Memory", 8;
        Uint => "sflow_5.free_memory", "Free Memory", 8;
    ]
}

pub(super) static SFLOW: Protocol = Protocol {
    name: "sflow",
    title: "InMon sFlow",
    short: "sFlow",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[Claim::UdpPort(6343)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

/// Where the fields after the agent's address begin.
fn after_agent(bytes: &Bytes<'_>) -> Result<usize, Problem> {
    match bytes.u32(4)? {
        1 => Ok(12),
        2 => Ok(24),
        _ => Err(Problem::Malformed),
    }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let version = bytes.u32(0)?;
    if !payload.is_udp() || !matches!(version, 2 | 4 | 5) {
        return Ok(Verdict::NotMine);
    }
    let at = after_agent(&bytes)?;
    let (samples, format) = (bytes.u32(at.saturating_add(12))?, bytes.u32(at.saturating_add(16)).unwrap_or(1));
    Ok(Verdict::certain_if(version == 5 && (1..=64).contains(&samples) && (1..=4).contains(&format)))
}

const FLOW: u32 = 1;
const COUNTERS: u32 = 2;
const EXPANDED_COUNTERS: u32 = 4;
static SAMPLES: Names = "1=Flow sample|Counters sample|Expanded flow sample|Expanded counters sample";
static FLOWS: Names = "1=Raw packet header|Ethernet frame|IPv4|IPv6|1001=Extended switch|Extended router|Extended gateway|\
    Extended user|Extended URL|Extended MPLS|Extended NAT|Extended MPLS tunnel|Extended MPLS VC|Extended MPLS FTN|\
    Extended MPLS LDP FEC|Extended VLAN tunnel|Extended 802.11 payload|Extended 802.11 rx|Extended 802.11 tx|\
    Extended 802.11 aggregation";
static COUNTS_OF: Names = "1=Generic interface counters|Ethernet interface counters|Token ring counters|\
    100 Base VG interface counters|VLAN counters|IEEE 802.11 counters|LAG port statistics|1001=Processor information|\
    Radio utilization";

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut reader = Reader::new(bytes, 0);
    reader.layout(d, START)?;
    let (version, end) = (bytes.u32(0)?, after_agent(&bytes)?);
    let size = end.saturating_sub(8);
    reader.field(d, if size == 4 { &AGENT } else { &AGENT6 }, size)?;
    if version != 5 {
        reader.layout(d, COUNTS)?;
        return Ok(Next::End);
    }
    let agent = if size == 4 { Address::ipv4(bytes.array(8)?) } else { Address::ipv6(bytes.array(8)?) };
    let sub = reader.layout(d, SUB_AGENT)?;
    let sequence = bytes.u32(reader.at)?;
    let samples = reader.layout(d, COUNTS)?;
    d.info(|| format!("V5, agent {agent}, sub-agent ID {sub}, seq {sequence}, {samples} samples"));
    for _ in 0..samples {
        if reader.left() < 8 {
            break;
        }
        details(sample(d, &mut reader))?;
    }
    Ok(Next::End)
}

/// Twenty bits of an enterprise, twelve of what is its kind of sample or record (§5, "data_format").
fn format(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(u32, u32), Problem> {
    let (start, word) = (reader.at, reader.bytes.u32(reader.at)?);
    reader.take(4)?;
    let name = if word >> 12 == 0 { "standard sFlow" } else { "Non-standard sFlow" };
    d.noted(&ENTERPRISE, reader.since(start), word >> 12, name);
    Ok((word >> 12, word & 0xfff))
}

/// Which of the next bytes' kinds it is; none for another enterprise's.
fn known(reader: &Reader<'_>, names: Names, other: &'static str) -> &'static str {
    match reader.bytes.u32(reader.at).map(|word| name_of(names, word.into())) {
        Ok("") | Err(_) => other,
        Ok(name) => name,
    }
}

fn sample(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let size = usize::try_from(reader.bytes.u32(reader.at.saturating_add(4))?).unwrap_or(usize::MAX);
    let mut sample = reader.part(size.saturating_add(8));
    let name = known(&sample, SAMPLES, "Unknown sample");
    d.label(&SAMPLE, sample.bytes.span(sample.at..sample.bytes.len()), || name.to_owned());
    d.nest(|d| {
        let start = sample.at;
        let (enterprise, kind) = format(d, &mut sample)?;
        if enterprise != 0 {
            return Ok(());
        }
        d.noted(&SAMPLE_TYPE, sample.since(start), kind, name);
        sample.layout(d, SAMPLE_LENGTH)?;
        match kind {
            FLOW => {
                sample.layout(d, FLOW_SEQUENCE)?;
                source(d, &mut sample, [&CLASS, &INDEX])?;
                records(d, &mut sample, FLOW_SAMPLE, flow_record)
            }
            COUNTERS => {
                sample.layout(d, COUNTERS_SEQUENCE)?;
                source(d, &mut sample, [&COUNTERS_TYPE, &COUNTERS_INDEX])?;
                records(d, &mut sample, COUNTERS_RECORDS, counters_record)
            }
            EXPANDED_COUNTERS => {
                sample.layout(d, COUNTERS_SEQUENCE)?;
                sample.field(d, &COUNTERS_TYPE, 4)?;
                sample.field(d, &COUNTERS_INDEX, 4)?;
                records(d, &mut sample, COUNTERS_RECORDS, counters_record)
            }
            _ => Ok(()),
        }
    })
}

/// What was sampled: eight bits of its kind, the rest its number.
fn source(d: &mut Dissection, reader: &mut Reader<'_>, [kind, index]: [&'static Field; 2]) -> Result<(), Problem> {
    let (start, word) = (reader.at, reader.bytes.u32(reader.at)?);
    reader.take(4)?;
    d.field(kind, reader.since(start), word >> 24);
    d.field(index, reader.since(start), word & 0x00ff_ffff);
    Ok(())
}

type Record = fn(&mut Dissection, &mut Reader<'_>) -> Result<(), Problem>;

/// What stands in front of a sample's records, which ends with how many there are; then those.
fn records(d: &mut Dissection, sample: &mut Reader<'_>, head: &'static [Slot], record: Record) -> Result<(), Problem> {
    let count = sample.layout(d, head)?;
    for _ in 0..count {
        if sample.left() < 8 {
            break;
        }
        let size = usize::try_from(sample.bytes.u32(sample.at.saturating_add(4))?).unwrap_or(usize::MAX);
        // Padded to four bytes, as XDR does.
        let mut part = sample.part(size.saturating_add(11) & !3);
        let names = if std::ptr::fn_addr_eq(record, flow_record as Record) { FLOWS } else { COUNTS_OF };
        let name = known(&part, names, "Unknown record");
        d.label(&RECORD, part.bytes.span(part.at..part.bytes.len()), || name.to_owned());
        d.nest(|d| details(record(d, &mut part)))?;
    }
    Ok(())
}

fn flow_record(d: &mut Dissection, record: &mut Reader<'_>) -> Result<(), Problem> {
    let start = record.at;
    let (enterprise, kind) = format(d, record)?;
    if enterprise != 0 {
        return Ok(());
    }
    d.noted(&FLOW_FORMAT, record.since(start), kind, name_of(FLOWS, kind.into()));
    record.layout(d, RECORD_LENGTH)?;
    match kind {
        1 => {
            let length = usize::try_from(record.layout(d, RAW_PACKET)?).unwrap_or(usize::MAX);
            record.field(d, &SAMPLED, length)?;
        }
        1001 => _ = record.layout(d, SWITCH)?,
        _ => {}
    }
    Ok(())
}

fn counters_record(d: &mut Dissection, record: &mut Reader<'_>) -> Result<(), Problem> {
    let start = record.at;
    let (enterprise, kind) = format(d, record)?;
    if enterprise != 0 {
        return Ok(());
    }
    let name = name_of(COUNTS_OF, kind.into());
    d.noted(&COUNTERS_FORMAT, record.since(start), kind, if name.is_empty() { "Unknown" } else { name });
    record.layout(d, RECORD_LENGTH)?;
    let layout = match kind {
        1 => GENERIC,
        2 => ETHERNET,
        5 => VLAN,
        1001 => PROCESSOR,
        _ => return Ok(()),
    };
    record.layout(d, layout)?;
    Ok(())
}
