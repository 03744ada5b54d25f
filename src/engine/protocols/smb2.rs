//! SMB versions 2 and 3, [MS-SMB2].
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields};

fields! {
    COMMAND: Uint => "smb2.cmd", "Command";
    STATUS: Hex(8) => "smb2.nt_status", "NT Status";
    FLAGS: Hex(8) => "smb2.flags", "Flags";
    MESSAGE: Uint => "smb2.msg_id", "Message ID";
    FILE: Text => "smb2.filename", "Filename";
}

pub(super) static SMB2: Protocol = Protocol {
    name: "smb2",
    title: "SMB2 (Server Message Block Protocol version 2)",
    short: "SMB2",
    fields: FIELDS,
    claims: &[],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 64;
const CREATE: u16 = 5;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    match bytes.u8(0)? {
        0xfd => d.info(|| "Encrypted SMB3".to_owned()),
        0xfc => d.info(|| "Compressed SMB3".to_owned()),
        _ => {
            let (mut message, mut all) = (bytes, Vec::new());
            // A chain: each says where the next begins.
            loop {
                let next = usize::try_from(message.u32_le(20)?).unwrap_or_default();
                all.push(command(d, &message)?);
                if next < HEADER {
                    break;
                }
                message = message.from(next);
            }
            d.info(|| all.join(";"));
        }
    }
    Ok(Next::End)
}

fn command(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<String, Problem> {
    let (command, flags) = (bytes.u16_le(12)?, bytes.u32_le(16)?);
    let response = flags & 1 != 0;
    if response {
        d.field(&STATUS, bytes.span(8..12), bytes.u32_le(8)?);
    }
    d.field(&COMMAND, bytes.span(12..14), command);
    d.field(&FLAGS, bytes.span(16..20), flags);
    d.field(&MESSAGE, bytes.span(24..32), bytes.array(24).map(u64::from_le_bytes)?);
    let titles = [
        "Negotiate Protocol", "Session Setup", "Session Logoff", "Tree Connect", "Tree Disconnect", "Create", "Close", "Flush", "Read", "Write",
        "Lock", "Ioctl", "Cancel", "KeepAlive", "Find", "Notify", "GetInfo", "SetInfo", "Break",
    ];
    let title = titles.get(usize::from(command)).copied().unwrap_or("Unknown");
    let mut info = format!("{title} {}", if response { "Response" } else { "Request" });
    if command == CREATE && !response {
        let at = usize::from(bytes.u16_le(HEADER.saturating_add(44))?);
        let end = at.saturating_add(usize::from(bytes.u16_le(HEADER.saturating_add(46))?));
        let name = utf16(bytes.take(at..end)?);
        if !name.is_empty() {
            info.push_str(&format!(" File: {name}"));
            d.field(&FILE, bytes.span(at..end), name);
        }
    }
    Ok(info)
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>().copied().map(u16::from_le_bytes));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
