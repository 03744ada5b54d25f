//! The settings that client and server exchange first, [MS-RDPBCGR] §2.2.1.3 and §2.2.1.4.
use super::Agreed;
use crate::engine::dissect::{
    Bytes, Dissection, Field, Names, Problem, Reader, Slot, details, fields, layouts, name_of,
};

fields! {
    CLIENT: Label => "rdp.clientData", "ClientData";
    SERVER: Label => "rdp.serverData", "ServerData";
    CLIENT_CORE: Label => "rdp.client.coreData", "clientCoreData";
    CLIENT_SECURITY: Label => "rdp.client.securityData", "clientSecurityData";
    CLIENT_NETWORK: Label => "rdp.client.networkData", "clientNetworkData";
    CLIENT_CLUSTER: Label => "rdp.client.clusterData", "clientClusterData";
    CLIENT_MONITOR: Label => "rdp.client.monitorData", "clientMonitorData";
    CLIENT_MESSAGES: Label => "rdp.client.msgChannelData", "clientMsgChannelData";
    CLIENT_MONITOR_MORE: Label => "rdp.client.monitorExData", "clientMonitorExData";
    CLIENT_TRANSPORT: Label => "rdp.client.multiTransportData", "clientMultiTransportData";
    CLIENT_UNKNOWN: Label => "rdp.unknownData.client", "clientUnknownData";
    SERVER_CORE: Label => "rdp.server.coreData", "serverCoreData";
    SERVER_SECURITY: Label => "rdp.server.securityData", "serverSecurityData";
    SERVER_NETWORK: Label => "rdp.server.networkData", "serverNetworkData";
    SERVER_MESSAGES: Label => "rdp.server.msgChannelData", "serverMsgChannelData";
    SERVER_TRANSPORT: Label => "rdp.server.multiTransportData", "serverMultiTransportData";
    SERVER_UNKNOWN: Label => "rdp.unknownData.server", "serverUnknownData";
    MONITOR: Label => "rdp.client.monitorDefData", "clientMonitorDefData";
    CHANNELS: Label => "rdp.channelDefArray", "channelDefArray";
    CHANNEL: Label => "rdp.channelDef", "channelDef";
    CHANNEL_IDS: Label => "rdp.channelIdArray", "channelIdArray";
    CHANNEL_ID: Uint => "rdp.MCSChannelId", "MCSChannelId";
    PAD: Uint => "rdp.Pad", "Pad";
    CLIENT_NAME: Text => "rdp.client.name", "clientName";
    PRODUCT: Text => "rdp.client.digProductId", "clientDigProductId";
    RANDOM: Bytes => "rdp.serverRandom", "serverRandom";
    CERTIFICATE: Bytes => "rdp.serverCertificate", "serverCertificate";
}
pub static ALL_FIELDS: &[&Field] = FIELDS;

const TYPES: Names = "3073=serverCoreData|serverSecurityData|serverNetworkData|serverMsgChannelData|3080=serverMultiTransportData|\
    49153=clientCoreData|clientSecurityData|clientNetworkData|clientClusterData|clientMonitorData|clientMsgChannelData|\
    49160=clientMonitorExData|49162=clientMultiTransportData";
const DEPTHS: Names =
    "51712=4 bits-per-pixel (bpp)|8 bits-per-pixel (bpp)|15-bit 555 RGB mask|16-bit 565 RGB mask|24-bit RGB mask";
const METHODS: Names = "None|40-bit RC4|128-bit RC4|8=56-bit RC4|16=FIPS 140-1 3DES";
const LEVELS: Names = "None|Low|Client Compatible|High|FIPS 140-1";

layouts! {
    HEAD = [
        Hex(4) => "rdp.header.type", "headerType", 2: TYPES;
        Uint => "rdp.header.length", "headerLength", 2;
    ]
    CORE = [
        Uint => "rdp.version.major", "versionMajor", 2;
        Uint => "rdp.version.minor", "versionMinor", 2;
        Uint => "rdp.desktop.width", "desktopWidth", 2;
        Uint => "rdp.desktop.height", "desktopHeight", 2;
        Hex(4) => "rdp.colorDepth", "colorDepth", 2: DEPTHS;
        Uint => "rdp.SASSequence", "SASSequence", 2;
        Uint => "rdp.keyboardLayout", "keyboardLayout", 4;
        Uint => "rdp.client.build", "clientBuild", 4;
    ]
    CORE_KEYBOARD = [
        Uint => "rdp.keyboard.type", "keyboardType", 4: "1=IBM PC/XT or compatible (83-key) keyboard|\
            Olivetti \"ICO\" (102-key) keyboard|IBM PC/AT (84-key) and similar keyboards|\
            IBM enhanced (101-key or 102-key) keyboard|Nokia 1050 and similar keyboards|\
            Nokia 9140 and similar keyboards|Japanese keyboard";
        Uint => "rdp.keyboard.subtype", "keyboardSubType", 4;
        Uint => "rdp.keyboard.functionkey", "keyboardFunctionKey", 4;
        Bytes => "rdp.imeFileName", "imeFileName", 64;
    ]
    CORE_MORE = [
        Hex(4) => "rdp.postBeta2ColorDepth", "postBeta2ColorDepth", 2: DEPTHS;
        Uint => "rdp.client.productId", "clientProductId", 2;
        Uint => "rdp.serialNumber", "serialNumber", 4;
        Hex(4) => "rdp.highColorDepth", "highColorDepth", 2:
            "4=4 bits-per-pixel (bpp)|8=8 bits-per-pixel (bpp)|15=15-bit 555 RGB mask|16-bit 565 RGB mask|24=24-bit RGB mask";
        Hex(4) => "rdp.supportedColorDepths", "supportedColorDepths", 2;
        Uint => "rdp.earlyCapabilityFlags", "earlyCapabilityFlags", 2;
    ]
    CORE_END = [
        Uint => "rdp.connectionType", "connectionType", 1:
            "Unknown|Modem (56 Kbps)|Low-speed broadband (256 Kbps - 2 Mbps)|Satellite (2 - 16 Mbps, high latency)|\
            High-speed broadband (2 - 10 Mbps)|WAN (10 Mbps or higher, high latency)|LAN (10 Mbps or higher)";
        Hex(2) => "rdp.pad1octet", "pad1octet", 1;
        Uint => "rdp.serverSelectedProtocol", "serverSelectedProtocol", 4;
    ]
    SECURITY = [
        Bytes => "rdp.encryptionMethods", "encryptionMethods", 4;
        Bytes => "rdp.extEncryptionMethods", "extEncryptionMethods", 4;
    ]
    CLUSTER = [
        Hex(8) => "rdp.clusterFlags", "clusterFlags", 4;
        Hex(8) => "rdp.redirectedSessionId", "redirectedSessionId", 4;
    ]
    MONITORS = [
        Hex(8) => "rdp.monitorFlags", "monitorFlags", 4;
        Uint => "rdp.monitorCount", "monitorCount", 4;
    ]
    ONE_MONITOR = [
        Int => "rdp.monitorDef.left", "left", 4;
        Int => "rdp.monitorDef.top", "top", 4;
        Int => "rdp.monitorDef.right", "right", 4;
        Int => "rdp.monitorDef.bottom", "bottom", 4;
        Uint => "rdp.monitorDef.flags", "flags", 4: "1=Primary";
    ]
    MONITORS_MORE = [
        Hex(8) => "rdp.monitorExFlags", "monitorExFlags", 4;
        Uint => "rdp.monitorAttributeSize", "monitorAttributeSize", 4;
        Uint => "rdp.monitorCount", "monitorCount", 4;
    ]
    MESSAGES = [Hex(8) => "rdp.msgChannelFlags", "msgChannelFlags", 4;]
    MESSAGES_ID = [Uint => "rdp.msgChannelId", "msgChannelId", 2;]
    TRANSPORT = [Hex(8) => "rdp.multiTransportFlags", "multiTransportFlags", 4;]
    COUNT = [Uint => "rdp.channelCount", "channelCount", 4;]
    ONE_CHANNEL = [
        Text => "rdp.name", "name", 8;
        Hex(8) => "rdp.options", "options", 4;
        Hex(8) => "rdp.options.initialized", "optionsInitialized", &0x8000_0000;
        Hex(8) => "rdp.options.encrypt.rdp", "encryptRDP", &0x4000_0000;
        Hex(8) => "rdp.options.encrypt.sc", "encryptSC", &0x2000_0000;
        Hex(8) => "rdp.options.encrypt.cs", "encryptCS", &0x1000_0000;
        Hex(8) => "rdp.options.priority.high", "priorityHigh", &0x0800_0000;
        Hex(8) => "rdp.options.priority.med", "priorityMed", &0x0400_0000;
        Hex(8) => "rdp.options.priority.low", "priorityLow", &0x0200_0000;
        Hex(8) => "rdp.options.compress.rdp", "compressRDP", &0x0080_0000;
        Hex(8) => "rdp.options.compress", "compress", &0x0040_0000;
        Hex(8) => "rdp.options.showprotocol", "showProtocol", &0x0020_0000;
        Hex(8) => "rdp.options.remotecontrolpersistent", "remoteControlPersistent", &0x0010_0000;
    ]
    SERVERS_CORE = [
        Uint => "rdp.version.major", "versionMajor", 2;
        Uint => "rdp.version.minor", "versionMinor", 2;
        Hex(8) => "rdp.client.requestedProtocols", "clientRequestedProtocols", 4;
        Uint => "rdp.earlyCapabilityFlags", "earlyCapabilityFlags", 4;
    ]
    SERVERS_NETWORK = [
        Uint => "rdp.MCSChannelId", "MCSChannelId", 2;
        Uint => "rdp.channelCount", "channelCount", 2;
    ]
    METHOD = [Hex(8) => "rdp.encryptionMethod", "encryptionMethod", 4: METHODS;]
    LEVEL = [Hex(8) => "rdp.encryptionLevel", "encryptionLevel", 4: LEVELS;]
    RANDOM_LENGTH = [Uint => "rdp.serverRandomLen", "serverRandomLen", 4;]
    CERTIFICATE_LENGTH = [Uint => "rdp.serverCertLen", "serverCertLen", 4;]
}
pub static ALL: &[&[Slot]] = LAYOUTS;

fn block_of(kind: u64) -> &'static Field {
    match kind {
        0xc001 => &CLIENT_CORE,
        0xc002 => &CLIENT_SECURITY,
        0xc003 => &CLIENT_NETWORK,
        0xc004 => &CLIENT_CLUSTER,
        0xc005 => &CLIENT_MONITOR,
        0xc006 => &CLIENT_MESSAGES,
        0xc008 => &CLIENT_MONITOR_MORE,
        0xc00a => &CLIENT_TRANSPORT,
        0x0c01 => &SERVER_CORE,
        0x0c02 => &SERVER_SECURITY,
        0x0c03 => &SERVER_NETWORK,
        0x0c04 => &SERVER_MESSAGES,
        0x0c08 => &SERVER_TRANSPORT,
        _ if kind & 0xff00 == 0x0c00 => &SERVER_UNKNOWN,
        _ => &CLIENT_UNKNOWN,
    }
}

/// Text in UTF-16 of so many bytes, up to a zero.
pub fn utf16(d: &mut Dissection, reader: &mut Reader<'_>, field: &'static Field, size: usize) -> Result<(), Problem> {
    let start = reader.at;
    let raw = reader.take(size)?;
    if d.wants() {
        let units = raw.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>().copied().map(u16::from_le_bytes));
        let text: String = char::decode_utf16(units.take_while(|&unit| unit != 0))
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        d.field(field, reader.since(start), text);
    }
    Ok(())
}

pub fn dissect(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let side = if bytes.u16_le(0)? & 0xff00 == 0x0c00 { &SERVER } else { &CLIENT };
    d.info(|| side.title().to_owned());
    d.label(side, bytes.span(0..bytes.len()), || side.title().to_owned());
    let mut rest = bytes;
    while rest.wire_len() >= 4 {
        let (kind, length) = (u64::from(rest.u16_le(0)?), usize::from(rest.u16_le(2)?).max(4));
        let block = rest.limit(length);
        d.nest(|d| -> Result<(), Problem> {
            let line = block_of(kind);
            d.label(line, block.span(0..block.len()), || line.title().to_owned());
            d.nest(|d| {
                let mut reader = Reader::little(block, 0);
                reader.layout(d, HEAD)?;
                // Older parties leave out the ends of blocks.
                details(describe(d, kind, &mut reader))
            })
        })?;
        rest = rest.from(length);
    }
    Ok(())
}

fn describe(d: &mut Dissection, kind: u64, block: &mut Reader<'_>) -> Result<(), Problem> {
    match kind {
        0xc001 => {
            block.layout(d, CORE)?;
            utf16(d, block, &CLIENT_NAME, 32)?;
            block.layout(d, CORE_KEYBOARD)?;
            block.layout(d, CORE_MORE)?;
            utf16(d, block, &PRODUCT, 64)?;
            block.layout(d, CORE_END)?;
        }
        0xc002 => _ = block.layout(d, SECURITY)?,
        0xc003 => {
            let count = block.layout(d, COUNT)?;
            block.group(
                d,
                &CHANNELS,
                || CHANNELS.title().to_owned(),
                |d, block| -> Result<(), Problem> {
                    for _ in 0..count.min(31) {
                        block.group(d, &CHANNEL, || CHANNEL.title().to_owned(), |d, b| b.layout(d, ONE_CHANNEL))?;
                    }
                    Ok(())
                },
            )?;
        }
        0xc004 => _ = block.layout(d, CLUSTER)?,
        0xc005 => {
            for _ in 0..block.layout(d, MONITORS)?.min(16) {
                block.group(d, &MONITOR, || MONITOR.title().to_owned(), |d, b| b.layout(d, ONE_MONITOR))?;
            }
        }
        0xc006 => _ = block.layout(d, MESSAGES)?,
        0xc008 => _ = block.layout(d, MONITORS_MORE)?,
        0xc00a | 0x0c08 => _ = block.layout(d, TRANSPORT)?,
        0x0c01 => _ = block.layout(d, SERVERS_CORE)?,
        0x0c02 => {
            let method = block.layout(d, METHOD)?;
            let level = block.layout(d, LEVEL)?;
            d.with_state(|_, agreed: &mut Agreed| agreed.encrypted = level != 0);
            let named = |names, value| Some(name_of(names, value)).filter(|name| !name.is_empty()).unwrap_or("Unknown");
            d.info_add(" ", || format!("Encryption: {} ({})", named(METHODS, method), named(LEVELS, level)));
            if level != 0 {
                let random = block.layout(d, RANDOM_LENGTH)?;
                let certificate = block.layout(d, CERTIFICATE_LENGTH)?;
                block.field(d, &RANDOM, usize::try_from(random).unwrap_or(usize::MAX))?;
                block.field(d, &CERTIFICATE, usize::try_from(certificate).unwrap_or(usize::MAX))?;
            }
        }
        0x0c03 => {
            let main = block.bytes.u16_le(block.at)?;
            d.with_state(|_, agreed: &mut Agreed| agreed.main = main);
            let count = block.layout(d, SERVERS_NETWORK)?;
            block.group(
                d,
                &CHANNEL_IDS,
                || CHANNEL_IDS.title().to_owned(),
                |d, block| (0..count.min(31)).try_for_each(|_| block.field(d, &CHANNEL_ID, 2).map(drop)),
            )?;
            if block.left() >= 2 {
                d.nest(|d| block.field(d, &PAD, 2))?;
            }
        }
        0x0c04 => {
            let messages = block.layout(d, MESSAGES_ID)? as u16;
            d.with_state(|_, agreed: &mut Agreed| agreed.messages = messages);
        }
        _ => {}
    }
    Ok(())
}
