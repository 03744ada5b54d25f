//! SMB versions 2 and 3, [MS-SMB2].
mod bodies;
mod commands;
mod contexts;
pub mod words;

pub use bodies::{ACCESS_MASK, CREATE_OPTIONS, SHARE_ACCESS};
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Next, Problem, Protocol, Role, Slot, Value, fields, joined,
};
use crate::sorted::Sorted;

fields! {
    PROTOCOL: Hex(8) => "smb2.protocol_id", "ProtocolId";
    HEADER_LENGTH: Uint => "smb2.header_len", "Header Length";
    CREDIT_CHARGE: Uint => "smb2.credit.charge", "Credit Charge";
    CHANNEL: Uint => "smb2.channel_sequence", "Channel Sequence";
    STATUS: Hex(8) => "smb2.nt_status", "NT Status";
    COMMAND: Uint => "smb2.cmd", "Command";
    CREDITS_ASKED: Uint => "smb2.credits.requested", "Credits requested";
    CREDITS: Uint => "smb2.credits.granted", "Credits granted";
    FLAGS: Hex(8) => "smb2.flags", "Flags";
    FLAG_RESPONSE: Bool => "smb2.flags.response", "Response";
    FLAG_ASYNC: Bool => "smb2.flags.async", "Async command";
    FLAG_CHAINED: Bool => "smb2.flags.chained", "Chained";
    FLAG_SIGNED: Bool => "smb2.flags.signature", "Signing";
    FLAG_PRIORITY: Bool => "smb2.flags.priority_mask", "Priority";
    FLAG_DFS: Bool => "smb2.flags.dfs", "DFS operation";
    FLAG_REPLAY: Bool => "smb2.flags.replay", "Replay operation";
    CHAIN: Hex(8) => "smb2.chain_offset", "Chain Offset";
    MESSAGE: Uint => "smb2.msg_id", "Message ID";
    PROCESS: Hex(8) => "smb2.pid", "Process Id";
    ASYNC: Hex(16) => "smb2.aid", "Async Id";
    TREE: Hex(8) => "smb2.tid", "Tree Id";
    SESSION: Hex(16) => "smb2.sesid", "Session Id";
    SIGNATURE: Bytes => "smb2.signature", "Signature";
    RESPONSE_TO: Uint => "smb2.response_to", "Response to";
    RESPONSE_IN: Uint => "smb2.response_in", "Response in";
    TIME: Seconds => "smb2.time", "Time from request";
    BODY: Label => "smb2.command", "Command";
    FILE: Text => "smb2.filename", "Filename";
    PATH: Text => "smb2.tree", "Tree";
    FILE_ID: Guid => "smb2.fid", "File Id";
    DIALECT: Hex(4) => "smb2.dialect", "Dialect";
    SECURITY_BLOB: Bytes => "smb2.security_blob", "Security Blob";
    SHARE_TYPE: Hex(2) => "smb2.share_type", "Share Type";
    READ_LENGTH: Uint => "smb2.read_length", "Read Length";
    WRITE_LENGTH: Uint => "smb2.write_length", "Write Length";
    FILE_OFFSET: Uint => "smb2.file_offset", "File Offset";
    CLASS: Hex(2) => "smb2.class", "Class";
    INFO_LEVEL: Hex(2) => "smb2.infolevel", "InfoLevel";
    FILE_LEVEL: Hex(2) => "smb2.file_info.infolevel", "InfoLevel";
    FS_LEVEL: Hex(2) => "smb2.fs_info.infolevel", "InfoLevel";
    SECURITY_LEVEL: Hex(2) => "smb2.sec_info.infolevel", "InfoLevel";
    FIND_LEVEL: Uint => "smb2.find.infolevel", "Info Level";
    FOUND: Bytes => "smb2.find.info_blob", "Info";
    ENTRY: Label => "smb2.find.id_both_directory_info", "FileIdBothDirectoryInfo";
    SHORT: Text => "smb2.shortname", "Short Name";
    RESERVED: Bytes => "smb2.reserved", "Reserved";
    PATTERN: Text => "smb2.find.pattern", "Search Pattern";
    FUNCTION: Hex(8) => "smb2.ioctl.function", "Function";
    DISPOSITION: Uint => "smb2.create.disposition", "Disposition";
    EXTRA: Label => "smb2.create.extrainfo", "ExtraInfo";
    TAG: Text => "smb2.tag", "Tag";
    DATA: Label => "smb2.create.chain_data", "Data";
    CONTEXT: Label => "smb2.negotiate_context", "Negotiate Context";
    NETNAME: Text => "smb2.negotiate_context.netname", "Netname";
    TRANSFORM_NONCE: Bytes => "smb2.header.transform.nonce", "Nonce";
    TRANSFORM_SIZE: Uint => "smb2.header.transform.msg_size", "Message size";
    TRANSFORM_FLAGS: Hex(4) => "smb2.header.transform.flags", "Flags";
}

pub static SMB2: Protocol = Protocol {
    name: "smb2",
    title: "SMB2 (Server Message Block Protocol version 2)",
    short: "SMB2",
    fields: FIELDS,
    layouts: ALL_LAYOUTS,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 64;

static ALL_LAYOUTS: &[&[Slot]] =
    &joined::<_, { bodies::ALL.len() + contexts::ALL.len() }>(&[bodies::ALL, contexts::ALL]);

/// What the parties have open.
#[derive(Default)]
struct Open {
    /// Names asked for, by message.
    creates: Sorted<u64, String>,
    /// Levels of the directory searches, by message.
    searches: Sorted<u64, u8>,
    /// Names by file id.
    files: Sorted<[u8; 16], String>,
    /// Trees that are pipes' ("IPC$").
    pipes: Sorted<u32, bool>,
}

impl Open {
    /// Forgets the oldest, when it is too much.
    fn bound(&mut self) {
        const MOST: usize = 4096;
        if self.creates.len() > MOST {
            self.creates.pop_first();
        }
        if self.searches.len() > MOST {
            self.searches.pop_first();
        }
        if self.files.len() > MOST {
            self.files.pop_first();
        }
        if self.pipes.len() > MOST {
            self.pipes.pop_first();
        }
    }
}

/// A command with its header.
struct Message<'p> {
    /// From the header on, up to the next of the chain.
    bytes: Bytes<'p>,
    command: u16,
    response: bool,
    status: u32,
    id: u64,
    tree: u32,
}

impl<'p> Message<'p> {
    fn read(bytes: Bytes<'p>) -> Result<Self, Problem> {
        let flags = bytes.u32_le(16)?;
        let response = flags & 1 != 0;
        Ok(Self {
            command: bytes.u16_le(12)?,
            response,
            status: if response { bytes.u32_le(8)? } else { 0 },
            id: bytes.array(24).map(u64::from_le_bytes)?,
            tree: if flags & 2 == 0 { bytes.u32_le(36)? } else { 0 },
            bytes,
        })
    }

    fn body(&self) -> Bytes<'p> {
        self.bytes.from(HEADER)
    }

    /// What an offset from the header and a length point to.
    fn at(&self, offset: usize, length: usize) -> Bytes<'p> {
        self.bytes.from(offset).limit(length)
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    match bytes.u8(0)? {
        0xfd => {
            d.info(|| "Encrypted SMB3".to_owned());
            if d.wants() {
                d.field(&SIGNATURE, bytes.span(4..20), bytes.take(4..20)?);
                d.field(&TRANSFORM_NONCE, bytes.span(20..36), bytes.take(20..36)?);
                d.field(&TRANSFORM_SIZE, bytes.span(36..40), bytes.u32_le(36)?);
                d.field(&TRANSFORM_FLAGS, bytes.span(42..44), bytes.u16_le(42)?);
                d.field(&SESSION, bytes.span(44..52), bytes.array(44).map(u64::from_le_bytes)?);
            }
            return Ok(Next::End);
        }
        0xfc => {
            d.info(|| "Compressed SMB3".to_owned());
            return Ok(Next::End);
        }
        _ => {}
    }
    let (mut rest, mut inner) = (bytes, None);
    // A chain: each message says where the next begins.
    for nth in 0_usize.. {
        let next = usize::try_from(rest.u32_le(20)?).unwrap_or_default();
        let message = Message::read(if next >= HEADER { rest.limit(next) } else { rest })?;
        if nth > 0 {
            d.another(&message.bytes);
        }
        if let Some((claim, bytes)) = inner.replace(one(d, &message, nth)?).flatten() {
            d.also(claim, bytes);
        }
        if next < HEADER {
            break;
        }
        rest = rest.from(next);
    }
    Ok(inner.flatten().map_or(Next::End, |(claim, bytes)| Next::Claim(claim, bytes)))
}

/// What rides in a message, and who reads it.
type Inner<'p> = Option<(Claim, Bytes<'p>)>;

fn one<'p>(d: &mut Dissection, message: &Message<'p>, nth: usize) -> Result<Inner<'p>, Problem> {
    const PENDING: u32 = 0x103;
    let partner = match (message.response, message.status) {
        (true, PENDING) => None,
        (true, _) => d.transaction(Role::Response, message.id),
        (false, _) => d.transaction(Role::Request, message.id),
    };
    if d.wants() {
        header(d, message)?;
        if let Some(partner) = partner {
            d.nest(|d| {
                d.generated(
                    if message.response { &RESPONSE_TO } else { &RESPONSE_IN },
                    Default::default(),
                    partner.packet,
                );
                if let Some(elapsed) = partner.elapsed.filter(|_| message.response) {
                    d.generated(&TIME, Default::default(), Value::Nanos(elapsed));
                }
            });
        }
        let title = commands::title(message)?;
        d.label(&BODY, message.body().span(0..message.body().len()), || format!("{title} (0x{:02x})", message.command));
        let say = |text: String| if nth == 0 { text } else { format!(";{text}") };
        match nth {
            0 => d.info(|| say(title)),
            _ => d.info_join("", || say(title)),
        }
        if message.status != 0 {
            d.info_join("", || format!(", Error: {}", words::status(message.status)));
        }
    }
    d.nest(|d| {
        d.with_state(|d, open: &mut Open| {
            open.bound();
            commands::dissect(d, open, message)
        })
    })
}

fn header(d: &mut Dissection, message: &Message<'_>) -> Result<(), Problem> {
    let bytes = &message.bytes;
    d.label(&BODY, bytes.span(0..HEADER), || "SMB2 Header".to_owned());
    d.nest(|d| -> Result<(), Problem> {
        d.field(&PROTOCOL, bytes.span(0..4), bytes.u32(0)?);
        d.field(&HEADER_LENGTH, bytes.span(4..6), bytes.u16_le(4)?);
        d.field(&CREDIT_CHARGE, bytes.span(6..8), bytes.u16_le(6)?);
        if message.response {
            d.noted(&STATUS, bytes.span(8..12), message.status, &words::status(message.status));
        } else {
            d.field(&CHANNEL, bytes.span(8..10), bytes.u16_le(8)?);
            d.field(&RESERVED, bytes.span(10..12), bytes.take(10..12)?);
        }
        let name = words::COMMANDS.get(usize::from(message.command)).copied().unwrap_or("Unknown");
        d.noted(&COMMAND, bytes.span(12..14), message.command, name);
        d.field(if message.response { &CREDITS } else { &CREDITS_ASKED }, bytes.span(14..16), bytes.u16_le(14)?);
        let flags = bytes.u32_le(16)?;
        d.field(&FLAGS, bytes.span(16..20), flags);
        d.nest(|d| {
            let bits: [(&'static Field, u32); 7] = [
                (&FLAG_RESPONSE, 1),
                (&FLAG_ASYNC, 2),
                (&FLAG_CHAINED, 4),
                (&FLAG_SIGNED, 8),
                (&FLAG_PRIORITY, 0x70),
                (&FLAG_DFS, 0x1000_0000),
                (&FLAG_REPLAY, 0x2000_0000),
            ];
            for (field, bit) in bits {
                d.field(field, bytes.span(16..20), flags & bit != 0);
            }
        });
        d.field(&CHAIN, bytes.span(20..24), bytes.u32_le(20)?);
        d.field(&MESSAGE, bytes.span(24..32), message.id);
        if flags & 2 != 0 {
            d.field(&ASYNC, bytes.span(32..40), bytes.array(32).map(u64::from_le_bytes)?);
        } else {
            d.field(&PROCESS, bytes.span(32..36), bytes.u32_le(32)?);
            d.field(&TREE, bytes.span(36..40), message.tree);
        }
        d.field(&SESSION, bytes.span(40..48), bytes.array(40).map(u64::from_le_bytes)?);
        d.field(&SIGNATURE, bytes.span(48..64), bytes.take(48..64)?);
        Ok(())
    })
}
