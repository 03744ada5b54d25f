//! The settings that client and server exchange first, [MS-RDPBCGR] §2.2.1.3 and §2.2.1.4.
use super::Agreed;
use crate::engine::dissect::{Bytes, Dissection, Field, Problem, field};

pub static BLOCK: &Field = &field!(Label => "rdp.block", "Block");
pub static TYPE: &Field = &field!(Hex(4) => "rdp.header.type", "headerType");
pub static SIZE: &Field = &field!(Uint => "rdp.header.length", "headerLength");
pub static VERSION_MINOR: &Field = &field!(Uint => "rdp.version.minor", "versionMinor");
pub static VERSION_MAJOR: &Field = &field!(Uint => "rdp.version.major", "versionMajor");
pub static WIDTH: &Field = &field!(Uint => "rdp.desktop.width", "desktopWidth");
pub static HEIGHT: &Field = &field!(Uint => "rdp.desktop.height", "desktopHeight");
pub static KEYBOARD: &Field = &field!(Uint => "rdp.keyboardLayout", "keyboardLayout");
pub static BUILD: &Field = &field!(Uint => "rdp.client.build", "clientBuild");
pub static CLIENT_NAME: &Field = &field!(Text => "rdp.client.name", "clientName");
pub static SERIAL: &Field = &field!(Uint => "rdp.serialNumber", "serialNumber");
pub static PRODUCT: &Field = &field!(Text => "rdp.client.digProductId", "clientDigProductId");
pub static METHOD: &Field = &field!(Hex(8) => "rdp.encryptionMethod", "encryptionMethod");
pub static LEVEL: &Field = &field!(Hex(8) => "rdp.encryptionLevel", "encryptionLevel");
pub static CHANNELS: &Field = &field!(Uint => "rdp.channelCount", "channelCount");
pub static CHANNEL: &Field = &field!(Text => "rdp.name", "name");
pub static OPTIONS: &Field = &field!(Hex(8) => "rdp.options", "options");
pub static CHANNEL_ID: &Field = &field!(Uint => "rdp.MCSChannelId", "MCSChannelId");

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>().copied().map(u16::from_le_bytes));
    char::decode_utf16(units.take_while(|&unit| unit != 0))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

pub fn dissect(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let server = bytes.u16_le(0)? & 0xff00 == 0x0c00;
    let side = if server { "ServerData" } else { "ClientData" };
    d.info(|| side.to_owned());
    d.label(BLOCK, bytes.span(0..bytes.len()), || side.to_owned());
    let mut rest = bytes;
    while rest.wire_len() >= 4 {
        let (kind, length) = (rest.u16_le(0)?, usize::from(rest.u16_le(2)?));
        let block = rest.limit(length.max(4));
        d.nest(|d| -> Result<(), Problem> {
            let title = title(kind);
            d.label(BLOCK, block.span(0..block.len()), || title.to_owned());
            d.nest(|d| {
                d.noted(TYPE, block.span(0..2), kind, title);
                d.field(SIZE, block.span(2..4), length);
                describe(d, kind, &block)
            })
        })?;
        rest = rest.from(length.max(4));
    }
    Ok(())
}

fn title(kind: u16) -> &'static str {
    match kind {
        0xc001 => "clientCoreData",
        0xc002 => "clientSecurityData",
        0xc003 => "clientNetworkData",
        0xc004 => "clientClusterData",
        0xc005 => "clientMonitorData",
        0xc006 => "clientMsgChannelData",
        0xc008 => "clientMonitorExData",
        0xc00a => "clientMultiTransportData",
        0x0c01 => "serverCoreData",
        0x0c02 => "serverSecurityData",
        0x0c03 => "serverNetworkData",
        0x0c04 => "serverMsgChannelData",
        0x0c08 => "serverMultiTransportData",
        _ => "unknownData",
    }
}

fn describe(d: &mut Dissection, kind: u16, block: &Bytes<'_>) -> Result<(), Problem> {
    match kind {
        0xc001 | 0x0c01 => {
            d.field(VERSION_MAJOR, block.span(4..6), block.u16_le(4)?);
            d.field(VERSION_MINOR, block.span(6..8), block.u16_le(6)?);
            if kind == 0xc001 && d.wants() {
                d.field(WIDTH, block.span(8..10), block.u16_le(8)?);
                d.field(HEIGHT, block.span(10..12), block.u16_le(10)?);
                d.field(KEYBOARD, block.span(16..20), block.u32_le(16)?);
                d.field(BUILD, block.span(20..24), block.u32_le(20)?);
                d.field(CLIENT_NAME, block.span(24..56), utf16(block.take(24..56)?));
                // From here on what older clients leave out.
                if let Ok(serial) = block.u32_le(136) {
                    d.field(SERIAL, block.span(136..140), serial);
                }
                if let Ok(product) = block.take(146..210) {
                    d.field(PRODUCT, block.span(146..210), utf16(product));
                }
            }
        }
        0x0c02 => {
            let (method, level) = (block.u32_le(4)?, block.u32_le(8)?);
            d.with_state(|_, agreed: &mut Agreed| agreed.encrypted = level != 0);
            let method_title = match method {
                0 => "None",
                1 => "40-bit RC4",
                2 => "128-bit RC4",
                8 => "56-bit RC4",
                16 => "FIPS 140-1 3DES",
                _ => "Unknown",
            };
            let level_title = ["None", "Low", "Client Compatible", "High", "FIPS 140-1"];
            let level_title =
                usize::try_from(level).ok().and_then(|at| level_title.get(at)).copied().unwrap_or("Unknown");
            d.noted(METHOD, block.span(4..8), method, method_title);
            d.noted(LEVEL, block.span(8..12), level, level_title);
            d.info_add(" ", || format!("Encryption: {method_title} ({level_title})"));
        }
        0xc002 => d.field(METHOD, block.span(4..8), block.u32_le(4)?),
        0xc003 if d.wants() => {
            let count = block.u32_le(4)?;
            d.field(CHANNELS, block.span(4..8), count);
            let mut at = 8_usize;
            for _ in 0..count.min(31) {
                let name = block.take(at..at.saturating_add(8))?;
                let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
                d.field(CHANNEL, block.span(at..at.saturating_add(8)), String::from_utf8_lossy(name).into_owned());
                at = at.saturating_add(8);
                d.field(OPTIONS, block.span(at..at.saturating_add(4)), block.u32_le(at)?);
                at = at.saturating_add(4);
            }
        }
        0x0c03 => {
            d.field(CHANNEL_ID, block.span(4..6), block.u16_le(4)?);
            let count = block.u16_le(6)?;
            d.field(CHANNELS, block.span(6..8), count);
            let mut at = 8_usize;
            for _ in 0..count.min(31) {
                d.field(CHANNEL_ID, block.span(at..at.saturating_add(2)), block.u16_le(at)?);
                at = at.saturating_add(2);
            }
        }
        _ => {}
    }
    Ok(())
}
