//! Common industrial protocol, ODVA CIP networks library volume 1, chapter 2: requests to objects.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, Reader, fields};

fields! {
    SERVICE: Hex(2) => "cip.service", "Service";
    IS_RESPONSE: Bool => "cip.rr", "Request/Response";
    CODE: Hex(2) => "cip.sc", "Service";
    PATH_SIZE: Uint => "cip.request_path_size", "Request Path Size";
    PATH: Bytes => "cip.epath", "EPath";
    GENERAL: Hex(2) => "cip.genstat", "General Status";
    ADDITIONAL: Uint => "cip.addstat_size", "Additional Status Size";
    DATA: Bytes => "cip.data", "Data";
}

pub(super) static CIP: Protocol = Protocol {
    name: "cip",
    title: "Common Industrial Protocol",
    short: "CIP",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

fn service_name(code: u64) -> Option<&'static str> {
    Some(match code {
        0x01 => "Get Attributes All",
        0x02 => "Set Attributes All",
        0x03 => "Get Attribute List",
        0x04 => "Set Attribute List",
        0x05 => "Reset",
        0x06 => "Start",
        0x07 => "Stop",
        0x08 => "Create",
        0x09 => "Delete",
        0x0a => "Multiple Service Packet",
        0x0d => "Apply Attributes",
        0x0e => "Get Attribute Single",
        0x10 => "Set Attribute Single",
        0x11 => "Find Next Object Instance",
        0x15 => "Restore",
        0x16 => "Save",
        0x17 => "Nop",
        0x18 => "Get Member",
        0x19 => "Set Member",
        0x1a => "Insert Member",
        0x1b => "Remove Member",
        0x1c => "Group Sync",
        _ => return None,
    })
}

fn class_name(class: u16) -> Option<&'static str> {
    Some(match class {
        0x01 => "Identity",
        0x02 => "Message Router",
        0x04 => "Assembly",
        0x05 => "Connection",
        0x06 => "Connection Manager",
        0xf4 => "Port",
        0xf5 => "TCP/IP Interface",
        0xf6 => "Ethernet Link",
        _ => return None,
    })
}

fn status_name(status: u64) -> Option<&'static str> {
    Some(match status {
        0x00 => "Success",
        0x01 => "Connection failure",
        0x02 => "Resource unavailable",
        0x03 => "Invalid parameter value",
        0x04 => "Path segment error",
        0x05 => "Path destination unknown",
        0x06 => "Partial transfer",
        0x08 => "Service not supported",
        0x09 => "Invalid attribute value",
        0x0e => "Attribute not settable",
        0x0f => "Privilege violation",
        0x13 => "Not enough data",
        0x14 => "Attribute not supported",
        0x15 => "Too much data",
        0x16 => "Object does not exist",
        _ => return None,
    })
}

/// What a path begins with: a class by number, or a symbol by name.
fn target(path: &[u8]) -> Option<String> {
    match path {
        [0x20, class, ..] => class_name((*class).into()).map(str::to_owned),
        [0x21, _, low, high, ..] => class_name(u16::from_le_bytes([*low, *high])).map(str::to_owned),
        [0x91, length, name @ ..] => name.get(..usize::from(*length)).map(|name| format!("'{}'", String::from_utf8_lossy(name))),
        _ => None,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut reader = Reader::little(bytes, 0);
    let first = u64::from(reader.peek()?);
    let (responds, code) = (first & 0x80 != 0, first & 0x7f);
    let name = service_name(code).map_or_else(|| format!("Service (0x{code:02x})"), str::to_owned);
    let span = bytes.span(0..1);
    reader.named(d, &SERVICE, 1, |_| service_name(code))?;
    d.nest(|d| {
        d.field(&IS_RESPONSE, span, responds);
        d.noted(&CODE, span, code, &name);
    });
    if responds {
        reader.take(1)?;
        let status = reader.named(d, &GENERAL, 1, status_name)?;
        let words = reader.length(d, &ADDITIONAL, 1)?;
        reader.take(words.saturating_mul(2))?;
        d.info(|| format!("{}: {name}", status_name(status).unwrap_or("Unknown Response")));
    } else {
        let words = reader.length(d, &PATH_SIZE, 1)?;
        let path = reader.field(d, &PATH, words.saturating_mul(2))?;
        d.info(|| target(path).map_or_else(|| name.clone(), |target| format!("{target} - {name}")));
    }
    reader.rest(d, &DATA);
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn requests_and_responses_are_named() {
        let cases: [(&[u8], &str); 3] = [
            (&[0x0e, 2, 0x20, 1, 0x24, 1], "Identity - Get Attribute Single"),
            (&[0xcd, 0, 5, 0], "Path destination unknown: Service (0x4d)"),
            (&[0x4c, 3, 0x91, 3, b'a', b'b', b'c', 0], "'abc' - Service (0x4c)"),
        ];
        for (bytes, info) in cases {
            let mut d = Dissection::new(Wanted::Everything);
            dissect(&mut d, Bytes::frame(bytes, 8)).unwrap();
            assert_eq!(d.info_text(), info);
        }
    }
}
