//! TLS records and hellos, whole and damaged.
use super::*;
use crate::api::NameFrom;
use crate::engine::dissect::{Named, Wanted};

/// A ClientHello that asks for `a.example`, speaks h2 and offers TLS 1.3, with a reserved value among its suites.
fn hello() -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0, 6, 0x1a, 0x1a, 0x13, 0x01, 0xc0, 0x2b, 1, 0]);
    let mut extensions = vec![0, 0, 0, 14, 0, 12, 0, 0, 9];
    extensions.extend(b"a.example");
    extensions.extend([0, 16, 0, 5, 0, 3, 2, b'h', b'2', 0, 10, 0, 4, 0, 2, 0, 29, 0, 11, 0, 2, 1, 0]);
    extensions.extend([0, 43, 0, 3, 2, 3, 4]);
    body.extend(u16::try_from(extensions.len()).expect("short").to_be_bytes());
    body.extend(extensions);
    let mut message = vec![1, 0, 0, u8::try_from(body.len()).expect("short")];
    message.extend(body);
    message
}

/// Records of at most `size` bytes each.
fn records(message: &[u8], size: usize) -> Vec<u8> {
    let head = |part: &[u8]| [22, 3, 1, 0, u8::try_from(part.len()).expect("short")];
    message.chunks(size).flat_map(|part| [&head(part)[..], part].concat()).collect()
}

fn read(bytes: &[u8], wanted: Wanted) -> Dissection {
    let mut d = Dissection::new(wanted);
    d.enter(0, &Bytes::reassembled(bytes, 0));
    assert!(dissect(&mut d, Bytes::reassembled(bytes, 0)).is_ok());
    d
}

fn texts(d: &Dissection, name: &str) -> Vec<String> {
    d.fields.iter().filter(|found| found.field.name() == name).map(|found| found.text()).collect()
}

#[test]
fn a_hello_tells_who_is_asked_for_in_one_record_or_several() {
    for size in [200, 60, 50] {
        let bytes = records(&hello(), size);
        let d = read(&bytes, Wanted::Everything);
        assert_eq!(d.names, [Named::Server(NameFrom::Sni, "a.example".to_owned())]);
        assert_eq!(read(&bytes, Wanted::Facts).names, d.names);
        assert_eq!(texts(&d, "tls.handshake.extensions_server_name"), ["a.example"]);
        assert_eq!(texts(&d, "tls.handshake.extensions_alpn_str"), ["h2"]);
        assert_eq!(texts(&d, "tls.handshake.ciphersuite"), ["0x1a1a", "0x1301", "0xc02b"]);
        assert_eq!(texts(&d, "tls.handshake.ja3_full"), ["771,4865-49195,0-16-10-11-43,29,0"]);
        let info = if size == 200 { "Client Hello" } else { "[Client Hello Fragment], Client Hello" };
        assert_eq!(d.info_text(), info);
        assert_eq!(texts(&d, "tls.handshake.ja4"), ["t13d0205h2_777cda164f4b_675b29d69375"]);
    }
}

#[test]
fn spans_cover_what_they_name() {
    let bytes = records(&hello(), 200);
    let d = read(&bytes, Wanted::Everything);
    let name =
        d.fields.iter().find(|found| found.field.name() == "tls.handshake.extensions_server_name").expect("there");
    let (start, len) = (name.span.start() as usize, name.span.len() as usize);
    assert_eq!(bytes.get(start..start + len), Some(&b"a.example"[..]));
}

#[test]
fn a_segment_is_cut_behind_its_last_whole_record() {
    let stream = |bytes: &[u8]| {
        framing(&Stream { bytes, from_port: 443, to_port: 40000, from_client: false, memory: 0, resume: 0 })
    };
    let two = [records(&hello(), 200), vec![23, 3, 3, 0, 9, 1]].concat();
    let first = two.len() - 6;
    assert_eq!(stream(&two), Frame::Message(first));
    assert_eq!(stream(&two[first..]), Frame::Message(14));
    assert_eq!(stream(&two[..3]), Frame::More);
    assert_eq!(stream(b"GET /"), Frame::Unframed);
    assert_eq!(
        stream(&[&two[..first], b"what?"].concat()),
        Frame::Message(first + 5),
        "no record ends with the segment"
    );
}

#[test]
fn parts_of_a_hello_are_read_without_complaint() {
    let bytes = records(&hello(), 200);
    for end in 1..bytes.len() {
        read(&bytes[..end], Wanted::Everything);
    }
    let until_name = bytes.windows(9).position(|part| part == b"a.example").expect("there") + 9;
    assert_eq!(read(&bytes[..until_name], Wanted::Facts).names.len(), 1, "a name that is there is told");
}

#[test]
fn records_are_said_in_order() {
    type Case<'a> = (&'a [u8], &'a str);
    let cases: [Case<'_>; 5] = [
        (&[20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 5, 9, 9, 9, 9, 9], "Change Cipher Spec, Encrypted Handshake Message"),
        (&[21, 3, 3, 0, 2, 2, 40], "Alert (Level: Fatal, Description: Handshake Failure)"),
        (&[21, 3, 3, 0, 3, 2, 40, 0], "Encrypted Alert"),
        (&[23, 3, 3, 0, 1, 0, 23, 3, 3, 0, 1, 0], "Application Data, Application Data"),
        (&[1, 2, 3, 4, 5, 6], "Continuation Data"),
    ];
    for (bytes, info) in cases {
        assert_eq!(read(bytes, Wanted::Everything).info_text(), info, "{bytes:?}");
    }
}

#[test]
fn a_hello_of_ssl_2_says_version_and_ciphers() {
    let mut bytes = vec![0x80, 31, 1, 3, 1, 0, 6, 0, 0, 0, 16, 0, 0, 0x39, 1, 0, 0x80];
    bytes.extend([7; 16]);
    let d = read(&bytes, Wanted::Everything);
    assert_eq!(d.info_text(), "Client Hello");
    assert_eq!(d.protocol_name(|_| "TLS"), "SSLv2");
    assert_eq!(texts(&d, "tls.handshake.type"), ["1"]);
    assert_eq!(texts(&d, "tls.handshake.version"), ["0x0301"]);
    assert_eq!(texts(&d, "tls.handshake.cipherspec"), ["0x000039", "0x010080"]);
    assert!(read(&bytes, Wanted::Facts).shakes_hands);
}

/// An element of DER with everything in it.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&[tag, u8::try_from(content.len()).expect("short")][..], &content].concat()
}

#[test]
fn identifiers_have_one_reader_wherever_they_stand() {
    let attribute = |id: &[u8]| der(0x31, &[&der(0x30, &[&der(6, &[id]), &der(0x13, &[b"a.example"])])]);
    let name = [attribute(&[0x55, 4, 3]), attribute(&[0x55, 29, 17]), attribute(&[0x2a, 3])].concat();
    let mut d = Dissection::new(Wanted::Everything);
    x509::name(&mut d, Bytes::frame(&name, 0));
    let told: Vec<_> = d.mentions.iter().map(|(_, name)| *name).collect();
    assert_eq!(told, ["x509sat", "x509ce"]);
}

#[test]
fn an_ocsp_response_has_a_name_before_its_time_and_extensions_behind() {
    let name = der(0x31, &[&der(0x30, &[&der(6, &[&[0x55, 4, 3]]), &der(0x13, &[b"R3"])])]);
    let responder = der(0xa1, &[&der(0x30, &[&name])]);
    let nonce = der(0x30, &[&der(6, &[&[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2]]), &der(4, &[&[7]])]);
    let extensions = der(0xa1, &[&der(0x30, &[&nonce])]);
    let data = der(0x30, &[&responder, &der(0x18, &[b"20220317080700Z"]), &der(0x30, &[]), &extensions]);
    let basic = der(0x30, &[&data, &der(0x30, &[]), &der(3, &[&[0]])]);
    let body = der(0xa0, &[&der(0x30, &[&der(6, &[&[0x2b]]), &der(4, &[&basic])])]);
    let bytes = der(0x30, &[&der(10, &[&[0]]), &body]);
    let mut d = Dissection::new(Wanted::Everything);
    d.enter(0, &Bytes::frame(&bytes, 0));
    assert!((OCSP.dissect)(&mut d, Bytes::frame(&bytes, 0)).is_ok());
    let told: Vec<_> = d.mentions.iter().map(|(_, name)| *name).collect();
    assert_eq!((told.as_slice(), d.info_text().as_str()), (["ocsp", "x509sat", "ocsp"].as_slice(), "Response"));
}
