//! Linux cooked capture, version 1 and 2: <https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html>, `…_SLL2.html`.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    PACKET_TYPE: Uint => "sll.pkttype", "Packet type";
    HARDWARE_TYPE: Uint => "sll.hatype", "Link-layer address type";
    ADDRESS_LENGTH: Uint => "sll.halen", "Link-layer address length";
    SOURCE: Address => "sll.src.eth", "Source";
    TYPE: Hex(4) => "sll.etype", "Protocol";
    INTERFACE: Uint => "sll.ifindex", "Interface index";
}

pub(super) static SLL: Protocol = Protocol {
    name: "sll",
    title: "Linux cooked-mode capture",
    short: "SLL",
    fields: FIELDS,
    claims: &[Claim::Link(113), VERSION_2],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const VERSION_2: Claim = Claim::Link(276);

/// ARPHRD_ numbers whose packets are not typed by the protocol field alone.
const GRE: u16 = 778;
const NETLINK: u16 = 824;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let second = d.through == VERSION_2;
    let (hardware, kind, header) =
        if second { (bytes.u16(8)?, bytes.u16(0)?, 20) } else { (bytes.u16(2)?, bytes.u16(14)?, 16) };
    if hardware == NETLINK {
        if second {
            return Ok(Next::Data(bytes.from(header)));
        }
        // Its header is this one.
        return Ok(Next::Claim(Claim::Named("netlink"), bytes));
    }
    bytes.take(0..header)?;
    if d.wants() {
        describe(d, &bytes, second)?;
    }
    let rest = bytes.from(header);
    if hardware == GRE {
        return Ok(Next::Claim(Claim::Gre(kind), rest));
    }
    let claim = match kind {
        0x0001 => Claim::Named("ipx"),
        0x0003 => Claim::Named("eth"),
        0x0004 => Claim::Llc,
        0x0007 => Claim::Named("ppp"),
        0x000c => Claim::Named("can"),
        0x000d => Claim::Named("canfd"),
        0x0017 => Claim::Named("irlap"),
        0x00f6 => Claim::Named("wpan"),
        ..0x0600 => return Ok(Next::Data(rest)),
        _ => Claim::EtherTypedAs(kind),
    };
    Ok(Next::Claim(claim, rest))
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>, second: bool) -> Result<(), Problem> {
    let (length, address) = if second { (u16::from(bytes.u8(11)?), 12) } else { (bytes.u16(4)?, 6) };
    if second {
        d.field(&TYPE, bytes.span(0..2), bytes.u16(0)?);
        d.field(&INTERFACE, bytes.span(4..8), bytes.u32(4)?);
        d.field(&HARDWARE_TYPE, bytes.span(8..10), bytes.u16(8)?);
        d.field(&PACKET_TYPE, bytes.span(10..11), bytes.u8(10)?);
        d.field(&ADDRESS_LENGTH, bytes.span(11..12), length);
    } else {
        d.field(&PACKET_TYPE, bytes.span(0..2), bytes.u16(0)?);
        d.field(&HARDWARE_TYPE, bytes.span(2..4), bytes.u16(2)?);
        d.field(&ADDRESS_LENGTH, bytes.span(4..6), length);
        d.field(&TYPE, bytes.span(14..16), bytes.u16(14)?);
    }
    let source = match length {
        4 => Address::ipv4(bytes.array(address)?),
        6 => Address::ethernet(bytes.array(address)?),
        _ => return Ok(()),
    };
    d.field(&SOURCE, bytes.span(address..address.saturating_add(usize::from(length))), source);
    d.columns(|| (source.to_string(), String::new()));
    Ok(())
}
