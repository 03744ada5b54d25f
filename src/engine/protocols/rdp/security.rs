//! What clients and servers send each other over MCS: the security header of [MS-RDPBCGR] §2.2.8.1.1.2, the phases of a connection
//! that it tells (keys, who logs in, licence), and the message channel. What follows unencrypted is in `share.rs`.
use super::{Agreed, settings::utf16, share};
use crate::engine::dissect::{
    Bytes, Dissection, Field, Names, Problem, Reader, Slot, details, fields, layouts, name_of,
};

fields! {
    DATA: Label => "rdp.sendData", "SendData";
    MESSAGE: Label => "rdp.messageData", "MessageData";
    EXCHANGE: Label => "rdp.securityExchangePDU", "securityExchangePDU";
    INFO: Label => "rdp.clientInfoPDU", "clientInfoPDU";
    LICENSE: Label => "rdp.validClientLicenseData", "validClientLicenseData";
    LENGTH: Uint => "rdp.length", "length";
    RANDOM: Bytes => "rdp.encryptedClientRandom", "encryptedClientRandom";
    SIGNATURE: Bytes => "rdp.dataSignature", "dataSignature";
    HIDDEN: Label => "rdp.encryptedData", "encryptedData";
    UNREAD: Label => "rdp.notYetImplemented", "License data";
    PART: Label => "rdp.message", "Message";
    DOMAIN: Text => "rdp.domain", "domain";
    USER: Text => "rdp.userName", "userName";
    PASSWORD: Text => "rdp.password", "password";
    SHELL: Text => "rdp.alternateShell", "alternateShell";
    FOLDER: Text => "rdp.workingDir", "workingDir";
    ADDRESS: Text => "rdp.client.address", "clientAddress";
    PROGRAM: Text => "rdp.client.dir", "clientDir";
    ZONE: Label => "rdp.client.timeZone", "clientTimeZone";
    ZONE_NAME: Text => "rdp.Name.Standard", "StandardName";
    ZONE_DATE: Label => "rdp.Date.Standard", "StandardDate";
    SUMMER_NAME: Text => "rdp.Name.Daylight", "DaylightName";
    SUMMER_DATE: Label => "rdp.Date.Daylight", "DaylightDate";
    COOKIE: Bytes => "rdp.autoReconnectCookie", "autoReconnectCookie";
    BLOB: Bytes => "rdp.blobData", "blobData";
}
pub static ALL_FIELDS: &[&Field] = FIELDS;

const LICENSES: Names = "1=License Request|Platform Challenge|New License|Upgrade License|18=License Info|New License Request|\
    21=Platform Challenge Response|255=Error Alert";

layouts! {
    HEADER = [
        Hex(4) => "rdp.flags", "flags", 2;
        Hex(4) => "rdp.flags.pkt", "flagsPkt", &0x04c1: "1=Security Exchange PDU|64=Client Info PDU|128=Licensing PDU|1024=Redirection PDU";
        Hex(4) => "rdp.flags.encrypt", "flagsEncrypt", &0x0008;
        Hex(4) => "rdp.flags.resetseqno", "flagsResetSeqno", &0x0010;
        Hex(4) => "rdp.flags.ignoreseqno", "flagsIgnoreSeqno", &0x0020;
        Hex(4) => "rdp.flags.licenseencrypt", "flagsLicenseEncrypt", &0x0200;
        Hex(4) => "rdp.flags.securechecksum", "flagsSecureChecksum", &0x0800;
        Hex(4) => "rdp.flags.flagshivalid", "flagsHiValid", &0x8000;
        Hex(4) => "rdp.flagsHi", "flagsHi", 2;
    ]
    MESSAGE_HEADER = [
        Hex(4) => "rdp.flags", "flags", 2;
        Hex(4) => "rdp.flags.transportreq", "multiTransport request", &0x0002;
        Hex(4) => "rdp.flags.transportrsp", "transport response", &0x0004;
        Hex(4) => "rdp.flags.autodetectreq", "autodetect request", &0x1000;
        Hex(4) => "rdp.flags.autodetectresp", "autodetect response", &0x2000;
        Hex(4) => "rdp.flags.heartbeat", "heartbeat", &0x4000;
        Hex(4) => "rdp.flagsHi", "flagsHi", 2;
    ]
    HEARTBEAT = [
        Hex(2) => "rdp.heartbeat.reserved", "reserved", 1;
        Uint => "rdp.heartbeat.period", "Period", 1;
        Uint => "rdp.heartbeat.count1", "Count1", 1;
        Uint => "rdp.heartbeat.count2", "Count2", 1;
    ]
    DETECT = [
        Hex(2) => "rdp.bandwidth.headerlen", "HeaderLength", 1;
        Hex(2) => "rdp.bandwidth.typeid", "HeaderTypeId", 1: "AUTODETECT_REQUEST|AUTODETECT_RESPONSE";
        Hex(4) => "rdp.bandwidth.sequencenumber", "Sequence number", 2;
    ]
    DETECT_REQUEST = [Hex(4) => "rdp.bandwidth.reqtype", "Request type", 2: "1=RTT Measure Request";]
    DETECT_RESPONSE = [Hex(4) => "rdp.bandwidth.resptype", "Response type", 2: "RTT Measure Response";]
    WHO = [
        Uint => "rdp.codePage", "codePage", 4;
        Hex(8) => "rdp.optionFlags", "optionFlags", 4;
    ]
    WHO_LENGTH = [Uint => "rdp.domain.length", "cbDomain", 2;]
    USER_LENGTH = [Uint => "rdp.userName.length", "cbUserName", 2;]
    PASSWORD_LENGTH = [Uint => "rdp.password.length", "cbPassword", 2;]
    SHELL_LENGTH = [Uint => "rdp.alternateShell.length", "cbAlternateShell", 2;]
    FOLDER_LENGTH = [Uint => "rdp.workingDir.length", "cbWorkingDir", 2;]
    ADDRESS_LENGTH = [
        Hex(4) => "rdp.client.addressFamily", "clientAddressFamily", 2: "2=AF_INET|23=AF_INET6";
        Uint => "rdp.client.address.length", "cbClientAddress", 2;
    ]
    PROGRAM_LENGTH = [Uint => "rdp.client.dir.length", "cbClientDir", 2;]
    BIAS = [Uint => "rdp.Bias", "Bias", 4;]
    DATE = [
        Uint => "rdp.wYear", "wYear", 2;
        Uint => "rdp.wMonth", "wMonth", 2: "1=January|February|March|April|May|June|July|August|September|October|November|December";
        Uint => "rdp.wDayOfWeek", "wDayOfWeek", 2: "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday";
        Uint => "rdp.wDay", "wDay", 2: "1=First occurrence|Second occurrence|Third occurrence|Fourth occurrence|Last occurrence";
        Uint => "rdp.wHour", "wHour", 2;
        Uint => "rdp.wMinute", "wMinute", 2;
        Uint => "rdp.wSecond", "wSecond", 2;
        Uint => "rdp.wMilliseconds", "wMilliseconds", 2;
    ]
    ZONE_BIAS = [Uint => "rdp.Bias.standard", "StandardBias", 4;]
    SUMMER_BIAS = [Uint => "rdp.Bias.daylight", "DaylightBias", 4;]
    MORE = [
        Bytes => "rdp.client.sessionId", "clientSessionId", 4;
        Hex(8) => "rdp.performanceFlags", "performanceFlags", 4;
        Uint => "rdp.autoReconnectCookie.length", "cbAutoReconnectLen", 2;
    ]
    END = [
        Hex(4) => "rdp.reserved1", "reserved1", 2;
        Hex(4) => "rdp.reserved2", "reserved2", 2;
    ]
    PREAMBLE = [
        Hex(2) => "rdp.bMsgType", "bMsgType", 1: LICENSES;
        Uint => "rdp.bVersion", "bVersion", 1;
        Uint => "rdp.wMsgSize", "wMsgSize", 2;
    ]
    ALERT = [
        Uint => "rdp.errorCode", "errorCode", 4: "1=Invalid Server Certificate|No License|Invalid Mac|Invalid Scope|6=No License Server|\
            Valid Client|Invalid Client|11=Invalid Product ID|Invalid Message Length";
        Uint => "rdp.stateTransition", "stateTransition", 4: "1=Total Abort|No Transition|Reset Phase to Start|Resend Last Message";
        Uint => "rdp.wBlobType", "wBlobType", 2: "1=Data|Random|Certificate|Error|9=Encrypted Data|13=Key Exchange Algorithm|Scope";
        Uint => "rdp.wBlobLen", "wBlobLen", 2;
    ]
}
pub static ALL: &[&[Slot]] = LAYOUTS;

const ENCRYPT: u16 = 8;

/// What reads the rest of a PDU: told its flags, and whether the session is encrypted.
type Read = fn(&mut Dissection, &mut Reader<'_>, u16, bool) -> Result<(), Problem>;

pub fn send_data(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let agreed = d.with_state(|_, agreed: &mut Agreed| *agreed);
    d.info(String::new);
    let whole = bytes.span(0..bytes.len());
    if agreed.messages != 0 && agreed.channel == agreed.messages {
        d.label(&MESSAGE, whole, || "MessageData".to_owned());
        return d.nest(|d| details(message(d, bytes)));
    }
    d.label(&DATA, whole, || "SendData".to_owned());
    if agreed.licensed {
        let is_channel = agreed.channel != agreed.main;
        return if agreed.encrypted { Ok(()) } else { d.nest(|d| details(share::dissect(d, bytes, is_channel))) };
    }
    let flags = bytes.u16_le(0)?;
    let (line, read): (_, Read) = match flags & 0x04c1 {
        0x0001 => (&EXCHANGE, exchange),
        0x0040 => (&INFO, client_info),
        0x0080 => (&LICENSE, license),
        _ => return Ok(()),
    };
    d.nest(|d| {
        d.label(line, whole, || line.title().to_owned());
        d.nest(|d| {
            let mut reader = Reader::little(bytes, 0);
            reader.layout(d, HEADER)?;
            read(d, &mut reader, flags, agreed.encrypted)
        })
    })
}

fn exchange(d: &mut Dissection, reader: &mut Reader<'_>, _: u16, _: bool) -> Result<(), Problem> {
    d.info(|| "SecurityExchange".to_owned());
    reader.length(d, &LENGTH, 4)?;
    reader.rest(d, &RANDOM);
    Ok(())
}

/// Signature and what nobody can read.
fn hidden(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    reader.field(d, &SIGNATURE, 8)?;
    let rest = reader.left();
    let part = reader.part(rest);
    d.label(&HIDDEN, part.bytes.span(part.at..part.bytes.len()), || "encryptedData".to_owned());
    Ok(())
}

/// §2.2.1.11.1: who logs in, from where.
fn client_info(d: &mut Dissection, reader: &mut Reader<'_>, flags: u16, _: bool) -> Result<(), Problem> {
    if flags & ENCRYPT != 0 {
        d.info(|| "ClientInfo, [Encrypted]".to_owned());
        return hidden(d, reader);
    }
    d.info(|| "ClientInfo".to_owned());
    if d.wants() { details(who(d, reader)) } else { Ok(()) }
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn who(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let texts: [(&'static [Slot], &'static Field); 5] = [
        (WHO_LENGTH, &DOMAIN),
        (USER_LENGTH, &USER),
        (PASSWORD_LENGTH, &PASSWORD),
        (SHELL_LENGTH, &SHELL),
        (FOLDER_LENGTH, &FOLDER),
    ];
    reader.layout(d, WHO)?;
    let mut lengths = [0; 5];
    for ((layout, _), length) in texts.iter().zip(&mut lengths) {
        *length = size(reader.layout(d, layout)?);
    }
    // Their zeros at the end are not counted.
    for ((_, field), length) in texts.iter().zip(lengths) {
        utf16(d, reader, field, length.saturating_add(2))?;
    }
    let length = size(reader.layout(d, ADDRESS_LENGTH)?);
    utf16(d, reader, &ADDRESS, length)?;
    let length = size(reader.layout(d, PROGRAM_LENGTH)?);
    utf16(d, reader, &PROGRAM, length)?;
    reader.group(d, &ZONE, || ZONE.title().to_owned(), zone)?;
    let cookie = size(reader.layout(d, MORE)?);
    if cookie > 0 {
        reader.field(d, &COOKIE, cookie)?;
    }
    reader.layout(d, END).map(drop)
}

fn zone(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    reader.layout(d, BIAS)?;
    utf16(d, reader, &ZONE_NAME, 64)?;
    reader.group(d, &ZONE_DATE, || ZONE_DATE.title().to_owned(), |d, r| r.layout(d, DATE))?;
    reader.layout(d, ZONE_BIAS)?;
    utf16(d, reader, &SUMMER_NAME, 64)?;
    reader.group(d, &SUMMER_DATE, || SUMMER_DATE.title().to_owned(), |d, r| r.layout(d, DATE))?;
    reader.layout(d, SUMMER_BIAS).map(drop)
}

/// The preamble of a licensing message, [MS-RDPELE] §2.2.2, and the alert that says that none is needed.
fn license(d: &mut Dissection, reader: &mut Reader<'_>, flags: u16, encrypted: bool) -> Result<(), Problem> {
    if flags & ENCRYPT != 0 {
        d.info(|| "[Encrypted]".to_owned());
        d.with_state(|_, agreed: &mut Agreed| agreed.licensed = true);
        return hidden(d, reader);
    }
    let kind = reader.peek()?;
    // The phase ends with a licence, or an alert that there is no need for one.
    if encrypted || matches!(kind, 3 | 4 | 0xff) {
        d.with_state(|_, agreed: &mut Agreed| agreed.licensed = true);
    }
    let title = Some(name_of(LICENSES, kind.into())).filter(|title| !title.is_empty()).unwrap_or("Unknown");
    d.info(|| title.to_owned());
    reader.layout(d, PREAMBLE)?;
    if kind != 0xff {
        let part = reader.part(reader.left());
        d.label(&UNREAD, part.bytes.span(part.at..part.bytes.len()), || "License data".to_owned());
        return Ok(());
    }
    let length = size(reader.layout(d, ALERT)?);
    if length > 0 {
        reader.field(d, &BLOB, length)?;
    }
    Ok(())
}

/// Measurements and signs of life on the message channel, §2.2.14 and §2.2.16.
fn message(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let mut reader = Reader::little(bytes, 0);
    let flags = bytes.u16_le(0)?;
    reader.layout(d, MESSAGE_HEADER)?;
    let (info, title, layout): (_, _, &'static [Slot]) = match flags & 0x7000 {
        0x1000 => ("Autodetect Req", "Autodetect request", DETECT_REQUEST),
        0x2000 => ("Autodetect Resp", "Autodetect response", DETECT_RESPONSE),
        0x4000 => ("Heartbeat", "Heartbeat", HEARTBEAT),
        _ => return Ok(()),
    };
    d.info(|| info.to_owned());
    reader.group(
        d,
        &PART,
        || title.to_owned(),
        |d, reader| {
            if flags & 0x4000 == 0 {
                reader.layout(d, DETECT)?;
            }
            reader.layout(d, layout).map(drop)
        },
    )
}
