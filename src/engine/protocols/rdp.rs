//! Remote Desktop Protocol, [MS-RDPBCGR] §2.2.1: what client and server agree on first.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields, text};

fields! {
    COOKIE: Text => "rdp.rt_cookie", "Routing Token/Cookie";
    KIND: Hex(2) => "rdp.neg_type", "Type";
    PROTOCOLS: Hex(8) => "rdp.negReq.requestedProtocols", "Requested Protocols";
    SELECTED: Hex(8) => "rdp.negReq.selectedProtocol", "Selected Protocol";
}

pub(super) static RDP: Protocol = Protocol {
    name: "rdp",
    title: "Remote Desktop Protocol",
    short: "RDP",
    fields: FIELDS,
    claims: &[],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (mut rest, mut info) = (bytes, Vec::new());
    if bytes.all().starts_with(b"Cookie: ") {
        let line = text::line(bytes.all());
        d.field(&COOKIE, bytes.span(0..line.len()), text::shown(line));
        info.push(text::shown(line));
        rest = bytes.from(line.len().saturating_add(2));
    }
    if let (Ok(kind), Ok(protocols)) = (rest.u8(0), rest.u32_le(4)) {
        d.field(&KIND, rest.span(0..1), kind);
        match kind {
            1 => {
                d.field(&PROTOCOLS, rest.span(4..8), protocols);
                info.push("Negotiate Request".to_owned());
            }
            2 => {
                d.field(&SELECTED, rest.span(4..8), protocols);
                info.push("Negotiate Response".to_owned());
            }
            _ => info.push("Negotiate Failure".to_owned()),
        }
    }
    d.info(|| info.join(", "));
    Ok(Next::End)
}
