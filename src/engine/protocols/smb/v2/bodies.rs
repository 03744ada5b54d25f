//! Fixed parts of SMB2's bodies as tables, [MS-SMB2] §2.2: which stand at which offset of which command.
use super::{Message, SHORT};
use crate::engine::dissect::{Bytes, Dissection, Kind, Problem, Reader, Slot, layouts, text};

layouts! {
    SIZE = [
        Hex(4) => "smb2.buffer_code", "StructureSize", 2;
        Uint => "smb2.buffer_code.length", "Fixed Part Length", &0xfffe;
        Bool => "smb2.buffer_code.dynamic", "Dynamic Part", &0x1;
    ]
    CLIENT = [
        Guid => "smb2.client_guid", "Client Guid", 16;
        Uint => "smb2.negotiate_context.offset", "NegotiateContextOffset", 4;
        Uint => "smb2.negotiate_context.count", "NegotiateContextCount", 2;
    ]
    SERVER = [
        Uint => "smb2.negotiate_context.count", "NegotiateContextCount", 2;
        Guid => "smb2.server_guid", "Server Guid", 16;
    ]
    INFO = [
        Uint => "smb2.max_response_size", "Max Response Size", 4;
        Hex(4) => "smb2.getinfo_input_offset", "Getinfo Input Offset", 2;
        Bytes => "smb2.reserved", "Reserved", 2;
        Uint => "smb2.getinfo_input_size", "Getinfo Input Size", 4;
        Hex(8) => "smb2.getsetinfo_additional", "Additional Info", 4;
        Hex(8) => "smb2.getinfo_flags", "Flags", 4;
    ]
    SECURITY = [
        Hex(2) => "smb2.sec_mode", "Security mode", 1;
        Bool => "smb2.sec_mode.sign_enabled", "Signing enabled", &0x1;
        Bool => "smb2.sec_mode.sign_required", "Signing required", &0x2;
    ]
    CREATE = [
        Label => "", "", 2;
        Label => "", "", 1;
        Hex(2) => "smb2.create.oplock", "Oplock", 1: "No oplock|Level2 oplock|8=Exclusive oplock|Batch oplock|255=Lease";
        Uint => "smb2.impersonation.level", "Impersonation level", 4: "Anonymous|Identification|Impersonation|Delegation";
        Hex(16) => "smb2.create_flags", "Create Flags", 8;
        Label => "", "", 8;
    ]
    ACCESS = [
        Hex(8) => "smb.access_mask", "Access Mask", 4;
        Bool => "smb.access.read", "Read", &0x1;
        Bool => "smb.access.write", "Write", &0x2;
        Bool => "smb.access.append", "Append", &0x4;
        Bool => "smb.access.read_ea", "Read EA", &0x8;
        Bool => "smb.access.write_ea", "Write EA", &0x10;
        Bool => "smb.access.execute", "Execute", &0x20;
        Bool => "smb.access.delete_child", "Delete Child", &0x40;
        Bool => "smb.access.read_attributes", "Read Attributes", &0x80;
        Bool => "smb.access.write_attributes", "Write Attributes", &0x100;
        Bool => "smb.access.delete", "Delete", &0x10000;
        Bool => "smb.access.read_control", "Read Control", &0x20000;
        Bool => "smb.access.write_dac", "Write DAC", &0x40000;
        Bool => "smb.access.write_owner", "Write Owner", &0x80000;
        Bool => "smb.access.synchronize", "Synchronize", &0x100000;
        Bool => "smb.access.system_security", "System Security", &0x1000000;
        Bool => "smb.access.maximum_allowed", "Maximum Allowed", &0x2000000;
        Bool => "smb.access.generic_all", "Generic All", &0x10000000;
        Bool => "smb.access.generic_execute", "Generic Execute", &0x20000000;
        Bool => "smb.access.generic_write", "Generic Write", &0x40000000;
        Bool => "smb.access.generic_read", "Generic Read", &0x80000000;
    ]
    ATTRIBUTES = [
        Hex(8) => "smb2.file_attribute", "File Attributes", 4;
        Bool => "smb2.file_attribute.read_only", "Read Only", &0x1;
        Bool => "smb2.file_attribute.hidden", "Hidden", &0x2;
        Bool => "smb2.file_attribute.system", "System", &0x4;
        Bool => "smb2.file_attribute.directory", "Directory", &0x10;
        Bool => "smb2.file_attribute.archive", "Requires archived", &0x20;
        Bool => "smb2.file_attribute.normal", "Normal", &0x80;
        Bool => "smb2.file_attribute.temporary", "Temporary", &0x100;
        Bool => "smb2.file_attribute.sparse", "Sparse", &0x200;
        Bool => "smb2.file_attribute.reparse", "Reparse Point", &0x400;
        Bool => "smb2.file_attribute.compressed", "Compressed", &0x800;
        Bool => "smb2.file_attribute.offline", "Offline", &0x1000;
        Bool => "smb2.file_attribute.not_content_indexed", "Not Content Indexed", &0x2000;
        Bool => "smb2.file_attribute.encrypted", "Encrypted", &0x4000;
        Bool => "smb2.file_attribute.integrity_stream", "Integrity Stream", &0x8000;
        Bool => "smb2.file_attribute.no_scrub_data", "No Scrub Data", &0x20000;
    ]
    SHARE = [
        Hex(8) => "smb.share_access", "Share Access", 4;
        Bool => "smb.share.access.read", "Read", &0x1;
        Bool => "smb.share.access.write", "Write", &0x2;
        Bool => "smb.share.access.delete", "Delete", &0x4;
    ]
    OPTIONS = [
        Hex(8) => "smb.create_options", "Create Options", 4;
        Bool => "smb.nt.create_options.directory", "Directory", &0x1;
        Bool => "smb.nt.create_options.write_through", "Write Through", &0x2;
        Bool => "smb.nt.create_options.sequential_only", "Sequential Only", &0x4;
        Bool => "smb.nt.create_options.intermediate_buffering", "Intermediate Buffering", &0x8;
        Bool => "smb.nt.create_options.sync_io_alert", "Sync I/O Alert", &0x10;
        Bool => "smb.nt.create_options.sync_io_nonalert", "Sync I/O Nonalert", &0x20;
        Bool => "smb.nt.create_options.non_directory", "Non-Directory", &0x40;
        Bool => "smb.nt.create_options.create_tree_connection", "Create Tree Connection", &0x80;
        Bool => "smb.nt.create_options.complete_if_oplocked", "Complete If Oplocked", &0x100;
        Bool => "smb.nt.create_options.no_ea_knowledge", "No EA Knowledge", &0x200;
        Bool => "smb.nt.create_options.eight_dot_three_only", "8.3 Only", &0x400;
        Bool => "smb.nt.create_options.random_access", "Random Access", &0x800;
        Bool => "smb.nt.create_options.delete_on_close", "Delete On Close", &0x1000;
        Bool => "smb.nt.create_options.open_by_fileid", "Open By FileID", &0x2000;
        Bool => "smb.nt.create_options.backup_intent", "Backup Intent", &0x4000;
        Bool => "smb.nt.create_options.no_compression", "No Compression", &0x8000;
        Bool => "smb.nt.create_options.reserve_opfilter", "Reserve Opfilter", &0x100000;
        Bool => "smb.nt.create_options.open_reparse_point", "Open Reparse Point", &0x200000;
        Bool => "smb.nt.create_options.open_no_recall", "Open No Recall", &0x400000;
        Bool => "smb.nt.create_options.open_for_free_space_query", "Open For Free Space query", &0x800000;
    ]
    CREATED = [
        Hex(2) => "smb2.create.oplock", "Oplock", 1: "No oplock|Level2 oplock|8=Exclusive oplock|Batch oplock|255=Lease";
        Hex(2) => "smb2.create.rep_flags", "Response Flags", 1;
        Bool => "smb2.create.rep_flags.reparse_point", "ReparsePoint", &0x1;
        Uint => "smb2.create.action", "Create Action", 4: "No action taken?|The file existed and was opened|The file did not exist but was created|The file existed and was truncated|32769=The file existed and was opened, and an OpLock was granted|The file did not exist but was created, and an OpLock was granted|The file existed and was truncated, and an OpLock was granted";
    ]
    CAPABILITIES = [
        Hex(8) => "smb2.capabilities", "Capabilities", 4;
        Bool => "smb2.capabilities.dfs", "DFS", &0x1;
        Bool => "smb2.capabilities.leasing", "LEASING", &0x2;
        Bool => "smb2.capabilities.large_mtu", "LARGE MTU", &0x4;
        Bool => "smb2.capabilities.multi_channel", "MULTI CHANNEL", &0x8;
        Bool => "smb2.capabilities.persistent_handles", "PERSISTENT HANDLES", &0x10;
        Bool => "smb2.capabilities.directory_leasing", "DIRECTORY LEASING", &0x20;
        Bool => "smb2.capabilities.encryption", "ENCRYPTION", &0x40;
    ]
    SIZES = [
        Uint => "smb2.max_trans_size", "Max Transaction Size", 4;
        Uint => "smb2.max_read_size", "Max Read Size", 4;
        Uint => "smb2.max_write_size", "Max Write Size", 4;
    ]
    SESSION_FLAGS = [
        Hex(4) => "smb2.session_flags", "Session Flags", 2;
        Bool => "smb2.ses_flags.guest", "Guest", &0x1;
        Bool => "smb2.ses_flags.null", "Null", &0x2;
        Bool => "smb2.ses_flags.encrypt", "Encrypt", &0x4;
    ]
    SESSION_REQUEST = [
        Hex(2) => "smb2.ses_req_flags", "Flags", 1;
        Bool => "smb2.ses_req_flags.session_binding", "Session Binding Request", &0x1;
    ]
    CHANNEL = [Hex(8) => "smb2.channel", "Channel", 4: "None|RDMA V1|RDMA V1_INVALIDATE";]
    PREVIOUS = [Hex(16) => "smb2.previous_sesid", "Previous Session Id", 8;]
    DIALECTS = [Uint => "smb2.dialect_count", "Dialect count", 2;]
    CONTEXTS_AT = [Hex(8) => "smb2.negotiate_context.offset", "NegotiateContextOffset", 4;]
    NOW = [Text => "smb2.current_time", "Current Time", 8;]
    BOOT = [Text => "smb2.boot_time", "Boot Time", 8;]
    TIMES = [
        Text => "smb2.create.time", "Create", 8;
        Text => "smb2.last_access.time", "Last Access", 8;
        Text => "smb2.last_write.time", "Last Write", 8;
        Text => "smb2.last_change.time", "Last Change", 8;
    ]
    SIZE_OF_FILE = [
        Uint => "smb2.allocation_size", "Allocation Size", 8;
        Uint => "smb2.eof", "End Of File", 8;
    ]
    FIND = [
        Hex(2) => "smb2.find.flags", "Find Flags", 1;
        Bool => "smb2.find.restart_scans", "Restart Scans", &0x1;
        Bool => "smb2.find.single_entry", "Single Entry", &0x2;
        Bool => "smb2.find.index_specified", "Index Specified", &0x4;
        Bool => "smb2.find.reopen", "Reopen", &0x10;
        Hex(8) => "smb2.file_index", "File Index", 4;
    ]
    FIND_SIZE = [Uint => "smb2.output_buffer_len", "Output Buffer Length", 4;]
    ERROR = [
        Uint => "smb2.error.context_count", "Error Context Count", 1;
        Hex(2) => "smb2.error.reserved", "Reserved", 1;
        Uint => "smb2.error.byte_count", "Byte Count", 4;
        Bytes => "smb2.error.data", "Error Data", *REST;
    ]
    ENTRY = [
        Uint => "smb2.next_offset", "Next Offset", 4;
        Hex(8) => "smb2.file_index", "File Index", 4;
    ]
    ENTRY_SIZE = [
        Uint => "smb2.eof", "End Of File", 8;
        Uint => "smb2.allocation_size", "Allocation Size", 8;
    ]
    ENTRY_NAME = [Uint => "smb2.filename.len", "Filename Length", 4;]
    ENTRY_EA = [Uint => "smb2.ea_size", "EA Size", 4;]
    ENTRY_SHORT = [
        Uint => "smb2.short_name_len", "Short Name Length", 1;
        Bytes => "smb2.reserved", "Reserved", 1;
    ]
    ENTRY_ID = [Hex(16) => "smb2.file_id", "File Id", 8;]
    RESERVED_2 = [Bytes => "smb2.reserved", "Reserved", 2;]
    RESERVED_4 = [Bytes => "smb2.reserved", "Reserved", 4;]
    CLOSED = [
        Hex(4) => "smb2.close.flags", "Close Flags", 2;
        Bool => "smb2.close.pq_attrib", "PostQuery Attrib", &0x1;
    ]
    WRITTEN = [
        Uint => "smb2.write.count", "Write Count", 4;
        Uint => "smb2.write.remaining", "Write Remaining", 4;
    ]
}

/// What version 1 has, too.
pub static ACCESS_MASK: &[Slot] = ACCESS;
pub static SHARE_ACCESS: &[Slot] = SHARE;
pub static CREATE_OPTIONS: &[Slot] = OPTIONS;
/// For the registry.
pub static ALL: &[&[Slot]] = LAYOUTS;

/// Command, whether it is an answer, offset.
const BODIES: [(u16, bool, usize, &[Slot]); 44] = [
    (0, false, 2, DIALECTS),
    (0, false, 6, RESERVED_2),
    (0, false, 12, CLIENT),
    (0, true, 6, SERVER),
    (16, false, 4, INFO),
    (0, false, 4, SECURITY),
    (0, false, 8, CAPABILITIES),
    (0, true, 2, SECURITY),
    (0, true, 24, CAPABILITIES),
    (0, true, 28, SIZES),
    (0, true, 40, NOW),
    (0, true, 48, BOOT),
    (0, true, 60, CONTEXTS_AT),
    (1, false, 2, SESSION_REQUEST),
    (1, false, 3, SECURITY),
    (1, false, 4, CAPABILITIES),
    (1, false, 8, CHANNEL),
    (1, false, 16, PREVIOUS),
    (1, true, 2, SESSION_FLAGS),
    (2, false, 2, RESERVED_2),
    (2, true, 2, RESERVED_2),
    (3, false, 2, RESERVED_2),
    (4, false, 2, RESERVED_2),
    (4, true, 2, RESERVED_2),
    (5, false, 0, CREATE),
    (5, false, 22, ACCESS),
    (5, false, 26, ATTRIBUTES),
    (5, false, 30, SHARE),
    (5, false, 40, OPTIONS),
    (5, true, 2, CREATED),
    (5, true, 8, TIMES),
    (5, true, 40, SIZE_OF_FILE),
    (5, true, 56, ATTRIBUTES),
    (5, true, 60, RESERVED_4),
    (6, false, 2, CLOSED),
    (6, false, 4, RESERVED_4),
    (6, true, 2, CLOSED),
    (6, true, 4, RESERVED_4),
    (6, true, 8, TIMES),
    (6, true, 40, SIZE_OF_FILE),
    (6, true, 56, ATTRIBUTES),
    (9, true, 4, WRITTEN),
    (14, false, 3, FIND),
    (14, false, 28, FIND_SIZE),
];

pub fn tell(d: &mut Dissection, message: &Message<'_>) -> Result<(), Problem> {
    Reader::little(message.body(), 0).layout(d, SIZE)?;
    for (_, _, at, layout) in
        BODIES.iter().filter(|(command, answer, ..)| (*command, *answer) == (message.command, message.response))
    {
        read(d, &mut Reader::little(message.body(), *at), layout)?;
    }
    Ok(())
}

/// The body of an answer that something went wrong.
pub fn failed(d: &mut Dissection, message: &Message<'_>) -> Result<(), Problem> {
    let mut reader = Reader::little(message.body(), 0);
    reader.layout(d, SIZE)?;
    reader.layout(d, ERROR).map(|_| ())
}

/// A layout; what is text in it is a time.
fn read(d: &mut Dissection, reader: &mut Reader<'_>, layout: &'static [Slot]) -> Result<(), Problem> {
    if layout.first().is_none_or(|slot| slot.field.kind != Kind::Text) {
        return reader.layout(d, layout).map(|_| ());
    }
    for slot in layout {
        let start = reader.at;
        let ticks = reader.uint(8)?;
        d.field(&slot.field, reader.since(start), text::file_time(ticks));
    }
    Ok(())
}

/// An entry of a directory but its name ([MS-FSCC] §2.4); and what stands at its end by the level.
pub fn entry(d: &mut Dissection, level: u8, entry: Bytes<'_>) -> Result<(), Problem> {
    let mut reader = Reader::little(entry, 0);
    reader.layout(d, ENTRY)?;
    if level == 12 {
        return reader.layout(d, ENTRY_NAME).map(|_| ());
    }
    read(d, &mut reader, TIMES)?;
    for layout in [ENTRY_SIZE, ATTRIBUTES, ENTRY_NAME] {
        reader.layout(d, layout)?;
    }
    if level != 1 {
        reader.layout(d, ENTRY_EA)?;
    }
    if matches!(level, 3 | 37) {
        reader.layout(d, ENTRY_SHORT)?;
        let (start, length) = (reader.at, usize::from(entry.u8(reader.at.saturating_sub(2))?).min(24));
        let name = reader.take(24)?;
        if length > 0 {
            d.field(&SHORT, reader.since(start), text::utf16(name.get(..length).unwrap_or(name)));
        }
    }
    if matches!(level, 37 | 38) {
        reader.layout(d, if level == 37 { RESERVED_2 } else { RESERVED_4 })?;
        reader.layout(d, ENTRY_ID)?;
    }
    Ok(())
}
