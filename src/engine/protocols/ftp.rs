//! File Transfer Protocol, RFC 959: the control connection, and those for data that it announces.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields, text,
};

fields! {
    COMMAND: Text => "ftp.request.command", "Request command";
    ARGUMENT: Text => "ftp.request.arg", "Request arg";
    CODE: Uint => "ftp.response.code", "Response code";
    RESPONSE: Text => "ftp.response.arg", "Response arg";
}

pub(super) static FTP: Protocol = Protocol {
    name: "ftp",
    title: "File Transfer Protocol (FTP)",
    short: "FTP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(21)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Found by what the control connection says.
pub(super) static FTP_DATA: Protocol =
    Protocol { name: "ftp-data", title: "FTP Data", short: "FTP-DATA", dissect: data, ..Protocol::PLAIN };

/// Commands that no other text protocol knows.
const OWN: &[&[u8]] = &[
    b"PASV", b"EPSV", b"SYST", b"FEAT", b"PWD", b"XPWD", b"CWD", b"CDUP", b"MKD", b"RMD", b"NLST", b"STOR", b"RETR",
    b"RNFR", b"RNTO", b"PBSZ", b"PROT", b"MLSD", b"MLST", b"OPTS", b"CLNT", b"EPRT",
];

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || !text::looks_like_text(payload.bytes) {
        return Verdict::NotMine;
    }
    let Some(line) = text::whole_line(payload.bytes) else { return Verdict::Possible };
    let (word, rest) = text::word(line);
    let command = match rest {
        // RETR 1 is POP's, FEAT and OPTS have cousins elsewhere.
        [] => text::one_of(word, &[b"PASV", b"EPSV", b"SYST", b"XPWD", b"CDUP"]),
        _ => text::starts_with(line, b"AUTH TLS") || text::one_of(word, &[b"EPRT", b"RNFR", b"PBSZ", b"OPTS", b"CLNT"]),
    };
    let greeting = text::reply_code(line) == Some(220)
        && (text::contains(line, b"FTP") || text::contains(line, b"FileZilla"))
        && !text::contains(line, b"SMTP");
    Verdict::certain_if(command || greeting)
}

/// The flow's memory: `AUTH TLS` was said.
const SECURE: u16 = 1;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let line = text::line(bytes.all());
    let server = d.from_server(&[21]);
    match text::reply_code(line) {
        Some(code) => {
            match (code, server) {
                (227, true) => announced(
                    d,
                    line.iter().position(|&byte| byte == b'(').and_then(|at| comma_port(line.get(at..)?.get(1..)?)),
                ),
                (229, true) => announced(
                    d,
                    line.iter().position(|&byte| byte == b'(').and_then(|at| bar_port(line.get(at..)?.get(1..)?)),
                ),
                (234, true) if d.memory() == SECURE => d.switch("tls"),
                _ => {}
            }
            d.field(&CODE, bytes.span(0..3), code);
            if d.wants()
                && let Some(argument) = line.get(4..).filter(|argument| !argument.is_empty())
            {
                d.field(&RESPONSE, bytes.span(4..line.len()), text::shown(argument));
            }
            d.info(|| format!("Response: {}", text::shown(line)));
        }
        None if server => d.info(|| format!("Response: {}", text::shown(line))),
        None => {
            let (word, argument) = text::word(line);
            if word.eq_ignore_ascii_case(b"PORT") {
                announced(d, comma_port(argument));
            } else if word.eq_ignore_ascii_case(b"EPRT") {
                announced(d, bar_port(argument));
            } else if text::starts_with(line, b"AUTH TLS") || text::starts_with(line, b"AUTH SSL") {
                d.remember(SECURE);
            }
            if d.wants() && (text::one_of(word, OWN) || word.len() <= 4) {
                d.field(&COMMAND, bytes.span(0..word.len()), text::shown(word));
                if !argument.is_empty() {
                    let start = line.len().saturating_sub(argument.len());
                    d.field(&ARGUMENT, bytes.span(start..line.len()), text::shown(argument));
                }
            }
            d.info(|| format!("Request: {}", text::shown(line)));
        }
    }
    Ok(Next::End)
}

/// A connection for data is announced by who will accept it: the sender.
fn announced(d: &mut Dissection, port: Option<u16>) {
    let address = d.pairs.last().and_then(|(source, _, _)| source.ip());
    if let Some(port) = port {
        d.expect(Transport::Tcp, address, port, "ftp-data");
    }
}

/// The port of `h1,h2,h3,h4,p1,p2`.
fn comma_port(text: &[u8]) -> Option<u16> {
    let mut numbers =
        text.split(|byte| !byte.is_ascii_digit()).map(|digits| std::str::from_utf8(digits).ok()?.parse::<u8>().ok());
    let (high, low) = (numbers.nth(4)??, numbers.next()??);
    Some(u16::from_be_bytes([high, low]))
}

/// The port of `|1|address|port|` (RFC 2428).
fn bar_port(text: &[u8]) -> Option<u16> {
    let bar = text.first()?;
    std::str::from_utf8(text.split(|byte| byte == bar).nth(3)?).ok()?.parse().ok()
}

fn data<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.info(|| format!("FTP Data: {} bytes", bytes.wire_len()));
    let is_text = bytes.all().iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    Ok(if is_text { Next::Claim(Claim::Named("data-text-lines"), bytes) } else { Next::Data(bytes) })
}
