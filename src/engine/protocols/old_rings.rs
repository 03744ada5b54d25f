//! FDDI (ANSI X3.139) and Token Ring (IEEE 802.5): rings whose frames hold LLC.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    FDDI_CONTROL: Hex(2) => "fddi.fc", "Frame Control";
    RING_CONTROL: Hex(2) => "tr.fc", "Frame Control";
}

pub(super) static FDDI: Protocol = Protocol {
    name: "fddi",
    title: "Fiber Distributed Data Interface",
    short: "FDDI",
    fields: &[&FDDI_CONTROL],
    claims: &[Claim::Link(10)],
    probe: None,
    dissect: dissect_fddi,
    ..Protocol::PLAIN
};

pub(super) static TOKEN_RING: Protocol = Protocol {
    name: "tr",
    title: "Token-Ring",
    short: "TR",
    fields: &[&RING_CONTROL],
    claims: &[Claim::Link(6)],
    probe: None,
    dissect: dissect_ring,
    ..Protocol::PLAIN
};

fn columns(d: &mut Dissection, bytes: &Bytes<'_>, to: usize, from: usize) -> Result<(), Problem> {
    let (to, [high, rest @ ..]) = (bytes.array::<6>(to)?, bytes.array::<6>(from)?);
    let [b, c, e, f, g] = rest;
    // The source's first bit says that routing follows; it is not part of the address.
    let from = Address::ethernet([high & 0x7f, b, c, e, f, g]);
    d.columns(|| (from.to_string(), Address::ethernet(to).to_string()));
    Ok(())
}

fn dissect_fddi<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let control = bytes.u8(0)?;
    d.field(&FDDI_CONTROL, bytes.span(0..1), control);
    // The bits of each byte stand in the order of the ring, the other way round than Ethernet's.
    let (to, from) = (bytes.array::<6>(1)?.map(u8::reverse_bits), bytes.array::<6>(7)?.map(u8::reverse_bits));
    d.columns(|| (Address::ethernet(from).to_string(), Address::ethernet(to).to_string()));
    let rest = bytes.from(13);
    // Asynchronous LLC frames, of any priority.
    Ok(if control & 0xf0 == 0x50 { Next::Claim(Claim::Llc, rest) } else { Next::Data(rest) })
}

fn dissect_ring<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    const ROUTED: u8 = 0x80;
    let control = bytes.u8(1)?;
    d.field(&RING_CONTROL, bytes.span(1..2), control);
    columns(d, &bytes, 2, 8)?;
    let mut at = 14_usize;
    if bytes.u8(8)? & ROUTED != 0 {
        at = at.saturating_add(usize::from(bytes.u8(14)? & 0x1f));
    }
    let rest = bytes.from(at);
    Ok(match control >> 6 {
        0 => Next::Claim(Claim::Named("trmac"), rest),
        1 => Next::Claim(Claim::Llc, rest),
        _ => Next::Data(rest),
    })
}
