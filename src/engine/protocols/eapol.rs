//! EAP over LAN, IEEE 802.1X.
use crate::engine::dissect::{Bytes, Claim, Dissection, Names, Next, Part, Problem, Protocol, fields, name_of};
use Part::{Bits, Next as Is};

fields! {
    VERSION: Uint => "eapol.version", "Version";
    TYPE: Uint => "eapol.type", "Type";
    LENGTH: Uint => "eapol.len", "Length";
    DESCRIPTOR: Uint => "eapol.keydes.type", "Key Descriptor Type";
    KEY_LENGTH: Uint => "eapol.keydes.key_len", "Key Length";
    REPLAY_COUNTER: Uint => "eapol.keydes.replay_counter", "Replay Counter";
    KEY_IV: Bytes => "eapol.keydes.key_iv", "Key IV";
    INDEX: Hex(2) => "eapol.keydes.key_index", "Key Index";
    INDEX_TYPE: Bool => "eapol.keydes.key_index.type", "Type";
    INDEX_NUMBER: Uint => "eapol.keydes.key_index.number", "Number";
    SIGNATURE: Bytes => "eapol.keydes.key_signature", "Key Signature";
    KEY_BYTES: Bytes => "eapol.keydes.key", "Key";
    LOCAL: Bool => "eapol.keydes.key.generated_locally", "Key Generated Locally";
    NUMBER: Uint => "wlan_rsna_eapol.keydes.msgnr", "Message number";
    INFORMATION: Hex(4) => "wlan_rsna_eapol.keydes.key_info", "Key Information";
    CIPHER: Uint => "wlan_rsna_eapol.keydes.key_info.keydes_version", "Key Descriptor Version";
    KEY_TYPE: Bool => "wlan_rsna_eapol.keydes.key_info.key_type", "Key Type";
    KEY_INDEX: Uint => "wlan_rsna_eapol.keydes.key_info.key_index", "Key Index";
    INSTALL: Bool => "wlan_rsna_eapol.keydes.key_info.install", "Install";
    ACKNOWLEDGE: Bool => "wlan_rsna_eapol.keydes.key_info.key_ack", "Key ACK";
    HAS_MIC: Bool => "wlan_rsna_eapol.keydes.key_info.key_mic", "Key MIC";
    SECURE: Bool => "wlan_rsna_eapol.keydes.key_info.secure", "Secure";
    ERROR: Bool => "wlan_rsna_eapol.keydes.key_info.error", "Error";
    REQUEST: Bool => "wlan_rsna_eapol.keydes.key_info.request", "Request";
    ENCRYPTED: Bool => "wlan_rsna_eapol.keydes.key_info.encrypted_key_data", "Encrypted Key Data";
    SMK: Bool => "wlan_rsna_eapol.keydes.key_info.smk_message", "SMK Message";
    NONCE: Bytes => "wlan_rsna_eapol.keydes.nonce", "WPA Key Nonce";
    RSC: Bytes => "wlan_rsna_eapol.keydes.rsc", "WPA Key RSC";
    KEY_ID: Bytes => "wlan_rsna_eapol.keydes.id", "WPA Key ID";
    MIC: Bytes => "wlan_rsna_eapol.keydes.mic", "WPA Key MIC";
    DATA_LENGTH: Uint => "wlan_rsna_eapol.keydes.data_len", "WPA Key Data Length";
    DATA: Bytes => "wlan_rsna_eapol.keydes.data", "WPA Key Data";
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
    d.noted(&VERSION, bytes.span(0..1), version, name_of(VERSIONS, version.into()));
    d.noted(&TYPE, bytes.span(1..2), kind, name_of(TYPES, kind.into()));
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

/// IEEE 802.1X-2001's own.
const RC4: u8 = 1;

static VERSIONS: Names = "1=802.1X-2001|802.1X-2004|802.1X-2010";
static TYPES: Names = "EAP Packet|Start|Logoff|Key|Encapsulated ASF Alert|MKA|Announcement (Generic)|Announcement (Specific)|\
    Announcement Req";
static DESCRIPTORS: Names = "1=RC4 Descriptor|EAPOL RSN Key|254=EAPOL WPA Key";
static SET: Names = "Not set|Set";
static CIPHERS: Names = "Unknown|RC4 Cipher, HMAC-MD5 MIC|AES Cipher, HMAC-SHA1 MIC|AES Cipher, AES-128-CMAC MIC";

/// IEEE 802.1X-2001 §7.6.
static RC4_KEY: &[Part] = &[
    Is(&KEY_LENGTH, 2, ""),
    Is(&REPLAY_COUNTER, 8, ""),
    Is(&KEY_IV, 16, ""),
    Is(&INDEX, 1, ""),
    Bits(&INDEX_TYPE, 0x80, "Broadcast|Unicast"),
    Bits(&INDEX_NUMBER, 0x7f, ""),
    Is(&SIGNATURE, 16, ""),
];
/// IEEE 802.11-2020 §12.7.2.
static RSN_KEY: &[Part] = &[
    Is(&INFORMATION, 2, ""),
    Bits(&CIPHER, 0x0007, CIPHERS),
    Bits(&KEY_TYPE, 0x0008, "Group Key|Pairwise Key"),
    Bits(&KEY_INDEX, 0x0030, ""),
    Bits(&INSTALL, 0x0040, SET),
    Bits(&ACKNOWLEDGE, 0x0080, SET),
    Bits(&HAS_MIC, 0x0100, SET),
    Bits(&SECURE, 0x0200, SET),
    Bits(&ERROR, 0x0400, SET),
    Bits(&REQUEST, 0x0800, SET),
    Bits(&ENCRYPTED, 0x1000, SET),
    Bits(&SMK, 0x2000, SET),
    Is(&KEY_LENGTH, 2, ""),
    Is(&REPLAY_COUNTER, 8, ""),
    Is(&NONCE, 32, ""),
    Is(&KEY_IV, 16, ""),
    Is(&RSC, 8, ""),
    Is(&KEY_ID, 8, ""),
    Is(&MIC, 16, ""),
    Is(&DATA_LENGTH, 2, ""),
];

fn key(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let descriptor = bytes.u8(0)?;
    d.noted(&DESCRIPTOR, bytes.span(0..1), descriptor, name_of(DESCRIPTORS, descriptor.into()));
    d.info(|| "Key".to_owned());
    if descriptor == RC4 {
        let at = d.read_layout(bytes, 1, RC4_KEY)?;
        let end = usize::from(bytes.u16(1)?).saturating_add(at);
        // Without its bytes the key is one that both ends make.
        let local = bytes.wire_len() <= at;
        if !local {
            d.read(&KEY_BYTES, bytes, at..end.min(bytes.wire_len()))?;
        }
        d.generated(&LOCAL, bytes.span(at..at), local);
        return Ok(());
    }
    if !matches!(descriptor, RSN | WPA) {
        return Ok(());
    }
    let (information, length) = (bytes.u16(1)?, bytes.u16(93)?);
    let set = |bit: u16| information & bit != 0;
    let (pairwise, acknowledge, mic, secure) = (set(0x0008), set(0x0080), set(0x0100), set(0x0200));
    let (number, which) = match (pairwise, acknowledge) {
        (true, true) if mic => (3_u8, "Message 3 of 4"),
        (true, true) => (1, "Message 1 of 4"),
        (true, false) if secure || length == 0 => (4, "Message 4 of 4"),
        (true, false) => (2, "Message 2 of 4"),
        (false, true) => (1, "Group Message 1 of 2"),
        (false, false) => (2, "Group Message 2 of 2"),
    };
    d.info(|| format!("Key ({which})"));
    d.generated(&NUMBER, bytes.span(1..1), number);
    let at = d.read_layout(bytes, 1, RSN_KEY)?;
    let data = bytes.limit(usize::from(length).saturating_add(at)).from(at);
    if length > 0 {
        d.read(&DATA, &data, 0..data.wire_len())?;
    }
    Ok(())
}
