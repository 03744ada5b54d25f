//! What transactions of SMB 1 carry: pipes, mailslots, and the browser's announcements in them ([MS-BRWS] §2.2).
use crate::engine::dissect::{Bytes, Dissection, Field, Next, Problem, Protocol, Reader, fields, layouts, text};

fields! {
    COMMAND: Hex(2) => "browser.command", "Command";
    SERVER: Text => "browser.server", "Server Name";
    BROWSER_SERVER: Text => "browser.mb_server", "Master Browser Server Name";
    COMMENT: Text => "browser.comment", "Host Comment";
    RESPONSE_NAME: Text => "browser.response_computer_name", "Response Computer Name";
    PROMOTED: Text => "browser.browser_to_promote", "Browser to Promote";
    BACKUP: Text => "browser.backup.server", "Backup Server";
}

layouts! {
    ANNOUNCED = [
        Uint => "browser.update_count", "Update Count", 1;
        Uint => "browser.period", "Update Periodicity", 4;
    ]
    HOST = [
        Uint => "browser.os_major", "OS Major Version", 1;
        Uint => "browser.os_minor", "OS Minor Version", 1;
        Hex(8) => "browser.server_type", "Server Type", 4;
        Bool => "browser.server_type.workstation", "Workstation", &0x1;
        Bool => "browser.server_type.server", "Server", &0x2;
        Bool => "browser.server_type.sql", "SQL", &0x4;
        Bool => "browser.server_type.domain_controller", "Domain Controller", &0x8;
        Bool => "browser.server_type.backup_controller", "Backup Controller", &0x10;
        Bool => "browser.server_type.time", "Time Source", &0x20;
        Bool => "browser.server_type.apple", "Apple", &0x40;
        Bool => "browser.server_type.novell", "Novell", &0x80;
        Bool => "browser.server_type.member", "Member", &0x100;
        Bool => "browser.server_type.print", "Print", &0x200;
        Bool => "browser.server_type.dialin", "Dialin", &0x400;
        Bool => "browser.server_type.xenix", "Xenix", &0x800;
        Bool => "browser.server_type.ntw", "NT Workstation", &0x1000;
        Bool => "browser.server_type.wfw", "WfW", &0x2000;
        Bool => "browser.server_type.nts", "NT Server", &0x8000;
        Bool => "browser.server_type.browser.potential", "Potential Browser", &0x10000;
        Bool => "browser.server_type.browser.backup", "Backup Browser", &0x20000;
        Bool => "browser.server_type.browser.master", "Master Browser", &0x40000;
        Bool => "browser.server_type.browser.domain_master", "Domain Master Browser", &0x80000;
        Bool => "browser.server_type.osf", "OSF", &0x100000;
        Bool => "browser.server_type.vms", "VMS", &0x200000;
        Bool => "browser.server_type.w95", "Windows 95+", &0x400000;
        Bool => "browser.server_type.dfs", "DFS", &0x800000;
        Bool => "browser.server_type.local", "Local", &0x40000000;
        Bool => "browser.server_type.domainenum", "Domain Enum", &0x80000000;
    ]
    VERSION = [
        Uint => "browser.proto_major", "Browser Protocol Major Version", 1;
        Uint => "browser.proto_minor", "Browser Protocol Minor Version", 1;
        Hex(4) => "browser.sig", "Signature", 2;
    ]
    MYSTERY = [Hex(8) => "browser.mysterious_field", "Mysterious Field", 4;]
    UNUSED = [Hex(2) => "browser.unused", "Unused flags", 1;]
    ELECTION = [
        Uint => "browser.election.version", "Election Version", 1;
    ]
    CRITERIA = [Hex(8) => "browser.election.criteria", "Election Criteria", 4;]
    DESIRE = [
        Hex(2) => "browser.election.desire", "Election Desire", 1;
        Bool => "browser.election.desire.backup", "Backup", &0x1;
        Bool => "browser.election.desire.standby", "Standby", &0x2;
        Bool => "browser.election.desire.master", "Master", &0x4;
        Bool => "browser.election.desire.domain_master", "Domain Master", &0x8;
        Bool => "browser.election.desire.wins", "WINS", &0x20;
        Bool => "browser.election.desire.nt", "NT", &0x80;
        Uint => "browser.proto_major", "Browser Protocol Major Version", 1;
        Uint => "browser.proto_minor", "Browser Protocol Minor Version", 1;
        Hex(2) => "browser.election.os", "Election OS", 1;
        Bool => "browser.election.os.wfw", "WfW", &0x1;
        Bool => "browser.election.os.ntw", "NT Workstation", &0x10;
        Bool => "browser.election.os.nts", "NT Server", &0x20;
    ]
    UPTIME = [Uint => "browser.uptime", "Uptime", 4;]
    LIST = [
        Uint => "browser.backup.count", "Backup List Requested Count", 1;
        Uint => "browser.backup.token", "Backup Request Token", 4;
    ]
    RESET = [
        Hex(2) => "browser.reset_cmd", "ResetBrowserState Command", 1;
        Bool => "browser.reset_cmd.demote", "Demote LMB", &1;
        Bool => "browser.reset_cmd.flush", "Flush Browse List", &2;
        Bool => "browser.reset_cmd.stop_lmb", "Stop Being LMB", &4;
    ]
    SLOT = [
        Uint => "mailslot.opcode", "Opcode", 2: "|Write Mail Slot";
        Uint => "mailslot.priority", "Priority", 2;
        Uint => "mailslot.class", "Class", 2: "|Reliable|Unreliable & Broadcast";
        Uint => "mailslot.size", "Size", 2;
    ]
    NAMED = [Text => "mailslot.name", "Mailslot Name", *REST;]
    CALL = [Hex(4) => "smb_pipe.function", "Function", 2: "1=SetNamedPipeHandleState|17=RawReadNamedPipe|33=QueryNamedPipeHandleState|QueryNamedPipeInfo|35=PeekNamedPipe|38=TransactNmPipe|49=RawWriteNamedPipe|83=WaitNamedPipe|CallNamedPipe";]
}

pub static BROWSER: Protocol = Protocol {
    name: "browser",
    title: "Microsoft Windows Browser Protocol",
    short: "BROWSER",
    fields: FIELDS,
    layouts: &[ANNOUNCED, HOST, VERSION, MYSTERY, UNUSED, ELECTION, CRITERIA, DESIRE, UPTIME, LIST, RESET],
    dissect,
    ..Protocol::PLAIN
};
pub static PIPE: Protocol =
    Protocol { name: "smb_pipe", title: "SMB Pipe Protocol", layouts: &[CALL], ..Protocol::PLAIN };
pub static MAILSLOT: Protocol =
    Protocol { name: "mailslot", title: "SMB MailSlot Protocol", layouts: &[SLOT, NAMED], ..Protocol::PLAIN };
pub static NETLOGON_MAILSLOT: Protocol = Protocol {
    name: "smb_netlogon",
    title: "Microsoft Windows Logon Protocol (Old)",
    short: "SMB_NETLOGON",
    dissect: dissect_logon,
    ..Protocol::PLAIN
};

fn title(command: u8) -> &'static str {
    match command {
        1 => "Host Announcement",
        2 => "Request Announcement",
        8 => "Browser Election Request",
        9 => "Get Backup List Request",
        10 => "Get Backup List Response",
        11 => "Become Backup Browser",
        12 => "Domain/Workgroup Announcement",
        13 => "Master Announcement",
        14 => "Reset Browser State Announcement",
        15 => "Local Master Announcement",
        _ => "Unknown",
    }
}

#[rustfmt::skip]
static TYPES: &[&str] = &[
    "Workstation", "Server", "SQL Server", "Domain Controller", "Backup Controller", "Time Source", "Apple Server", "Novell Server",
    "Domain Member Server", "Print Queue Server", "Dialin Server", "Xenix Server", "NT Workstation", "Windows for Workgroups",
    "", "NT Server", "Potential Browser", "Backup Browser", "Master Browser", "Domain Master Browser", "OSF", "VMS",
    "Windows 95 or above", "DFS server", "", "", "", "", "", "", "Local List Only", "Domain Enum",
];

fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let command = bytes.u8(0)?;
    let title = title(command);
    d.noted(&COMMAND, bytes.span(0..1), command, title);
    d.info(|| title.to_owned());
    let mut reader = Reader::little(bytes, 1);
    match command {
        1 | 12 | 15 => {
            reader.layout(d, ANNOUNCED)?;
            let name = text::shown(until_zero(bytes.take(6..22)?));
            d.field(&SERVER, bytes.span(6..22), name.clone());
            reader.at = 22;
            reader.layout(d, HOST)?;
            let types = bytes.u32_le(24)?;
            reader.layout(d, if command == 12 { MYSTERY } else { VERSION })?;
            if reader.left() > 0 {
                reader.zero_ended(d, if command == 12 { &BROWSER_SERVER } else { &COMMENT })?;
            }
            d.info(|| {
                let set = TYPES.iter().enumerate().filter(|(bit, name)| types >> bit & 1 != 0 && !name.is_empty());
                set.fold(format!("{title} {name}"), |text, (_, name)| format!("{text}, {name}"))
            });
        }
        2 => {
            reader.layout(d, UNUSED)?;
            let name = text::shown(until_zero(bytes.from(2).all()));
            d.field(&RESPONSE_NAME, bytes.span(2..bytes.len()), name.clone());
            d.info(|| format!("{title} {name}"));
        }
        8 => {
            reader.layout(d, ELECTION)?;
            // The parts of the criteria, which compare as one number.
            { reader }.layout(d, CRITERIA)?;
            d.nest(|d| reader.layout(d, DESIRE))?;
            reader.layout(d, UPTIME)?;
            reader.take(4)?;
            reader.zero_ended(d, &SERVER)?;
        }
        9 => _ = reader.layout(d, LIST)?,
        10 => {
            reader.layout(d, LIST)?;
            while reader.left() > 0 {
                reader.zero_ended(d, &BACKUP)?;
            }
        }
        11 => _ = reader.zero_ended(d, &PROMOTED)?,
        14 => _ = reader.layout(d, RESET)?,
        _ => {}
    }
    Ok(Next::End)
}

/// A mailslot's line: its setup words, the count of bytes behind them, and its name.
pub(super) fn tell_slot(d: &mut Dissection, setup: Bytes<'_>, name: Bytes<'_>) -> Result<(), Problem> {
    Reader::little(setup, 0).layout(d, SLOT)?;
    Reader::little(name, 0).layout(d, NAMED).map(|_| ())
}

/// A pipe's line: what is called. The pipe's number stands behind it.
pub(super) fn tell_pipe(d: &mut Dissection, mut setup: Reader<'_>, file: &'static Field) -> Result<(), Problem> {
    setup.layout(d, CALL)?;
    setup.field(d, file, 2).map(|_| ())
}

/// [MS-ADTS] §6.3.1: requests for a logon server in a mailslot.
fn dissect_logon<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let title = match bytes.u8(0)? {
        0x00 => "LM1.0/2.0 LOGON Request from client",
        0x06 => "LM1.0/2.0 LOGON Response to LOGON request",
        0x07 => "LM1.0/2.0 Query for PDC from client",
        0x0a => "Announce change to UAS or SAM",
        0x0c => "Response to query for PDC",
        0x12 => "SAM LOGON request from client",
        0x13 => "Response to SAM LOGON request",
        0x15 => "SAM Response during LOGON pause",
        0x17 => "Active Directory Response - user unknown",
        0x19 => "Active Directory Response - extended",
        _ => "Unknown",
    };
    d.info(|| title.to_owned());
    Ok(Next::End)
}
