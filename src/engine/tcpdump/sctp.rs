//! SCTP (RFC 9260): its chunks.
use super::ip::Net;
use super::{Bytes, Out, Printed, word};

const CHUNKS: [(u32, &str); 17] = [
    (0, "DATA"),
    (1, "INIT"),
    (2, "INIT ACK"),
    (3, "SACK"),
    (4, "HB REQ"),
    (5, "HB ACK"),
    (6, "ABORT"),
    (7, "SHUTDOWN"),
    (8, "SHUTDOWN ACK"),
    (9, "OP ERR"),
    (10, "COOKIE ECHO"),
    (11, "COOKIE ACK"),
    (12, "ECN ECHO"),
    (13, "ECN CWR"),
    (14, "SHUTDOWN COMPLETE"),
    (0xc0, "FOR CUM TSN"),
    (0xc1, "REL CTRL"),
];

const PAYLOADS: [(u32, &str); 28] = [
    (1, "ISDN Q.921"),
    (2, "M2UA"),
    (3, "M3UA"),
    (4, "SUA"),
    (5, "M2PA"),
    (6, "V5.2"),
    (7, "H.248"),
    (8, "BICC/Q.2150.3"),
    (9, "TALI"),
    (10, "DUA"),
    (11, "ASAP"),
    (12, "ENRP"),
    (13, "H.323"),
    (14, "Q.IPC/Q.2150.3"),
    (15, "SIMCO"),
    (16, "DDP Segment"),
    (17, "DDP Stream Session Control"),
    (18, "S1AP"),
    (19, "RUA"),
    (20, "HNBAP"),
    (21, "ForCES HP"),
    (22, "ForCES MP"),
    (23, "ForCES LP"),
    (24, "SBc-AP"),
    (25, "NBAP"),
    (27, "X2AP"),
    (26, "Unassigned"),
    (0, "0x0"),
];

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>) -> Printed {
    out.protocol = "sctp";
    let (sport, dport) = (bytes.u16(0)?, bytes.u16(2)?);
    bytes.take(0..12)?;
    net.ends(out, 132, sport, dport);
    out.put("sctp");
    if bytes.wire_len() < 12 {
        out.invalid();
        return Ok(());
    }
    let mut at = 12usize;
    let mut number = 1u32;
    while at < bytes.wire_len() {
        let (kind, flags, length) =
            (bytes.u8(at)?, bytes.u8(at.saturating_add(1))?, usize::from(bytes.u16(at.saturating_add(2))?));
        let left = bytes.wire_len().saturating_sub(at);
        let fits = (4..=left).contains(&length);
        if fits {
            bytes.take(at..at.saturating_add(length))?;
        }
        let lead = if out.verbose() {
            "\n\t"
        } else if number > 1 {
            ","
        } else {
            ""
        };
        say!(out, "{lead} ({number}) ");
        if !fits {
            say!(
                out,
                "[Bad chunk length {length}{}",
                if length < 4 { ", < size of chunk descriptor]" } else { ", > remaining data in packet]" }
            );
            return Ok(());
        }
        let chunk = bytes.from(at);
        let name = word(&CHUNKS, u32::from(kind), |kind| format!("Unknown chunk type: 0x{kind:x}"));
        say!(out, "[{name}] ");
        let value = chunk.from(4);
        match kind {
            0 => {
                for (bit, letter) in [(4, "(U)"), (2, "(B)"), (1, "(E)")] {
                    out.put(if flags & bit != 0 { letter } else { "" });
                }
                if flags & 7 != 0 {
                    out.put(" ");
                }
                let payload = value.u32(8)?;
                let name = word(&PAYLOADS, payload, |payload| format!("0x{payload:x}"));
                let known = payload != 26;
                say!(out, "[TSN: {}] [SID: {}] [SSEQ {}] [PPID ", value.u32(0)?, value.u16(4)?, value.u16(6)?);
                out.put(if known { &name } else { "0x1a" });
                out.put("] ");
            }
            1 | 2 => {
                say!(out, "[init tag: {}] [rwnd: {}] ", value.u32(0)?, value.u32(4)?);
                say!(out, "[OS: {}] [MIS: {}] [init TSN: {}] ", value.u16(8)?, value.u16(10)?, value.u32(12)?);
            }
            3 => {
                let base = value.u32(0)?;
                let (gaps, twice) = (value.u16(8)?, value.u16(10)?);
                say!(out, "[cum ack {base}] [a_rwnd {}] [#gap acks {gaps}] [#dup tsns {twice}] ", value.u32(4)?);
                let mut at = 12usize;
                for n in 1..=gaps {
                    let (start, end) = (value.u16(at)?, value.u16(at.saturating_add(2))?);
                    at = at.saturating_add(4);
                    let of = |offset: u16| base.wrapping_add(u32::from(offset));
                    say!(out, "\n\t\t[gap ack block #{n}: start = {}, end = {}] ", of(start), of(end));
                }
                for n in 1..=twice {
                    say!(out, "\n\t\t[dup TSN #{n}: {}] ", value.u32(at)?);
                    at = at.saturating_add(4);
                }
            }
            _ => {}
        }
        at = at.saturating_add(length.saturating_add(3) & !3);
        number = number.saturating_add(1);
    }
    Ok(())
}
