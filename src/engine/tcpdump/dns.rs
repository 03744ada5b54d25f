//! DNS (RFC 1035), over UDP, TCP and multicast (RFC 6762).
use super::{Bytes, Out, Printed, ipv4, ipv6, safe};
use crate::engine::dissect::Problem;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Udp,
    Tcp,
    Multicast,
}

const OPERATIONS: [&str; 16] = [
    "",
    " inv_q",
    " stat",
    " op3",
    " notify",
    " update",
    " op6",
    " op7",
    " op8",
    " updateA",
    " updateD",
    " updateDA",
    " updateM",
    " updateMA",
    " zoneInit",
    " zoneRef",
];

const ANSWERS: [&str; 16] = [
    "",
    " FormErr",
    " ServFail",
    " NXDomain",
    " NotImp",
    " Refused",
    " YXDomain",
    " YXRRSet",
    " NXRRSet",
    " NotAuth",
    " NotZone",
    " Resp11",
    " Resp12",
    " Resp13",
    " Resp14",
    " NoChange",
];

fn type_name(kind: u16) -> Option<&'static str> {
    const FIRST: [&str; 49] = [
        "", "A", "NS", "MD", "MF", "CNAME", "SOA", "MB", "MG", "MR", "NULL", "WKS", "PTR", "HINFO", "MINFO", "MX",
        "TXT", "RP", "AFSDB", "X25", "ISDN", "RT", "NSAP", "NSAP_PTR", "SIG", "KEY", "PX", "GPOS", "AAAA", "LOC",
        "NXT", "EID", "NIMLOC", "SRV", "ATMA", "NAPTR", "KX", "CERT", "A6", "DNAME", "SINK", "OPT", "APL", "DS",
        "SSHFP", "IPSECKEY", "RRSIG", "NSEC", "DNSKEY",
    ];
    let name = match kind {
        99 => "SPF",
        100 => "UINFO",
        101 => "UID",
        102 => "GID",
        103 => "UNSPEC",
        104 => "UNSPECA",
        249 => "TKEY",
        250 => "TSIG",
        251 => "IXFR",
        252 => "AXFR",
        253 => "MAILB",
        254 => "MAILA",
        255 => "ANY",
        256 => "URI",
        _ => FIRST.get(usize::from(kind)).copied().unwrap_or_default(),
    };
    Some(name).filter(|name| !name.is_empty())
}

fn class(out: &mut Out<'_>, class: u16) {
    match class {
        1 => {}
        3 => out.put(" CHAOS"),
        4 => out.put(" HS"),
        255 => out.put(" ANY"),
        _ => say!(out, " (Class {class})"),
    }
}

fn kind_name(out: &mut Out<'_>, kind: u16) {
    match type_name(kind) {
        Some(name) => say!(out, " {name}"),
        None => say!(out, " Type{kind}"),
    }
}

/// The message, what has been read of it, and its place in what was captured.
struct Message<'m> {
    bytes: Bytes<'m>,
    at: usize,
    multicast: bool,
}

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, kind: Kind) -> Printed {
    out.protocol = "domain";
    let mut bytes = bytes;
    let mut length = bytes.wire_len();
    if kind == Kind::Tcp {
        // The message follows its length; one that goes on in later segments is printed as far as it is here.
        let whole = usize::from(bytes.u16(0)?);
        length = length.saturating_sub(2);
        if length < 12 {
            say!(out, " domain [length {length} < 12]");
            out.invalid();
            return Ok(());
        }
        if length != whole {
            say!(out, " [prefix length({whole}) != length({length})]");
            out.invalid();
            return Ok(());
        }
        bytes = bytes.from(2);
        length = whole;
    } else if length < 12 {
        say!(out, "domain [length {length} < 12]");
        out.invalid();
        return Ok(());
    }
    let mut message = Message { bytes, at: 12, multicast: kind == Kind::Multicast };
    let printed = message.print(out, length, kind == Kind::Tcp);
    out.part(printed);
    Ok(())
}

impl Message<'_> {
    fn print(&mut self, out: &mut Out<'_>, length: usize, over_tcp: bool) -> Printed {
        let (id, flags) = (self.bytes.u16(0)?, self.bytes.u16(2)?);
        let mut counts = [0u16; 4];
        for (n, count) in counts.iter_mut().enumerate() {
            *count = self.bytes.u16(n.saturating_mul(2).saturating_add(4))?;
        }
        let [questions, answers, authorities, additional] = counts;
        let operation = OPERATIONS.get(usize::from(flags >> 11 & 15)).unwrap_or(&"");
        let set = |bit: u16, text: &'static str| if flags & bit != 0 { text } else { "" };
        if over_tcp {
            out.put(" ");
        }
        if flags & 0x8000 != 0 {
            let answer = ANSWERS.get(usize::from(flags & 15)).unwrap_or(&"");
            let unable = if flags & 0x80 == 0 { "-" } else { "" };
            say!(out, "{id}{operation}{answer}{}{unable}{}{}", set(0x400, "*"), set(0x200, "|"), set(0x20, "$"));
            if questions != 1 {
                say!(out, " [{questions}q]");
            }
            for n in 0..questions {
                if n > 0 {
                    out.put(",");
                }
                if out.options.v > 1 {
                    out.put(" q:");
                    self.question(out)?;
                } else {
                    self.skip()?;
                    self.at = self.at.saturating_add(4);
                }
            }
            say!(out, " {answers}/{authorities}/{additional}");
            self.records(out, "", answers)?;
            if out.options.v > 1 {
                self.records(out, " ns:", authorities)?;
                self.records(out, " ar:", additional)?;
            }
        } else {
            say!(out, "{id}{operation}{}{}", set(0x100, "+"), set(0x10, "%"));
            if flags & 0x6cf != 0 {
                say!(out, " [b2&3=0x{flags:x}]");
            }
            if flags >> 11 & 15 == 1 {
                if questions != 0 {
                    say!(out, " [{questions}q]");
                }
                if answers != 1 {
                    say!(out, " [{answers}a]");
                }
            } else {
                if answers != 0 {
                    say!(out, " [{answers}a]");
                }
                if questions != 1 {
                    say!(out, " [{questions}q]");
                }
            }
            if authorities != 0 {
                say!(out, " [{authorities}n]");
            }
            if additional != 0 {
                say!(out, " [{additional}au]");
            }
            for _ in 0..questions {
                if self.at >= self.bytes.len() {
                    return Err(Problem::Truncated);
                }
                self.question(out)?;
            }
            if out.options.v > 1 {
                self.records(out, "", answers)?;
                self.records(out, " ns:", authorities)?;
                self.records(out, " ar:", additional)?;
            }
        }
        say!(out, " ({length})");
        Ok(())
    }

    fn records(&mut self, out: &mut Out<'_>, lead: &str, count: u16) -> Printed {
        for n in 0..count {
            if self.at >= self.bytes.len() {
                return Err(Problem::Truncated);
            }
            out.put(if n == 0 { lead } else { "," });
            self.record(out)?;
        }
        Ok(())
    }

    fn question(&mut self, out: &mut Out<'_>) -> Printed {
        let name = self.at;
        self.skip()?;
        let (kind, asked) = (self.bytes.u16(self.at)?, self.bytes.u16(self.at.saturating_add(2))?);
        self.at = self.at.saturating_add(4);
        kind_name(out, kind);
        if self.multicast {
            class(out, asked & 0x7fff);
            out.put(if asked & 0x8000 != 0 { " (QU)" } else { " (QM)" });
        } else {
            class(out, asked);
        }
        out.put("? ");
        self.name(out, name).map(|_| ())
    }

    fn record(&mut self, out: &mut Out<'_>) -> Printed {
        if out.verbose() {
            out.put(" ");
            self.at = self.name(out, self.at)?;
        } else if self.skip().is_err() {
            self.at = self.bytes.len();
        }
        let at = self.at;
        let Ok(fixed) = self.bytes.array::<10>(at) else {
            // The last record may be cut off without a word.
            self.at = self.bytes.len();
            return Ok(());
        };
        let fixed = Bytes::reassembled(&fixed, 0);
        let (kind, mut of, ttl) = (fixed.u16(0)?, fixed.u16(2)?, fixed.u32(4)?);
        let length = usize::from(fixed.u16(8)?);
        if self.multicast {
            if of & 0x8000 != 0 {
                out.put(" (Cache flush)");
            }
            of &= 0x7fff;
        }
        if kind != 41 {
            class(out, of);
            if out.options.v > 1 {
                say!(out, " [{}]", interval(ttl));
            }
        }
        kind_name(out, kind);
        let at = at.saturating_add(10);
        self.bytes.take(at..at.saturating_add(length))?;
        self.at = at.saturating_add(length);
        match kind {
            1 => say!(out, " {}", ipv4(&self.bytes, at)?),
            28 => say!(out, " {}", ipv6(&self.bytes, at)?),
            2 | 5 | 12 | 39 => {
                out.put(" ");
                self.name(out, at)?;
            }
            6 if out.verbose() => {
                out.put(" ");
                let next = self.name(out, at)?;
                out.put(" ");
                let next = self.name(out, next)?;
                for n in 0..5usize {
                    say!(out, " {}", self.bytes.u32(next.saturating_add(n.saturating_mul(4)))?);
                }
            }
            15 => {
                out.put(" ");
                self.name(out, at.saturating_add(2))?;
                say!(out, " {}", self.bytes.u16(at)?);
            }
            16 | 99 => {
                let mut next = at;
                while next < self.at {
                    out.put(" \"");
                    let len = usize::from(self.bytes.u8(next)?);
                    let from = next.saturating_add(1);
                    next = from.saturating_add(len);
                    safe(out, self.bytes.take(from..next)?);
                    out.put("\"");
                }
            }
            33 => {
                out.put(" ");
                self.name(out, at.saturating_add(6))?;
                say!(
                    out,
                    ":{} {} {}",
                    self.bytes.u16(at.saturating_add(4))?,
                    self.bytes.u16(at)?,
                    self.bytes.u16(at.saturating_add(2))?
                );
            }
            38 => {
                let prefix = self.bytes.u8(at)?;
                if prefix > 128 {
                    say!(out, " {prefix}(bad plen)");
                } else {
                    let from = usize::from(prefix / 8);
                    let mut octets = [0u8; 16];
                    let given = self.bytes.take(at.saturating_add(1)..at.saturating_add(17).saturating_sub(from))?;
                    if let Some(rest) = octets.get_mut(from..) {
                        rest.copy_from_slice(given);
                    }
                    say!(out, " {prefix} {}", super::V6(octets.into()));
                    if prefix > 0 {
                        out.put(" ");
                        self.name(out, at.saturating_add(17).saturating_sub(from))?;
                    }
                }
            }
            41 => {
                say!(out, " UDPsize={of}");
                if ttl & 0x8000 != 0 {
                    out.put(" DO");
                }
            }
            104 => safe(out, self.bytes.take(at..self.at)?),
            250 if length > 0 => {
                out.put(" ");
                self.name(out, at)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Steps over a name.
    fn skip(&mut self) -> Printed {
        loop {
            let len = self.bytes.u8(self.at)?;
            self.at = self.at.saturating_add(1);
            match len >> 6 {
                0 if len == 0 => return Ok(()),
                0 => self.at = self.at.saturating_add(usize::from(len)),
                3 => {
                    self.at = self.at.saturating_add(1);
                    return Ok(());
                }
                _ => return Err(Problem::Malformed),
            }
            if self.at >= self.bytes.len() {
                return Err(Problem::Truncated);
            }
        }
    }

    /// Prints the name at `at` and tells where it ends.
    fn name(&self, out: &mut Out<'_>, at: usize) -> Result<usize, Problem> {
        let mut at = at;
        let mut end = None;
        let mut jumped = usize::MAX;
        let mut labels = 0usize;
        loop {
            let len = self.bytes.u8(at)?;
            match len >> 6 {
                3 => {
                    let low = self.bytes.u8(at.saturating_add(1))?;
                    end.get_or_insert(at.saturating_add(2));
                    let target = usize::from(u16::from_be_bytes([len & 0x3f, low]));
                    // A pointer must point back, or it could lead in circles.
                    if target >= at || target >= jumped {
                        out.put("<BAD PTR>");
                        return Err(Problem::Malformed);
                    }
                    if target >= self.bytes.len() {
                        return Err(Problem::Truncated);
                    }
                    jumped = target;
                    at = target;
                }
                0 if len == 0 => {
                    if labels == 0 {
                        out.put(".");
                    }
                    return Ok(end.unwrap_or(at.saturating_add(1)));
                }
                0 => {
                    let from = at.saturating_add(1);
                    at = from.saturating_add(usize::from(len));
                    let label = self.bytes.all().get(from..at.min(self.bytes.len())).unwrap_or_default();
                    safe(out, label);
                    if label.len() < usize::from(len) {
                        return Err(Problem::Truncated);
                    }
                    out.put(".");
                    labels = labels.saturating_add(1);
                    if at >= self.bytes.len() {
                        return Err(Problem::Truncated);
                    }
                }
                _ => {
                    say!(out, "<ELT {}>", len & 0x3f);
                    return Err(Problem::Malformed);
                }
            }
        }
    }
}

/// Seconds as weeks, days, hours, minutes and seconds.
fn interval(seconds: u32) -> String {
    if seconds == 0 {
        return "0s".to_owned();
    }
    let parts = [(604_800, 'w'), (86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')];
    let mut left = seconds;
    let mut text = String::new();
    for (length, letter) in parts {
        let count = left.checked_div(length).unwrap_or(0);
        left = left.checked_rem(length).unwrap_or(0);
        if count > 0 {
            text.push_str(&format!("{count}{letter}"));
        }
    }
    text
}
