//! Ethernet II and IEEE 802.3 framing, IEEE 802.3-2018 §3.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, experts, fields};
use etherparse::Ethernet2HeaderSlice;

fields! {
    DESTINATION: Address => "eth.dst", "Destination";
    SOURCE: Address => "eth.src", "Source";
    TYPE: Hex(4) => "eth.type", "Type";
    LENGTH: Uint => "eth.len", "Length";
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

experts! {
    GROUP_SOURCE: Warning Protocol => "eth.src_not_group",
        "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)";
    PADDING: Note Protocol => "eth.padding_bad",
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
        d.field(&SOURCE, bytes.span(6..12), source);
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
            d.expert(&PADDING);
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
