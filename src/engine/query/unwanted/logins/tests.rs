//! Messages that give a login away, and those that look like it.
use super::*;
use crate::engine::dissect::Wanted;

/// What the last of these messages of a client gives away.
fn seen(protocol: &str, messages: &[&[u8]]) -> Option<Sight> {
    let (d, mut before) = (Dissection::new(Wanted::Everything), Before::default());
    let mut found = None;
    for message in messages {
        assert_eq!(found, None, "{message:?}");
        found = look(protocol, message, true, &d, &mut before);
    }
    found
}

fn user(protocol: &str, messages: &[&[u8]]) -> Option<String> {
    match seen(protocol, messages)? {
        Sight::Login { user, how } => {
            assert!(!format!("{how} {user}").contains("secret"), "{user}");
            Some(user)
        }
        other => panic!("{other:?}"),
    }
}

fn is(name: &str) -> Option<String> {
    Some(name.to_owned())
}

#[test]
fn users_and_passwords_in_words() {
    assert_eq!(user("ftp", &[b"USER ada\r\n", b"PASS secret\r\n"]), is("ada"));
    assert_eq!(user("pop", &[b"USER ada\r\nPASS secret\r\n"]), is("ada"));
    assert_eq!(user("nntp", &[b"AUTHINFO USER ada\r\n", b"authinfo pass secret\r\n"]), is("ada"));
    assert_eq!(
        seen("ftp", &[b"USER anonymous\r\n", b"PASS me@x\r\n"]),
        Some(Sight::Anonymous { how: "USER and PASS", user: "anonymous".into() })
    );
    assert_eq!(seen("ftp", &[b"USER ada\r\n", b"QUIT\r\n"]), None);
    assert_eq!(seen("pop", &[b"APOP ada c4c9334bac560ecc979e58001b3e22fb\r\n"]), None);
    assert_eq!(user("imap", &[b"a1 LOGIN \"ada\" \"secret\"\r\n"]), is("ada"));
    assert_eq!(seen("imap", &[b"a1 NOOP\r\n"]), None);
    assert_eq!(user("irc", &[b"PASS secret\r\nNICK ada\r\n"]), is(""));
}

#[test]
fn sasl_in_one_line_or_several() {
    // "\0ada\0secret", "ada", "secret".
    assert_eq!(user("smtp", &[b"EHLO x\r\n", b"AUTH PLAIN AGFkYQBzZWNyZXQ=\r\n"]), is("ada"));
    assert_eq!(user("smtp", &[b"AUTH PLAIN\r\n", b"AGFkYQBzZWNyZXQ=\r\n"]), is("ada"));
    assert_eq!(user("smtp", &[b"AUTH LOGIN\r\n", b"YWRh\r\n", b"c2VjcmV0\r\n"]), is("ada"));
    assert_eq!(user("smtp", &[b"AUTH LOGIN YWRh\r\n", b"c2VjcmV0\r\n"]), is("ada"));
    assert_eq!(user("pop", &[b"AUTH PLAIN AGFkYQBzZWNyZXQ=\r\n"]), is("ada"));
    assert_eq!(user("imap", &[b"a AUTHENTICATE PLAIN\r\n", b"AGFkYQBzZWNyZXQ=\r\n"]), is("ada"));
    assert_eq!(seen("smtp", &[b"AUTH CRAM-MD5\r\n", b"YWRhIDEyMzQ=\r\n"]), None);
    assert_eq!(seen("smtp", &[b"AUTH PLAIN\r\n", b"*\r\n", b"MAIL FROM:<a>\r\n"]), None);
    assert_eq!(user("xmpp", &[b"<auth xmlns='x' mechanism='PLAIN'>AGFkYQBzZWNyZXQ=</auth>"]), is("ada"));
}

#[test]
fn pages() {
    let basic = b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRhOnNlY3JldA==\r\n\r\n";
    assert_eq!(user("http", &[basic]), is("ada"));
    let form = b"POST /in HTTP/1.1\r\nContent-Length: 29\r\n\r\nusername=ada&password=secret&x";
    assert_eq!(user("http", &[form]), is("ada"));
    assert_eq!(user("http", &[b"GET /?pwd=secret HTTP/1.1\r\n\r\n"]), is(""));
    assert_eq!(user("http", &[b"POST / HTTP/1.1\r\n\r\n{\"email\":\"ada\", \"password\" : \"secret\"}"]), is("ada"));
    for harmless in [
        b"GET /password HTTP/1.1\r\n\r\n".as_slice(),
        b"POST / HTTP/1.1\r\n\r\ncolour=red&password=&x=1",
        b"GET / HTTP/1.1\r\nAuthorization: Bearer abc\r\n\r\n",
        b"GET / HTTP/1.1\r\nAuthorization: Digest username=\"ada\"\r\n\r\n",
    ] {
        assert_eq!(seen("http", &[harmless]), None);
    }
}

#[test]
fn binary_ones() {
    // Message 1, bind request of version 3, name cn=ada, simple password.
    let bind = b"\x30\x18\x02\x01\x01\x60\x13\x02\x01\x03\x04\x06cn=ada\x80\x06secret";
    assert_eq!(user("ldap", &[bind]), is("cn=ada"));
    assert_eq!(seen("ldap", &[b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"]), None);
    assert_eq!(seen("ldap", &[b"\x30\x84\xff\xff\xff\xff\x02"]), None);
    assert_eq!(user("resp", &[b"*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"]), is(""));
    assert_eq!(user("resp", &[b"*3\r\n$4\r\nAUTH\r\n$3\r\nada\r\n$6\r\nsecret\r\n"]), is("ada"));
    assert_eq!(
        user("resp", &[b"*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$3\r\nada\r\n$6\r\nsecret\r\n"]),
        is("ada")
    );
    assert_eq!(user("resp", &[b"AUTH secret\r\n"]), is(""));
    assert_eq!(seen("resp", &[b"*2\r\n$3\r\nGET\r\n$4\r\nauth\r\n"]), None);
    let (d, mut before) = (Dissection::new(Wanted::Everything), Before::default());
    assert_eq!(look("mysql", b"\x2c\0\0\x02\xfemysql_clear_password\0", false, &d, &mut before), None);
    assert!(matches!(look("mysql", b"\x07\0\0\x03secret\0", true, &d, &mut before), Some(Sight::Login { .. })));
}

#[test]
fn trackers_and_pools() {
    assert_eq!(seen("http", &[b"GET /announce?info_hash=%12&port=6881 HTTP/1.1\r\n\r\n"]), Some(Sight::Tracker));
    assert_eq!(seen("data", &[b"\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0\x01\x02\x03\x04"]), Some(Sight::Tracker));
    assert_eq!(seen("data", &[b"\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0\x01\x02\x03\x04\x05"]), None);
    let subscribe = b"{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": []}\n";
    let login = b"{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"4\",\"pass\":\"x\",\"agent\":\"XMRig/6\"}}\n";
    assert_eq!(seen("data", &[subscribe]), Some(Sight::Mining));
    assert_eq!(seen("data", &[login]), Some(Sight::Mining));
    assert_eq!(seen("data", &[b"{\"method\":\"login\",\"user\":\"ada\"}"]), None);
    assert_eq!(seen("data", &[b"mining.subscribe"]), None);
}

#[test]
fn base64_is_read_with_and_without_padding() {
    assert_eq!(base64(b"YQ=="), Some(b"a".to_vec()));
    assert_eq!(base64(b"YWI"), Some(b"ab".to_vec()));
    assert_eq!(base64(b"YWJj"), Some(b"abc".to_vec()));
    assert_eq!((base64(b"a b"), base64(b""), base64(b"=")), (None, None, None));
}
