//! Wireshark's layer of radio facts before a frame: what the capture's own header says, in one form.
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Next, Problem, Protocol, Span, Value, fields, named};

fields! {
    PHY: Uint => "wlan_radio.phy", "PHY type";
    INDEX: Uint => "wlan_radio.11n.mcs_index", "MCS index";
    RATE: Float => "wlan_radio.data_rate", "Data rate";
    CHANNEL: Uint => "wlan_radio.channel", "Channel";
    FREQUENCY: Uint => "wlan_radio.frequency", "Frequency";
    SIGNAL_DB: Uint => "wlan_radio.signal_db", "Signal strength (dB)";
    SIGNAL: Int => "wlan_radio.signal_dbm", "Signal strength (dBm)";
    NOISE: Int => "wlan_radio.noise_dbm", "Noise level (dBm)";
    RATIO: Int => "wlan_radio.snr", "Signal/noise ratio (dB)";
    TIMESTAMP: Uint => "wlan_radio.timestamp", "TSF timestamp";
}

pub(in super::super) static WLAN_RADIO: Protocol = Protocol {
    name: "wlan_radio",
    title: "802.11 radio information",
    short: "802.11 Radio",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

/// Facts that are repeated as they are.
const SAME: [(&str, &Field); 7] = [
    ("radiotap.mcs.index", &INDEX),
    ("radiotap.datarate", &RATE),
    ("radiotap.channel.freq", &FREQUENCY),
    ("radiotap.db_antsignal", &SIGNAL_DB),
    ("radiotap.dbm_antsignal", &SIGNAL),
    ("radiotap.dbm_antnoise", &NOISE),
    ("radiotap.mactime", &TIMESTAMP),
];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        tell(d, bytes.span(0..0));
    }
    Ok(Next::Claim(Claim::Named("wlan"), bytes))
}

/// The first one counts: those behind it are of single antennas.
fn value(d: &Dissection, name: &str) -> Option<Value> {
    d.fields.iter().find(|found| found.field.name() == name).map(|found| found.value.clone())
}

fn tell(d: &mut Dissection, span: Span) {
    let flags = match value(d, "radiotap.channel.flags") {
        Some(Value::Uint(flags)) => flags,
        _ => 0,
    };
    let slow =
        matches!(value(d, "radiotap.datarate"), Some(Value::Float(rate)) if [1.0, 2.0, 5.5, 11.0].contains(&rate));
    // Complementary codes are of 802.11b; orthogonal multiplexing is of 802.11g on 2.4 GHz, of 802.11a on 5 GHz.
    let phy = if value(d, "radiotap.vht.known").is_some() {
        8
    } else if value(d, "radiotap.mcs.known").is_some() {
        7
    } else if flags & 0x100 != 0 {
        5
    } else if flags & 0x20 != 0 || flags == 0 && slow {
        4
    } else if flags & 0x440 != 0 {
        6
    } else {
        0
    };
    let name = named("4=802.11b (HR/DSSS)|802.11a (OFDM)|802.11g (ERP)|802.11n (HT)|802.11ac (VHT)", phy);
    if let Some(name) = name {
        d.noted(&PHY, span, phy, name);
    }
    for (name, field) in SAME {
        if let Some(value) = value(d, name) {
            if let (Value::Uint(megahertz), true) = (&value, std::ptr::eq(field, &raw const FREQUENCY)) {
                let (first, number) = match megahertz {
                    2484 => (0, Some(14)),
                    2407..2484 => (2407, None),
                    5000..5950 => (5000, None),
                    _ => (5950, None),
                };
                let number = number.unwrap_or_else(|| megahertz.saturating_sub(first) / 5);
                d.field(&CHANNEL, span, number);
            }
            d.field(field, span, value);
        }
    }
    if let (Some(Value::Int(signal)), Some(Value::Int(noise))) =
        (value(d, "radiotap.dbm_antsignal"), value(d, "radiotap.dbm_antnoise"))
    {
        d.field(&RATIO, span, signal.saturating_sub(noise));
    }
}
