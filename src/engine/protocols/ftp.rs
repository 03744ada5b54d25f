//! File Transfer Protocol, RFC 959: the control connection.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

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

/// Commands that no other text protocol knows.
const OWN: &[&[u8]] = &[
    b"PASV", b"EPSV", b"SYST", b"FEAT", b"PWD", b"XPWD", b"CWD", b"CDUP", b"MKD", b"RMD", b"NLST", b"STOR", b"RETR", b"RNFR", b"RNTO", b"PBSZ",
    b"PROT", b"MLSD", b"MLST", b"OPTS", b"CLNT", b"EPRT",
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

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let line = text::line(bytes.all());
    if let Some(code) = text::reply_code(line) {
        d.field(&CODE, bytes.span(0..3), code);
        if let Some(argument) = line.get(4..).filter(|argument| !argument.is_empty()) {
            d.field(&RESPONSE, bytes.span(4..line.len()), text::shown(argument));
        }
        d.info(|| format!("Response: {}", text::shown(line)));
    } else if d.from_server(&[21]) {
        d.info(|| format!("Response: {}", text::shown(line)));
    } else {
        let (word, argument) = text::word(line);
        if text::one_of(word, OWN) || word.len() <= 4 {
            d.field(&COMMAND, bytes.span(0..word.len()), text::shown(word));
            if !argument.is_empty() {
                let start = line.len().saturating_sub(argument.len());
                d.field(&ARGUMENT, bytes.span(start..line.len()), text::shown(argument));
            }
        }
        d.info(|| format!("Request: {}", text::shown(line)));
    }
    Ok(Next::End)
}
