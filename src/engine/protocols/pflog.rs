//! OpenBSD packet filter log (LINKTYPE_PFLOG), pflog(4).
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    LENGTH: Uint => "pflog.length", "Header Length";
    FAMILY: Uint => "pflog.af", "Address Family";
}

pub(super) static PFLOG: Protocol = Protocol {
    name: "pflog",
    title: "OpenBSD Packet Filter log file",
    short: "PFLOG",
    fields: FIELDS,
    claims: &[Claim::Link(117)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (length, family) = (bytes.u8(0)?, bytes.u8(1)?);
    d.field(&LENGTH, bytes.span(0..1), length);
    d.field(&FAMILY, bytes.span(1..2), family);
    let rest = bytes.from(usize::from(length).next_multiple_of(4));
    Ok(match family {
        2 => Next::Claim(Claim::EtherType(0x0800), rest),
        24 | 28 | 30 => Next::Claim(Claim::EtherType(0x86dd), rest),
        _ => Next::Data(rest),
    })
}
