//! Bluetooth Low Energy on the air (Bluetooth Core Specification volume 6 part B), and what advertisements say
//! (Supplement to it, part A); the pseudo header is LINKTYPE_BLUETOOTH_LE_LL_WITH_PHDR's.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Next, Slot, Problem, Protocol, Reader, fields, layouts, named,
};

fields! {
    ENTRY: Label => "btcommon.eir_ad.entry", "Advertising entry";
    DATA: Bytes => "btle.data", "Data";
    CHECK: Hex(6) => "btle.crc", "CRC";
}

layouts! {
    AIR = [
        Hex(8) => "btle.access_address", "Access Address", 4;
    ]
    ADVERTISING = [
        Hex(4) => "btle.advertising_header", "Packet Header", 2;
        Hex(1) => "btle.advertising_header.pdu_type", "PDU Type", &0xf;
        Bool => "btle.advertising_header.ch_sel", "Channel Selection Algorithm", &0x20;
        Bool => "btle.advertising_header.randomized_tx", "Tx Address", &0x40;
        Bool => "btle.advertising_header.randomized_rx", "Rx Address", &0x80;
        Uint => "btle.length", "Length", &0xff00;
    ]
    ADVERTISER = [
        Address => "btle.advertising_address", "Advertising Address", 6;
    ]
    SCANNED = [
        Address => "btle.scanning_address", "Scanning Address", 6;
        Address => "btle.advertising_address", "Advertising Address", 6;
    ]
    DIRECTED = [
        Address => "btle.advertising_address", "Advertising Address", 6;
        Address => "btle.target_address", "Target Address", 6;
    ]
    INITIATED = [
        Address => "btle.initiator_address", "Initiator Address", 6;
        Address => "btle.advertising_address", "Advertising Address", 6;
        Hex(8) => "btle.link_layer_data.access_address", "Access Address", 4;
        Hex(6) => "btle.link_layer_data.crc_init", "CRC Init", 3;
        Uint => "btle.link_layer_data.window_size", "Window Size", 1;
        Uint => "btle.link_layer_data.window_offset", "Window Offset", 2;
        Uint => "btle.link_layer_data.interval", "Interval", 2;
        Uint => "btle.link_layer_data.latency", "Latency", 2;
        Uint => "btle.link_layer_data.timeout", "Timeout", 2;
        Bytes => "btle.link_layer_data.channel_map", "Channel Map", 5;
    ]
    RADIO = [
        Uint => "btle_rf.channel", "RF Channel", 1;
        Int => "btle_rf.signal_dbm", "Signal dBm", 1;
        Int => "btle_rf.noise_dbm", "Noise dBm", 1;
        Uint => "btle_rf.access_address_offenses", "Access Address Offenses", 1;
        Hex(8) => "btle_rf.reference_access_address", "Reference Access Address", 4;
        Hex(4) => "btle_rf.flags", "Flags", 2;
    ]
    ADVERTISED = [
        Uint => "btcommon.eir_ad.entry.length", "Length", 1;
        Hex(2) => "btcommon.eir_ad.entry.type", "Type", 1: "1=Flags|16-bit Service Class UUIDs (incomplete)|16-bit Service Class UUIDs|32-bit Service Class UUIDs (incomplete)|32-bit Service Class UUIDs|128-bit Service Class UUIDs (incomplete)|128-bit Service Class UUIDs|Device Name (shortened)|Device Name|Tx Power Level|OOB Optional Data Length|BD_ADDR|Class Of Device|Simple Pairing Hash C|Simple Pairing Randomizer R|Device ID / Security Manager TK Value|Security Manager Out of Band Flags|Slave Connection Interval Range|20=List of 16-bit Service Solicitation UUIDs|List of 128-bit Service Solicitation UUIDs|Service Data - 16 bit UUID|Public Target Address|Random Target Address|Appearance|Advertising Interval|LE Bluetooth Device Address|LE Role|Simple Pairing Hash C-256|Simple Pairing Randomizer R-256|List of 32-bit Service Solicitation UUIDs|Service Data - 32 bit UUID|Service Data - 128 bit UUID|LE Secure Connections Confirmation Value|LE Secure Connections Random Value|URI|Indoor Positioning|Transport Discovery Data|LE Supported Features|Channel Map Update Indication|PB-ADV";
    ]
    ADVERTISED_FLAGS = [
        Label => "", "", 1;
        Hex(1) => "btcommon.eir_ad.entry.flags.le_limited_discoverable_mode", "LE Limited Discoverable Mode", &0x1;
        Hex(1) => "btcommon.eir_ad.entry.flags.le_general_discoverable_mode", "LE General Discoverable Mode", &0x2;
        Hex(1) => "btcommon.eir_ad.entry.flags.bredr_not_supported", "BR/EDR Not Supported", &0x4;
    ]
    ADVERTISED_UUID = [
        Hex(4) => "btcommon.eir_ad.entry.uuid_16", "UUID 16", 2;
    ]
    ADVERTISED_NAME = [
        Text => "btcommon.eir_ad.entry.device_name", "Device Name", *REST;
    ]
    ADVERTISED_POWER = [
        Int => "btcommon.eir_ad.entry.power_level", "Power Level (dBm)", 1;
    ]
    ADVERTISED_COMPANY = [
        Hex(4) => "btcommon.eir_ad.entry.company_id", "Company ID", 2;
        Bytes => "btcommon.eir_ad.entry.data", "Data", *REST;
    ]
    ADVERTISED_DATA = [
        Bytes => "btcommon.eir_ad.entry.data", "Data", *REST;
    ]
}

pub(in super::super) static RADIO_HEADER: Protocol = Protocol {
    name: "btle_rf",
    title: "Bluetooth Low Energy RF Info",
    layouts: &[RADIO],
    dissect: |d, bytes| {
        Reader::little(bytes, 0).layout(d, RADIO)?;
        Ok(Next::Claim(Claim::Named("btle"), bytes.from(10)))
    },
    ..Protocol::PLAIN
};

pub(in super::super) static BTLE: Protocol = Protocol {
    name: "btle",
    title: "Bluetooth Low Energy Link Layer",
    short: "LE LL",
    fields: FIELDS,
    layouts: LAYOUTS,
    dissect,
    ..Protocol::PLAIN
};

pub(in super::super) static COMMON: Protocol =
    Protocol { name: "btcommon", title: "Bluetooth Common", dissect: advertised, ..Protocol::PLAIN };

const ADVERTISEMENTS: u32 = 0x8e89_bed6;
const KINDS: [(&str, &[Slot]); 7] = [
    ("ADV_IND", ADVERTISER),
    ("ADV_DIRECT_IND", DIRECTED),
    ("ADV_NONCONN_IND", ADVERTISER),
    ("SCAN_REQ", SCANNED),
    ("SCAN_RSP", ADVERTISER),
    ("CONNECT_IND", INITIATED),
    ("ADV_SCAN_IND", ADVERTISER),
];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut r = Reader::little(bytes, 0);
    r.layout(d, AIR)?;
    let bytes = bytes.limit(bytes.wire_len().saturating_sub(3));
    if bytes.u32_le(0)? != ADVERTISEMENTS {
        d.info(|| "Data".to_owned());
        r.bytes = bytes;
        r.rest(d, &DATA);
        return Ok(Next::End);
    }
    let kind = bytes.u8(4)? & 15;
    let length = usize::from(bytes.u8(5)?);
    r.layout(d, ADVERTISING)?;
    let Some((name, layout)) = KINDS.get(usize::from(kind)) else { return Ok(Next::End) };
    d.info(|| (*name).to_owned());
    if let Ok(mut sender) = bytes.array::<6>(6) {
        sender.reverse();
        let receiver = bytes.array::<6>(12).map(|mut address| {
            address.reverse();
            Address::ethernet(address).to_string()
        });
        d.columns(|| {
            let to = receiver.ok().filter(|_| matches!(kind, 1 | 3 | 5)).unwrap_or_else(|| "Broadcast".to_owned());
            (Address::ethernet(sender).to_string(), to)
        });
    }
    r.layout(d, layout)?;
    let rest = bytes.limit(length.saturating_add(6)).from(r.at);
    Ok(if matches!(kind, 0 | 2 | 4 | 6) { Next::Claim(Claim::Named("btcommon"), rest) } else { Next::End })
}

fn advertised<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut r = Reader::little(bytes, 0);
    while d.wants() && r.left() >= 2 && r.peek()? != 0 {
        let kind = bytes.u8(r.at.saturating_add(1))?;
        let name = ADVERTISED.last().and_then(|part| named(part.names, kind.into())).unwrap_or("Unknown");
        r.group(
            d,
            &ENTRY,
            || name.to_owned(),
            |d, r| {
                let length = usize::from(r.peek()?).saturating_sub(1);
                r.layout(d, ADVERTISED)?;
                let mut one = r.part(length);
                match kind {
                    1 => drop(one.layout(d, ADVERTISED_FLAGS)?),
                    2 | 3 => {
                        while one.left() >= 2 {
                            one.layout(d, ADVERTISED_UUID)?;
                        }
                    }
                    8 | 9 => drop(one.layout(d, ADVERTISED_NAME)?),
                    10 => drop(one.layout(d, ADVERTISED_POWER)?),
                    0xff => drop(one.layout(d, ADVERTISED_COMPANY)?),
                    _ => drop(one.layout(d, ADVERTISED_DATA)?),
                }
                Ok(())
            },
        )?;
    }
    Ok(Next::End)
}
