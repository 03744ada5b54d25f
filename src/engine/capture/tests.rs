//! What holds for every container.

use super::testing::{Capture, none, read, read_in};
use super::*;

fn pcap() -> Vec<u8> {
    let capture = Capture::pcap(false, 0xa1b2_c3d4, 1).record(1, 0, 3, &[], b"abc").record(2, 0, 0, &[], b"");
    capture.record(1, 0, 9000, &[], &[1; 9000]).bytes
}

fn pcapng() -> Vec<u8> {
    let capture = Capture::default().section(false, |o| o.option(1, b"c")).interface(1, 0, |o| o.option(2, b"eth0"));
    let capture = capture.packet(0, 1, 9000, &[1; 9000], &[]).packet(5, 0, 0, b"", &[]).block(0x77, &[0; 100]);
    let names = b"\x01\0\x06\0\x0a\0\0\x01a\0\0\0\0\0\0\0";
    capture.block(4, names).section(true, none).interface(1, 0, none).simple(3, b"abc").bytes
}

#[test]
fn a_cut_off_packet_is_left_out() {
    for bytes in [pcap(), pcapng()] {
        let whole = read(&bytes);
        let opened = if whole.reader.sections().is_empty() { 24 } else { 36 };
        for len in (0..bytes.len()).step_by(37).chain(0..120).chain(bytes.len() - 120..bytes.len()) {
            let part = read(&bytes[..len]);
            assert_eq!(part.error.is_some(), len < opened, "{len}");
            assert_eq!(part.records, whole.records[..part.records.len()], "{len}");
            let cut: Vec<_> = part.reader.warnings().iter().filter(|w| w.message.contains("cut off")).collect();
            if let [warning] = cut[..] {
                let left = crate::api::count(len as u64 - warning.offset);
                assert!(warning.message.contains(&format!("its last {left} bytes")), "{}", warning.message);
            }
            assert_eq!(part.reader.bytes_read(), len as u64);
        }
    }
    let bytes = pcap();
    assert_eq!(read(&bytes[..24 + 19 + 10]).warning().0, 24 + 19, "cut off in a record's header");
    assert!(read(&bytes[..24 + 19]).reader.warnings().is_empty(), "ends between records");
}

#[test]
fn flipped_bits_never_panic_and_chunks_stay_equal() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for bytes in [pcap(), pcapng()] {
        for round in 0..600 {
            let mut damaged = bytes.clone();
            let headers = if round % 2 == 0 { 120 } else { bytes.len() };
            for _ in 0..=next(4) {
                damaged[next(headers)] ^= 1 << next(8);
            }
            let whole = read_in(damaged.len(), &damaged);
            assert_eq!(read_in(1 + next(500), &damaged).facts(), whole.facts(), "round {round}");
        }
    }
}

#[test]
fn warnings_are_bounded() {
    let mut capture = Capture::default().section(false, none);
    for _ in 0..150 {
        capture = capture.packet(0, 0, 0, b"", &[]);
    }
    let outcome = read(&capture.bytes);
    assert_eq!((outcome.reader.warnings().len(), outcome.reader.further_warnings()), (100, 50));
}

#[test]
fn a_lying_length_reserves_nothing() {
    let capture = Capture::default().section(false, none).u32(0x77).u32(LONGEST_BLOCK).raw(&[0; 1000]);
    let mut reader = Reader::new();
    for octet in &capture.bytes {
        assert!(reader.feed(std::slice::from_ref(octet), |_| ()).is_ok());
    }
    assert!(reader.carry.capacity() < 4096, "{}", reader.carry.capacity());
}

#[test]
fn a_large_carry_is_given_back() {
    let large = 4 << 20;
    let capture = Capture::default().section(false, none).interface(1, 0, none).packet(0, 0, 1, &vec![0; large], &[]);
    let mut reader = Reader::new();
    let mut records = 0;
    for chunk in capture.packet(0, 0, 1, b"a", &[]).bytes.chunks(60_000) {
        assert!(reader.feed(chunk, |_| records += 1).is_ok());
        assert!(reader.carry.capacity() <= large + 100, "never more than the record");
    }
    assert_eq!((records, reader.carry.capacity() <= KEPT_CARRY), (2, true));
}

#[test]
fn an_error_stays() {
    let mut reader = Reader::new();
    assert!(reader.feed(&[0x1f; 600], |_| ()).is_err());
    assert!(reader.feed(&pcap(), |_| ()).is_err());
    assert!(reader.finish().is_err() && reader.finish().is_err());
}
