//! The words and bytes of SMB 1's commands as tables, [MS-CIFS] §2.2.4 and [MS-SMB] §2.2.4: layouts, and what follows what.
use super::super::v2::{ACCESS_MASK, CREATE_OPTIONS, SHARE_ACCESS};
use super::{
    ACCESSED_AT, ACCOUNT, ANSI_PASSWORD, BLOB, CHANGED_AT, CREATED_AT, DATA, DOMAIN, ECHO_DATA, EXTRA, FILE,
    FILE_SYSTEM, FOLDER, LANMAN_NAME, NOW, OLD_FILE, OS, PASSWORD_BYTES, PATH, SERVICE, UNICODE_PASSWORD, WRITTEN_AT,
};
use crate::engine::dissect::{Field, Slot, layouts};

/// What a command has next.
#[derive(Clone, Copy)]
pub enum Step {
    /// Numbers and flags.
    Is(&'static [Slot]),
    /// An open file's number.
    File,
    /// A time: 100 ns since 1601 in eight bytes, seconds since 1970 in four.
    Time(&'static Field),
    Seconds(&'static Field),
    /// Text in the message's characters up to its zero; and of one byte each.
    Text(&'static Field),
    Ascii(&'static Field),
    /// The rest, if there is any; and as many bytes as the number of two bytes at this place among the words says.
    Rest(&'static Field),
    Counted(&'static Field, usize),
    /// What stands at an offset from the header and has a length, both of two bytes among the words; padding stands before it.
    Placed(&'static Field, usize, usize),
}
use Step::{Ascii, Counted, File, Is, Placed, Rest, Seconds, Text, Time};

/// A command, whether it is an answer, its words (`ANY` number), what is among them behind those of AndX, and what is among its bytes.
pub type Command = (u8, bool, u8, &'static [Step], &'static [Step]);
pub const ANY: u8 = 0xff;

layouts! {
    ANDX = [
        Bytes => "smb.reserved", "Reserved", 1;
        Uint => "smb.andxoffset", "AndXOffset", 2;
    ]
    ERROR = [
        Hex(2) => "smb.error_class", "Error Class", 1: "Success|DOS Error|Server Error|Hardware Error|255=Command Error";
        Bytes => "smb.reserved", "Reserved", 1;
        Hex(4) => "smb.error_code", "Error Code", 2: "No Error";
    ]
    INDEX = [Uint => "smb.dialect.index", "Selected Index", 2;]
    LANMAN = [
        Hex(4) => "smb.sm", "Security Mode", 2;
        Bool => "smb.sm.mode", "Mode", &1;
        Bool => "smb.sm.password", "Password", &2;
        Uint => "smb.max_bufsize", "Max Buffer Size", 2;
        Uint => "smb.max_mpx_count", "Max Mpx Count", 2;
        Uint => "smb.max_vcs", "Max VCs", 2;
        Hex(4) => "smb.rm", "Raw Mode", 2;
        Bool => "smb.rm.read", "Read Raw", &1;
        Bool => "smb.rm.write", "Write Raw", &2;
        Hex(8) => "smb.session_key", "Session Key", 4;
    ]
    NEGOTIATED = [
        Hex(2) => "smb.sm", "Security Mode", 1;
        Bool => "smb.sm.mode", "Mode", &1;
        Bool => "smb.sm.password", "Password", &2;
        Bool => "smb.sm.signatures", "Signatures", &4;
        Bool => "smb.sm.sig_required", "Sig Req", &8;
        Uint => "smb.max_mpx_count", "Max Mpx Count", 2;
        Uint => "smb.max_vcs", "Max VCs", 2;
        Uint => "smb.max_bufsize", "Max Buffer Size", 4;
        Uint => "smb.max_raw", "Max Raw Buffer", 4;
        Hex(8) => "smb.session_key", "Session Key", 4;
    ]
    CAPABILITIES = [
        Hex(8) => "smb.server_cap", "Capabilities", 4;
        Bool => "smb.server_cap.raw_mode", "Raw Mode", &0x1;
        Bool => "smb.server_cap.mpx_mode", "MPX Mode", &0x2;
        Bool => "smb.server_cap.unicode", "Unicode", &0x4;
        Bool => "smb.server_cap.large_files", "Large Files", &0x8;
        Bool => "smb.server_cap.nt_smbs", "NT SMBs", &0x10;
        Bool => "smb.server_cap.rpc_remote_apis", "RPC Remote APIs", &0x20;
        Bool => "smb.server_cap.nt_status", "NT Status Codes", &0x40;
        Bool => "smb.server_cap.level_2_oplocks", "Level 2 Oplocks", &0x80;
        Bool => "smb.server_cap.lock_and_read", "Lock and Read", &0x100;
        Bool => "smb.server_cap.nt_find", "NT Find", &0x200;
        Bool => "smb.server_cap.dfs", "Dfs", &0x1000;
        Bool => "smb.server_cap.infolevel_passthru", "Infolevel Passthru", &0x2000;
        Bool => "smb.server_cap.large_readx", "Large ReadX", &0x4000;
        Bool => "smb.server_cap.large_writex", "Large WriteX", &0x8000;
        Bool => "smb.server_cap.lwio", "LWIO", &0x10000;
        Bool => "smb.server_cap.unix", "UNIX", &0x80_0000;
        Bool => "smb.server_cap.compressed_data", "Compressed Data", &0x200_0000;
        Bool => "smb.server_cap.dynamic_reauth", "Dynamic Reauth", &0x2000_0000;
        Bool => "smb.server_cap.extended_security", "Extended Security", &0x8000_0000;
    ]
    ZONE = [
        Int => "smb.server_timezone", "Server Time Zone", 2;
        Uint => "smb.challenge_length", "Challenge Length", 1;
    ]
    GUID = [Guid => "smb.server_guid", "Server GUID", 16;]
    SETUP = [
        Uint => "smb.max_buf", "Max Buffer", 2;
        Uint => "smb.max_mpx_count", "Max Mpx Count", 2;
        Uint => "smb.vc", "VC Number", 2;
        Hex(8) => "smb.session_key", "Session Key", 4;
    ]
    PASSWORDS = [
        Uint => "smb.ansi_pwlen", "ANSI Password Length", 2;
        Uint => "smb.unicode_pwlen", "Unicode Password Length", 2;
        Bytes => "smb.reserved", "Reserved", 4;
    ]
    PASSWORD = [
        Uint => "smb.pwlen", "Password Length", 2;
        Bytes => "smb.reserved", "Reserved", 4;
    ]
    BLOB_LENGTH = [Uint => "smb.security_blob_len", "Security Blob Length", 2;]
    RESERVED_4 = [Bytes => "smb.reserved", "Reserved", 4;]
    ACTION = [
        Hex(4) => "smb.setup.action", "Action", 2;
        Bool => "smb.setup.action.guest", "Guest", &1;
    ]
    CONNECT = [
        Hex(4) => "smb.connect.flags", "Flags", 2;
        Bool => "smb.connect.flags.dtid", "Disconnect TID", &1;
        Bool => "smb.connect.flags.extendedsig", "Extended Signature", &4;
        Bool => "smb.connect.flags.extendedresp", "Extended Response", &8;
        Uint => "smb.pwlen", "Password Length", 2;
    ]
    SUPPORT = [
        Hex(4) => "smb.connect.support", "Optional Support", 2;
        Bool => "smb.connect.support.search", "Search Bits", &0x1;
        Bool => "smb.connect.support.dfs", "In Dfs", &0x2;
        Uint => "smb.connect.support.cscmask", "CSC Mask", &0xc: "Automatic file-to-file reintegration NOT permitted|Automatic file-to-file reintegration permitted|Offline caching allow for the share|Offline caching NOT allow for the share";
        Bool => "smb.connect.support.uniqfilename", "Unique File Name", &0x10;
        Bool => "smb.connect.support.extendedsig", "Extended Signatures", &0x20;
    ]
    CREATE = [
        Bytes => "smb.reserved", "Reserved", 1;
        Uint => "smb.file_name_len", "File Name Len", 2;
        Hex(8) => "smb.create_flags", "Create Flags", 4;
        Bool => "smb.nt.create.oplock", "Exclusive Oplock", &2;
        Bool => "smb.nt.create.batch_oplock", "Batch Oplock", &4;
        Bool => "smb.nt.create.dir", "Create Directory", &8;
        Bool => "smb.nt.create.ext", "Extended Response", &0x10;
        Hex(8) => "smb.rfid", "Root FID", 4;
    ]
    ALLOCATED = [Uint => "smb.alloc_size64", "Allocation Size", 8;]
    ATTRIBUTES = [
        Hex(8) => "smb.file_attribute", "File Attributes", 4;
        Bool => "smb.file_attribute.read_only", "Read Only", &0x1;
        Bool => "smb.file_attribute.hidden", "Hidden", &0x2;
        Bool => "smb.file_attribute.system", "System", &0x4;
        Bool => "smb.file_attribute.volume", "Volume ID", &0x8;
        Bool => "smb.file_attribute.directory", "Directory", &0x10;
        Bool => "smb.file_attribute.archive", "Archive", &0x20;
        Bool => "smb.file_attribute.device", "Device", &0x40;
        Bool => "smb.file_attribute.normal", "Normal", &0x80;
        Bool => "smb.file_attribute.temporary", "Temporary", &0x100;
        Bool => "smb.file_attribute.sparse", "Sparse", &0x200;
        Bool => "smb.file_attribute.reparse", "Reparse Point", &0x400;
        Bool => "smb.file_attribute.compressed", "Compressed", &0x800;
        Bool => "smb.file_attribute.offline", "Offline", &0x1000;
        Bool => "smb.file_attribute.not_content_indexed", "Content Indexed", &0x2000;
        Bool => "smb.file_attribute.encrypted", "Encrypted", &0x4000;
    ]
    SHORT_ATTRIBUTES = [
        Hex(4) => "smb.file_attribute", "File Attributes", 2;
        Bool => "smb.file_attribute.read_only", "Read Only", &0x1;
        Bool => "smb.file_attribute.hidden", "Hidden", &0x2;
        Bool => "smb.file_attribute.system", "System", &0x4;
        Bool => "smb.file_attribute.volume", "Volume ID", &0x8;
        Bool => "smb.file_attribute.directory", "Directory", &0x10;
        Bool => "smb.file_attribute.archive", "Archive", &0x20;
    ]
    SEARCHED = [
        Hex(4) => "smb.search.attribute", "Search Attributes", 2;
        Bool => "smb.search.attribute.read_only", "Read Only", &0x1;
        Bool => "smb.search.attribute.hidden", "Hidden", &0x2;
        Bool => "smb.search.attribute.system", "System", &0x4;
        Bool => "smb.search.attribute.volume", "Volume ID", &0x8;
        Bool => "smb.search.attribute.directory", "Directory", &0x10;
        Bool => "smb.search.attribute.archive", "Archive", &0x20;
    ]
    DISPOSITION = [
        Uint => "smb.create.disposition", "Disposition", 4: "Supersede (supersede existing file (if it exists))|Open (if file exists open it, else fail)|Create (if file exists fail, else create it)|Open If (if file exists open it, else create it)|Overwrite (if file exists overwrite, else fail)|Overwrite If (if file exists overwrite, else create it)";
    ]
    SECURITY = [
        Uint => "smb.impersonation.level", "Impersonation", 4: "Anonymous|Identification|Impersonation|Delegation";
        Hex(2) => "smb.security.flags", "Security Flags", 1;
        Bool => "smb.security.flags.context_tracking", "Context Tracking", &1;
        Bool => "smb.security.flags.effective_only", "Effective Only", &2;
    ]
    OPLOCK = [
        Uint => "smb.oplock.level", "Oplock level", 1: "No oplock granted|Exclusive oplock granted|Batch oplock granted|Level II oplock granted";
    ]
    CREATED = [
        Uint => "smb.create.action", "Create action", 4: "No action taken?|The file existed and was opened|The file did not exist but was created|The file existed and was truncated|32769=The file existed and was opened, and an OpLock was granted|The file did not exist but was created, and an OpLock was granted|The file existed and was truncated, and an OpLock was granted";
    ]
    END = [Uint => "smb.end_of_file", "End Of File", 8;]
    KIND = [
        Uint => "smb.file_type", "File Type", 2: "Disk file or directory|Named pipe in byte mode|Named pipe in message mode|Spooled printer|Character device|65535=Unknown file type";
        Hex(4) => "smb.ipc_state", "IPC State", 2;
        Bool => "smb.ipc_state.nonblocking", "Nonblocking", &0x8000;
        Uint => "smb.ipc_state.endpoint", "Endpoint", &0x4000: "Consumer end of pipe|Server end of pipe";
        Uint => "smb.ipc_state.pipe_type", "Pipe Type", &0xc00: "Byte stream pipe|Message pipe";
        Uint => "smb.ipc_state.read_mode", "Read Mode", &0x300: "Read pipe as a byte stream|Read messages from pipe";
        Uint => "smb.ipc_state.icount", "Icount", &0xff;
    ]
    DIRECTORY = [
        Uint => "smb.is_directory", "Is Directory", 1: "This is NOT a directory|This is a DIRECTORY";
    ]
    OPEN_FLAGS = [
        Hex(4) => "smb.open.flags", "Flags", 2;
        Bool => "smb.open.flags.add_info", "Additional Info", &1;
        Bool => "smb.open.flags.ex_oplock", "Exclusive Oplock", &2;
        Bool => "smb.open.flags.batch_oplock", "Batch Oplock", &4;
        Bool => "smb.open.flags.ealen", "Total EA Len", &8;
    ]
    DESIRED = [
        Hex(4) => "smb.access.desired", "Desired Access", 2;
        Bool => "smb.access.writethrough", "Writethrough", &0x4000;
        Bool => "smb.access.caching", "Caching", &0x1000;
        Uint => "smb.access.locality", "Locality", &0x700: "Locality of reference unknown|Mainly sequential access|Mainly random access|Random access with some locality";
        Uint => "smb.access.sharing", "Sharing Mode", &0x70: "Compatibility mode|Deny read/write/execute (exclusive)|Deny write|Deny read/execute|Deny none";
        Uint => "smb.access.mode", "Access Mode", &0x7: "Open for reading|Open for writing|Open for reading and writing|Open for execute";
    ]
    GRANTED = [
        Hex(4) => "smb.access.granted", "Granted Access", 2;
        Bool => "smb.access.writethrough", "Writethrough", &0x4000;
        Bool => "smb.access.caching", "Caching", &0x1000;
        Uint => "smb.access.locality", "Locality", &0x700: "Locality of reference unknown|Mainly sequential access|Mainly random access|Random access with some locality";
        Uint => "smb.access.sharing", "Sharing Mode", &0x70: "Compatibility mode|Deny read/write/execute (exclusive)|Deny write|Deny read/execute|Deny none";
        Uint => "smb.access.mode", "Access Mode", &0x7: "Open for reading|Open for writing|Open for reading and writing|Open for execute";
    ]
    FUNCTION = [
        Hex(4) => "smb.open.function", "Open Function", 2;
        Bool => "smb.open.function.create", "Create", &0x10;
        Uint => "smb.open.function.open", "Open", &3: "Fail if file exists|Open file if it exists|Truncate file if it exists";
        Uint => "smb.alloc_size", "Allocation Size", 4;
        Uint => "smb.timeout", "Timeout", 4;
        Bytes => "smb.reserved", "Reserved", 4;
    ]
    FILE_SIZE = [Uint => "smb.file_size", "File Size", 4;]
    OPEN_ACTION = [
        Hex(4) => "smb.open.action", "Action", 2;
        Bool => "smb.open.action.lock", "Exclusive Open", &0x8000;
        Uint => "smb.open.action.open", "Open Action", &3: "|The file existed and was opened|The file did not exist but was created|The file existed and was truncated";
        Hex(8) => "smb.server_fid", "Server FID", 4;
        Bytes => "smb.reserved", "Reserved", 2;
    ]
    READ = [
        Uint => "smb.offset", "Offset", 4;
        Uint => "smb.maxcount_low", "Max Count Low", 2;
        Uint => "smb.mincount", "Min Count", 2;
        Uint => "smb.maxcount_high", "Max Count High (multiply with 64K)", 4;
        Uint => "smb.remaining", "Remaining", 2;
    ]
    HIGH_OFFSET = [Uint => "smb.offset_high", "High Offset", 4;]
    DATA_READ = [
        Uint => "smb.remaining", "Remaining", 2;
        Uint => "smb.dcm", "Data Compaction Mode", 2;
        Bytes => "smb.reserved", "Reserved", 2;
        Uint => "smb.data_len_low", "Data Length Low", 2;
        Uint => "smb.data_offset", "Data Offset", 2;
        Uint => "smb.data_len_high", "Data Length High (multiply with 64K)", 4;
        Bytes => "smb.reserved", "Reserved", 6;
    ]
    WRITE = [
        Uint => "smb.offset", "Offset", 4;
        Bytes => "smb.reserved", "Reserved", 4;
        Hex(4) => "smb.write.mode", "Write Mode", 2;
        Bool => "smb.write.mode.message_start", "Message Start", &8;
        Bool => "smb.write.mode.raw", "Write Raw", &4;
        Bool => "smb.write.mode.return_remaining", "Return Remaining", &2;
        Bool => "smb.write.mode.write_through", "Write Through", &1;
        Uint => "smb.remaining", "Remaining", 2;
        Uint => "smb.data_len_high", "Data Length High (multiply with 64K)", 2;
        Uint => "smb.data_len_low", "Data Length Low", 2;
        Uint => "smb.data_offset", "Data Offset", 2;
    ]
    WRITTEN = [
        Uint => "smb.count_low", "Count Low", 2;
        Uint => "smb.remaining", "Remaining", 2;
        Uint => "smb.count_high", "Count High (multiply with 64K)", 2;
        Bytes => "smb.reserved", "Reserved", 2;
    ]
    LOCKING = [
        Hex(2) => "smb.lock.type", "Lock Type", 1;
        Bool => "smb.lock.type.large", "Large Files", &0x10;
        Bool => "smb.lock.type.cancel", "Cancel", &8;
        Bool => "smb.lock.type.change", "Change", &4;
        Bool => "smb.lock.type.oplock_release", "Oplock Break", &2;
        Bool => "smb.lock.type.shared", "Shared", &1;
        Uint => "smb.locking.oplock.level", "Oplock Level", 1: "Level 2 oplock currently held by client|Level 2 oplock currently held by client";
        Uint => "smb.timeout", "Timeout", 4;
        Uint => "smb.locking.num_unlocks", "Number of Unlocks", 2;
        Uint => "smb.locking.num_locks", "Number of Locks", 2;
    ]
    ECHO = [Uint => "smb.echo.count", "Echo Count", 2;]
    ECHOED = [Uint => "smb.echo.seq_num", "Echo Seq Num", 2;]
    TRANSACTION = [
        Uint => "smb.tpc", "Total Parameter Count", 2;
        Uint => "smb.tdc", "Total Data Count", 2;
        Uint => "smb.mpc", "Max Parameter Count", 2;
        Uint => "smb.mdc", "Max Data Count", 2;
        Uint => "smb.msc", "Max Setup Count", 1;
        Bytes => "smb.reserved", "Reserved", 1;
        Hex(4) => "smb.transaction.flags", "Flags", 2;
        Bool => "smb.transaction.flags.owt", "One Way Transaction", &2;
        Bool => "smb.transaction.flags.dtid", "Disconnect TID", &1;
        Uint => "smb.timeout", "Timeout", 4;
        Bytes => "smb.reserved", "Reserved", 2;
        Uint => "smb.pc", "Parameter Count", 2;
        Uint => "smb.po", "Parameter Offset", 2;
        Uint => "smb.dc", "Data Count", 2;
        Uint => "smb.data_offset", "Data Offset", 2;
        Uint => "smb.sc", "Setup Count", 1;
        Bytes => "smb.reserved", "Reserved", 1;
    ]
    TRANSACTED = [
        Uint => "smb.tpc", "Total Parameter Count", 2;
        Uint => "smb.tdc", "Total Data Count", 2;
        Bytes => "smb.reserved", "Reserved", 2;
        Uint => "smb.pc", "Parameter Count", 2;
        Uint => "smb.po", "Parameter Offset", 2;
        Uint => "smb.pd", "Parameter Displacement", 2;
        Uint => "smb.dc", "Data Count", 2;
        Uint => "smb.data_offset", "Data Offset", 2;
        Uint => "smb.data_disp", "Data Displacement", 2;
        Uint => "smb.sc", "Setup Count", 1;
        Bytes => "smb.reserved", "Reserved", 1;
    ]
    NT_TRANSACTION = [
        Uint => "smb.msc", "Max Setup Count", 1;
        Bytes => "smb.reserved", "Reserved", 2;
        Uint => "smb.tpc", "Total Parameter Count", 4;
        Uint => "smb.tdc", "Total Data Count", 4;
        Uint => "smb.mpc", "Max Parameter Count", 4;
        Uint => "smb.mdc", "Max Data Count", 4;
        Uint => "smb.pc", "Parameter Count", 4;
        Uint => "smb.po", "Parameter Offset", 4;
        Uint => "smb.dc", "Data Count", 4;
        Uint => "smb.data_offset", "Data Offset", 4;
        Uint => "smb.sc", "Setup Count", 1;
        Uint => "smb.nt.function", "Function", 2: "|NT CREATE|NT IOCTL|NT SET SECURITY DESC|NT NOTIFY|NT RENAME|NT QUERY SECURITY DESC|NT GET USER QUOTA|NT SET USER QUOTA";
    ]
    NT_TRANSACTED = [
        Bytes => "smb.reserved", "Reserved", 3;
        Uint => "smb.tpc", "Total Parameter Count", 4;
        Uint => "smb.tdc", "Total Data Count", 4;
        Uint => "smb.pc", "Parameter Count", 4;
        Uint => "smb.po", "Parameter Offset", 4;
        Uint => "smb.pd", "Parameter Displacement", 4;
        Uint => "smb.dc", "Data Count", 4;
        Uint => "smb.data_offset", "Data Offset", 4;
        Uint => "smb.data_disp", "Data Displacement", 4;
        Uint => "smb.sc", "Setup Count", 1;
    ]
    FORMAT = [Uint => "smb.buffer_format", "Buffer Format", 1: "|Data Block|Dialect|Pathname|ASCII|Variable Block";]
    CORE_READ = [
        Uint => "smb.count", "Count", 2;
        Uint => "smb.offset", "Offset", 4;
        Uint => "smb.remaining", "Remaining", 2;
    ]
    COUNT = [Uint => "smb.count", "Count", 2;]
    RESERVED_8 = [Bytes => "smb.reserved", "Reserved", 8;]
    RESERVED_10 = [Bytes => "smb.reserved", "Reserved", 10;]
    DATA_LENGTH = [Uint => "smb.data_len", "Data Length", 2;]
    SEEK = [
        Uint => "smb.seek_mode", "Seek Mode", 2: "From Start Of File|From Current Position|From End Of File";
        Uint => "smb.offset", "Offset", 4;
    ]
    SOUGHT = [Uint => "smb.offset", "Offset", 4;]
    LOCK = [
        Uint => "smb.count", "Count", 4;
        Uint => "smb.offset", "Offset", 4;
    ]
    DISK = [
        Uint => "smb.units", "Total Units", 2;
        Uint => "smb.bpu", "Blocks Per Unit", 2;
        Uint => "smb.blocksize", "Block Size", 2;
        Uint => "smb.free_units", "Free Units", 2;
        Bytes => "smb.reserved", "Reserved", 2;
    ]
    SEARCH_ID = [Hex(4) => "smb.search_id", "Search ID", 2;]
}
pub static ALL: &[&[Slot]] = LAYOUTS;

// For what else has them.
pub static AND_X: &[Slot] = ANDX;
pub static ERRORS: &[Slot] = ERROR;
pub static SERVER_ID: &[Slot] = GUID;
pub static FILE_ATTRIBUTES: &[Slot] = ATTRIBUTES;
pub static SEARCH_ATTRIBUTES: &[Slot] = SEARCHED;

/// Found by the first that fits.
pub static COMMANDS: &[Command] = &[
    (0x00, false, ANY, &[], &[Is(FORMAT), Text(&FOLDER)]),
    (0x01, false, ANY, &[], &[Is(FORMAT), Text(&FOLDER)]),
    (0x02, false, ANY, &[Is(DESIRED), Is(SEARCHED)], &[Is(FORMAT), Text(&FILE)]),
    (0x02, true, 7, &[File, Is(SHORT_ATTRIBUTES), Seconds(&WRITTEN_AT), Is(FILE_SIZE), Is(GRANTED)], &[]),
    (0x03, false, ANY, &[Is(SHORT_ATTRIBUTES), Seconds(&CREATED_AT)], &[Is(FORMAT), Text(&FILE)]),
    (0x03, true, 1, &[File], &[]),
    (0x04, false, ANY, &[File, Seconds(&WRITTEN_AT)], &[]),
    (0x05, false, ANY, &[File], &[]),
    (0x06, false, ANY, &[Is(SEARCHED)], &[Is(FORMAT), Text(&FILE)]),
    (0x07, false, ANY, &[Is(SEARCHED)], &[Is(FORMAT), Text(&OLD_FILE), Is(FORMAT), Text(&FILE)]),
    (0x08, false, ANY, &[], &[Is(FORMAT), Text(&FILE)]),
    (0x08, true, 10, &[Is(SHORT_ATTRIBUTES), Seconds(&WRITTEN_AT), Is(FILE_SIZE), Is(RESERVED_10)], &[]),
    (0x09, false, ANY, &[Is(SHORT_ATTRIBUTES), Seconds(&WRITTEN_AT), Is(RESERVED_10)], &[Is(FORMAT), Text(&FILE)]),
    (0x0a, false, ANY, &[File, Is(CORE_READ)], &[]),
    (0x0a, true, 5, &[Is(COUNT), Is(RESERVED_8)], &[Is(FORMAT), Is(DATA_LENGTH), Rest(&DATA)]),
    (0x0b, false, ANY, &[File, Is(CORE_READ)], &[Is(FORMAT), Is(DATA_LENGTH), Rest(&DATA)]),
    (0x0b, true, 1, &[Is(COUNT)], &[]),
    (0x0c, false, ANY, &[File, Is(LOCK)], &[]),
    (0x0d, false, ANY, &[File, Is(LOCK)], &[]),
    (0x10, false, ANY, &[], &[Is(FORMAT), Text(&FOLDER)]),
    (0x12, false, ANY, &[File, Is(SEEK)], &[]),
    (0x12, true, 2, &[Is(SOUGHT)], &[]),
    (0x24, false, ANY, &[File, Is(LOCKING)], &[]),
    (0x25, false, ANY, &[Is(TRANSACTION)], &[]),
    (0x25, true, ANY, &[Is(TRANSACTED)], &[]),
    (0x2b, false, ANY, &[Is(ECHO)], &[Rest(&ECHO_DATA)]),
    (0x2b, true, ANY, &[Is(ECHOED)], &[Rest(&ECHO_DATA)]),
    (
        0x2d,
        false,
        ANY,
        &[Is(OPEN_FLAGS), Is(DESIRED), Is(SEARCHED), Is(SHORT_ATTRIBUTES), Seconds(&CREATED_AT), Is(FUNCTION)],
        &[Text(&FILE)],
    ),
    (
        0x2d,
        true,
        ANY,
        &[File, Is(SHORT_ATTRIBUTES), Seconds(&WRITTEN_AT), Is(FILE_SIZE), Is(GRANTED), Is(KIND), Is(OPEN_ACTION)],
        &[],
    ),
    (0x2e, false, 12, &[File, Is(READ), Is(HIGH_OFFSET)], &[]),
    (0x2e, false, ANY, &[File, Is(READ)], &[]),
    (0x2e, true, ANY, &[Is(DATA_READ)], &[Placed(&DATA, 12, 10)]),
    (0x2f, false, 14, &[File, Is(WRITE), Is(HIGH_OFFSET)], &[Placed(&DATA, 22, 20)]),
    (0x2f, false, ANY, &[File, Is(WRITE)], &[Placed(&DATA, 22, 20)]),
    (0x2f, true, ANY, &[Is(WRITTEN)], &[]),
    (0x32, false, ANY, &[Is(TRANSACTION)], &[]),
    (0x32, true, ANY, &[Is(TRANSACTED)], &[]),
    (0x34, false, ANY, &[Is(SEARCH_ID)], &[]),
    (
        0x70,
        false,
        ANY,
        &[],
        &[Is(FORMAT), Text(&PATH), Is(FORMAT), Ascii(&PASSWORD_BYTES), Is(FORMAT), Ascii(&SERVICE)],
    ),
    (0x72, true, 1, &[Is(INDEX)], &[]),
    (0x72, true, 13, &[Is(INDEX), Is(LANMAN)], &[]),
    (0x72, true, 17, &[Is(INDEX), Is(NEGOTIATED), Is(CAPABILITIES), Time(&NOW), Is(ZONE)], &[]),
    (
        0x73,
        false,
        10,
        &[Is(SETUP), Is(PASSWORD)],
        &[Counted(&PASSWORD_BYTES, 14), Text(&ACCOUNT), Text(&DOMAIN), Text(&OS), Text(&LANMAN_NAME)],
    ),
    (
        0x73,
        false,
        12,
        &[Is(SETUP), Is(BLOB_LENGTH), Is(RESERVED_4), Is(CAPABILITIES)],
        &[Counted(&BLOB, 14), Text(&OS), Text(&LANMAN_NAME), Text(&DOMAIN)],
    ),
    (
        0x73,
        false,
        13,
        &[Is(SETUP), Is(PASSWORDS), Is(CAPABILITIES)],
        &[
            Counted(&ANSI_PASSWORD, 14),
            Counted(&UNICODE_PASSWORD, 16),
            Text(&ACCOUNT),
            Text(&DOMAIN),
            Text(&OS),
            Text(&LANMAN_NAME),
        ],
    ),
    (0x73, true, 3, &[Is(ACTION)], &[Text(&OS), Text(&LANMAN_NAME), Text(&DOMAIN)]),
    (0x73, true, 4, &[Is(ACTION), Is(BLOB_LENGTH)], &[Counted(&BLOB, 6), Text(&OS), Text(&LANMAN_NAME), Text(&DOMAIN)]),
    (0x75, false, 4, &[Is(CONNECT)], &[Counted(&PASSWORD_BYTES, 6), Text(&PATH), Ascii(&SERVICE)]),
    (0x75, true, 3, &[Is(SUPPORT)], &[Ascii(&SERVICE), Text(&FILE_SYSTEM)]),
    (0x75, true, 7, &[Is(SUPPORT), Is(ACCESS_MASK), Is(ACCESS_MASK)], &[Ascii(&SERVICE), Text(&FILE_SYSTEM)]),
    (0x75, true, 2, &[], &[Ascii(&SERVICE), Text(&FILE_SYSTEM)]),
    (0x80, true, 5, &[Is(DISK)], &[]),
    (0xa0, false, ANY, &[Is(NT_TRANSACTION)], &[]),
    (0xa0, true, ANY, &[Is(NT_TRANSACTED)], &[]),
    (
        0xa2,
        false,
        24,
        &[
            Is(CREATE),
            Is(ACCESS_MASK),
            Is(ALLOCATED),
            Is(ATTRIBUTES),
            Is(SHARE_ACCESS),
            Is(DISPOSITION),
            Is(CREATE_OPTIONS),
            Is(SECURITY),
        ],
        &[Text(&FILE), Rest(&EXTRA)],
    ),
    (
        0xa2,
        true,
        ANY,
        &[
            Is(OPLOCK),
            File,
            Is(CREATED),
            Time(&CREATED_AT),
            Time(&ACCESSED_AT),
            Time(&WRITTEN_AT),
            Time(&CHANGED_AT),
            Is(ATTRIBUTES),
            Is(ALLOCATED),
            Is(END),
            Is(KIND),
            Is(DIRECTORY),
        ],
        &[],
    ),
];
