//! PDUs of a session that is not encrypted: [MS-RDPBCGR] §2.2.8.1.1.1 (share control and data headers) and §2.2.6.1 (virtual channels).
use crate::engine::dissect::{Bytes, Dissection, Field, Names, Problem, Reader, Slot, fields, layouts, name_of};

fields! {
    HEADER: Bytes => "rdp.shareControlHeader", "shareControlHeader";
    SOURCE: Text => "rdp.sourceDescriptor", "sourceDescriptor";
    CAPABILITY: Label => "rdp.capabilitySet", "capabilitySet";
    CAPABILITY_DATA: Label => "rdp.capabilityData", "capabilityData";
    CHANNEL_HEADER: Bytes => "rdp.channelPDUHeader", "channelPDUHeader";
    CHANNEL_DATA: Bytes => "rdp.virtualChannelData", "virtualChannelData";
}
pub static ALL_FIELDS: &[&Field] = FIELDS;

const TYPES: Names = "1=Demand Active PDU|3=Confirm Active PDU|6=Deactivate All PDU|Data PDU|10=Server Redirection PDU";
const DATA_TYPES: Names = "2=Update|20=Control|27=Pointer|Input|31=Synchronize|33=Refresh Rect|Play Sound|Suppress Output|\
    Shutdown Request|Shutdown Denied|Save Session Info|FontList|FontMap|Set Keyboard Indicators|43=BitmapCache Persistent List|\
    BitmapCache Error|Set Keyboard IME Status|Offscreen Cache Error|Set Error Info|DrawNineGrid Error|DrawGDI+ Error|\
    ARC Status|54=Status Info|Monitor Layout";
const COMPRESSIONS: Names =
    "RDP 4.0 bulk compression|RDP 5.0 bulk compression|RDP 6.0 bulk compression|RDP 6.1 bulk compression";
const ACTIONS: Names = "1=Request control|Granted control|Detach|Cooperate";

layouts! {
    CONTROL = [
        Uint => "rdp.totalLength", "totalLength", 2;
        Hex(4) => "rdp.pduType", "pduType", 2;
        Hex(4) => "rdp.pduType.type", "pduTypeType", &0x000f: TYPES;
        Uint => "rdp.pduType.versionLow", "pduTypeVersionLow", &0x00f0;
        Uint => "rdp.pduType.versionHigh", "pduTypeVersionHigh", &0xff00;
        Uint => "rdp.pduSource", "pduSource", 2;
    ]
    SHARE = [Hex(8) => "rdp.shareId", "shareId", 4;]
    ORIGINATOR = [Uint => "rdp.OriginatorId", "originatorId", 2;]
    SOURCE_LENGTH = [Uint => "rdp.lengthSourceDescriptor", "lengthSourceDescriptor", 2;]
    CAPABILITIES_LENGTH = [Uint => "rdp.lengthCombinedCapabilities", "lengthCombinedCapabilities", 2;]
    CAPABILITIES = [
        Uint => "rdp.numberCapabilities", "numberCapabilities", 2;
        Uint => "rdp.pad2Octets", "pad2Octets", 2;
    ]
    ONE_CAPABILITY = [
        Hex(4) => "rdp.capabilitySetType", "capabilitySetType", 2: "1=General|Bitmap|Order|Bitmap Cache|Control|7=Window Activation|\
            Pointer|Share|Color Cache|12=Sound|Input|Font|Brush|Glyph Cache|Offscreen Bitmap Cache|Bitmap Cache Host Support|\
            Bitmap Cache Revision 2|Virtual Channel|DrawNineGrid Cache|Draw GDI+ Cache|Remote Programs|Window List|\
            Desktop Composition|Multifragment Update|Large Pointer|Surface Commands|Bitmap Codecs|Frame Acknowledge";
        Uint => "rdp.lengthCapability", "lengthCapability", 2;
    ]
    SESSION = [Hex(8) => "rdp.sessionId", "sessionId", 4;]
    DATA = [
        Hex(8) => "rdp.shareId", "shareId", 4;
        Hex(2) => "rdp.pad1", "pad1", 1;
        Uint => "rdp.streamId", "streamId", 1;
        Uint => "rdp.uncompressedLength", "uncompressedLength", 2;
    ]
    DATA_TYPE = [
        Uint => "rdp.pduType2", "pduType2", 1: DATA_TYPES;
    ]
    DATA_MORE = [
        Hex(2) => "rdp.compressedType", "compressedType", 1;
        Hex(2) => "rdp.compressedType.type", "compressedTypeType", &0x0f: COMPRESSIONS;
        Hex(2) => "rdp.compressedType.compressed", "compressedTypeCompressed", &0x20;
        Hex(2) => "rdp.compressedType.atFront", "compressedTypeAtFront", &0x40;
        Hex(2) => "rdp.compressedType.flushed", "compressedTypeFlushed", &0x80;
        Uint => "rdp.compressedLength", "compressedLength", 2;
    ]
    SYNCHRONIZE = [
        Uint => "rdp.messageType", "messageType", 2;
        Uint => "rdp.targetUser", "targetUser", 2;
    ]
    ACTION = [Hex(4) => "rdp.action", "action", 2: ACTIONS;]
    ACTION_MORE = [
        Uint => "rdp.grantId", "grantId", 2;
        Uint => "rdp.controlId", "controlId", 4;
    ]
    FONT_MAP = [
        Uint => "rdp.numberEntries", "numberEntries", 2;
        Uint => "rdp.totalNumberEntries", "totalNumberEntries", 2;
        Hex(4) => "rdp.mapFlags", "mapFlags", 2;
        Hex(4) => "rdp.mapFlags.fontMapFirst", "fontMapFirst", &0x0001;
        Hex(4) => "rdp.mapFlags.fontMapLast", "fontMapLast", &0x0002;
        Uint => "rdp.entrySize", "entrySize", 2;
    ]
    CHANNEL = [
        Uint => "rdp.length", "length", 4;
        Hex(8) => "rdp.channelFlags", "channelFlags", 4;
        Hex(8) => "rdp.channelFlag.first", "channelFlagFirst", &0x0000_0001;
        Hex(8) => "rdp.channelFlag.last", "channelFlagLast", &0x0000_0002;
        Hex(8) => "rdp.channelFlag.showProtocol", "channelFlagShowProtocol", &0x0000_0010;
        Hex(8) => "rdp.channelFlag.suspend", "channelFlagSuspend", &0x0000_0020;
        Hex(8) => "rdp.channelFlag.resume", "channelFlagResume", &0x0000_0040;
        Hex(8) => "rdp.channelPacket.compressed", "channelPacketCompressed", &0x0020_0000;
        Hex(8) => "rdp.channelPacket.atFront", "channelPacketAtFront", &0x0040_0000;
        Hex(8) => "rdp.channelPacket.flushed", "channelPacketFlushed", &0x0080_0000;
        Hex(8) => "rdp.channelPacket.compressionType", "channelPacketCompressionType", &0x000f_0000: COMPRESSIONS;
    ]
}
pub static ALL: &[&[Slot]] = LAYOUTS;

pub fn dissect(d: &mut Dissection, bytes: Bytes<'_>, is_channel: bool) -> Result<(), Problem> {
    if !d.wants() {
        return Ok(());
    }
    let mut reader = Reader::little(bytes, 0);
    if is_channel {
        d.info(|| "Virtual Channel PDU".to_owned());
        d.field(&CHANNEL_HEADER, bytes.span(0..8), bytes.take(0..8)?);
        d.nest(|d| reader.layout(d, CHANNEL))?;
        reader.rest(d, &CHANNEL_DATA);
        return Ok(());
    }
    d.field(&HEADER, bytes.span(0..bytes.len()), bytes.all());
    d.nest(|d| control(d, &mut reader))
}

fn control(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let kind = reader.bytes.u16_le(2)? & 15;
    reader.layout(d, CONTROL)?;
    let title = Some(name_of(TYPES, kind.into())).filter(|title| !title.is_empty()).unwrap_or("Unknown");
    match kind {
        1 | 3 => {
            d.info(|| title.to_owned());
            active(d, reader, kind == 3)
        }
        7 => data(d, reader),
        _ => {
            d.info(|| title.to_owned());
            Ok(())
        }
    }
}

fn active(d: &mut Dissection, reader: &mut Reader<'_>, confirms: bool) -> Result<(), Problem> {
    reader.layout(d, SHARE)?;
    if confirms {
        reader.layout(d, ORIGINATOR)?;
    }
    let source = reader.layout(d, SOURCE_LENGTH)?;
    reader.layout(d, CAPABILITIES_LENGTH)?;
    let start = reader.at;
    let source = reader.take(usize::try_from(source).unwrap_or(usize::MAX))?;
    let text = source.split(|&byte| byte == 0).next().unwrap_or_default();
    d.field(&SOURCE, reader.since(start), crate::engine::dissect::text::shown(text));
    let count = reader.bytes.u16_le(reader.at)?;
    reader.layout(d, CAPABILITIES)?;
    for _ in 0..count {
        reader.group(
            d,
            &CAPABILITY,
            || "capabilitySet".to_owned(),
            |d, reader| {
                let size = usize::try_from(reader.layout(d, ONE_CAPABILITY)?).unwrap_or(usize::MAX);
                let start = reader.at;
                reader.take(size.checked_sub(4).ok_or(Problem::Malformed)?)?;
                d.label(&CAPABILITY_DATA, reader.since(start), || "capabilityData".to_owned());
                Ok(())
            },
        )?;
    }
    if confirms { Ok(()) } else { reader.layout(d, SESSION).map(drop) }
}

fn data(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    reader.layout(d, DATA)?;
    let kind = reader.layout(d, DATA_TYPE)?;
    let title = Some(name_of(DATA_TYPES, kind)).filter(|title| !title.is_empty()).unwrap_or("Unknown");
    d.info(|| format!("RDP PDU Type: {title}"));
    reader.layout(d, DATA_MORE)?;
    match kind {
        20 => {
            let action = reader.layout(d, ACTION)?;
            d.info(|| format!("RDP PDU Type: {title}, Action: {}", name_of(ACTIONS, action)));
            reader.layout(d, ACTION_MORE)?;
        }
        31 => _ = reader.layout(d, SYNCHRONIZE)?,
        40 => _ = reader.layout(d, FONT_MAP)?,
        _ => {}
    }
    Ok(())
}
