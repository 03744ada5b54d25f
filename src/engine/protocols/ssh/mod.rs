//! Secure Shell: transport layer RFC 4253, key exchanges RFC 4419, 5656 and 8731; the old version 1 as far as it is in clear.
mod exchange;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Transport, Verdict, fields,
    text,
};
use exchange::{Method, Offer, offer};

fields! {
    PROTOCOL: Text => "ssh.protocol", "Protocol";
    PACKET: Label => "ssh.packet", "SSH Version 2";
    LENGTH: Uint => "ssh.packet_length", "Packet Length";
    LENGTH_HIDDEN: Bytes => "ssh.packet_length_encrypted", "Packet Length (encrypted)";
    HIDDEN: Bytes => "ssh.encrypted_packet", "Encrypted Packet";
    PADDING_LENGTH: Uint => "ssh.padding_length", "Padding Length";
    EXCHANGE: Label => "ssh.key_exchange", "Key Exchange";
    MESSAGE: Uint => "ssh.message_code", "Message Code";
    PAYLOAD: Bytes => "ssh.payload", "Payload";
    PADDING: Bytes => "ssh.padding_string", "Padding String";
    DIRECTION: Bool => "ssh.direction", "Direction";
    ALGORITHMS: Label => "ssh.algorithms", "Algorithms";
    COOKIE: Bytes => "ssh.cookie", "Cookie";
    KEX_LENGTH: Uint => "ssh.kex_algorithms_length", "kex_algorithms length";
    KEX: Text => "ssh.kex_algorithms", "kex_algorithms string";
    HOST_LENGTH: Uint => "ssh.server_host_key_algorithms_length", "server_host_key_algorithms length";
    HOST: Text => "ssh.server_host_key_algorithms", "server_host_key_algorithms string";
    CIPHERS_CS_LENGTH: Uint => "ssh.encryption_algorithms_client_to_server_length", "encryption_algorithms_client_to_server length";
    CIPHERS_CS: Text => "ssh.encryption_algorithms_client_to_server", "encryption_algorithms_client_to_server string";
    CIPHERS_SC_LENGTH: Uint => "ssh.encryption_algorithms_server_to_client_length", "encryption_algorithms_server_to_client length";
    CIPHERS_SC: Text => "ssh.encryption_algorithms_server_to_client", "encryption_algorithms_server_to_client string";
    MACS_CS_LENGTH: Uint => "ssh.mac_algorithms_client_to_server_length", "mac_algorithms_client_to_server length";
    MACS_CS: Text => "ssh.mac_algorithms_client_to_server", "mac_algorithms_client_to_server string";
    MACS_SC_LENGTH: Uint => "ssh.mac_algorithms_server_to_client_length", "mac_algorithms_server_to_client length";
    MACS_SC: Text => "ssh.mac_algorithms_server_to_client", "mac_algorithms_server_to_client string";
    COMPRESSION_CS_LENGTH: Uint => "ssh.compression_algorithms_client_to_server_length", "compression_algorithms_client_to_server length";
    COMPRESSION_CS: Text => "ssh.compression_algorithms_client_to_server", "compression_algorithms_client_to_server string";
    COMPRESSION_SC_LENGTH: Uint => "ssh.compression_algorithms_server_to_client_length", "compression_algorithms_server_to_client length";
    COMPRESSION_SC: Text => "ssh.compression_algorithms_server_to_client", "compression_algorithms_server_to_client string";
    LANGUAGES_CS_LENGTH: Uint => "ssh.languages_client_to_server_length", "languages_client_to_server length";
    LANGUAGES_CS: Text => "ssh.languages_client_to_server", "languages_client_to_server string";
    LANGUAGES_SC_LENGTH: Uint => "ssh.languages_server_to_client_length", "languages_server_to_client length";
    LANGUAGES_SC: Text => "ssh.languages_server_to_client", "languages_server_to_client string";
    FOLLOWS: Uint => "ssh.first_kex_packet_follows", "First KEX Packet Follows";
    RESERVED: Bytes => "ssh.kex.reserved", "Reserved";
    HASSH_FULL: Text => "ssh.kex.hassh_algorithms", "hasshAlgorithms";
    HASSH: Text => "ssh.kex.hassh", "hassh";
    HASSH_SERVER_FULL: Text => "ssh.kex.hasshserver_algorithms", "hasshServerAlgorithms";
    HASSH_SERVER: Text => "ssh.kex.hasshserver", "hasshServer";
    HOST_KEY: Label => "ssh.host_key", "KEX host key";
    HOST_KEY_LENGTH: Uint => "ssh.host_key.length", "Host key length";
    HOST_KEY_TYPE_LENGTH: Uint => "ssh.host_key.type_length", "Host key type length";
    HOST_KEY_TYPE: Text => "ssh.host_key.type", "Host key type";
    HOST_KEY_DATA: Bytes => "ssh.host_key.data", "Host key data";
    RSA_N: Bytes => "ssh.host_key.rsa.n", "RSA modulus (N)";
    RSA_E: Bytes => "ssh.host_key.rsa.e", "RSA public exponent (e)";
    DSA_P: Bytes => "ssh.host_key.dsa.p", "DSA prime modulus (p)";
    DSA_Q: Bytes => "ssh.host_key.dsa.q", "DSA prime divisor (q)";
    DSA_G: Bytes => "ssh.host_key.dsa.g", "DSA subgroup generator (g)";
    DSA_Y: Bytes => "ssh.host_key.dsa.y", "DSA public key (y)";
    ECDSA_ID_LENGTH: Uint => "ssh.host_key.ecdsa.id_length", "ECDSA elliptic curve identifier length";
    ECDSA_ID: Text => "ssh.host_key.ecdsa.id", "ECDSA elliptic curve identifier";
    ECDSA_Q_LENGTH: Uint => "ssh.host_key.ecdsa.q_length", "ECDSA public key length";
    ECDSA_Q: Bytes => "ssh.host_key.ecdsa.q", "ECDSA public key (Q)";
    EDDSA_LENGTH: Uint => "ssh.host_key.eddsa.key_length", "EdDSA public key length";
    EDDSA: Bytes => "ssh.host_key.eddsa.key", "EdDSA public key";
    SIGNATURE: Label => "ssh.host_sig", "KEX host signature";
    SIGNATURE_LENGTH: Uint => "ssh.host_sig.length", "Host signature length";
    SIGNATURE_TYPE_LENGTH: Uint => "ssh.host_sig.type_length", "Host signature type length";
    SIGNATURE_TYPE: Text => "ssh.host_sig.type", "Host signature type";
    SIGNATURE_DATA: Bytes => "ssh.host_sig.data", "Host signature data";
    NUMBER_LENGTH: Uint => "ssh.mpint_length", "Multi Precision Integer Length";
    DH_E: Bytes => "ssh.dh.e", "DH client e";
    DH_F: Bytes => "ssh.dh.f", "DH server f";
    GROUP_MIN: Uint => "ssh.dh_gex.min", "DH GEX Min";
    GROUP_BITS: Uint => "ssh.dh_gex.nbits", "DH GEX Number of Bits";
    GROUP_MAX: Uint => "ssh.dh_gex.max", "DH GEX Max";
    GROUP_P: Bytes => "ssh.dh_gex.p", "DH GEX modulus (P)";
    GROUP_G: Bytes => "ssh.dh_gex.g", "DH GEX base (G)";
    POINT_C_LENGTH: Uint => "ssh.ecdh.q_c_length", "ECDH client's ephemeral public key length";
    POINT_C: Bytes => "ssh.ecdh.q_c", "ECDH client's ephemeral public key (Q_C)";
    POINT_S_LENGTH: Uint => "ssh.ecdh.q_s_length", "ECDH server's ephemeral public key length";
    POINT_S: Bytes => "ssh.ecdh.q_s", "ECDH server's ephemeral public key (Q_S)";
}

pub(super) static SSH: Protocol = Protocol {
    name: "ssh",
    title: "SSH Protocol",
    short: "SSH",
    fields: FIELDS,
    claims: &[Claim::TcpPort(22), Claim::SctpPort(22)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    shaping: 64,
    ..Protocol::PLAIN
};

/// RFC 4253 §4.2: `SSH-` and the version, then `-`.
fn banner(bytes: &[u8]) -> bool {
    matches!(bytes, [b'S', b'S', b'H', b'-', b'1' | b'2', b'.', b'0'..=b'9', ..])
}

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.transport {
        Transport::Tcp | Transport::Sctp => Verdict::certain_if(banner(payload.bytes)),
        _ => Verdict::NotMine,
    }
}

const HEAD: usize = 6;
const LONGEST: u32 = 35_000;
const KEX_INIT: u8 = 20;
const NEW_KEYS: u8 = 21;
/// Which version the client's banner chose; the flow's memory.
const VERSION_1: u16 = 1;
const VERSION_2: u16 = 2;

/// Length of the packet of version 2 that begins here in clear: a multiple of eight with at least four bytes of padding and a code
/// of the transport layer. Encrypted packets are none of it, whether their length is hidden or not (RFC 4253 §6, RFC 5647).
fn clear_packet(bytes: &[u8]) -> Option<usize> {
    let &[a, b, c, d, padding, code] = bytes.first_chunk::<HEAD>()?;
    let length = u32::from_be_bytes([a, b, c, d]);
    let is_one = (2..=LONGEST).contains(&length) && padding >= 4 && u32::from(padding).saturating_add(1) < length;
    let end = usize::try_from(length).ok()?.saturating_add(4);
    (is_one && end.is_multiple_of(8) && matches!(code, 1..=8 | 20..=49)).then_some(end)
}

/// The same of version 1: a length, one to eight bytes of padding, type, content, check value.
fn old_packet(bytes: &[u8]) -> Option<(usize, usize)> {
    let length = usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok()?;
    let padding = 8_usize.saturating_sub(length % 8);
    (5..=262_144).contains(&length).then_some((padding, length.saturating_add(padding).saturating_add(4)))
}

/// Banner and packets in clear of one segment are read together; what is encrypted has no visible ends.
fn framing(stream: &Stream<'_>) -> Frame {
    let mut end = 0_usize;
    loop {
        let rest = stream.bytes.get(end..).unwrap_or_default();
        let begun = if end > 0 { Frame::Message(end) } else { Frame::More };
        let next = match rest {
            [] => return begun,
            [b'S', b'S', b'H', b'-', ..] => match rest.iter().position(|&byte| byte == b'\n') {
                Some(line) => line.saturating_add(1),
                None if rest.len() < 256 => return begun,
                None => return Frame::Message(stream.bytes.len()),
            },
            _ if stream.memory == VERSION_1 => match old_packet(rest) {
                Some((_, next)) => next,
                None if rest.len() < 4 => return begun,
                None => return Frame::Message(stream.bytes.len()),
            },
            [0, 0, ..] if rest.len() < HEAD => return begun,
            _ => match clear_packet(rest) {
                Some(next) => next,
                None => return Frame::Message(stream.bytes.len()),
            },
        };
        match end.saturating_add(next) {
            next if next <= stream.bytes.len() => end = next,
            next => return Frame::Message(if end > 0 { end } else { next }),
        }
    }
}

/// What both sides offered and where their keys stand.
#[derive(Default)]
struct Session {
    client: Side,
    server: Side,
}

#[derive(Default)]
struct Side {
    offer: Option<Offer>,
    new_keys: bool,
}

impl Session {
    fn side(&mut self, server: bool) -> &mut Side {
        if server { &mut self.server } else { &mut self.client }
    }

    fn is_agreed(&self) -> bool {
        self.client.offer.is_some() && self.server.offer.is_some()
    }

    /// The first of the client's that the server knows, too (RFC 4253 §7.1).
    fn chosen(&self, nth: usize) -> Option<&str> {
        let [client, server] =
            [&self.client, &self.server].map(|side| side.offer.as_ref().and_then(|offer| offer.get(nth)));
        match (client, server) {
            (Some(client), Some(server)) => {
                client.split(',').find(|name| server.split(',').any(|other| other == *name))
            }
            (Some(one), None) | (None, Some(one)) => one.split(',').next(),
            (None, None) => None,
        }
    }

    /// Ciphers and exchanges of keys that Wireshark could take off, had it the keys: it says nothing of such packets.
    fn hides_all(&self, server: bool) -> bool {
        let name = self.chosen(if server { 3 } else { 2 }).unwrap_or_default();
        let known = name.starts_with("aes") && ["-ctr", "-cbc"].iter().any(|mode| name.ends_with(mode));
        let known = known || name == "chacha20-poly1305@openssh.com" || name.ends_with("-gcm@openssh.com");
        let own_group = Method::of(self.chosen(0).unwrap_or_default()) == Method::Group;
        self.server.new_keys && self.is_agreed() && known && !own_group
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let server = match d.segment {
        Some(segment) if segment.from_port == 22 || segment.to_port == 22 => d.from_server(&[22]),
        _ => d.from_client().map_or_else(|| d.from_server(&[22]), |client| !client),
    };
    let mut said = Vec::new();
    let result = d.with_state(|d, session| all(d, session, bytes, server, &mut said));
    match d.memory() {
        VERSION_1 => d.column("SSHv1"),
        VERSION_2 => d.column("SSHv2"),
        _ => {}
    }
    if let Err(problem) = result {
        d.info(|| said.join(", "));
        return Err(problem);
    }
    d.info(|| format!("{}: {}", if server { "Server" } else { "Client" }, said.join(", ")));
    let direction = if server { "server-to-client" } else { "client-to-server" };
    if d.wants() {
        d.generated(&DIRECTION, bytes.span(0..0), server);
        if let Some(found) = d.fields.last_mut() {
            found.note = Some(direction.into());
        }
    }
    Ok(Next::End)
}

fn all(
    d: &mut Dissection,
    session: &mut Session,
    bytes: Bytes<'_>,
    server: bool,
    said: &mut Vec<String>,
) -> Result<(), Problem> {
    let mut rest = bytes;
    while !rest.is_empty() {
        if banner(rest.all()) {
            let line = text::line(rest.all());
            if !server {
                let version = if rest.u8(4)? == b'2' || line.starts_with(b"SSH-1.99") { VERSION_2 } else { VERSION_1 };
                d.remember(version);
            }
            if d.wants() {
                d.field(&PROTOCOL, rest.span(0..line.len()), text::shown(line));
                said.push(format!("Protocol ({})", text::shown(line)));
            }
            let end = rest.all().iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end.saturating_add(1));
            rest = rest.from(end);
        } else if d.memory() == VERSION_1 {
            let Some((padding, length)) = old_packet(rest.all()) else {
                return hidden(d, session, &rest, server, said);
            };
            old(d, &rest.limit(length), padding, said)?;
            rest = rest.from(length);
        } else {
            let is_clear = !session.side(server).new_keys || rest.u8(5) == Ok(KEX_INIT);
            let Some(length) = clear_packet(rest.all()).filter(|_| is_clear) else {
                return hidden(d, session, &rest, server, said);
            };
            packet(d, session, &rest.limit(length), server, said)?;
            rest = rest.from(length);
        }
    }
    Ok(())
}

fn hidden(
    d: &mut Dissection,
    session: &Session,
    bytes: &Bytes<'_>,
    server: bool,
    said: &mut Vec<String>,
) -> Result<(), Problem> {
    if !d.wants() {
        return Ok(());
    }
    if !session.hides_all(server) {
        said.push(format!("Encrypted packet (len={})", bytes.wire_len()));
    }
    d.label(&PACKET, bytes.span(0..bytes.len()), || title(session, server));
    d.nest(|d| {
        d.field(&LENGTH_HIDDEN, bytes.span(0..4), bytes.take(0..4)?);
        d.field(&HIDDEN, bytes.span(4..bytes.len()), bytes.take(4..bytes.len())?);
        Ok(())
    })
}

fn title(session: &Session, server: bool) -> String {
    if !session.is_agreed() {
        return "SSH Version 2".to_owned();
    }
    let chosen = |client: usize| session.chosen(client.saturating_add(usize::from(server))).unwrap_or("none");
    format!("SSH Version 2 (encryption:{} mac:{} compression:{})", chosen(2), chosen(4), chosen(6))
}

fn old(d: &mut Dissection, bytes: &Bytes<'_>, padding: usize, said: &mut Vec<String>) -> Result<(), Problem> {
    const NAMES: [&str; 17] = [
        "No Message",
        "Disconnect",
        "Public Key",
        "Session Key",
        "User",
        "Auth RSA",
        "Auth RSA Challenge",
        "Auth RSA Response",
        "Auth RSA Password",
        "Auth RSA Success",
        "Failure",
        "Exec Shell",
        "Exec Command",
        "Success",
        "Failure",
        "Stdin Data",
        "Stdout Data",
    ];
    if !d.wants() {
        return Ok(());
    }
    let at = padding.saturating_add(4);
    let code = bytes.u8(at)?;
    let name = NAMES.get(usize::from(code)).map_or_else(|| format!("Unknown ({code})"), |name| (*name).to_owned());
    d.label(&PACKET, bytes.span(0..bytes.len()), || "SSH Version 1".to_owned());
    d.nest(|d| {
        let content = at.saturating_add(1);
        d.field(&LENGTH, bytes.span(0..4), bytes.u32(0)?);
        d.field(&PADDING_LENGTH, bytes.span(4..at), padding);
        d.noted(&MESSAGE, bytes.span(at..content), code, &name);
        d.field(&PAYLOAD, bytes.span(content..bytes.len()), bytes.take(content..bytes.len())?);
        Ok(())
    })?;
    said.push(name);
    Ok(())
}

fn name(code: u8, method: Method) -> Option<&'static str> {
    Some(match (code, method) {
        (1, _) => "Disconnect",
        (2, _) => "Ignore",
        (3, _) => "Unimplemented",
        (4, _) => "Debug",
        (5, _) => "Service Request",
        (6, _) => "Service Accept",
        (7, _) => "Extension Information",
        (KEX_INIT, _) => "Key Exchange Init",
        (NEW_KEYS, _) => "New Keys",
        (30, Method::Plain) => "Diffie-Hellman Key Exchange Init",
        (31, Method::Plain) => "Diffie-Hellman Key Exchange Reply",
        (30, Method::Group) => "Diffie-Hellman Group Exchange Request (Old)",
        (31, Method::Group) => "Diffie-Hellman Group Exchange Group",
        (32, Method::Group) => "Diffie-Hellman Group Exchange Init",
        (33, Method::Group) => "Diffie-Hellman Group Exchange Reply",
        (34, Method::Group) => "Diffie-Hellman Group Exchange Request",
        (30, Method::Curve) => "Elliptic Curve Diffie-Hellman Key Exchange Init",
        (31, Method::Curve) => "Elliptic Curve Diffie-Hellman Key Exchange Reply",
        _ => return None,
    })
}

/// A packet of version 2 in clear.
fn packet(
    d: &mut Dissection,
    session: &mut Session,
    bytes: &Bytes<'_>,
    server: bool,
    said: &mut Vec<String>,
) -> Result<(), Problem> {
    let (code, padding) = (bytes.u8(5)?, usize::from(bytes.u8(4)?));
    let end = bytes.wire_len().saturating_sub(padding);
    let content = bytes.limit(end).from(HEAD);
    match code {
        KEX_INIT => {
            *session.side(server) = Side { offer: Some(offer(&content)?), new_keys: false };
        }
        NEW_KEYS => session.side(server).new_keys = true,
        _ => {}
    }
    if !d.wants() {
        return Ok(());
    }
    let exchange = session.chosen(0).unwrap_or_default().to_owned();
    let method = Method::of(&exchange);
    let name = name(code, method).map_or_else(|| format!("Unknown ({code})"), str::to_owned);
    d.label(&PACKET, bytes.span(0..bytes.len()), || title(session, server));
    said.push(name.clone());
    d.nest(|d| {
        d.field(&LENGTH, bytes.span(0..4), bytes.u32(0)?);
        d.field(&PADDING_LENGTH, bytes.span(4..5), padding);
        d.label(&EXCHANGE, bytes.span(5..end), || format!("Key Exchange (method:{exchange})"));
        d.nest(|d| {
            d.noted(&MESSAGE, bytes.span(5..HEAD), code, &name);
            exchange::content(d, &content, code, method, server)
        })?;
        d.field(&PADDING, bytes.span(end..bytes.len()), bytes.take(end..bytes.len())?);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What both sides offer: exchanges of keys, host keys, then ciphers both ways.
    fn offering(exchange: &str, cipher: &str) -> Session {
        let names = [exchange, "rsa", cipher, cipher, "mac", "mac", "none", "none", "", ""];
        let mut content = vec![0; 16];
        for name in names {
            content.extend(u32::try_from(name.len()).expect("short").to_be_bytes());
            content.extend(name.as_bytes());
        }
        let side = || Side { offer: offer(&Bytes::frame(&content, 0)).ok(), new_keys: true };
        Session { client: side(), server: side() }
    }

    #[test]
    fn what_is_encrypted_is_told_where_keys_cannot_be_derived() {
        let cases = [
            ("curve25519-sha256", "aes128-ctr", true),
            ("diffie-hellman-group14-sha256", "aes256-gcm@openssh.com", true),
            ("curve25519-sha256", "arcfour", false),
            ("diffie-hellman-group-exchange-sha256", "aes128-ctr", false),
        ];
        for (exchange, cipher, hides) in cases {
            assert_eq!(offering(exchange, cipher).hides_all(false), hides, "{exchange} {cipher}");
        }
    }
}
