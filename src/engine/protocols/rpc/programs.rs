//! The programs that people meet on ONC-RPC: RFC 1833 (port mapper), RFC 1094, 1813 and 7530 (mount, NFS).
use crate::engine::dissect::{Bytes, Dissection, Field, Kind, Problem, Protocol, text};

pub static PORTMAP: Protocol = Protocol { name: "portmap", title: "Portmap", fields: &[&PORT], ..Protocol::PLAIN };
pub static MOUNT: Protocol = Protocol { name: "mount", title: "Mount Service", fields: &[&PATH], ..Protocol::PLAIN };
pub static LOCKS: Protocol = Protocol { name: "nlm", title: "Network Lock Manager Protocol", ..Protocol::PLAIN };
pub static NFS: Protocol = Protocol {
    name: "nfs",
    title: "Network File System",
    fields: &[&HANDLE, &HASH, &NAME, &STATUS, &OFFSET, &COUNT, &OPERATION],
    ..Protocol::PLAIN
};

static PORT: Field = Field { name: "portmap.port", title: "Port", kind: Kind::Uint };
static PATH: Field = Field { name: "mount.path", title: "Path", kind: Kind::Text };
static HANDLE: Field = Field { name: "nfs.fhandle", title: "FileHandle", kind: Kind::Bytes };
static HASH: Field = Field { name: "nfs.fh.hash", title: "hash (CRC-32)", kind: Kind::Hex(8) };
static NAME: Field = Field { name: "nfs.name", title: "Name", kind: Kind::Text };
static STATUS: Field = Field { name: "nfs.status", title: "Status", kind: Kind::Uint };
static OFFSET: Field = Field { name: "nfs.offset3", title: "offset", kind: Kind::Uint };
static COUNT: Field = Field { name: "nfs.count3", title: "count", kind: Kind::Uint };
static OPERATION: Field = Field { name: "nfs.opcode", title: "Opcode", kind: Kind::Uint };

const PORT_MAPPER: u32 = 100_000;
const FILES: u32 = 100_003;
const MOUNTS: u32 = 100_005;
const LOCK_MANAGER: u32 = 100_021;

/// What the Protocol column says of a program, and the layer that reads it.
pub fn of(program: u32) -> Option<(&'static str, Option<&'static str>)> {
    Some(match program {
        PORT_MAPPER => ("Portmap", Some("portmap")),
        FILES => ("NFS", Some("nfs")),
        MOUNTS => ("MOUNT", Some("mount")),
        LOCK_MANAGER => ("NLM", Some("nlm")),
        100_001 => ("RSTAT", None),
        100_002 => ("RUSERS", None),
        100_004 => ("YPSERV", None),
        100_007 => ("YPBIND", None),
        100_011 => ("RQUOTA", None),
        100_024 => ("STAT", None),
        100_227 => ("NFSACL", None),
        150_001 => ("PCNFSD", None),
        _ => return None,
    })
}

#[rustfmt::skip]
static NFS3: &[&str] = &[
    "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK", "MKNOD", "REMOVE",
    "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT",
];
#[rustfmt::skip]
static NFS2: &[&str] = &[
    "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ", "WRITECACHE", "WRITE", "CREATE", "REMOVE", "RENAME", "LINK",
    "SYMLINK", "MKDIR", "RMDIR", "READDIR", "STATFS",
];
/// From 3 on.
#[rustfmt::skip]
static NFS4: &[&str] = &[
    "ACCESS", "CLOSE", "COMMIT", "CREATE", "DELEGPURGE", "DELEGRETURN", "GETATTR", "GETFH", "LINK", "LOCK", "LOCKT", "LOCKU", "LOOKUP",
    "LOOKUPP", "NVERIFY", "OPEN", "OPENATTR", "OPEN_CONFIRM", "OPEN_DOWNGRADE", "PUTFH", "PUTPUBFH", "PUTROOTFH", "READ", "READDIR",
    "READLINK", "REMOVE", "RENAME", "RENEW", "RESTOREFH", "SAVEFH", "SECINFO", "SETATTR", "SETCLIENTID", "SETCLIENTID_CONFIRM",
    "VERIFY", "WRITE", "RELEASE_LOCKOWNER", "BACKCHANNEL_CTL", "BIND_CONN_TO_SESSION", "EXCHANGE_ID", "CREATE_SESSION",
    "DESTROY_SESSION", "FREE_STATEID", "GET_DIR_DELEGATION", "GETDEVINFO", "GETDEVLIST", "LAYOUTCOMMIT", "LAYOUTGET", "LAYOUTRETURN",
    "SECINFO_NO_NAME", "SEQUENCE", "SET_SSV", "TEST_STATEID", "WANT_DELEG", "DESTROY_CLIENTID", "RECLAIM_COMPLETE",
];
static PORTMAP2: &[&str] = &["NULL", "SET", "UNSET", "GETPORT", "DUMP", "CALLIT"];
static RPCBIND: &[&str] =
    &["NULL", "SET", "UNSET", "GETADDR", "DUMP", "CALLIT", "GETTIME", "UADDR2TADDR", "TADDR2UADDR"];
static MOUNT3: &[&str] = &["NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT"];
static NLM: &[&str] = &["NULL", "TEST", "LOCK", "CANCEL", "UNLOCK", "GRANTED"];

pub fn procedure(program: u32, version: u32, procedure: u32) -> String {
    let names: &[&str] = match (program, version) {
        (PORT_MAPPER, 3 | 4) => RPCBIND,
        (PORT_MAPPER, _) => PORTMAP2,
        (FILES, 2) => NFS2,
        (FILES, 3) => NFS3,
        (FILES, 4) => &["NULL", "COMPOUND"],
        (MOUNTS, _) => MOUNT3,
        (LOCK_MANAGER, _) => NLM,
        _ => &["NULL"],
    };
    let name = usize::try_from(procedure).ok().and_then(|at| names.get(at));
    name.map_or_else(|| format!("proc-{procedure}"), |name| (*name).to_owned())
}

/// Reads XDR (RFC 4506) from front to back.
struct Reader<'p> {
    bytes: Bytes<'p>,
    at: usize,
}

impl<'p> Reader<'p> {
    fn u32(&mut self) -> Result<u32, Problem> {
        let value = self.bytes.u32(self.at)?;
        self.at = self.at.saturating_add(4);
        Ok(value)
    }

    fn u64(&mut self) -> Result<u64, Problem> {
        let value = self.bytes.u64(self.at)?;
        self.at = self.at.saturating_add(8);
        Ok(value)
    }

    fn skip(&mut self, length: usize) {
        self.at = self.at.saturating_add(length);
    }

    /// Of a fixed length, padded to four bytes.
    fn fixed(&mut self, length: usize) -> Result<Bytes<'p>, Problem> {
        self.bytes.take(self.at..self.at.saturating_add(length))?;
        let found = self.bytes.from(self.at).limit(length);
        self.at = self.at.saturating_add(length.checked_next_multiple_of(4).unwrap_or(usize::MAX));
        Ok(found)
    }

    fn opaque(&mut self) -> Result<Bytes<'p>, Problem> {
        let length = usize::try_from(self.u32()?).unwrap_or(usize::MAX);
        self.fixed(length)
    }

    fn name(&mut self, d: &mut Dissection) -> Result<String, Problem> {
        let name = self.opaque()?;
        let value = text::shown(name.all());
        d.field(&NAME, name.span(0..name.len()), value.clone());
        Ok(value)
    }

    /// A file handle; what is shown of it is the hash.
    fn handle(&mut self, d: &mut Dissection, version: u32) -> Result<u32, Problem> {
        let handle = if version == 2 { self.fixed(32)? } else { self.opaque()? };
        let hash = crc32(handle.all());
        d.field(&HANDLE, handle.span(0..handle.len()), handle.all());
        d.generated(&HASH, handle.span(0..handle.len()), hash);
        Ok(hash)
    }

    /// Attributes that may follow a status (`post_op_attr`, RFC 1813 §2.6).
    fn attributes_if_any(&mut self) -> Result<(), Problem> {
        if self.u32()? != 0 {
            self.skip(84);
        }
        Ok(())
    }

    /// `wcc_data`, RFC 1813 §2.6.
    fn weak_consistency(&mut self) -> Result<(), Problem> {
        if self.u32()? != 0 {
            self.skip(24);
        }
        self.attributes_if_any()
    }
}

/// CRC-32 as in IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xedb8_8320 })
    })
}

fn error(version: u32, status: u32) -> String {
    let name = match status {
        1 => "PERM",
        2 => "NOENT",
        5 => "IO",
        6 => "NXIO",
        13 => "ACCES",
        17 => "EXIST",
        18 => "XDEV",
        19 => "NODEV",
        20 => "NOTDIR",
        21 => "ISDIR",
        22 => "INVAL",
        27 => "FBIG",
        28 => "NOSPC",
        30 => "ROFS",
        63 => "NAMETOOLONG",
        66 => "NOTEMPTY",
        69 => "DQUOT",
        70 => "STALE",
        10_001 => "BADHANDLE",
        10_004 => "NOTSUPP",
        10_006 => "SERVERFAULT",
        10_008 => "JUKEBOX",
        _ => return format!("Unknown:{status}"),
    };
    format!("NFS{version}ERR_{name}")
}

pub fn describe(
    d: &mut Dissection,
    (program, version, procedure): (u32, u32, u32),
    call: bool,
    body: &Bytes<'_>,
) -> Result<(), Problem> {
    let mut reader = Reader { bytes: *body, at: 0 };
    let text = match (program, version) {
        (PORT_MAPPER, 2) => port_mapper(d, procedure, call, &mut reader)?,
        (MOUNTS, _) if call && matches!(procedure, 1 | 3) => {
            let path = reader.opaque()?;
            d.field(&PATH, path.span(0..path.len()), text::shown(path.all()));
            format!(" {}", text::shown(path.all()))
        }
        (FILES, 3) if call => nfs3_call(d, procedure, &mut reader)?,
        (FILES, 3) => nfs3_reply(d, procedure, &mut reader)?,
        (FILES, 2) => nfs2(d, procedure, call, &mut reader)?,
        (FILES, 4) => nfs4(d, call, &mut reader)?,
        _ => String::new(),
    };
    d.info_join("", || text);
    Ok(())
}

fn port_mapper(d: &mut Dissection, procedure: u32, call: bool, reader: &mut Reader<'_>) -> Result<String, Problem> {
    const GETPORT: u32 = 3;
    if !call {
        if procedure != GETPORT {
            return Ok(String::new());
        }
        let port = reader.u32()?;
        d.field(&PORT, reader.bytes.span(0..4), port);
        return Ok(if port == 0 { " PROGRAM_NOT_AVAILABLE".to_owned() } else { format!(" Port:{port}") });
    }
    if !matches!(procedure, 1..=3) {
        return Ok(String::new());
    }
    let (program, version, transport) = (reader.u32()?, reader.u32()?, reader.u32()?);
    let name = of(program).map_or("Unknown", |(name, _)| name);
    let transport = match transport {
        6 => "TCP".to_owned(),
        17 => "UDP".to_owned(),
        other => format!("Unknown({other})"),
    };
    Ok(format!(" {name}({program}) V:{version} {transport}"))
}

fn nfs3_call(d: &mut Dissection, procedure: u32, reader: &mut Reader<'_>) -> Result<String, Problem> {
    let first = reader.handle(d, 3)?;
    Ok(match procedure {
        3 | 9 | 12 | 13 => format!(", DH: 0x{first:08x}/{}", reader.name(d)?),
        4 => format!(", FH: 0x{first:08x}, [Check:{}]", access(reader.u32()?)),
        6 => {
            let (offset, count) = (reader.u64()?, reader.u32()?);
            format!(", FH: 0x{first:08x} Offset: {offset} Len: {count}")
        }
        7 => {
            let (offset, count, stable) = (reader.u64()?, reader.u32()?, reader.u32()?);
            format!(", FH: 0x{first:08x} Offset: {offset} Len: {count} {}", stability(stable))
        }
        8 => {
            let name = reader.name(d)?;
            let mode = ["UNCHECKED", "GUARDED", "EXCLUSIVE"];
            let mode = usize::try_from(reader.u32()?).ok().and_then(|at| mode.get(at)).copied().unwrap_or("Unknown");
            format!(", DH: 0x{first:08x}/{name} Mode: {mode}")
        }
        14 => {
            let (from, second) = (reader.name(d)?, reader.handle(d, 3)?);
            format!(", From DH: 0x{first:08x}/{from} To DH: 0x{second:08x}/{}", reader.name(d)?)
        }
        15 => {
            let second = reader.handle(d, 3)?;
            format!(", From DH: 0x{first:08x} To DH: 0x{second:08x}/{}", reader.name(d)?)
        }
        _ => format!(", FH: 0x{first:08x}"),
    })
}

fn access(mask: u32) -> String {
    let rights = [(1, "RD"), (2, "LU"), (4, "MD"), (8, "XT"), (16, "DL"), (32, "XE")];
    rights.iter().filter(|(bit, _)| mask & bit != 0).fold(String::new(), |text, (_, name)| format!("{text} {name}"))
}

fn stability(stable: u32) -> &'static str {
    usize::try_from(stable)
        .ok()
        .and_then(|at| ["UNSTABLE", "DATA_SYNC", "FILE_SYNC"].get(at))
        .copied()
        .unwrap_or("Unknown")
}

fn status(d: &mut Dissection, version: u32, reader: &mut Reader<'_>) -> Result<Option<String>, Problem> {
    let status = reader.u32()?;
    d.noted(
        &STATUS,
        reader.bytes.span(0..4),
        status,
        &if status == 0 { format!("NFS{version}_OK") } else { error(version, status) },
    );
    Ok((status != 0).then(|| format!(" Error: {}", error(version, status))))
}

fn nfs3_reply(d: &mut Dissection, procedure: u32, reader: &mut Reader<'_>) -> Result<String, Problem> {
    if let Some(error) = status(d, 3, reader)? {
        return Ok(error);
    }
    Ok(match procedure {
        1 => {
            let (kind, mode) = (reader.u32()?, reader.u32()?);
            let (_, uid, gid) = (reader.u32()?, reader.u32()?, reader.u32()?);
            let kinds = [
                "",
                "Regular File",
                "Directory",
                "Block Special Device",
                "Character Special Device",
                "Symbolic Link",
                "Socket",
                "Named Pipe",
            ];
            let kind = usize::try_from(kind).ok().and_then(|at| kinds.get(at)).copied().unwrap_or("Unknown");
            format!("  {kind} mode: {mode:04o} uid: {uid} gid: {gid}")
        }
        3 => format!(", FH: 0x{:08x}", reader.handle(d, 3)?),
        4 => {
            reader.attributes_if_any()?;
            format!(", [Allowed:{}]", access(reader.u32()?))
        }
        5 => {
            reader.attributes_if_any()?;
            format!(" Path: {}", reader.name(d)?)
        }
        6 => {
            reader.attributes_if_any()?;
            format!(" Len: {}", reader.u32()?)
        }
        7 => {
            reader.weak_consistency()?;
            let count = reader.u32()?;
            format!(" Len: {count} {}", stability(reader.u32()?))
        }
        _ => String::new(),
    })
}

fn nfs2(d: &mut Dissection, procedure: u32, call: bool, reader: &mut Reader<'_>) -> Result<String, Problem> {
    if !call {
        return Ok(status(d, 2, reader)?.unwrap_or_default());
    }
    let first = reader.handle(d, 2)?;
    Ok(match procedure {
        4 | 9 | 10 | 14 | 15 => format!(", DH: 0x{first:08x}/{}", reader.name(d)?),
        _ => format!(", FH: 0x{first:08x}"),
    })
}

/// A compound names its operations one after the other; their arguments are not read, so only the first one is sure.
fn nfs4(d: &mut Dissection, call: bool, reader: &mut Reader<'_>) -> Result<String, Problem> {
    let failed = if call { None } else { status(d, 4, reader)? };
    reader.opaque()?;
    if call {
        reader.skip(4);
    }
    let count = reader.u32()?;
    if count > 0 {
        let at = reader.at;
        let number = reader.u32()?;
        let name =
            number.checked_sub(3).and_then(|at| NFS4.get(usize::try_from(at).ok()?)).copied().unwrap_or("ILLEGAL");
        d.noted(&OPERATION, reader.bytes.span(at..at.saturating_add(4)), number, name);
        return Ok(format!("{} {name}", failed.unwrap_or_default()));
    }
    Ok(failed.unwrap_or_default())
}
