//! Routing Information Protocol, RFC 2453; for IPv6, RFC 2080.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Field, Next, Payload, Problem, Protocol, Verdict, field, fields};

fields! {
    COMMAND: Uint => "rip.command", "Command";
    VERSION: Uint => "rip.version", "Version";
    ENTRY: Label => "rip.entry", "Entry";
    FAMILY: Uint => "rip.family", "Address Family";
    ROUTE_TAG: Uint => "rip.route_tag", "Route Tag";
    ADDRESS: Address => "rip.ip", "IP Address";
    NETMASK: Address => "rip.netmask", "Netmask";
    NEXT_HOP: Address => "rip.next_hop", "Next Hop";
    METRIC: Uint => "rip.metric", "Metric";
    AUTH_TYPE: Uint => "rip.auth.type", "Authentication type";
    PASSWORD: Text => "rip.auth.passwd", "Password";
}

static NG_COMMAND: Field = field!(Uint => "ripng.cmd", "Command");
static NG_VERSION: Field = field!(Uint => "ripng.version", "Version");
static NG_ENTRY: Field = field!(Label => "ripng.rte", "Route Table Entry");
static NG_PREFIX: Field = field!(Address => "ripng.rte.ipv6_prefix", "IPv6 Prefix");
static NG_TAG: Field = field!(Hex(4) => "ripng.rte.route_tag", "Route Tag");
static NG_LENGTH: Field = field!(Uint => "ripng.rte.prefix_length", "Prefix Length");
static NG_METRIC: Field = field!(Uint => "ripng.rte.metric", "Metric");

pub(super) static RIP: Protocol = Protocol {
    name: "rip",
    title: "Routing Information Protocol",
    short: "RIP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(520)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static RIPNG: Protocol = Protocol {
    name: "ripng",
    title: "RIPng",
    short: "RIPng",
    fields: &[&NG_COMMAND, &NG_VERSION, &NG_ENTRY, &NG_PREFIX, &NG_TAG, &NG_LENGTH, &NG_METRIC],
    claims: &[Claim::UdpPort(521)],
    probe: Some(probe),
    dissect: dissect_ng,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    let entries = payload.bytes.len().saturating_sub(4);
    match payload.bytes {
        [1..=12, 1 | 2, ..] => Verdict::possible_if(payload.is_udp() && entries.is_multiple_of(20)),
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (command, version) = (bytes.u8(0)?, bytes.u8(1)?);
        d.field(&COMMAND, bytes.span(0..1), command);
        d.field(&VERSION, bytes.span(1..2), version);
        let title = match command {
            1 => "Request",
            2 => "Response",
            3 => "Traceon",
            4 => "Traceoff",
            _ => "Unknown command",
        };
        d.info(|| title.to_owned());
        d.column(match version {
            0 => "RIPv0",
            1 => "RIPv1",
            2 => "RIPv2",
            _ => "RIP",
        });
        entries(d, &bytes)?;
    }
    Ok(Next::End)
}

/// Routes of twenty bytes; an authentication takes the first one's place (RFC 2453 §4).
fn entries(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let mut rest = bytes.from(4);
    while rest.wire_len() >= 20 {
        let (family, metric) = (rest.u16(0)?, rest.u32(16)?);
        let address = Address::ipv4(rest.array(4)?);
        d.label(&ENTRY, rest.span(0..20), || match family {
            2 => format!("IP Address: {address}, Metric: {metric}"),
            0 => format!("Address not specified, Metric: {metric}"),
            0xffff => "Authentication".to_owned(),
            _ => "Unknown address family".to_owned(),
        });
        d.nest(|d| {
            let name = |family| match family {
                0 => "Unspecified",
                2 => "IP",
                _ => "",
            };
            match family {
                0xffff => {
                    if d.read(&AUTH_TYPE, &rest, 2..4)? == 2 {
                        d.read(&PASSWORD, &rest, 4..20)?;
                    }
                }
                2 => {
                    d.read_named(&FAMILY, &rest, 0..2, name)?;
                    let row: &[(&'static Field, usize)] =
                        &[(&ROUTE_TAG, 2), (&ADDRESS, 4), (&NETMASK, 4), (&NEXT_HOP, 4), (&METRIC, 4)];
                    d.read_row(&rest, 2, row)?;
                }
                _ => {
                    d.read_named(&FAMILY, &rest, 0..2, name)?;
                    d.read(&METRIC, &rest, 16..20)?;
                }
            }
            Ok(())
        })?;
        rest = rest.from(20);
    }
    Ok(())
}

fn dissect_ng<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let name = |command| match command {
        1 => "Request",
        2 => "Response",
        _ => "",
    };
    let command = d.read_named(&NG_COMMAND, &bytes, 0..1, name)?;
    let version = d.read(&NG_VERSION, &bytes, 1..2)?;
    d.info(|| format!(" Command {}, Version {version}", if name(command).is_empty() { "Unknown" } else { name(command) }));
    let mut rest = bytes.from(4);
    while rest.wire_len() >= 20 {
        let said = format!("{}/{} Metric: {}", Address::ipv6(rest.array(0)?), rest.u8(18)?, rest.u8(19)?);
        d.label(&NG_ENTRY, rest.span(0..20), || format!("Route Table Entry: IPv6 Prefix: {said}"));
        d.nest(|d| d.read_row(&rest, 0, &[(&NG_PREFIX, 16), (&NG_TAG, 2), (&NG_LENGTH, 1), (&NG_METRIC, 1)]))?;
        rest = rest.from(20);
    }
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn routes_are_listed() {
        let mut d = Dissection::new(Wanted::Everything);
        let mut bytes = [0_u8; 24];
        bytes[..10].copy_from_slice(&[2, 2, 0, 0, 0, 2, 0, 0, 10, 9]);
        assert!(dissect(&mut d, Bytes::frame(&bytes, 0)).is_ok());
        assert!(d.fields.iter().any(|found| found.field.name() == "rip.ip" && found.text() == "10.9.0.0"));
        let mut d = Dissection::new(Wanted::Everything);
        assert!(dissect_ng(&mut d, Bytes::frame(&[2, 1, 0, 0], 0)).is_ok());
        assert_eq!(d.info_text(), " Command Response, Version 1");
    }
}
