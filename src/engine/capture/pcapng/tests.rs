//! Blocks and options of pcapng, made in memory.
use super::super::testing::{Capture, none, read};

/// A section with one interface of microseconds.
fn start(big_endian: bool) -> Capture {
    Capture::default().section(big_endian, none).interface(1, 0, none)
}

#[test]
fn packets_of_every_kind() {
    for big_endian in [false, true] {
        let comment = Capture::new(big_endian).option(2, &[0; 4]).option(1, b"seen").option(0, b"");
        let flags = Capture::new(big_endian).option(2, &[0; 4]).option(0, b"").option(1, b"beyond the end");
        let obsolete = Capture::new(big_endian).u16(0).u16(3).u32(0).u32(7).u32(3).u32(90).raw(b"abc");
        let capture = start(big_endian)
            .packet(0, 1_000_001, 60, b"abcde", &[])
            .packet(0, 2, 5, b"abcde", &comment.bytes)
            .packet(0, 3, 5, b"abcde", &flags.bytes)
            .simple(3, b"abc")
            .block(2, &obsolete.bytes);
        let outcome = read(&capture.bytes);
        let seen: Vec<_> = outcome.records.iter().map(|r| (r.time, r.bytes.len(), r.wire_len, r.comment)).collect();
        assert_eq!(
            seen,
            [
                (Some(1_000_001_000), 5, 60, false),
                (Some(2000), 5, 5, true),
                (Some(3000), 5, 5, false),
                (None, 3, 3, false),
                (Some(7000), 3, 90, false),
            ]
        );
        assert_eq!(outcome.reader.interfaces()[0].packets, 5);
        assert!(outcome.reader.warnings().is_empty());
    }
}

#[test]
fn descriptions() {
    for big_endian in [false, true] {
        let minus_five = if big_endian { (-5i64).to_be_bytes() } else { (-5i64).to_le_bytes() };
        let twelve = if big_endian { 12u64.to_be_bytes() } else { 12u64.to_le_bytes() };
        let capture = Capture::default()
            .section(big_endian, |o| {
                o.option(2, b"box").option(3, b"Linux").option(4, b"dumpcap\0").option(1, b"a").option(1, b"b")
            })
            .interface(113, 96, |o| {
                let o = o.option(2, b"eth0").option(3, b"wall").option(11, b"\0port 53").option(9, &[9]);
                o.option(14, &minus_five).option(12, b"BSD").option(0, b"")
            })
            .interface(1, 0, |o| o.option(9, &[0x8a]).option(11, b"\x01\0\0\0"));
        let statistics = capture.part().u32(0).u64(0).option(5, &twelve).option(0, b"");
        let v4 = capture.part().option(1, b"\x0a\0\0\x01one\0uno\0").option(9, b"?").bytes;
        let v6 = capture.part().option(2, b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01six\0").u32(0).bytes;
        let capture = capture.block(5, &statistics.bytes).block(4, &[v4, v6].concat()).block(10, b"TLSK\0\0\0\0");
        let capture = capture.packet(0, 6_000_000_000, 1, b"a", &[]).packet(1, 1536, 1, b"a", &[]);
        let outcome = read(&capture.bytes);
        let reader = &outcome.reader;
        assert_eq!(outcome.times(), [Some(1_000_000_000), Some(1_500_000_000)]);
        let [first, second] = reader.interfaces() else { panic!("two interfaces") };
        assert_eq!(
            (first.link, first.snaplen, first.ticks_per_second, first.offset_seconds),
            (113, 96, 1_000_000_000, -5)
        );
        let texts = [&first.name, &first.description, &first.filter, &first.os].map(|text| text.as_deref());
        assert_eq!(texts, [Some("eth0"), Some("wall"), Some("port 53"), Some("BSD")]);
        assert_eq!((first.dropped, first.local_id, second.local_id), (Some(12), 0, 1));
        assert_eq!((second.ticks_per_second, &second.filter, &second.name), (1024, &None, &None));
        let section = &reader.sections()[0];
        assert_eq!((section.hardware.as_deref(), section.os.as_deref()), (Some("box"), Some("Linux")));
        assert_eq!((section.application.as_deref(), section.big_endian), (Some("dumpcap"), big_endian));
        assert_eq!(reader.comments().collect::<Vec<_>>(), ["a", "b"]);
        let names: Vec<_> = reader.names().iter().map(|(address, name)| format!("{address} {name}")).collect();
        assert_eq!(names, ["10.0.0.1 one", "10.0.0.1 uno", "::1 six"]);
        assert!(reader.has_secrets() && reader.warnings().is_empty());
    }
}

#[test]
fn sections_count_their_own_interfaces() {
    let capture = start(false).interface(101, 0, none).packet(1, 0, 1, b"a", &[]);
    let capture = capture.section(true, none).interface(113, 2, none).packet(0, 0, 1, b"b", &[]).simple(3, b"cc");
    let capture = capture.section(false, none).packet(0, 0, 1, b"d", &[]);
    let outcome = read(&capture.bytes);
    assert_eq!(outcome.records.iter().map(|record| record.interface).collect::<Vec<_>>(), [1, 2, 2]);
    let numbers: Vec<_> =
        outcome.reader.interfaces().iter().map(|i| (i.section, i.local_id, i.link, i.packets)).collect();
    assert_eq!(numbers, [(0, 0, 1, 0), (0, 1, 101, 1), (1, 0, 113, 2)]);
    assert_eq!(outcome.records[2].bytes, b"cc", "the snapshot length cuts a Simple Packet Block");
    assert!(outcome.warning().1.contains("interface 0, which the file does not describe"));
    assert_eq!(outcome.reader.sections().len(), 3);
}

#[test]
fn blocks_without_packets_are_skipped() {
    let mut capture = start(false);
    for kind in [9, 0xbad, 0x4000_0bad, 0x1234_5678, 0x8000_0001] {
        capture = capture.block(kind, b"whatever it is").block(kind, b"");
    }
    // A length that forgets its padding: 15 instead of 16.
    let capture = capture.u32(0x77).u32(15).raw(b"abc\0").u32(15);
    let outcome = read(&capture.packet(0, 0, 1, b"a", &[]).bytes);
    assert_eq!(outcome.records.len(), 1);
    assert!(outcome.reader.warnings().is_empty());
}

#[test]
fn bad_packets_are_left_out() {
    for big_endian in [false, true] {
        let good = start(big_endian).packet(0, 0, 1, b"a", &[]);
        let offset = good.bytes.len() as u64;
        let claims = good.part().u32(0).u32(0).u32(0).u32(9).u32(9).raw(b"abcdefgh").bytes;
        for (bad, expected) in [
            (good.clone().packet(3, 0, 1, b"a", &[]), "belongs to interface 3"),
            (good.clone().packet(u32::MAX, 0, 1, b"a", &[]), "belongs to interface 4294967295"),
            (good.clone().block(6, &claims), "claims 9 captured bytes, more than its block holds"),
            (good.clone().block(6, &claims[..16]), "too short for its own fields"),
            (good.clone().block(3, b""), "too short for its own fields"),
            (good.clone().block(4, b"abcd"), "names or statistics cannot be read"),
        ] {
            let outcome = read(&bad.packet(0, 0, 1, b"b", &[]).bytes);
            assert_eq!(outcome.records.len(), 2, "{expected}");
            let (at, message) = outcome.warning();
            assert!(at == offset && message.contains(expected), "{at} {message}");
        }
    }
}

#[test]
fn damage_ends_reading_and_keeps_what_was_read() {
    for big_endian in [false, true] {
        let good = start(big_endian).packet(0, 0, 1, b"a", &[]);
        let offset = good.bytes.len() as u64;
        let newer = good.part().u32(0x1a2b_3c4d).u16(2).u16(0).u64(0);
        for (bad, expected) in [
            (good.clone().raw(&[0; 64]), "claims to be 0 bytes long"),
            (good.clone().u32(6).u32(11).u32(0), "claims to be 11 bytes long"),
            (good.clone().u32(6).u32(u32::MAX).u32(0), "claims to be 4294967295 bytes long"),
            (good.clone().u32(0x77).u32(16).u32(0).u32(20), "16 bytes long at its start, 20 at its end"),
            (good.clone().block(0x0a0d_0d0a, &[0; 16]), "no byte-order magic"),
            (good.clone().block(0x0a0d_0d0a, &newer.bytes), "version 2"),
            (good.clone().block(1, b"abc"), "cannot be read"),
        ] {
            let outcome = read(&bad.packet(0, 0, 1, b"b", &[]).bytes);
            assert_eq!((outcome.records.len(), outcome.error.is_none()), (1, true), "{expected}");
            let (at, message) = outcome.warning();
            assert!(at == offset && message.contains(expected), "{at} {message}");
        }
    }
}

#[test]
fn impossible_times() {
    let capture = start(false).interface(1, 0, |o| o.option(9, &[0xff])).packet(0, u64::MAX, 1, b"a", &[]);
    let outcome = read(&capture.packet(1, 1, 1, b"a", &[]).packet(0, 1, 1, b"a", &[]).bytes);
    assert_eq!(outcome.times(), [None, None, Some(1000)]);
    let messages: Vec<_> = outcome.reader.warnings().iter().map(|warning| &warning.message[..20]).collect();
    assert_eq!(messages, ["The time resolution ", "A packet's time stam"]);
    assert_eq!(outcome.reader.interfaces()[1].ticks_per_second, 0);
}
