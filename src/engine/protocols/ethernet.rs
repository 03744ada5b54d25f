//! Ethernet II and IEEE 802.3 framing, IEEE 802.3-2018 §3.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Field, Layer, Next, Problem, Protocol, Span, experts, fields};
use etherparse::Ethernet2HeaderSlice;

fields! {
    DESTINATION: Address => "eth.dst", "Destination";
    DESTINATION_LOCAL: Bool => "eth.dst.lg", "LG bit";
    DESTINATION_GROUP: Bool => "eth.dst.ig", "IG bit";
    SOURCE: Address => "eth.src", "Source";
    SOURCE_LOCAL: Bool => "eth.src.lg", "LG bit";
    SOURCE_GROUP: Bool => "eth.src.ig", "IG bit";
    TYPE: Hex(4) => "eth.type", "Type";
    LENGTH: Uint => "eth.len", "Length";
    PADDING: Bytes => "eth.padding", "Padding";
    TRAILER: Bytes => "eth.trailer", "Trailer";
    VLAN_TRAILER: Bytes => "vlan.trailer", "Trailer";
    CHECK_SEQUENCE: Hex(8) => "eth.fcs", "Frame check sequence";
    CHECK_STATUS: Uint => "eth.fcs.status", "FCS Status";
}

pub(super) static ETHERNET: Protocol = Protocol {
    name: "eth",
    title: "Ethernet",
    short: "Ethernet",
    fields: FIELDS,
    claims: &[Claim::Link(1), Claim::EtherType(0x6558), Claim::Ip(143)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Not a protocol but the hinge to one; Wireshark lists it as a layer.
pub(super) static ETHERTYPE: Protocol = Protocol {
    name: "ethertype",
    title: "EtherType",
    short: "",
    fields: &[],
    claims: &[Claim::EtherTyped],
    probe: None,
    dissect: dissect_type,
    ..Protocol::PLAIN
};

/// Types begin here, lengths end at [`LONGEST`] (IEEE 802.3 §3.2.6); what is between is neither.
const FIRST_TYPE: u16 = 0x0600;
const LONGEST: u16 = 1500;
const HEADER: usize = 14;

/// Shorter frames are filled up (§3.2.8), without their checksum.
const SHORTEST: usize = 60;
/// The same with it.
const WITH_SUM: u32 = 64;

experts! {
    GROUP_SOURCE: Warning Protocol => "eth.src_not_group",
        "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)";
    ODD_PADDING: Note Protocol => "eth.padding_bad",
        "Didn't find padding of zeros, and an undecoded trailer exists. There may be padding of non-zeros."
        [protocol: "Ethertype"];
    BAD_TYPE: Warning Protocol => "eth.invalid_lentype.expert", "Invalid length/type";
    PAST_END: Error Malformed => "eth.len.past_end", "Length field value goes past the end of the payload";
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let header = Ethernet2HeaderSlice::from_slice(bytes.all()).map_err(|_| bytes.out_of_reach(HEADER))?;
    let kind = header.ether_type().0;
    let (source, destination) = (Address::ethernet(header.source()), Address::ethernet(header.destination()));
    d.pair(source, destination);
    if d.wants() {
        d.field(&DESTINATION, bytes.span(0..6), destination);
        bits(d, bytes.span(0..3), header.destination(), [&DESTINATION_LOCAL, &DESTINATION_GROUP]);
        d.field(&SOURCE, bytes.span(6..12), source);
        bits(d, bytes.span(6..9), header.source(), [&SOURCE_LOCAL, &SOURCE_GROUP]);
        match kind < FIRST_TYPE {
            true => d.field(&LENGTH, bytes.span(12..HEADER), kind),
            false => d.noted(&TYPE, bytes.span(12..HEADER), kind, super::numbers::ether_type(kind)),
        }
    }
    let [first, ..] = header.source();
    if first & 1 != 0 {
        d.expert(&GROUP_SOURCE);
    }
    if kind >= FIRST_TYPE || kind == 0 {
        if is_padded_oddly(&bytes, kind) {
            d.expert(&ODD_PADDING);
        }
        return Ok(Next::Claim(Claim::EtherTyped, bytes.from(HEADER - 2)));
    }
    let rest = bytes.from(HEADER);
    if kind > LONGEST {
        d.expert_text(&BAD_TYPE, &format_args!("Invalid length/type: {kind:#06x} ({kind})"));
        return Ok(Next::Data(rest));
    }
    // Novell's raw 802.3: IPX without an LLC header starts with its unused checksum.
    if rest.u16(0) == Ok(0xffff) {
        return Ok(Next::Claim(Claim::EtherType(0x8137), rest));
    }
    if usize::from(kind) > rest.wire_len() {
        d.expert(&PAST_END);
    }
    Ok(Next::Claim(Claim::Llc, rest.limit(usize::from(kind))))
}

/// The two bits that are no part of an address (IEEE 802-2014 §8.2).
fn bits(d: &mut Dissection, at: Span, [first, ..]: [u8; 6], [local, group]: [&'static Field; 2]) {
    let global = "Globally unique address (factory default)";
    let own = "Locally administered address (this is NOT the factory default)";
    d.nest(|d| {
        d.noted(local, at, first & 2 != 0, if first & 2 == 0 { global } else { own });
        let (one, several) = ("Individual address (unicast)", "Group address (multicast/broadcast)");
        d.noted(group, at, first & 1 != 0, if first & 1 == 0 { one } else { several });
    });
}

/// What stands behind all that was read of an Ethernet frame, once everything else is: zeros that fill it up (§3.2.8); of what else
/// there is the last four bytes are its checksum if it is as long as a frame with one, the others are a trailer. As Wireshark has it.
pub fn behind(d: &mut Dissection, bytes: &[u8], length: u32, from: u32) {
    let named = |at: Option<&Layer>, name: &str| at.is_some_and(|layer| super::protocol(layer.protocol).name == name);
    // Nothing behind: nearly always.
    if from >= length && !named(d.layers.last(), "arp") {
        return;
    }
    // What fills up a PPPoE packet is left to that protocol.
    let is_ethernet = named(d.layers.first(), "eth") && !d.layers.iter().any(|layer| named(Some(layer), "pppoes"));
    // ARP does not say how long it is, but its addresses are.
    let from = match d.layers.last().filter(|last| named(Some(last), "arp")).map(|arp| arp.span.start()) {
        Some(start) => {
            let size = |at: u32| bytes.get(start.saturating_add(at) as usize).copied().map_or(0, u32::from);
            start.saturating_add(8).saturating_add(size(4).saturating_add(size(5)).saturating_mul(2))
        }
        None => from,
    };
    let part = |from: u32, to: u32| bytes.get(from as usize..(to as usize).min(bytes.len())).unwrap_or_default();
    if !is_ethernet || from >= length {
        return;
    }
    let mut at = from;
    let filled = length.min(SHORTEST as u32).max(from);
    let padding = part(from, filled);
    if !padding.is_empty() && padding.iter().all(|&byte| byte == 0) {
        d.attach_at(0, &PADDING, (from, filled), padding.into());
        at = filled;
    }
    let has_sum = length >= WITH_SUM && length.saturating_sub(at) >= 4;
    let end = if has_sum { length.saturating_sub(4) } else { length };
    let trailer = part(at, end);
    if !trailer.is_empty() {
        let vlan = d.layers.iter().rposition(|layer| named(Some(layer), "vlan")).and_then(|at| u8::try_from(at).ok());
        let field = if vlan.is_some() { &VLAN_TRAILER } else { &TRAILER };
        d.attach_at(vlan.unwrap_or(0), field, (at, end), trailer.into());
    }
    if let (true, Ok(sum)) = (has_sum, <[u8; 4]>::try_from(part(end, length))) {
        d.attach_at(0, &CHECK_SEQUENCE, (end, length), u32::from_be_bytes(sum).into());
        d.attach(0, 0, &CHECK_STATUS, 2_u8.into(), Some("Unverified"));
    }
}

/// Whether a frame was filled up with something else than zeros.
#[inline]
fn is_padded_oddly(bytes: &Bytes<'_>, kind: u16) -> bool {
    let used = match kind {
        0x0800 => bytes.u16(HEADER + 2).map_or(0, usize::from),
        0x0806 => 28,
        _ => return false,
    };
    let from = used.saturating_add(HEADER);
    (HEADER + 20..SHORTEST).contains(&from) && bytes.take(from..SHORTEST).is_ok_and(|filling| filling.iter().any(|&b| b != 0))
}

fn dissect_type<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    Ok(Next::Claim(Claim::EtherType(bytes.u16(0)?), bytes.from(2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;
    use crate::engine::protocols::registry;

    /// What is told of a frame that was read up to a byte.
    fn told(bytes: &[u8], from: u32) -> Vec<(&'static str, u32, u32)> {
        let (mut d, length) = (Dissection::new(Wanted::Everything), bytes.len() as u32);
        assert!(d.enter(registry().named("eth").expect("Ethernet"), &Bytes::frame(bytes, length)));
        behind(&mut d, bytes, length, from);
        d.fields.iter().map(|found| (found.field.name(), found.span.start(), found.span.len())).collect()
    }

    #[test]
    fn what_fills_a_frame_up_and_what_follows_it() {
        let (zeros, sum) = ([0_u8; 64], [("eth.fcs", 60, 4), ("eth.fcs.status", 0, 0)]);
        assert_eq!(told(&zeros[..60], 54), [("eth.padding", 54, 6)]);
        assert_eq!(told(&zeros[..60], 60).len(), 0);
        assert_eq!(told(&zeros, 54), [&[("eth.padding", 54, 6)][..], &sum].concat());
        // Not all of it zeros: somebody added it.
        let mut odd = zeros;
        odd[55] = 1;
        assert_eq!(told(&odd[..60], 54), [("eth.trailer", 54, 6)]);
        assert_eq!(told(&odd, 54), [&[("eth.trailer", 54, 6)][..], &sum].concat());
    }
}
