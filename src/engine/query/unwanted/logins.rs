//! What a message in plain text gives away: logins with a password that anybody on the way can read. The secret itself is never kept.
use crate::engine::dissect::{Dissection, Value, text};

/// What was found in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// With a secret.
    Login { how: &'static str, user: String },
    /// The rule that everybody may come in.
    Anonymous { how: &'static str, user: String },
    /// A peer asks a BitTorrent tracker.
    Tracker,
    /// Work for a mining pool.
    Mining,
}

/// What of a flow's earlier messages counts for the next one.
#[derive(Clone, Debug, Default)]
pub struct Before {
    user: String,
    /// A login was begun whose secret comes next.
    begun: Begun,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Begun {
    #[default]
    Nothing,
    /// SASL PLAIN: all in one line.
    Plain,
    /// SASL LOGIN: first the user, then the secret.
    User,
    Secret,
}

/// Characters of a user's name at most.
const MOST_USER: usize = 64;

/// Looks at a message: all bytes from the layer of `protocol` on.
pub fn look(protocol: &str, bytes: &[u8], from_client: bool, d: &Dissection, before: &mut Before) -> Option<Sight> {
    match protocol {
        "ftp" | "pop" | "nntp" => words(protocol, bytes, before),
        "smtp" => sasl(bytes, before),
        "imap" => imap(bytes, before),
        "telnet" => telnet(d),
        "http" => http(bytes),
        "snmp" => field(d, "snmp.community").map(|_| login("the community of SNMPv1 or v2c", "")),
        "ldap" => ldap(bytes),
        "mysql" => mysql(bytes, from_client, d, before),
        "pgsql" => pgsql(from_client, d, before),
        "resp" => redis(bytes),
        "mqtt" => has(d, "mqtt.conflag.passwd")
            .then(|| login("CONNECT with a password", &field(d, "mqtt.username").unwrap_or_default())),
        "socks" => field(d, "socks.password")
            .map(|_| login("user and password of SOCKS", &field(d, "socks.username").unwrap_or_default())),
        "irc" => irc(bytes),
        "xmpp" => xmpp(bytes),
        _ => unknown(bytes),
    }
}

fn login(how: &'static str, user: &str) -> Sight {
    Sight::Login { how, user: shown(user.as_bytes()) }
}

fn shown(user: &[u8]) -> String {
    text::shown(user).chars().take(MOST_USER).collect()
}

fn field(d: &Dissection, name: &str) -> Option<String> {
    d.fields.iter().find(|found| found.field.name() == name).map(|found| found.text()).filter(|text| !text.is_empty())
}

/// Whether a field is there and not 0.
fn has(d: &Dissection, name: &str) -> bool {
    d.fields.iter().any(|found| {
        found.field.name() == name && !matches!(found.value, Value::Bool(false) | Value::Uint(0) | Value::Nothing)
    })
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| byte == b'\n').take(200).map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// FTP (RFC 959), POP3 (RFC 1939), NNTP (RFC 4643): a user, then a password.
fn words(protocol: &str, bytes: &[u8], before: &mut Before) -> Option<Sight> {
    for line in lines(bytes) {
        let (mut word, mut rest) = text::word(line);
        if protocol == "nntp" && word.eq_ignore_ascii_case(b"AUTHINFO") {
            (word, rest) = text::word(rest);
        }
        let rest = rest.trim_ascii();
        if word.eq_ignore_ascii_case(b"USER") {
            before.user = shown(rest);
        } else if word.eq_ignore_ascii_case(b"PASS") && !rest.is_empty() {
            let user = std::mem::take(&mut before.user);
            let is_open = protocol == "ftp" && matches!(user.to_ascii_lowercase().as_str(), "anonymous" | "ftp");
            let how = "USER and PASS";
            return Some(if is_open { Sight::Anonymous { how, user } } else { Sight::Login { how, user } });
        }
    }
    if protocol == "pop" { sasl(bytes, before) } else { None }
}

/// SMTP AUTH (RFC 4954) and POP3 AUTH (RFC 5034).
fn sasl(bytes: &[u8], before: &mut Before) -> Option<Sight> {
    for line in lines(bytes) {
        let (word, rest) = text::word(line);
        if word.eq_ignore_ascii_case(b"AUTH") {
            begin(rest.trim_ascii(), before);
            if let Some(found) = text::word(rest.trim_ascii()).1.first().and_then(|_| {
                let initial = text::word(rest.trim_ascii()).1.trim_ascii();
                answered(initial, before)
            }) {
                return Some(found);
            }
        } else if let Some(found) = answered(line, before) {
            return Some(found);
        }
    }
    None
}

/// A mechanism is chosen.
fn begin(mechanism: &[u8], before: &mut Before) {
    let (mechanism, _) = text::word(mechanism);
    before.begun = match () {
        () if mechanism.eq_ignore_ascii_case(b"PLAIN") => Begun::Plain,
        () if mechanism.eq_ignore_ascii_case(b"LOGIN") => Begun::User,
        () => Begun::Nothing,
    };
}

/// A line of an exchange that was begun.
fn answered(line: &[u8], before: &mut Before) -> Option<Sight> {
    let line = line.trim_ascii();
    if before.begun == Begun::Nothing || line.is_empty() {
        return None;
    }
    let Some(told) = base64(line) else {
        before.begun = Begun::Nothing;
        return None;
    };
    match before.begun {
        Begun::Plain => {
            before.begun = Begun::Nothing;
            plain(&told)
        }
        Begun::User => {
            (before.user, before.begun) = (shown(&told), Begun::Secret);
            None
        }
        _ => {
            before.begun = Begun::Nothing;
            Some(Sight::Login { how: "AUTH LOGIN", user: std::mem::take(&mut before.user) })
        }
    }
}

/// SASL PLAIN (RFC 4616): authority, user and password between zeros.
fn plain(told: &[u8]) -> Option<Sight> {
    let mut parts = told.split(|&byte| byte == 0).skip(1);
    let (user, secret) = (parts.next()?, parts.next()?);
    (!secret.is_empty()).then(|| Sight::Login { how: "AUTH PLAIN", user: shown(user) })
}

/// IMAP (RFC 9051): `a1 LOGIN user password`, `a1 AUTHENTICATE PLAIN`.
fn imap(bytes: &[u8], before: &mut Before) -> Option<Sight> {
    for line in lines(bytes) {
        let (_, rest) = text::word(line);
        let (command, rest) = text::word(rest);
        if command.eq_ignore_ascii_case(b"LOGIN") {
            let (user, secret) = text::word(rest);
            return (!secret.trim_ascii().is_empty())
                .then(|| Sight::Login { how: "LOGIN", user: shown(user).trim_matches('"').to_owned() });
        }
        if command.eq_ignore_ascii_case(b"AUTHENTICATE") {
            begin(rest, before);
            let initial = text::word(rest).1.trim_ascii();
            if let Some(found) = answered(initial, before) {
                return Some(found);
            }
        } else if let Some(found) = answered(line, before) {
            return Some(found);
        }
    }
    None
}

/// The server asks for a password: what is typed then can be read.
fn telnet(d: &Dissection) -> Option<Sight> {
    let said = |found: &crate::engine::dissect::Found| {
        let said = found.text().to_ascii_lowercase();
        said.contains("password:") || said.contains("passwd:")
    };
    let asked = d.fields.iter().any(|found| found.field.name() == "telnet.data" && said(found));
    asked.then(|| login("a password was asked for", ""))
}

/// Keys of forms and addresses under which a password stands.
const KEYS: [&str; 9] =
    ["password", "passwd", "pwd", "pass", "passphrase", "userpassword", "user_pass", "login_password", "j_password"];
const USERS: [&str; 8] = ["username", "user", "login", "email", "userid", "user_login", "j_username", "name"];

/// Basic authentication (RFC 7617), forms, passwords in addresses, trackers (BEP 3), `getwork`.
fn http(bytes: &[u8]) -> Option<Sight> {
    let head = bytes.get(..text::head_end(bytes).unwrap_or(bytes.len()))?;
    let body = bytes.get(head.len()..).unwrap_or_default();
    let request = lines(head).next()?;
    if text::contains(request, b"info_hash=") {
        return Some(Sight::Tracker);
    }
    for (_, _, name, value) in text::headers(head) {
        let (scheme, rest) = text::word(value);
        let is_asked = name.eq_ignore_ascii_case(b"Authorization") || name.eq_ignore_ascii_case(b"Proxy-Authorization");
        if is_asked && scheme.eq_ignore_ascii_case(b"Basic") {
            let told = base64(rest.trim_ascii())?;
            let user = told.split(|&byte| byte == b':').next().unwrap_or_default();
            return Some(Sight::Login { how: "HTTP Basic authentication", user: shown(user) });
        }
    }
    let address = text::word(text::word(request).1).0;
    let query = address.iter().position(|&byte| byte == b'?').and_then(|at| address.get(at + 1..));
    if let Some(user) = query.and_then(form) {
        return Some(Sight::Login { how: "a password in the address of a page", user });
    }
    if is_work(body) {
        return Some(Sight::Mining);
    }
    let user = form(body).or_else(|| json(body))?;
    Some(Sight::Login { how: "a form with a password", user })
}

/// `user=ada&password=…`: the user, if there is a password.
fn form(text: &[u8]) -> Option<String> {
    let text = text.get(..text.len().min(16 << 10))?;
    let pairs = || {
        text.split(|&byte| byte == b'&').filter_map(|pair| {
            let at = pair.iter().position(|&byte| byte == b'=')?;
            Some((std::str::from_utf8(pair.get(..at)?).ok()?.to_ascii_lowercase(), pair.get(at + 1..)?))
        })
    };
    pairs().find(|(key, value)| KEYS.contains(&key.as_str()) && !value.is_empty())?;
    Some(pairs().find(|(key, _)| USERS.contains(&key.as_str())).map(|(_, value)| shown(value)).unwrap_or_default())
}

/// `"password": "…"` in an object.
fn json(body: &[u8]) -> Option<String> {
    let body = body.get(..body.len().min(16 << 10))?;
    if !body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let value = |key: &str| {
        let quoted = format!("\"{key}\"");
        let at = body.windows(quoted.len()).position(|part| part.eq_ignore_ascii_case(quoted.as_bytes()))?;
        let rest = body.get(at + quoted.len()..)?.trim_ascii_start().strip_prefix(b":")?;
        let rest = rest.trim_ascii_start().strip_prefix(b"\"")?;
        rest.split(|&byte| byte == b'"').next().filter(|value| !value.is_empty())
    };
    KEYS.iter().find_map(|key| value(key))?;
    Some(USERS.iter().find_map(|key| value(key)).map(shown).unwrap_or_default())
}

/// A simple bind with a password (RFC 4511 §4.2): message, bind request, version, name, `[0]` password.
fn ldap(bytes: &[u8]) -> Option<Sight> {
    let (0x30, message, _) = element(bytes)? else { return None };
    let (0x02, _, rest) = element(message)? else { return None };
    let (0x60, bind, _) = element(rest)? else { return None };
    let (0x02, _, rest) = element(bind)? else { return None };
    let (0x04, name, rest) = element(rest)? else { return None };
    let (0x80, secret, _) = element(rest)? else { return None };
    (!secret.is_empty()).then(|| Sight::Login { how: "a simple bind", user: shown(name) })
}

/// Tag, content, and what follows (X.690).
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

const CLEAR: &str = "mysql_clear_password";

/// The plug-in that sends the password as it is, chosen by the client or asked for by the server.
fn mysql(bytes: &[u8], from_client: bool, d: &Dissection, before: &mut Before) -> Option<Sight> {
    if let Some(user) = field(d, "mysql.user") {
        before.user = user;
    }
    if !from_client {
        if bytes.get(4) == Some(&0xfe) && text::contains(bytes, CLEAR.as_bytes()) {
            before.begun = Begun::Secret;
        }
        return None;
    }
    let chosen = field(d, "mysql.client_auth_plugin").is_some_and(|plugin| plugin == CLEAR) && has(d, "mysql.passwd");
    let asked = before.begun == Begun::Secret && bytes.len() > 5;
    (chosen || asked).then(|| login("the password as it is (mysql_clear_password)", &before.user))
}

/// The server asks for the password as it is (AuthenticationCleartextPassword).
fn pgsql(from_client: bool, d: &Dissection, before: &mut Before) -> Option<Sight> {
    let mut values = d
        .fields
        .iter()
        .filter(|found| matches!(found.field.name(), "pgsql.parameter_name" | "pgsql.parameter_value") && from_client);
    if values.any(|found| found.text() == "user")
        && let Some(user) = values.next()
    {
        before.user = user.text();
    }
    if !from_client {
        if field(d, "pgsql.authtype").is_some_and(|method| method == "3") {
            before.begun = Begun::Secret;
        }
        return None;
    }
    (before.begun == Begun::Secret).then(|| login("the password as it is", &before.user))
}

/// `AUTH password`, `AUTH user password`, `HELLO 3 AUTH user password`.
fn redis(bytes: &[u8]) -> Option<Sight> {
    let parts: Vec<&[u8]> = match bytes.first()? {
        b'*' => lines(bytes).filter(|line| !matches!(line.first(), None | Some(b'*' | b'$'))).take(6).collect(),
        _ => lines(bytes).next()?.split(|&byte| byte == b' ').take(6).collect(),
    };
    let at = parts.iter().position(|part| part.eq_ignore_ascii_case(b"AUTH"))?;
    let is_first = at == 0 || parts.first().is_some_and(|part| part.eq_ignore_ascii_case(b"HELLO"));
    let (first, second) = (parts.get(at + 1)?, parts.get(at + 2));
    // Commands may follow at once; a user stands before the password where HELLO says so, or the array has three parts.
    let has_user = at > 0 || bytes.starts_with(b"*3") || !bytes.starts_with(b"*") && second.is_some();
    is_first.then(|| Sight::Login { how: "AUTH", user: if has_user { shown(first) } else { String::new() } })
}

fn irc(bytes: &[u8]) -> Option<Sight> {
    lines(bytes).find_map(|line| {
        let (word, rest) = text::word(line);
        let how = match () {
            () if word.eq_ignore_ascii_case(b"PASS") => "PASS",
            () if word.eq_ignore_ascii_case(b"OPER") => "OPER",
            () if text::contains(line, b"NickServ") && text::contains(line, b"IDENTIFY") => "NickServ IDENTIFY",
            () => return None,
        };
        (!rest.trim_ascii().is_empty()).then(|| login(how, ""))
    })
}

fn xmpp(bytes: &[u8]) -> Option<Sight> {
    let at = bytes.windows(5).position(|part| part == b"<auth")?;
    let rest = bytes.get(at..)?;
    let is_plain = text::contains(rest, b"mechanism='PLAIN'") || text::contains(rest, b"mechanism=\"PLAIN\"");
    let told = rest.split(|&byte| byte == b'>').nth(1)?.split(|&byte| byte == b'<').next()?;
    if is_plain { plain(&base64(told.trim_ascii())?) } else { None }
}

/// UDP trackers (BEP 15) and Stratum, which no layer stands for.
fn unknown(bytes: &[u8]) -> Option<Sight> {
    const TRACKER: [u8; 8] = 0x0000_0417_2710_1980_u64.to_be_bytes();
    if bytes.len() == 16 && bytes.starts_with(&TRACKER) && bytes.get(8..12) == Some(&[0; 4]) {
        return Some(Sight::Tracker);
    }
    is_work(bytes).then_some(Sight::Mining)
}

/// Stratum's first words, of Bitcoin's, Monero's and Ethereum's kind, and `getwork`.
fn is_work(bytes: &[u8]) -> bool {
    let bytes = bytes.get(..bytes.len().min(2048)).unwrap_or_default();
    let has = |needle: &str| text::contains(bytes, needle.as_bytes());
    let is_object = bytes.trim_ascii_start().starts_with(b"{") && has("\"method\"");
    is_object
        && ([
            "\"mining.subscribe\"",
            "\"mining.authorize\"",
            "\"mining.submit\"",
            "\"eth_submitLogin\"",
            "\"eth_getWork\"",
            "\"getwork\"",
        ]
        .iter()
        .any(|word| has(word))
            || has("\"login\"") && has("\"pass\"") && (has("\"agent\"") || has("\"algo\"")))
}

/// RFC 4648 §4; padding may be missing.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.iter().rposition(|&byte| byte != b'=').map_or(text.len(), |last| last + 1);
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::with_capacity(text.len()));
    for &digit in text.get(..digits)? {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, count) = (bits << 6 | u32::from(value), count + 6);
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests;
