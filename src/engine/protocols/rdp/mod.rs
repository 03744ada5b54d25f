//! Remote Desktop Protocol, [MS-RDPBCGR], and what it rides on: ITU-T T.125 (MCS) and T.124 (GCC) in the part that it uses.
mod fast_path;
mod mcs;
mod settings;

use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields, text};
pub(super) use mcs::{T124, T125};

fields! {
    COOKIE: Text => "rdp.rt_cookie", "Routing Token/Cookie";
    KIND: Hex(2) => "rdp.neg_type", "Type";
    NEG_FLAGS: Hex(2) => "rdp.negReq.flags", "Flags";
    NEG_LENGTH: Uint => "rdp.neg_length", "Length";
    PROTOCOLS: Hex(8) => "rdp.negReq.requestedProtocols", "requestedProtocols";
    SELECTED: Hex(8) => "rdp.negReq.selectedProtocol", "selectedProtocol";
    FAILURE: Hex(8) => "rdp.negFailure.failureCode", "failureCode";
    DATA: Label => "rdp.sendData", "SendData";
    FLAGS: Hex(4) => "rdp.flags", "flags";
    FLAGS_HIGH: Hex(4) => "rdp.flagsHi", "flagsHi";
    LENGTH: Uint => "rdp.length", "length";
    RANDOM: Bytes => "rdp.encryptedClientRandom", "encryptedClientRandom";
    SIGNATURE: Bytes => "rdp.dataSignature", "dataSignature";
    MESSAGE: Hex(2) => "rdp.bMsgType", "bMsgType";
    MESSAGE_VERSION: Uint => "rdp.bVersion", "bVersion";
    MESSAGE_SIZE: Uint => "rdp.wMsgSize", "wMsgSize";
}

pub(super) static RDP: Protocol = Protocol {
    name: "rdp",
    title: "Remote Desktop Protocol",
    short: "RDP",
    fields: ALL_FIELDS,
    dissect,
    ..Protocol::PLAIN
};

const PORT: u16 = 3389;

static ALL_FIELDS: &[&crate::engine::dissect::Field] = &[
    &COOKIE,
    &KIND,
    &NEG_FLAGS,
    &NEG_LENGTH,
    &PROTOCOLS,
    &SELECTED,
    &FAILURE,
    &DATA,
    &FLAGS,
    &FLAGS_HIGH,
    &LENGTH,
    &RANDOM,
    &SIGNATURE,
    &MESSAGE,
    &MESSAGE_VERSION,
    &MESSAGE_SIZE,
    fast_path::HEADER,
    fast_path::COUNT,
    fast_path::SECURITY,
    fast_path::LENGTH,
    fast_path::EVENT,
    fast_path::EVENT_HEADER,
    fast_path::UPDATE_HEADER,
    settings::TYPE,
    settings::SIZE,
    settings::CLIENT_NAME,
    settings::WIDTH,
    settings::HEIGHT,
    settings::KEYBOARD,
    settings::BUILD,
    settings::VERSION_MAJOR,
    settings::VERSION_MINOR,
    settings::METHOD,
    settings::LEVEL,
    settings::CHANNELS,
    settings::CHANNEL,
    settings::CHANNEL_ID,
    settings::BLOCK,
    settings::SERIAL,
    settings::PRODUCT,
    settings::OPTIONS,
];

/// What the parties agreed on.
#[derive(Default)]
struct Agreed {
    /// Encryption level of the server's security data is not "none".
    encrypted: bool,
    /// The licensing phase is over.
    licensed: bool,
}

/// RDP's bytes stand in several places: which one, the layer around them tells.
fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let around = d.layers.iter().rev().nth(1).map_or("", |layer| super::protocol(layer.protocol).name);
    match around {
        "cotp" => negotiation(d, bytes)?,
        "t124" => settings::dissect(d, bytes)?,
        "t125" => send_data(d, bytes)?,
        _ => fast_path::dissect(d, bytes)?,
    }
    Ok(Next::End)
}

fn negotiation(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let (mut rest, mut info) = (bytes, Vec::new());
    if bytes.all().starts_with(b"Cookie: ") || bytes.all().starts_with(b"tsv:") {
        let line = text::line(bytes.all());
        if d.wants() {
            d.field(&COOKIE, bytes.span(0..line.len()), text::shown(line));
            info.push(text::shown(line));
        }
        rest = bytes.from(line.len().saturating_add(2));
    }
    if let (Ok([kind, flags]), Ok(protocols)) = (rest.array(0), rest.u32_le(4)) {
        let title = match kind {
            1 => "Negotiate Request",
            2 => "Negotiate Response",
            3 => "Negotiate Failure",
            _ => return Ok(()),
        };
        d.noted(&KIND, rest.span(0..1), kind, &format!("RDP {title}"));
        d.field(&NEG_FLAGS, rest.span(1..2), flags);
        d.field(&NEG_LENGTH, rest.span(2..4), rest.u16_le(2)?);
        let field = match kind {
            1 => &PROTOCOLS,
            2 => &SELECTED,
            _ => &FAILURE,
        };
        d.field(field, rest.span(4..8), protocols);
        info.push(title.to_owned());
        // PROTOCOL_SSL, PROTOCOL_HYBRID, PROTOCOL_HYBRID_EX …: all over TLS.
        if kind == 2 && protocols != 0 {
            d.switch("tls");
        }
    }
    d.info(|| info.join(", "));
    Ok(())
}

/// The security header of §2.2.8.1.1.2 and the phases of a connection that it tells.
fn send_data(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    const ENCRYPT: u16 = 8;
    d.info(String::new);
    d.label(&DATA, bytes.span(0..bytes.len()), || "SendData".to_owned());
    let (encrypted, licensed) = d.with_state(|_, agreed: &mut Agreed| (agreed.encrypted, agreed.licensed));
    if licensed {
        return Ok(());
    }
    let flags = bytes.u16_le(0)?;
    let header = |d: &mut Dissection| -> Result<(), Problem> {
        d.field(&FLAGS, bytes.span(0..2), flags);
        d.field(&FLAGS_HIGH, bytes.span(2..4), bytes.u16_le(2)?);
        Ok(())
    };
    match flags & 0x04c1 {
        0x0001 => d.nest(|d| {
            header(d)?;
            d.info(|| "SecurityExchange".to_owned());
            let length = usize::try_from(bytes.u32_le(4)?).unwrap_or(usize::MAX);
            d.field(&LENGTH, bytes.span(4..8), length);
            let random = bytes.from(8).limit(length);
            d.field(&RANDOM, random.span(0..random.len()), random.all());
            Ok(())
        }),
        0x0040 => d.nest(|d| {
            header(d)?;
            let hidden = flags & ENCRYPT != 0;
            d.info(|| if hidden { "ClientInfo, [Encrypted]" } else { "ClientInfo" }.to_owned());
            if hidden {
                d.field(&SIGNATURE, bytes.span(4..12), bytes.take(4..12)?);
            }
            Ok(())
        }),
        0x0080 => {
            d.with_state(|_, agreed: &mut Agreed| agreed.licensed = true);
            d.nest(|d| {
                header(d)?;
                if encrypted {
                    d.field(&SIGNATURE, bytes.span(4..12), bytes.take(4..12)?);
                }
                license(d, &bytes.from(if encrypted { 12 } else { 4 }))
            })
        }
        _ => Ok(()),
    }
}

/// The preamble of a licensing message, [MS-RDPELE] §2.2.2.
fn license(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let kind = bytes.u8(0)?;
    let title = match kind {
        0x01 => "License Request",
        0x02 => "Platform Challenge",
        0x03 => "New License",
        0x04 => "Upgrade License",
        0x12 => "License Info",
        0x13 => "New License Request",
        0x15 => "Platform Challenge Response",
        0xff => "Error Alert",
        _ => "Unknown",
    };
    d.info(|| title.to_owned());
    d.noted(&MESSAGE, bytes.span(0..1), kind, title);
    d.field(&MESSAGE_VERSION, bytes.span(1..2), bytes.u8(1)?);
    d.field(&MESSAGE_SIZE, bytes.span(2..4), bytes.u16_le(2)?);
    Ok(())
}
