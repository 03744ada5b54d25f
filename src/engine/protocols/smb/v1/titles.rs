//! What SMB 1 calls its commands and levels, [MS-CIFS] §2.2.2.

pub fn subcommand_title(number: u16) -> &'static str {
    match number {
        0x00 => "OPEN2",
        0x01 => "FIND_FIRST2",
        0x02 => "FIND_NEXT2",
        0x03 => "QUERY_FS_INFO",
        0x04 => "SET_FS_INFO",
        0x05 => "QUERY_PATH_INFO",
        0x06 => "SET_PATH_INFO",
        0x07 => "QUERY_FILE_INFO",
        0x08 => "SET_FILE_INFO",
        0x0d => "CREATE_DIRECTORY",
        0x0e => "SESSION_SETUP",
        0x10 => "GET_DFS_REFERRAL",
        0x11 => "REPORT_DFS_INCONSISTENCY",
        _ => "Unknown",
    }
}

pub fn level_title(level: u16) -> String {
    let title = match level {
        0x0001 => "Info Standard",
        0x0002 => "Info Query EA Size",
        0x0003 => "Info Query EAs From List",
        0x0004 => "Info Query All EAs",
        0x0006 => "Info Is Name Valid",
        0x0101 => "Query File Basic Info",
        0x0102 => "Query File Standard Info",
        0x0103 => "Query File EA Info",
        0x0104 => "Query File Name Info",
        0x0107 => "Query File All Info",
        0x0108 => "Query File Alt Name Info",
        0x0109 => "Query File Stream Info",
        0x010b => "Query File Compression Info",
        0x0200 => "Set File Unix Basic",
        _ => return format!("Unknown (0x{level:04x})"),
    };
    title.to_owned()
}

pub fn title(command: u8) -> String {
    let title = match command {
        0x00 => "Create Directory",
        0x01 => "Delete Directory",
        0x02 => "Open",
        0x03 => "Create",
        0x04 => "Close",
        0x05 => "Flush",
        0x06 => "Delete",
        0x07 => "Rename",
        0x08 => "Query Information",
        0x09 => "Set Information",
        0x0a => "Read",
        0x0b => "Write",
        0x0c => "Lock Byte Range",
        0x0d => "Unlock Byte Range",
        0x10 => "Check Directory",
        0x11 => "Process Exit",
        0x12 => "Seek",
        0x22 => "Set Information2",
        0x23 => "Query Information2",
        0x24 => "Locking AndX",
        0x25 => "Trans",
        0x26 => "Trans Secondary",
        0x2b => "Echo",
        0x2d => "Open AndX",
        0x2e => "Read AndX",
        0x2f => "Write AndX",
        0x32 => "Trans2",
        0x33 => "Trans2 Secondary",
        0x34 => "Find Close2",
        0x70 => "Tree Connect",
        0x71 => "Tree Disconnect",
        0x72 => "Negotiate Protocol",
        0x73 => "Session Setup AndX",
        0x74 => "Logoff AndX",
        0x75 => "Tree Connect AndX",
        0x80 => "Query Information Disk",
        0x81 => "Search",
        0x82 => "Find",
        0xa0 => "NT Trans",
        0xa1 => "NT Trans Secondary",
        0xa2 => "NT Create AndX",
        0xa4 => "NT Cancel",
        0xa5 => "NT Rename",
        0xc0 => "Open Print File",
        0xc1 => "Write Print File",
        0xc2 => "Close Print File",
        _ => return format!("unknown-0x{command:02x}"),
    };
    title.to_owned()
}
