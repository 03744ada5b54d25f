//! Dynamic Host Configuration Protocol for IPv6, RFC 8415.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    KIND: Uint => "dhcpv6.msgtype", "Message type";
    ID: Hex(6) => "dhcpv6.xid", "Transaction ID";
    DUID: Bytes => "dhcpv6.duid.bytes", "DUID";
}

pub(super) static DHCPV6: Protocol = Protocol {
    name: "dhcpv6",
    title: "DHCPv6",
    short: "DHCPv6",
    fields: FIELDS,
    claims: &[Claim::UdpPort(546), Claim::UdpPort(547)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const RELAY_FORWARD: u8 = 12;
const RELAY_REPLY: u8 = 13;

fn options_at(kind: u8) -> usize {
    if matches!(kind, RELAY_FORWARD | RELAY_REPLY) { 34 } else { 4 }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let kind = bytes.u8(0)?;
    if !payload.is_udp() || !matches!(kind, 1..=36) {
        return Ok(Verdict::NotMine);
    }
    let first = bytes.u16(options_at(kind)).unwrap_or(1);
    Ok(Verdict::possible_if(first <= 150))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let kind = bytes.u8(0)?;
    d.field(&KIND, bytes.span(0..1), kind);
    let mut info = title(kind).to_owned();
    let relay = options_at(kind) > 4;
    if !relay {
        let id = bytes.u24(1)?;
        d.field(&ID, bytes.span(1..4), id);
        info.push_str(&format!(" XID: 0x{id:06x}"));
    }
    let mut at = options_at(kind);
    while at < bytes.wire_len() && !relay {
        let (code, length) = (bytes.u16(at)?, bytes.u16(at.saturating_add(2))?);
        let start = at.saturating_add(4);
        let end = start.saturating_add(usize::from(length));
        if code == 1 {
            let duid = bytes.take(start..end)?;
            d.field(&DUID, bytes.span(start..end), duid);
            info.push_str(" CID: ");
            duid.iter().for_each(|byte| info.push_str(&format!("{byte:02x}")));
            info.push(' ');
        }
        at = end;
    }
    d.info(|| info);
    Ok(Next::End)
}

fn title(kind: u8) -> &'static str {
    let titles = [
        "", "Solicit", "Advertise", "Request", "Confirm", "Renew", "Rebind", "Reply", "Release", "Decline", "Reconfigure",
        "Information-request", "Relay-forw", "Relay-reply",
    ];
    titles.get(usize::from(kind)).copied().unwrap_or("Unknown")
}
