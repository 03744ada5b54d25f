//! NFS over Sun RPC (RFC 1094, 1813), calls and whether they were answered.
use super::{Bytes, Out, Printed, safe};

const V2: [&str; 18] = [
    "null", "getattr", "setattr", "nop", "lookup", "readlink", "read", "nop", "write", "create", "remove", "rename",
    "link", "symlink", "mkdir", "rmdir", "readdir", "fsstat",
];
const V3: [&str; 22] = [
    "null",
    "getattr",
    "setattr",
    "lookup",
    "access",
    "readlink",
    "read",
    "write",
    "create",
    "mkdir",
    "symlink",
    "mknod",
    "remove",
    "rmdir",
    "rename",
    "link",
    "readdir",
    "readdirplus",
    "fsstat",
    "fsinfo",
    "pathconf",
    "commit",
];

/// Whether the message goes the way its port says.
pub fn is_nfs(bytes: &Bytes<'_>, to_server: bool) -> bool {
    bytes.u32(4).is_ok_and(|direction| direction == u32::from(!to_server))
}

pub fn over_tcp(out: &mut Out<'_>, bytes: Bytes<'_>, to_server: bool) -> Printed {
    if bytes.wire_len() < 4 || bytes.len() < 4 {
        return Ok(());
    }
    let length = (bytes.u32(0)? & 0x7fff_ffff) as usize;
    let record = bytes.from(4);
    let record = record.limit(length.min(record.wire_len()));
    if !is_nfs(&record, to_server) {
        return Ok(());
    }
    out.put(": ");
    nfs(out, record, to_server)
}

pub fn nfs(out: &mut Out<'_>, bytes: Bytes<'_>, to_server: bool) -> Printed {
    out.protocol = "nfs";
    let id = bytes.u32(0)?;
    if to_server {
        say!(out, "NFS request xid {id} ");
        let printed = request(out, &bytes);
        out.part(printed);
    } else {
        say!(out, "NFS reply xid {id} ");
        let printed = reply(out, &bytes);
        out.part(printed);
    }
    Ok(())
}

fn request(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    say!(out, "{}", bytes.wire_len());
    let (version, procedure) = (bytes.u32(16)?, bytes.u32(20)?);
    let names: &[&str] = if version == 3 { &V3 } else { &V2 };
    match names.get(procedure as usize) {
        Some(name) => say!(out, " {name}"),
        None if version == 3 => say!(out, " proc-{procedure}"),
        None => out.put(" nop"),
    }
    let Some(name) = names.get(procedure as usize).filter(|name| !matches!(**name, "null" | "nop")) else {
        return Ok(());
    };
    // Behind credentials and verifier.
    let padded = |length: u32| (length as usize).saturating_add(3) & !3;
    let credentials = padded(bytes.u32(28)?);
    let verifier = credentials.saturating_add(32);
    let mut at = verifier.saturating_add(8).saturating_add(padded(bytes.u32(verifier.saturating_add(4))?));
    let length = if version == 3 {
        let length = bytes.u32(at)? as usize;
        at = at.saturating_add(4);
        length
    } else {
        32
    };
    let handle = bytes.take(at..at.saturating_add(length))?;
    at = at.saturating_add(length.saturating_add(3) & !3);
    out.put(" fh ");
    // What a server packs into a handle is its own business: only its length tells something.
    let known: String = "Unknown".chars().take((length / 4).min(7)).collect();
    say!(out, "{known}/");
    handle.iter().for_each(|byte| say!(out, "{byte:02X}"));
    let text = |out: &mut Out<'_>, at: usize| -> Printed {
        let length = bytes.u32(at)? as usize;
        let from = at.saturating_add(4);
        out.put(" \"");
        safe(out, bytes.take(from..from.saturating_add(length))?);
        out.put("\"");
        Ok(())
    };
    match *name {
        "lookup" | "create" | "remove" | "mkdir" | "rmdir" => text(out, at)?,
        "access" => {
            let mode = bytes.u32(at)?;
            let modes = [(1, "READ"), (2, "LOOKUP"), (4, "MODIFY"), (8, "EXTEND"), (16, "DELETE"), (32, "EXECUTE")];
            let set: Vec<String> =
                modes.iter().filter(|(bit, _)| mode & bit != 0).map(|(_, name)| format!("NFS_ACCESS_{name}")).collect();
            if mode & !0x3f != 0 {
                say!(out, " NFS_ACCESS_{mode:04x}");
            } else if set.len() == 6 {
                out.put(" NFS_ACCESS_FULL");
            } else {
                say!(out, " {}", set.join("|"));
            }
        }
        "read" | "readdir" | "commit" if version == 3 => {
            let offset = bytes.u64(at)?;
            match *name {
                "readdir" => say!(out, " {} bytes @ {offset}", bytes.u32(at.saturating_add(16))?),
                _ => say!(out, " {} bytes @ {offset}", bytes.u32(at.saturating_add(8))?),
            }
        }
        "readdirplus" => say!(out, " {} bytes @ {}", bytes.u32(at.saturating_add(16))?, bytes.u64(at)?),
        "write" if version == 3 => {
            let (offset, count) = (bytes.u64(at)?, bytes.u32(at.saturating_add(8))?);
            say!(out, " {count} ({count}) bytes @ {offset}");
        }
        "read" | "readdir" => say!(out, " {} bytes @ {}", bytes.u32(at.saturating_add(4))?, bytes.u32(at)?),
        "write" => say!(
            out,
            " {} ({}) bytes @ {} ({})",
            bytes.u32(at.saturating_add(12))?,
            bytes.u32(at.saturating_add(8))?,
            bytes.u32(at.saturating_add(4))?,
            bytes.u32(at)?
        ),
        _ => {}
    }
    Ok(())
}

fn reply(out: &mut Out<'_>, bytes: &Bytes<'_>) -> Printed {
    let length = bytes.wire_len();
    match bytes.u32(8)? {
        0 => say!(out, "reply ok {length}"),
        1 => {
            say!(out, "reply ERR {length}:");
            match bytes.u32(12)? {
                0 => say!(out, " RPC Version mismatch ({}-{})", bytes.u32(16)?, bytes.u32(20)?),
                1 => {
                    const REASONS: [&str; 6] = [
                        "",
                        "Bogus Credentials (seal broken)",
                        "Rejected Credentials (client should begin new session)",
                        "Bogus Verifier (seal broken)",
                        "Verifier expired or was replayed",
                        "Credentials are too weak",
                    ];
                    let why = bytes.u32(16)?;
                    match REASONS.get(why as usize) {
                        Some(reason) => say!(out, " Auth {reason}"),
                        None => say!(out, " Auth Invalid failure code {why}"),
                    }
                }
                status => say!(out, " Unknown reason for rejecting rpc message {status}"),
            }
        }
        status => say!(out, "reply Unknown rpc response code={status} {length}"),
    }
    Ok(())
}
