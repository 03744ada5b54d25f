//! What transactions of SMB 1 carry: pipes, mailslots, and the browser's announcements in them ([MS-BRWS] §2.2).
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields, text};

fields! {
    COMMAND: Hex(2) => "browser.command", "Command";
    COUNT: Uint => "browser.update_count", "Update Count";
    PERIOD: Uint => "browser.period", "Update Periodicity";
    SERVER: Text => "browser.server", "Host Name";
    MAJOR: Uint => "browser.windows_version_major", "OS Major Version";
    MINOR: Uint => "browser.windows_version_minor", "OS Minor Version";
    SERVER_TYPE: Hex(8) => "browser.server_type", "Server Type";
    COMMENT: Text => "browser.comment", "Host Comment";
    RESPONSE_NAME: Text => "browser.response_computer_name", "Response Computer Name";
    CRITERIA: Hex(8) => "browser.election.criteria", "Election Criteria";
    UPTIME: Uint => "browser.uptime", "Uptime";
}

pub static BROWSER: Protocol = Protocol {
    name: "browser",
    title: "Microsoft Windows Browser Protocol",
    short: "BROWSER",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};
pub static PIPE: Protocol = Protocol { name: "smb_pipe", title: "SMB Pipe Protocol", ..Protocol::PLAIN };
pub static MAILSLOT: Protocol = Protocol { name: "mailslot", title: "SMB MailSlot Protocol", ..Protocol::PLAIN };
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
    match command {
        1 | 12 | 15 => {
            d.field(&COUNT, bytes.span(1..2), bytes.u8(1)?);
            d.field(&PERIOD, bytes.span(2..6), bytes.u32_le(2)?);
            let name = text::shown(until_zero(bytes.take(6..22)?));
            d.field(&SERVER, bytes.span(6..22), name.clone());
            d.field(&MAJOR, bytes.span(22..23), bytes.u8(22)?);
            d.field(&MINOR, bytes.span(23..24), bytes.u8(23)?);
            let types = bytes.u32_le(24)?;
            d.field(&SERVER_TYPE, bytes.span(24..28), types);
            if let Ok(comment) = bytes.take(32..bytes.len()) {
                d.field(&COMMENT, bytes.span(32..bytes.len()), text::shown(until_zero(comment)));
            }
            d.info(|| {
                let set = TYPES.iter().enumerate().filter(|(bit, name)| types >> bit & 1 != 0 && !name.is_empty());
                set.fold(format!("{title} {name}"), |text, (_, name)| format!("{text}, {name}"))
            });
        }
        2 => {
            let name = text::shown(until_zero(bytes.from(2).all()));
            d.field(&RESPONSE_NAME, bytes.span(2..bytes.len()), name.clone());
            d.info(|| format!("{title} {name}"));
        }
        8 => {
            d.field(&CRITERIA, bytes.span(2..6), bytes.u32_le(2)?);
            d.field(&UPTIME, bytes.span(6..10), bytes.u32_le(6)?);
            d.field(&SERVER, bytes.span(14..bytes.len()), text::shown(until_zero(bytes.from(14).all())));
        }
        _ => {}
    }
    Ok(Next::End)
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
