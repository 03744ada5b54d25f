//! Names of SMB2's numbers: [MS-SMB2], [MS-FSCC], [MS-ERREF].

pub static COMMANDS: &[&str] = &[
    "Negotiate Protocol",
    "Session Setup",
    "Session Logoff",
    "Tree Connect",
    "Tree Disconnect",
    "Create",
    "Close",
    "Flush",
    "Read",
    "Write",
    "Lock",
    "Ioctl",
    "Cancel",
    "KeepAlive",
    "Find",
    "Notify",
    "GetInfo",
    "SetInfo",
    "Break",
];

pub static DISPOSITIONS: &[&str] = &[
    "Supersede (supersede existing file (if it exists))",
    "Open (if file exists open it, else fail)",
    "Create (if file exists fail, else create it)",
    "Open If (if file exists open it, else create it)",
    "Overwrite (if file exists overwrite, else fail)",
    "Overwrite If (if file exists overwrite, else create it)",
];

pub fn class(class: u8) -> &'static str {
    ["Unknown", "FILE_INFO", "FS_INFO", "SEC_INFO", "QUOTA_INFO"].get(usize::from(class)).copied().unwrap_or("Unknown")
}

pub fn info_level(class: u8, level: u8) -> String {
    let name = match (class, level) {
        (1, 0x04) => "SMB2_FILE_BASIC_INFO",
        (1, 0x05) => "SMB2_FILE_STANDARD_INFO",
        (1, 0x06) => "SMB2_FILE_INTERNAL_INFO",
        (1, 0x07) => "SMB2_FILE_EA_INFO",
        (1, 0x08) => "SMB2_FILE_ACCESS_INFO",
        (1, 0x0a) => "SMB2_FILE_RENAME_INFO",
        (1, 0x0d) => "SMB2_FILE_DISPOSITION_INFO",
        (1, 0x0e) => "SMB2_FILE_POSITION_INFO",
        (1, 0x0f) => "SMB2_FILE_FULL_EA_INFO",
        (1, 0x10) => "SMB2_FILE_MODE_INFO",
        (1, 0x11) => "SMB2_FILE_ALIGNMENT_INFO",
        (1, 0x12) => "SMB2_FILE_ALL_INFO",
        (1, 0x13) => "SMB2_FILE_ALLOCATION_INFO",
        (1, 0x14) => "SMB2_FILE_ENDOFFILE_INFO",
        (1, 0x15) => "SMB2_FILE_ALTERNATE_NAME_INFO",
        (1, 0x16) => "SMB2_FILE_STREAM_INFO",
        (1, 0x17) => "SMB2_FILE_PIPE_INFO",
        (1, 0x1c) => "SMB2_FILE_COMPRESSION_INFO",
        (1, 0x22) => "SMB2_FILE_NETWORK_OPEN_INFO",
        (1, 0x23) => "SMB2_FILE_ATTRIBUTE_TAG_INFO",
        (1, 0x30) => "SMB2_FILE_NORMALIZED_NAME_INFO",
        (2, 1) => "FileFsVolumeInformation",
        (2, 2) => "FileFsLabelInformation",
        (2, 3) => "FileFsSizeInformation",
        (2, 4) => "FileFsDeviceInformation",
        (2, 5) => "FileFsAttributeInformation",
        (2, 6) => "FileFsControlInformation",
        (2, 7) => "FileFsFullSizeInformation",
        (2, 8) => "FileFsObjectIdInformation",
        (2, 11) => "FileFsSectorSizeInformation",
        (3, 0) => "SMB2_SEC_INFO_00",
        _ => return format!("(Level:0x{level:02x})"),
    };
    name.to_owned()
}

pub fn find_level(level: u8) -> &'static str {
    match level {
        1 => "SMB2_FIND_DIRECTORY_INFO",
        2 => "SMB2_FIND_FULL_DIRECTORY_INFO",
        3 => "SMB2_FIND_BOTH_DIRECTORY_INFO",
        4 => "SMB2_FIND_INDEX_SPECIFIED",
        12 => "SMB2_FIND_NAME_INFO",
        37 => "SMB2_FIND_ID_BOTH_DIRECTORY_INFO",
        38 => "SMB2_FIND_ID_FULL_DIRECTORY_INFO",
        _ => "Unknown",
    }
}

/// A control code; those without a name of their own by device and function.
pub fn control(code: u32) -> String {
    let name = match code {
        0x0006_0194 => "FSCTL_DFS_GET_REFERRALS",
        0x0006_01b0 => "FSCTL_DFS_GET_REFERRALS_EX",
        0x0009_009c => "FSCTL_GET_OBJECT_ID",
        0x0009_00a4 => "FSCTL_SET_REPARSE_POINT",
        0x0009_00a8 => "FSCTL_GET_REPARSE_POINT",
        0x0009_00c0 => "FSCTL_CREATE_OR_GET_OBJECT_ID",
        0x0009_8208 => "FSCTL_FILE_LEVEL_TRIM",
        0x0011_400c => "FSCTL_PIPE_PEEK",
        0x0011_c017 => "FSCTL_PIPE_TRANSCEIVE",
        0x0011_0018 => "FSCTL_PIPE_WAIT",
        0x0014_0078 => "FSCTL_SRV_REQUEST_RESUME_KEY",
        0x0014_01d4 => "FSCTL_LMR_REQUEST_RESILIENCY",
        0x0014_01fc => "FSCTL_QUERY_NETWORK_INTERFACE_INFO",
        0x0014_0204 => "FSCTL_VALIDATE_NEGOTIATE_INFO",
        0x0014_4064 => "FSCTL_GET_SHADOW_COPY_DATA",
        0x0014_40f2 => "FSCTL_SRV_COPYCHUNK",
        0x0014_80f2 => "FSCTL_SRV_COPYCHUNK_WRITE",
        0x0014_41bb => "FSCTL_SRV_READ_HASH",
        _ => {
            let device = match code >> 16 {
                6 => "DFS",
                9 => "FILE_SYSTEM",
                0x11 => "NAMED_PIPE",
                0x12 => "NETWORK",
                0x14 => "NETWORK_FILE_SYSTEM",
                _ => "Unknown",
            };
            return format!("{device} Function:0x{:04x}", code >> 2 & 0xfff);
        }
    };
    name.to_owned()
}

pub fn status(status: u32) -> String {
    let name = match status {
        0x0000_0000 => "STATUS_SUCCESS",
        0x0000_0103 => "STATUS_PENDING",
        0x0000_010b => "STATUS_NOTIFY_CLEANUP",
        0x0000_010c => "STATUS_NOTIFY_ENUM_DIR",
        0x8000_0005 => "STATUS_BUFFER_OVERFLOW",
        0x8000_0006 => "STATUS_NO_MORE_FILES",
        0x8000_002d => "STATUS_STOPPED_ON_SYMLINK",
        0xc000_0001 => "STATUS_UNSUCCESSFUL",
        0xc000_0002 => "STATUS_NOT_IMPLEMENTED",
        0xc000_0003 => "STATUS_INVALID_INFO_CLASS",
        0xc000_0008 => "STATUS_INVALID_HANDLE",
        0xc000_000d => "STATUS_INVALID_PARAMETER",
        0xc000_000f => "STATUS_NO_SUCH_FILE",
        0xc000_0010 => "STATUS_INVALID_DEVICE_REQUEST",
        0xc000_0011 => "STATUS_END_OF_FILE",
        0xc000_0016 => "STATUS_MORE_PROCESSING_REQUIRED",
        0xc000_0022 => "STATUS_ACCESS_DENIED",
        0xc000_0023 => "STATUS_BUFFER_TOO_SMALL",
        0xc000_0033 => "STATUS_OBJECT_NAME_INVALID",
        0xc000_0034 => "STATUS_OBJECT_NAME_NOT_FOUND",
        0xc000_0035 => "STATUS_OBJECT_NAME_COLLISION",
        0xc000_003a => "STATUS_OBJECT_PATH_NOT_FOUND",
        0xc000_003b => "STATUS_OBJECT_PATH_SYNTAX_BAD",
        0xc000_0043 => "STATUS_SHARING_VIOLATION",
        0xc000_0054 => "STATUS_FILE_LOCK_CONFLICT",
        0xc000_0055 => "STATUS_LOCK_NOT_GRANTED",
        0xc000_0056 => "STATUS_DELETE_PENDING",
        0xc000_005e => "STATUS_NO_LOGON_SERVERS",
        0xc000_0061 => "STATUS_PRIVILEGE_NOT_HELD",
        0xc000_0064 => "STATUS_NO_SUCH_USER",
        0xc000_006a => "STATUS_WRONG_PASSWORD",
        0xc000_006d => "STATUS_LOGON_FAILURE",
        0xc000_006e => "STATUS_ACCOUNT_RESTRICTION",
        0xc000_006f => "STATUS_INVALID_LOGON_HOURS",
        0xc000_0070 => "STATUS_INVALID_WORKSTATION",
        0xc000_0071 => "STATUS_PASSWORD_EXPIRED",
        0xc000_0072 => "STATUS_ACCOUNT_DISABLED",
        0xc000_007e => "STATUS_RANGE_NOT_LOCKED",
        0xc000_007f => "STATUS_DISK_FULL",
        0xc000_009a => "STATUS_INSUFFICIENT_RESOURCES",
        0xc000_00ac => "STATUS_PIPE_NOT_AVAILABLE",
        0xc000_00ad => "STATUS_INVALID_PIPE_STATE",
        0xc000_00ae => "STATUS_PIPE_BUSY",
        0xc000_00b0 => "STATUS_PIPE_DISCONNECTED",
        0xc000_00b5 => "STATUS_IO_TIMEOUT",
        0xc000_00ba => "STATUS_FILE_IS_A_DIRECTORY",
        0xc000_00bb => "STATUS_NOT_SUPPORTED",
        0xc000_00c9 => "STATUS_NETWORK_NAME_DELETED",
        0xc000_00ca => "STATUS_NETWORK_ACCESS_DENIED",
        0xc000_00cb => "STATUS_BAD_DEVICE_TYPE",
        0xc000_00cc => "STATUS_BAD_NETWORK_NAME",
        0xc000_00d0 => "STATUS_REQUEST_NOT_ACCEPTED",
        0xc000_0101 => "STATUS_DIRECTORY_NOT_EMPTY",
        0xc000_0103 => "STATUS_NOT_A_DIRECTORY",
        0xc000_010b => "STATUS_INVALID_LOGON_TYPE",
        0xc000_0120 => "STATUS_CANCELLED",
        0xc000_0121 => "STATUS_CANNOT_DELETE",
        0xc000_0128 => "STATUS_FILE_CLOSED",
        0xc000_014b => "STATUS_PIPE_BROKEN",
        0xc000_015b => "STATUS_LOGON_TYPE_NOT_GRANTED",
        0xc000_0193 => "STATUS_ACCOUNT_EXPIRED",
        0xc000_019c => "STATUS_FS_DRIVER_REQUIRED",
        0xc000_0203 => "STATUS_USER_SESSION_DELETED",
        0xc000_0224 => "STATUS_PASSWORD_MUST_CHANGE",
        0xc000_0225 => "STATUS_NOT_FOUND",
        0xc000_0234 => "STATUS_ACCOUNT_LOCKED_OUT",
        0xc000_0257 => "STATUS_PATH_NOT_COVERED",
        0xc000_0275 => "STATUS_NOT_A_REPARSE_POINT",
        0xc000_035c => "STATUS_NETWORK_SESSION_EXPIRED",
        0xc000_0466 => "STATUS_FILE_NOT_AVAILABLE",
        _ => return format!("Unknown (0x{status:08x})"),
    };
    name.to_owned()
}
