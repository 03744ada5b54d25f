//! DNS messages, whole and damaged.
use super::message::*;
use super::name;

/// An answer with an alias, an address, mail, text and EDNS.
fn answer() -> Vec<u8> {
    let mut message = b"\x12\x34\x81\x80\0\x01\0\x04\0\0\0\x01\x03www\x02ex\0\0\x01\0\x01".to_vec();
    message.extend(b"\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x04\x01b\xc0\x10");
    message.extend(b"\xc0\x24\0\x01\0\x01\0\0\0\x3c\0\x04\x0a\0\0\x01");
    message.extend(b"\xc0\x10\0\x0f\0\x01\0\0\0\x3c\0\x05\0\x0a\x01m\0");
    message.extend(b"\xc0\x10\0\x10\0\x01\0\0\0\x3c\0\x04\x01a\x01b");
    message.extend(b"\0\0\x29\x10\0\0\0\0\0\0\0");
    message
}

#[test]
fn a_message_is_read_whole() {
    let message = answer();
    let [found] = parse(&message, false).try_into().expect("one message");
    assert_eq!((found.id, found.flags, found.counts), (0x1234, 0x8180, [1, 4, 0, 1]));
    assert_eq!(found.questions.iter().map(|q| (q.name.as_str(), q.kind)).collect::<Vec<_>>(), [("www.ex", 1)]);
    let texts: Vec<_> = found.real_records().map(|r| (r.name.as_str(), r.kind, r.ttl, r.data.text())).collect();
    let text = |text: &str| Some(text.to_owned());
    let expected = [
        ("www.ex", 5, 60, text("b.ex")),
        ("b.ex", 1, 60, text("10.0.0.1")),
        ("ex", 15, 60, text("m")),
        ("ex", 16, 60, text("a")),
    ];
    assert_eq!(texts, expected);
    assert_eq!(found.ended, None);
}

#[test]
fn an_address_belongs_to_the_name_that_was_asked_for() {
    let message = answer();
    let mut found = Vec::new();
    assert!(skim(&message, |ip, at, _| found.push((ip.to_string(), name::of_host(&message, at)))).is_some());
    assert_eq!(found, [("10.0.0.1".to_owned(), Some("www.ex".to_owned()))]);
}

#[test]
fn tcp_brings_several_messages_or_a_part() {
    let one = answer();
    let framed: Vec<u8> = (one.len() as u16).to_be_bytes().into_iter().chain(one.iter().copied()).collect();
    let twice = framed.repeat(2);
    assert_eq!(parse(&twice, true).len(), 2);
    assert_eq!(parse(&twice[..twice.len() - 1], true).len(), 1);
    assert_eq!(parse(&twice, true)[1].at, framed.len() + 2..twice.len());
    assert_eq!(parse(&[0], true), []);
}

#[test]
fn skimming_and_reading_agree_on_damage() {
    let message = answer();
    let agree = |bytes: &[u8]| {
        let read = parse(bytes, false).iter().all(|found| found.ended.is_none());
        assert_eq!(skim(bytes, |_, _, _| {}).is_some(), read, "{bytes:?}");
    };
    (0..message.len()).for_each(|end| agree(&message[..end]));
    for at in 0..message.len() {
        for value in [0x00, 0x01, 0x40, 0x7f, 0xc0, 0xff] {
            let mut damaged = message.clone();
            damaged[at] = value;
            agree(&damaged);
        }
    }
}
