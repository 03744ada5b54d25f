//! SMB version 1, [MS-CIFS].
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields};

fields! {
    COMMAND: Hex(2) => "smb.cmd", "SMB Command";
    STATUS: Hex(8) => "smb.nt_status", "NT Status";
    FLAGS: Hex(2) => "smb.flags", "Flags";
}

pub(super) static SMB: Protocol = Protocol {
    name: "smb",
    title: "SMB (Server Message Block Protocol)",
    short: "SMB",
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
    let (command, status, flags) = (bytes.u8(4)?, bytes.u32_le(5)?, bytes.u8(9)?);
    d.field(&COMMAND, bytes.span(4..5), command);
    d.field(&STATUS, bytes.span(5..9), status);
    d.field(&FLAGS, bytes.span(9..10), flags);
    let which = if flags & 0x80 == 0 { "Request" } else { "Response" };
    d.info(|| match title(command) {
        Some(title) => format!("{title} {which}"),
        None => format!("Command 0x{command:02x} {which}"),
    });
    Ok(Next::End)
}

fn title(command: u8) -> Option<&'static str> {
    Some(match command {
        0x00 => "Create Directory",
        0x01 => "Delete Directory",
        0x02 => "Open",
        0x03 => "Create",
        0x04 => "Close",
        0x06 => "Delete",
        0x07 => "Rename",
        0x08 => "Query Information",
        0x10 => "Check Directory",
        0x24 => "Locking AndX",
        0x25 => "Trans",
        0x2b => "Echo",
        0x2d => "Open AndX",
        0x2e => "Read AndX",
        0x2f => "Write AndX",
        0x32 => "Trans2",
        0x34 => "Find Close2",
        0x71 => "Tree Disconnect",
        0x72 => "Negotiate Protocol",
        0x73 => "Session Setup AndX",
        0x74 => "Logoff AndX",
        0x75 => "Tree Connect AndX",
        0xa0 => "NT Trans",
        0xa2 => "NT Create AndX",
        0xa4 => "NT Cancel",
        _ => return None,
    })
}
