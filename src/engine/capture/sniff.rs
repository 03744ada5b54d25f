//! What kind of file is this? Captures are told by their first bytes; other files are named, with what to do about them.

use super::Error;
use super::pcap::Pcap;

/// Enough to name what is no capture: a tar archive says so only at byte 257.
const ENOUGH: usize = 512;

/// What the first bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sniffed {
    Pcap(Pcap),
    Pcapng,
    /// This many bytes are needed to tell.
    Need(usize),
    Foreign(Error),
}

/// Looks at the start of a file.
pub(super) fn sniff(window: &[u8]) -> Sniffed {
    let Some(&magic) = window.first_chunk::<4>() else { return Sniffed::Need(4) };
    if let Some(pcap) = Pcap::from_magic(magic) {
        return Sniffed::Pcap(pcap);
    }
    if magic == super::pcapng::SECTION_HEADER.to_be_bytes() {
        return Sniffed::Pcapng;
    }
    match window.get(..ENOUGH) {
        None => Sniffed::Need(ENOUGH),
        Some(start) => Sniffed::Foreign(foreign(start)),
    }
}

const DECOMPRESS: &str = "decompress it first, then open the capture inside";
const CONVERT: &str = "convert it with editcap or Wireshark to pcapng first";
const CHOOSE: &str = "choose a pcap or pcapng file";

/// First bytes, what they mean, what to do.
const MAGICS: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "a file compressed with gzip", DECOMPRESS),
    (b"\x28\xb5\x2f\xfd", "a file compressed with zstd", DECOMPRESS),
    (b"\xfd7zXZ\0", "a file compressed with xz", DECOMPRESS),
    (b"BZh", "a file compressed with bzip2", DECOMPRESS),
    (b"\x04\x22\x4d\x18", "a file compressed with lz4", DECOMPRESS),
    (b"\x1f\x9d", "a file compressed with compress", DECOMPRESS),
    (b"PK\x03\x04", "a zip archive", DECOMPRESS),
    (b"PK\x05\x06", "an empty zip archive", CHOOSE),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", DECOMPRESS),
    (b"Rar!\x1a\x07", "a RAR archive", DECOMPRESS),
    (b"snoop\0\0\0", "a snoop capture", CONVERT),
    (b"btsnoop\0", "a Bluetooth snoop capture", CONVERT),
    (b"RTSS", "a Microsoft Network Monitor 1 capture", CONVERT),
    (b"GMBU", "a Microsoft Network Monitor 2 capture", CONVERT),
    (b"TRSNIFF data    \x1a", "a Sniffer capture", CONVERT),
    (b"XCP\0", "a Sniffer or NetXRay capture", CONVERT),
    (b"iptrace 1.0", "an AIX iptrace capture", CONVERT),
    (b"iptrace 2.0", "an AIX iptrace capture", CONVERT),
    (b"TR\0d\0", "an HP nettl trace", CONVERT),
    (b"\0\0\0\x01\0\0\0\0\0\x07\xd0\0", "an HP nettl trace", CONVERT),
    (b"\x7fver", "an OmniPeek capture", CONVERT),
    (b"\x05VNF", "a Visual Networks capture", CONVERT),
    (b"\xaa\xaa\xaa\xaa", "a 5Views capture", CONVERT),
    (b"\0\0\x02\0\x12\x05\0\x10", "a K12 capture", CONVERT),
    (b"\xac\x01\0\x1c", "an Ixia capture", CONVERT),
    (b"\xab\x01\0\x1c", "an Ixia capture", CONVERT),
    (b"\x1c\0\x01\xac", "an Ixia capture", CONVERT),
    (b"\x1c\0\x01\xab", "an Ixia capture", CONVERT),
    (b"\x7fELF", "a program (ELF)", CHOOSE),
    (b"MZ", "a Windows program", CHOOSE),
    (b"%PDF", "a PDF document", CHOOSE),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", CHOOSE),
    (b"\xff\xd8\xff", "a JPEG image", CHOOSE),
    (b"GIF8", "a GIF image", CHOOSE),
    (b"SQLite format 3\0", "an SQLite database", CHOOSE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document", CHOOSE),
];

/// Names a file that is not a capture we read, from as many of its first bytes as there are.
pub(super) fn foreign(start: &[u8]) -> Error {
    let is = |what: &str, advice: &str| Error::new(format!("This is {what}: {advice}."));
    let is_no_capture =
        |what: &str, advice: &str| Error::new(format!("This is not a packet capture but {what}: {advice}."));
    if let Some((_, what, advice)) = MAGICS.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return if *advice == CHOOSE { is_no_capture(what, advice) } else { is(what, advice) };
    }
    if at(start, 257, b"ustar") {
        return is("a tar archive", "unpack it first, then open the capture inside");
    }
    if windows_etl(start) {
        return is("a Windows ETL trace", "convert it with etl2pcapng first");
    }
    if let Some((what, advice)) = text(start) {
        return is_no_capture(what, advice);
    }
    if lanalyzer(start) {
        return is("probably a LANalyzer capture", CONVERT);
    }
    if erf(start) {
        return is("probably an Endace ERF capture", CONVERT);
    }
    if start.iter().all(|&octet| octet == 0) {
        return is_no_capture("zeros", "it was probably not copied to its end; copy it again");
    }
    Error::new("This is no capture file that can be read here: choose a pcap or pcapng file.")
}

fn at(start: &[u8], offset: usize, text: &[u8]) -> bool {
    start.get(offset..).is_some_and(|rest| rest.starts_with(text))
}

/// Event Trace Log: a buffer header of 72 bytes that begins with the buffer's size, then the log's own event, whose header is of
/// version 2, type 1 or 2 (32 or 64 bits), with marker c0.
fn windows_etl(start: &[u8]) -> bool {
    let size = start.first_chunk::<4>().map_or(0, |octets| u32::from_le_bytes(*octets));
    size.is_multiple_of(1024) && size != 0 && (at(start, 0x48, b"\x02\0\x02\xc0") || at(start, 0x48, b"\x02\0\x01\xc0"))
}

/// Novell LANalyzer: a record type for the file's header (1001 or 1007) and a record length below 256.
fn lanalyzer(start: &[u8]) -> bool {
    matches!(start, [0x01 | 0x07, 0x10, length, 0, ..] if *length >= 2)
}

/// Endace Extensible Record Format has no magic. Its records begin with a time in 2⁻³² seconds, little-endian, then type, flags and
/// length, losses and the packet's length on the wire. One record alone would take every twentieth heap of random bytes for a capture.
fn erf(start: &[u8]) -> bool {
    let record = |bytes: &[u8]| -> Option<usize> {
        let seconds = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?);
        let kind = bytes.get(8)? & 0x7f;
        let length = u16::from_be_bytes(*bytes.get(10..)?.first_chunk()?);
        let wire = u16::from_be_bytes(*bytes.get(14..)?.first_chunk()?);
        // A record is its packet, cut or padded a little, and its heads.
        let fits = (16..=wire.saturating_add(64)).contains(&length);
        let plausible = (800_000_000..2_500_000_000).contains(&seconds) && (1..=48).contains(&kind) && fits;
        plausible.then_some(usize::from(length))
    };
    match record(start).and_then(|length| start.get(length..)) {
        Some(second) if second.len() >= 16 => record(second).is_some(),
        Some(_) => true,
        None => false,
    }
}

/// Texts that people take for captures.
fn text(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    // The last character may be cut off, so bytes above ASCII are taken as they come.
    if start
        .iter()
        .any(|&octet| (octet < 0x20 && !matches!(octet, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)) || octet == 0x7f)
    {
        return None;
    }
    let start = start.trim_ascii_start();
    let has = |word: &[u8]| start.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    Some(match start.first()? {
        b'{' | b'[' if has(b"\"log\"") && (has(b"\"creator\"") || has(b"\"entries\"") || has(b"\"version\"")) => {
            ("a HAR file of a browser", "it has requests, no packets; choose a pcap or pcapng file")
        }
        b'{' | b'[' => ("JSON", CHOOSE),
        b'<' if has(b"<pdml") || has(b"<psml") => ("a packet list in XML", "open the capture it was made from"),
        b'<' if has(b"<html") || has(b"<!doctype html") => {
            ("a web page", "the download probably gave an error page; download the capture again")
        }
        b'<' => ("XML", CHOOSE),
        _ if tcpdump_line(start) => ("what tcpdump printed", "capture with tcpdump -w FILE to get one"),
        _ if start.is_ascii() || std::str::from_utf8(start).is_ok() => ("text", CHOOSE),
        _ => return None,
    })
}

/// A line of tcpdump: a time with a fraction, then a word that says what protocol it is.
fn tcpdump_line(start: &[u8]) -> bool {
    let line = start.split(|&octet| octet == b'\n').next().unwrap_or_default();
    let mut words = line.split(|&octet| octet == b' ').map(|word| word.trim_ascii());
    let time = |word: &[u8]| {
        word.first().is_some_and(u8::is_ascii_digit)
            && word.contains(&b'.')
            && word.iter().all(|octet| octet.is_ascii_digit() || matches!(octet, b':' | b'.'))
    };
    let first = words.next().unwrap_or_default();
    let date = first.len() == 10 && first.split(|&octet| octet == b'-').count() == 3;
    let stamp = if date { words.next().unwrap_or_default() } else { first };
    time(stamp)
        && words.next().is_some_and(|word| {
            matches!(word, b"IP" | b"IP6" | b"ARP," | b"ARP" | b"STP" | b"LLDP," | b"IS-IS," | b"802.1Q")
                || line.contains(&b'>')
        })
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn foreign_files_are_named() {
        let mut etl = vec![0; 200];
        etl[1] = 0x10;
        etl[0x48..0x4c].copy_from_slice(&[2, 0, 2, 0xc0]);
        let mut tar = b"capture.pcap".to_vec();
        tar.resize(257, 0);
        tar.extend(b"ustar\x0000");
        let erf = b"\0\0\0\0\0\0\0\x50\x02\x04\0\x12\0\0\0\x02ab".repeat(3);
        let long = [b"snoop\0\0\0".as_slice(), &[1; 5000]].concat();
        let files: &[(&[u8], &str)] = &[
            (b"", "The file is empty."),
            (b"a", "not a packet capture but text"),
            (b"\xd4\xc3", "no capture file that can be read here"),
            (b"\xd4\xc3\xb2\xa1\x02\0", "ends inside its own header"),
            (b"\x0a\x0d\x0d\x0a\x1c\0\0\0", "ends inside its own header"),
            (b"\x0a\x0d\x0d\x0ahello world", "begins like a pcapng file, but"),
            (&long, "This is a snoop capture: convert it"),
            (b"GMBU\x02\0", "Microsoft Network Monitor 2"),
            (b"RTSS\x02\0", "Microsoft Network Monitor 1"),
            (&etl, "This is a Windows ETL trace: convert it with etl2pcapng first."),
            (b"\x1f\x8b\x08\0", "gzip: decompress it first"),
            (b"\x28\xb5\x2f\xfd", "zstd"),
            (b"\xfd7zXZ\0", "xz"),
            (b"BZh91AY", "bzip2"),
            (b"\x04\x22\x4d\x18", "lz4"),
            (b"PK\x03\x04\x14", "zip"),
            (&tar, "tar archive"),
            (b"TRSNIFF data    \x1a", "Sniffer"),
            (b"\x01\x10\x4c\0", "LANalyzer"),
            (&erf, "ERF"),
            (b"iptrace 1.0\0", "AIX iptrace"),
            (b"TR\0d\0", "HP nettl"),
            (b"\x7fELF\x02", "not a packet capture but a program"),
            (b"%PDF-1.7", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "PNG"),
            (b"{ \"log\": { \"version\": \"1.2\", \"creator\"", "HAR"),
            (b"[{\"_index\": 1}]", "JSON"),
            (b"\n<!DOCTYPE html><html>", "web page"),
            (b"<?xml version=\"1.0\"?><pdml>", "packet list in XML"),
            (b"12:00:01.123456 IP 10.0.0.1.80 > 10.0.0.2.1: Flags [S]", "what tcpdump printed"),
            (b"2024-01-02 12:00:01.123456 ARP, Request who-has", "what tcpdump printed"),
            (b"1700000000.123456 IP6 ::1 > ::2: ICMP6", "what tcpdump printed"),
            ("Grüße".as_bytes(), "but text"),
            (&[0; 600], "but zeros"),
            (&[0xfe; 600], "no capture file that can be read here"),
        ];
        for (bytes, expected) in files {
            let outcome = read(bytes);
            let message = outcome.error.as_ref().map(|error| error.message.as_str()).unwrap_or_default();
            assert!(message.contains(expected), "{message:?} should say {expected:?}");
            assert!(outcome.records.is_empty() && outcome.reader.format().is_none());
        }
    }
}
