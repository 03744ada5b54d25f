//! EAP over LAN, IEEE 802.1X.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    VERSION: Uint => "eapol.version", "Version";
    TYPE: Uint => "eapol.type", "Type";
    LENGTH: Uint => "eapol.len", "Length";
    DESCRIPTOR: Uint => "eapol.keydes.type", "Key Descriptor Type";
    INFORMATION: Hex(4) => "wlan_rsna_eapol.keydes.key_info", "Key Information";
    KEY_LENGTH: Uint => "eapol.keydes.key_len", "Key Length";
    REPLAY_COUNTER: Uint => "eapol.keydes.replay_counter", "Replay Counter";
    NONCE: Bytes => "wlan_rsna_eapol.keydes.nonce", "WPA Key Nonce";
    KEY_IV: Bytes => "eapol.keydes.key_iv", "Key IV";
    MIC: Bytes => "wlan_rsna_eapol.keydes.mic", "WPA Key MIC";
    DATA_LENGTH: Uint => "wlan_rsna_eapol.keydes.data_len", "WPA Key Data Length";
}

pub(super) static EAPOL: Protocol = Protocol {
    name: "eapol",
    title: "802.1X Authentication",
    short: "EAPOL",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x888e), Claim::EtherType(0x88c7)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (version, kind, length) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    d.field(&VERSION, bytes.span(0..1), version);
    d.field(&TYPE, bytes.span(1..2), kind);
    d.field(&LENGTH, bytes.span(2..4), length);
    let rest = bytes.from(4).limit(usize::from(length));
    if d.wants() {
        d.info(|| match kind {
            1 => "Start".to_owned(),
            2 => "Logoff".to_owned(),
            4 => "Encapsulated ASF Alert".to_owned(),
            other => format!("Unknown Type (0x{other:02x})"),
        });
        if kind == KEY {
            key(d, &rest)?;
        }
    }
    Ok(match kind {
        KEY => Next::End,
        0 => {
            // Wireshark shows EAP in the tree, but does not list it here.
            d.again(true);
            Next::Claim(Claim::Named("eap"), rest)
        }
        _ => Next::Data(rest),
    })
}

const KEY: u8 = 3;
/// Descriptors of IEEE 802.11 and of its draft, WPA.
const RSN: u8 = 2;
const WPA: u8 = 254;

/// IEEE 802.11-2020 §12.7.2.
fn key(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let descriptor = bytes.u8(0)?;
    d.field(&DESCRIPTOR, bytes.span(0..1), descriptor);
    d.info(|| "Key".to_owned());
    if !matches!(descriptor, RSN | WPA) {
        return Ok(());
    }
    let information = bytes.u16(1)?;
    d.field(&INFORMATION, bytes.span(1..3), information);
    d.field(&KEY_LENGTH, bytes.span(3..5), bytes.u16(3)?);
    d.field(&REPLAY_COUNTER, bytes.span(5..13), bytes.u64(5)?);
    d.field(&NONCE, bytes.span(13..45), bytes.take(13..45)?);
    d.field(&KEY_IV, bytes.span(45..61), bytes.take(45..61)?);
    d.field(&MIC, bytes.span(77..93), bytes.take(77..93)?);
    let length = bytes.u16(93)?;
    d.field(&DATA_LENGTH, bytes.span(93..95), length);
    let set = |bit: u16| information & bit != 0;
    let (pairwise, acknowledge, mic, secure) = (set(0x0008), set(0x0080), set(0x0100), set(0x0200));
    let which = match (pairwise, acknowledge) {
        (true, true) => if mic { "Message 3 of 4" } else { "Message 1 of 4" },
        (true, false) => if secure || length == 0 { "Message 4 of 4" } else { "Message 2 of 4" },
        (false, true) => "Group Message 1 of 2",
        (false, false) => "Group Message 2 of 2",
    };
    d.info(|| format!("Key ({which})"));
    Ok(())
}
