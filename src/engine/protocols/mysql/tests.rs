//! Parts of connections, message by message.
use super::*;
use crate::engine::dissect::{Segment, Transport, Wanted};

/// Whether the server sends it, its number, its content.
type Message<'m> = (bool, u8, &'m [u8]);

/// What is dissected last, after a greeting and a login of a client that can do what newer ones can.
fn last(messages: &[Message<'_>]) -> (Dissection, String) {
    let greeting = [b"\x0a9.0.0\0".as_slice(), &[0; 20]].concat();
    let can = 0x200 | CAN_SECURE | CAN_PLUGIN | CAN_NO_EOF | CAN_ATTRIBUTES;
    let login = [&can.to_le_bytes()[..], &[0; 28], b"me\0\0plugin\0"].concat();
    let start: [Message<'_>; 2] = [(true, 0, &greeting), (false, 1, &login)];
    let mut d = Dissection::new(Wanted::Everything);
    for (server, number, content) in start.iter().chain(messages) {
        let bytes = [&[content.len() as u8, 0, 0, *number][..], content].concat();
        let (from, to) = if *server { (3306, 40_000) } else { (40_000, 3306) };
        d.segment = Some(Segment::between(Transport::Tcp, from, to, bytes.len()));
        d.fields.clear();
        d.enter(0, &Bytes::frame(&bytes, bytes.len() as u32));
        d.info(String::new);
        assert!(dissect(&mut d, Bytes::frame(&bytes, bytes.len() as u32)).is_ok());
    }
    let info = d.info_text();
    (d, info)
}

fn texts(d: &Dissection, name: &str) -> Vec<String> {
    d.fields.iter().filter(|found| found.field.name() == name).map(|found| found.text()).collect()
}

const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];

#[test]
fn a_statement_stands_behind_its_attributes() {
    let cases: [(&[u8], &[&str], &[&str]); 3] = [
        (b"\x03\x00\x01SELECT 1", &[], &[]),
        (b"\x03\x02\x01\x00\x01\xfe\x00\x02n1\xfe\x00\x02n2\x02v1\x02v2SELECT 1", &["n1", "n2"], &["v1", "v2"]),
        // The first is NULL, the second a number.
        (b"\x03\x02\x01\x01\x01\xfe\x00\x02n1\x03\x00\x02n2\x2a\x00\x00\x00SELECT 1", &["n1", "n2"], &[]),
    ];
    for (content, names, values) in cases {
        let (d, _) = last(&[(true, 2, OK), (false, 0, content)]);
        assert_eq!(texts(&d, "mysql.query"), ["SELECT 1"]);
        assert_eq!(texts(&d, "mysql.query_attr_name"), names);
        assert_eq!(texts(&d, "mysql.query_attr_value"), values);
    }
    let (d, _) = last(&[(true, 2, OK), (false, 0, cases[2].0)]);
    assert_eq!(texts(&d, "mysql.exec.field.long"), ["42"]);
}

#[test]
fn what_ends_a_login_or_a_list_is_told() {
    let end: &[u8] = &[0xfe, 0, 0, 2, 0, 0, 0];
    let cases: [(&[Message<'_>], &str); 3] = [
        (&[(true, 2, &[1, 3])], "Auth Switch Request "),
        (&[(true, 2, &[1, 3]), (true, 3, OK)], "Response  OK "),
        (&[(true, 2, OK), (false, 0, b"\x04table\0"), (true, 1, end)], "Response  OK "),
    ];
    for (messages, info) in cases {
        assert_eq!(last(messages).1, info);
    }
}
