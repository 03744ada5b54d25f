//! SMB version 1, [MS-CIFS] §2.2.4.
mod steps;
mod tables;
mod titles;
mod trans2;

use super::browser::{tell_pipe, tell_slot};
use super::v2::{ACCESS_MASK, CREATE_OPTIONS, SHARE_ACCESS, words};
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Problem, Protocol, Reader, Role, Slot, Value, count, details, fields, joined, layouts, text,
};
use crate::sorted::Sorted;
use titles::{level_title, subcommand_title, title};

fields! {
    COMPONENT: Hex(8) => "smb.server_component", "Server Component";
    A_DIALECT: Text => "smb.dialect", "Dialect";
    FORMAT: Uint => "smb.buffer_format", "Buffer Format";
    VOLUME: Text => "smb.volume.label", "Label";
    RW_OFFSET: Uint => "smb.file.rw.offset", "File Offset";
    RW_LENGTH: Uint => "smb.file.rw.length", "File RW Length";
    PATH: Text => "smb.path", "Path";
    ACCOUNT: Text => "smb.account", "Account";
    DOMAIN: Text => "smb.primary_domain", "Primary Domain";
    SERVER: Text => "smb.server", "Server";
    OS: Text => "smb.native_os", "Native OS";
    LANMAN_NAME: Text => "smb.native_lanman", "Native LAN Manager";
    FILE_SYSTEM: Text => "smb.native_fs", "Native File System";
    SERVICE: Text => "smb.service", "Service";
    FILE: Text => "smb.file", "File Name";
    OLD_FILE: Text => "smb.old_file", "Old File Name";
    FOLDER: Text => "smb.dir_name", "Directory";
    PATTERN: Text => "smb.search_pattern", "Search Pattern";
    LABEL: Text => "smb.fs_name", "FS Name";
    ANSI_PASSWORD: Bytes => "smb.ansi_password", "ANSI Password";
    UNICODE_PASSWORD: Bytes => "smb.unicode_password", "Unicode Password";
    PASSWORD_BYTES: Bytes => "smb.password", "Password";
    CHALLENGE: Bytes => "smb.challenge", "Challenge";
    DATA: Bytes => "smb.file_data", "File Data";
    ECHO_DATA: Bytes => "smb.echo.data", "Echo Data";
    PADDING: Bytes => "smb.padding", "Padding";
    EXTRA: Bytes => "smb.extra_byte_parameters", "Extra byte parameters";
    CREATED_AT: Text => "smb.create.time", "Created";
    ACCESSED_AT: Text => "smb.access.time", "Last Access";
    WRITTEN_AT: Text => "smb.last_write.time", "Last Write";
    CHANGED_AT: Text => "smb.change.time", "Change";
    NOW: Text => "smb.system.time", "System Time";
    DIALECT: Text => "smb.dialect.name", "Name";
    COMMAND: Hex(2) => "smb.cmd", "SMB Command";
    STATUS: Hex(8) => "smb.nt_status", "NT Status";
    WORDS: Uint => "smb.wct", "Word Count (WCT)";
    BYTES: Uint => "smb.bcc", "Byte Count (BCC)";
    FILE_ID: Hex(4) => "smb.fid", "FID";
    BLOB: Bytes => "smb.security_blob", "Security Blob";
    TRANSACTION: Text => "smb.trans_name", "Transaction Name";
    SUBCOMMAND: Hex(4) => "smb.trans2.cmd", "Subcommand";
    RESPONSE_TO: Uint => "smb.response_to", "Response to";
    RESPONSE_IN: Uint => "smb.response_in", "Response in";
    TIME: Seconds => "smb.time", "Time from request";
}

layouts! {
    HEAD = [
        Hex(2) => "smb.flags", "Flags", 1;
        Bool => "smb.flags.response", "Request/Response", &0x80;
        Bool => "smb.flags.notify", "Notify", &0x40;
        Bool => "smb.flags.oplock", "Oplocks", &0x20;
        Bool => "smb.flags.canon", "Canonicalized Pathnames", &0x10;
        Bool => "smb.flags.caseless", "Case Sensitivity", &0x8;
        Bool => "smb.flags.receive_buffer", "Receive Buffer Posted", &0x2;
        Bool => "smb.flags.lock", "Lock and Read", &0x1;
        Hex(4) => "smb.flags2", "Flags2", 2;
        Bool => "smb.flags2.string", "Unicode Strings", &0x8000;
        Bool => "smb.flags2.nt_error", "Error Code Type", &0x4000;
        Bool => "smb.flags2.roe", "Execute-only Reads", &0x2000;
        Bool => "smb.flags2.dfs", "Dfs", &0x1000;
        Bool => "smb.flags2.esn", "Extended Security Negotiation", &0x800;
        Bool => "smb.flags2.reparse_path", "Reparse Path", &0x400;
        Bool => "smb.flags2.long_names_used", "Long Names Used", &0x40;
        Bool => "smb.flags2.sec_sig_required", "Security Signatures Required", &0x10;
        Bool => "smb.flags2.compressed", "Compressed", &0x8;
        Bool => "smb.flags2.sec_sig", "Security Signatures", &0x4;
        Bool => "smb.flags2.ea", "Extended Attributes", &0x2;
        Bool => "smb.flags2.long_names_allowed", "Long Names Allowed", &0x1;
        Uint => "smb.pid.high", "Process ID High", 2;
        Bytes => "smb.signature", "Signature", 8;
        Bytes => "smb.reserved", "Reserved", 2;
        Uint => "smb.tid", "Tree ID", 2;
        Uint => "smb.pid", "Process ID", 2;
        Uint => "smb.uid", "User ID", 2;
        Uint => "smb.mid", "Multiplex ID", 2;
    ]
}

pub static SMB: Protocol = Protocol {
    name: "smb",
    title: "SMB (Server Message Block Protocol)",
    short: "SMB",
    fields: FIELDS,
    layouts: &ALL_LAYOUTS,
    dissect,
    ..Protocol::PLAIN
};

/// Its own, and those of version 2 that it has, too.
static LAYOUT_LISTS: &[&[&[Slot]]] =
    &[&[HEAD, ACCESS_MASK, SHARE_ACCESS, CREATE_OPTIONS], trans2::ALL, tables::ALL];
static ALL_LAYOUTS: [&[Slot]; count(LAYOUT_LISTS)] = joined(LAYOUT_LISTS);

const HEADER: usize = 32;
const UNICODE: u16 = 0x8000;
const NT_STATUS: u16 = 0x4000;
const NO_COMMAND: u8 = 0xff;

/// What a request asked, for its response.
#[derive(Clone, Default)]
struct Asked {
    file: Option<u16>,
    subcommand: Option<u16>,
    level: u16,
    /// What it opens.
    name: String,
    /// Where it reads or writes, and how much.
    range: Option<(u64, u32)>,
    /// A transaction on a pipe, or a tree of pipes.
    pipe: bool,
}

#[derive(Default)]
struct Open {
    asked: Sorted<u16, Asked>,
    /// Trees of pipes ("IPC$").
    pipes: Vec<u16>,
    /// Names of files and paths of trees by their number.
    files: Sorted<u16, String>,
    trees: Sorted<u16, String>,
}

/// Names kept of a connection, each.
const MOST_NAMES: usize = 1024;

/// A message and the command in it at hand.
struct Message<'p> {
    all: Bytes<'p>,
    response: bool,
    unicode: bool,
    tree: u16,
    id: u16,
    /// Parameter words, and data bytes with their place in the message.
    words: Bytes<'p>,
    bytes: Bytes<'p>,
    bytes_at: usize,
}

impl<'p> Message<'p> {
    /// A string among the bytes: its text and what follows it, counted from the first byte.
    fn string(&self, at: usize) -> (String, usize) {
        let aligned = if self.unicode { self.bytes_at.saturating_add(at) & 1 } else { 0 };
        let start = at.saturating_add(aligned);
        self.string_of(&self.bytes, start)
    }

    fn string_of(&self, bytes: &Bytes<'p>, start: usize) -> (String, usize) {
        let rest = bytes.from(start).all();
        if !self.unicode {
            let end = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
            return (text::shown(rest.get(..end).unwrap_or_default()), start.saturating_add(end).saturating_add(1));
        }
        let units = rest.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>().copied().map(u16::from_le_bytes));
        let units: Vec<u16> = units.take_while(|&unit| unit != 0).collect();
        let end = start.saturating_add(units.len().saturating_mul(2)).saturating_add(2);
        (String::from_utf16_lossy(&units), end)
    }

    /// An answer to a negotiation: whether security is negotiated next.
    fn is_extended(&self) -> Result<bool, Problem> {
        const EXTENDED: u32 = 0x8000_0000;
        Ok(self.words.u32_le(19)? & EXTENDED != 0)
    }

    /// What an offset from the header and a length point to.
    fn at(&self, offset: u16, length: u16) -> Bytes<'p> {
        self.all.from(offset.into()).limit(length.into())
    }
}

fn keep(names: &mut Sorted<u16, String>, id: u16, name: &str) {
    if names.len() >= MOST_NAMES {
        names.pop_first();
    }
    names.insert(id, name.to_owned());
}

/// Where a file is read or written.
fn ranged(d: &mut Dissection, range: Option<(u64, u32)>) {
    if let Some((offset, length)) = range {
        d.generated(&RW_OFFSET, Default::default(), offset);
        d.generated(&RW_LENGTH, Default::default(), length);
    }
}

type Inner<'p> = Option<(Claim, Bytes<'p>)>;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (mut command, status, flags, flags2) = (bytes.u8(4)?, bytes.u32_le(5)?, bytes.u8(9)?, bytes.u16_le(10)?);
    let response = flags & 0x80 != 0;
    let (tree, id) = (bytes.u16_le(24)?, bytes.u16_le(30)?);
    let side = if response { "Response" } else { "Request" };
    let role = if response { Role::Response } else { Role::Latest };
    let partner = d.transaction(role, u64::from(id) << 8 | u64::from(command));
    if d.wants() {
        d.noted(&COMPONENT, bytes.span(0..4), bytes.u32_le(0)?, "SMB");
        d.noted(&COMMAND, bytes.span(4..5), command, &title(command));
        if flags2 & NT_STATUS != 0 {
            d.noted(&STATUS, bytes.span(5..9), status, &words::status(status));
        } else {
            Reader::little(bytes, 5).layout(d, tables::ERRORS)?;
        }
        Reader::little(bytes, 9).layout(d, HEAD)?;
        if let Some(partner) = partner {
            d.generated(if response { &RESPONSE_TO } else { &RESPONSE_IN }, Default::default(), partner.packet);
            if let Some(elapsed) = partner.elapsed.filter(|_| response) {
                d.generated(&TIME, Default::default(), Value::Nanos(elapsed));
            }
        }
        if response && status != 0 && flags2 & NT_STATUS != 0 {
            d.info_suffix(|| format!(", Error: {}", words::status(status)));
        }
    }
    let (mut at, mut inner, mut first) = (HEADER, None, true);
    loop {
        let text = if d.wants() { format!("{} {side}", title(command)) } else { String::new() };
        if first {
            d.info(|| text);
        } else {
            d.info_join("; ", || text);
        }
        let count = usize::from(bytes.u8(at)?).saturating_mul(2);
        let words_at = at.saturating_add(1);
        let bytes_at = words_at.saturating_add(count).saturating_add(2);
        let length = usize::from(bytes.u16_le(bytes_at.saturating_sub(2))?);
        d.field(&WORDS, bytes.span(at..words_at), count >> 1);
        let message = Message {
            all: bytes,
            response,
            unicode: flags2 & UNICODE != 0,
            tree,
            id,
            words: bytes.from(words_at).limit(count),
            bytes: bytes.from(bytes_at).limit(length),
            bytes_at,
        };
        let chained = matches!(command, 0x24 | 0x2d | 0x2e | 0x2f | 0x73 | 0x74 | 0x75 | 0xa2) && count >= 4;
        let following = if chained { message.words.u8(0)? } else { NO_COMMAND };
        if d.wants() && chained {
            let title =
                if following == NO_COMMAND { "No further commands".to_owned() } else { title(following).to_string() };
            d.noted(&COMMAND, message.words.span(0..1), following, &title);
        }
        let found = d.with_state(|d, open: &mut Open| {
            if d.wants() {
                if let Some(path) = open.trees.get(&tree).filter(|_| first) {
                    d.generated(&PATH, bytes.span(24..26), path.as_str());
                }
                details(steps::words(d, open, &message, command, chained))?;
                d.field(&BYTES, bytes.span(bytes_at.saturating_sub(2)..bytes_at), length);
                details(steps::bytes(d, &message, command))?;
            }
            one(d, open, command, &message)
        })?;
        if let Some((claim, bytes)) = found.and_then(|found| inner.replace(found)) {
            d.also(claim, bytes);
        }
        if following == NO_COMMAND {
            break;
        }
        let next = usize::from(message.words.u16_le(2)?);
        // Commands follow each other; anything else would go round in circles.
        if next <= at {
            break;
        }
        (command, at, first) = (following, next, false);
    }
    Ok(inner.map_or(Next::End, |(claim, bytes)| Next::Claim(claim, bytes)))
}

fn file(d: &mut Dissection, words: &Bytes<'_>, at: usize) -> Result<u16, Problem> {
    let id = words.u16_le(at)?;
    d.info_join("", || format!(", FID: 0x{id:04x}"));
    Ok(id)
}

fn path(d: &mut Dissection, message: &Message<'_>, at: usize) {
    if d.wants() {
        let (name, _) = message.string(at);
        d.info_join("", || format!(", Path: {name}"));
    }
}

/// What a pipe carries: DCE/RPC.
fn calls<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Inner<'p> {
    let are = matches!(bytes.all(), [5, 0..=1, 0..=19, _, 0 | 0x10, 0..=3, 0, 0, ..]);
    are.then(|| {
        line(d, "smb_pipe", &bytes);
        (Claim::Named("dcerpc"), bytes)
    })
}

/// A layer that is only a line of the tree.
fn line(d: &mut Dissection, name: &'static str, bytes: &Bytes<'_>) {
    if let Some(id) = super::super::registry().named(name) {
        d.again(true);
        d.enter(id, bytes);
    }
}

fn one<'p>(d: &mut Dissection, open: &mut Open, command: u8, message: &Message<'p>) -> Result<Inner<'p>, Problem> {
    let words = &message.words;
    if message.response {
        let asked = open.asked.get(&message.id).cloned().unwrap_or_default();
        return response(d, open, command, message, &asked);
    }
    let mut asked = Asked { pipe: open.pipes.contains(&message.tree), ..Asked::default() };
    let mut inner = None;
    match command {
        0x72 if d.wants() => {
            let (mut at, bytes) = (0_usize, &message.bytes);
            while let Ok(2) = bytes.u8(at) {
                let start = at.saturating_add(1);
                let text = bytes.from(start).all().split(|&byte| byte == 0).next().unwrap_or_default();
                at = start.saturating_add(text.len()).saturating_add(1);
                let text = text::shown(text);
                d.field(&A_DIALECT, bytes.span(start.saturating_sub(1)..at), text.as_str());
                d.nest(|d| {
                    d.noted(&FORMAT, bytes.span(start.saturating_sub(1)..start), 2_u8, "Dialect");
                    d.field(&DIALECT, bytes.span(start..at), text);
                });
            }
        }
        0x73 => inner = session_setup(d, message)?,
        0x75 => {
            let (name, _) = message.string(words.u16_le(6)?.into());
            asked.pipe = name.to_ascii_uppercase().ends_with("IPC$");
            asked.name = name;
            path(d, message, words.u16_le(6)?.into());
        }
        0xa2 | 0x2d => {
            path(d, message, 0);
            asked.name = message.string(0).0;
        }
        // Those that begin with a buffer format.
        0x00..=0x01 | 0x06 | 0x08 | 0x10 | 0x02..=0x03 => path(d, message, 1),
        0x04 | 0x05 | 0x0a | 0x0b | 0x34 => asked.file = Some(file(d, words, 0)?),
        0x24 => asked.file = Some(file(d, words, 4)?),
        0x2e | 0x2f => {
            asked.file = Some(file(d, words, 4)?);
            let offset = u64::from(words.u32_le(6)?)
                | words.u32_le(if command == 0x2e { 20 } else { 24 }).map_or(0, |high| u64::from(high) << 32);
            let length = if command == 0x2e {
                u32::from(words.u16_le(10)?)
            } else {
                u32::from(words.u16_le(20)?) | u32::from(words.u16_le(18)?) << 16
            };
            asked.range = Some((offset, length));
            ranged(d, asked.range);
            d.info_join("", || format!(", {length} bytes at offset {offset}"));
            if command == 0x2f && asked.pipe {
                inner = calls(d, message.at(words.u16_le(22)?, words.u16_le(20)?));
            }
        }
        0x25 => inner = transaction(d, message, &mut asked)?,
        0x32 => subcommand(d, message, &mut asked)?,
        _ => {}
    }
    open.asked.insert(message.id, asked);
    Ok(inner)
}

fn response<'p>(
    d: &mut Dissection,
    open: &mut Open,
    command: u8,
    message: &Message<'p>,
    asked: &Asked,
) -> Result<Inner<'p>, Problem> {
    let words = &message.words;
    let name = asked.file.and_then(|id| open.files.get(&id)).cloned();
    let known_file = |d: &mut Dissection| {
        if let Some(id) = asked.file {
            d.generated(&FILE_ID, Default::default(), id);
            if let Some(name) = &name {
                d.nest(|d| d.generated(&FILE, Default::default(), name.as_str()));
            }
            d.info_join("", || format!(", FID: 0x{id:04x}"));
        }
    };
    match command {
        // One that failed, and many that did not, has no words.
        _ if words.wire_len() == 0 => {
            known_file(d);
            if let Some(number) = asked.subcommand.filter(|_| command == 0x32) {
                d.info_join("", || format!(", {}", subcommand_title(number)));
            }
        }
        0x72 => {
            if words.wire_len() == 34 && message.is_extended()? {
                return Ok(security(d, message.bytes.from(16)));
            }
        }
        0x73 if words.wire_len() == 8 => {
            return Ok(security(d, message.bytes.limit(words.u16_le(6)?.into())));
        }
        0x75 => {
            keep(&mut open.trees, message.tree, &asked.name);
            if asked.pipe && !open.pipes.contains(&message.tree) && open.pipes.len() < 256 {
                open.pipes.push(message.tree);
            }
        }
        0xa2 | 0x2d => {
            let id = file(d, words, if command == 0xa2 { 5 } else { 4 })?;
            keep(&mut open.files, id, &asked.name);
        }
        0x2e | 0x2f => {
            known_file(d);
            ranged(d, asked.range);
            let length = words.u16_le(if command == 0x2e { 10 } else { 4 })?;
            d.info_join("", || format!(", {length} bytes"));
            if command == 0x2e && asked.pipe {
                return Ok(calls(d, message.at(words.u16_le(12)?, length)));
            }
        }
        0x25 if asked.pipe => return Ok(calls(d, message.at(words.u16_le(14)?, words.u16_le(12)?))),
        0x32 => {
            known_file(d);
            if let Some(number) = asked.subcommand {
                d.info_join("", || format!(", {}", subcommand_title(number)));
            }
            if d.wants() {
                let parameters = message.at(words.u16_le(8)?, words.u16_le(6)?);
                let data = message.at(words.u16_le(14)?, words.u16_le(12)?);
                details(trans2::response(d, message, asked, parameters, data))?;
            }
        }
        _ => known_file(d),
    }
    Ok(None)
}

fn security<'p>(d: &mut Dissection, blob: Bytes<'p>) -> Inner<'p> {
    let name = if blob.all().starts_with(b"NTLMSSP\0") { "ntlmssp" } else { "gss-api" };
    d.inside();
    (!blob.is_empty()).then_some((Claim::Named(name), blob))
}

fn session_setup<'p>(d: &mut Dissection, message: &Message<'p>) -> Result<Inner<'p>, Problem> {
    let words = &message.words;
    let passwords = match words.wire_len() {
        24 => return Ok(security(d, message.bytes.limit(words.u16_le(14)?.into()))),
        26 => usize::from(words.u16_le(14)?).saturating_add(words.u16_le(16)?.into()),
        _ => words.u16_le(14)?.into(),
    };
    if d.wants() {
        let (account, end) = message.string(passwords);
        let (domain, _) = message.string(end);
        d.info_join("", || match account.is_empty() {
            true => ", User: anonymous".to_owned(),
            false => format!(", User: {domain}\\{account}"),
        });
    }
    Ok(None)
}

fn transaction<'p>(d: &mut Dissection, message: &Message<'p>, asked: &mut Asked) -> Result<Inner<'p>, Problem> {
    let words = &message.words;
    let (name, end) = message.string(0);
    let start = if message.unicode { message.bytes_at & 1 } else { 0 };
    d.field(&TRANSACTION, message.bytes.span(start..end), name.clone());
    let data = message.at(words.u16_le(24)?, words.u16_le(22)?);
    let upper = name.to_ascii_uppercase();
    if let Some(slot) = upper.strip_prefix("\\MAILSLOT\\") {
        let reader = match slot {
            "BROWSE" | "LANMAN" => "browser",
            "NET\\NETLOGON" | "NET\\NTLOGON" | "TEMP\\NETLOGON" => "smb_netlogon",
            _ => return Ok(None),
        };
        line(d, "mailslot", &data);
        if d.wants() {
            details(tell_slot(
                d,
                message.all.from(message.bytes_at.saturating_sub(8)).limit(8),
                message.bytes.from(start).limit(end.saturating_sub(start)),
            ))?;
        }
        return Ok(Some((Claim::Named(reader), data)));
    }
    asked.pipe = upper.starts_with("\\PIPE\\") && !upper.ends_with("LANMAN");
    let found = if asked.pipe { calls(d, data) } else { None };
    if found.is_some() && d.wants() {
        details(tell_pipe(d, Reader::little(*words, 28), &FILE_ID))?;
    }
    Ok(found)
}

fn subcommand(d: &mut Dissection, message: &Message<'_>, asked: &mut Asked) -> Result<(), Problem> {
    let words = &message.words;
    let number = words.u16_le(28)?;
    asked.subcommand = Some(number);
    let parameters = message.at(words.u16_le(20)?, words.u16_le(18)?);
    asked.level = trans2::level(number, &parameters);
    if matches!(number, 7 | 8) {
        asked.file = Some(parameters.u16_le(0)?);
    }
    if !d.wants() {
        return Ok(());
    }
    let title = subcommand_title(number);
    d.noted(&SUBCOMMAND, words.span(28..30), number, title);
    d.info_join("", || format!(", {title}"));
    details(trans2::request(d, message, number, &parameters))?;
    match number {
        1 => {
            let (pattern, _) = message.string_of(&parameters, 12);
            d.info_join("", || format!(", Pattern: {pattern}"));
        }
        5 | 6 => {
            let (name, _) = message.string_of(&parameters, 6);
            d.info_join("", || format!(", {}, Path: {name}", level_title(asked.level)));
        }
        7 | 8 => {
            file(d, &parameters, 0)?;
            if number == 7 {
                d.info_join("", || format!(", {}", level_title(asked.level)));
            }
        }
        0x10 => {
            let (name, _) = message.string_of(&parameters, 2);
            d.info_join("", || format!(", File: {name}"));
        }
        _ => {}
    }
    Ok(())
}
