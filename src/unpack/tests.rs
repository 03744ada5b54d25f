//! What tools packed comes back as it was.
use super::*;

/// One small capture, packed by the tools of these formats: `tests/captures/packed/make.sh`.
fn packed(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/captures/packed/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn plain() -> Vec<u8> {
    packed("../dns/capture.pcap")
}

/// Names and bytes of what is inside.
fn unpack(bytes: Vec<u8>, name: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut packed = Packed::open(Box::new(Cursor::new(bytes)), name, u64::MAX)?.expect("it is packed");
    let mut found = Vec::new();
    while let Some(inside) = packed.next_file() {
        let mut inside = inside?;
        let mut bytes = Vec::new();
        inside.bytes.read_to_end(&mut bytes)?;
        assert!(bytes.starts_with(&inside.head));
        found.push((inside.name, bytes));
    }
    Ok(found)
}

#[test]
fn every_format_gives_the_same_bytes() {
    let plain = plain();
    for ending in ["gz", "zst", "lz4", "xz", "bz2"] {
        let name = format!("day.pcap.{ending}");
        let once = packed(&name);
        let found = unpack(once.clone(), &name).expect(ending);
        assert_eq!(found, [("day.pcap".to_owned(), plain.clone())], "{ending}");
        // Appended to one another, as tools that write in parallel do.
        let found = unpack(once.repeat(3), "whatever").expect(ending);
        assert_eq!(found, [("whatever".to_owned(), plain.repeat(3))], "{ending} three times");
    }
}

#[test]
fn archives_hold_several_files_and_files_that_are_packed_again() {
    let plain = plain();
    let found = unpack(packed("days.zip"), "days.zip").expect("an archive");
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["readme.txt", "day.pcap", "stored.pcap", "again.pcap"]);
    assert!(found.iter().skip(1).all(|(_, bytes)| *bytes == plain));
}

#[test]
fn what_is_cut_or_damaged_is_said() {
    for ending in ["gz", "zst", "lz4", "xz", "bz2"] {
        let name = format!("day.pcap.{ending}");
        let whole = packed(&name);
        let cut = unpack(whole[..whole.len() / 2].to_vec(), &name);
        let message = sentence(&cut.expect_err(ending));
        assert!(message.ends_with('.') && message.contains("compressed file"), "{ending}: {message}");
    }
    let whole = packed("days.zip");
    let cut = unpack(whole[..whole.len() / 2].to_vec(), "days.zip");
    assert!(sentence(&cut.expect_err("cut")).contains("directory is missing"));
    assert!(Packed::open(Box::new(Cursor::new(plain())), "day.pcap", 9).expect("read").is_none());
}

#[test]
fn a_file_that_fills_disks_is_stopped() {
    // Zeros, a thousand times their packed size.
    let (read, written) = (Rc::new(Cell::new(3 << 20)), Rc::new(Cell::new(2 << 30)));
    let mut guard = Guard { bytes: io::repeat(0), read, written: Rc::clone(&written), most: u64::MAX };
    assert!(sentence(&guard.read(&mut [0; 8]).expect_err("a bomb")).contains("500 times its size"));
    let mut guard = Guard { bytes: io::repeat(0), read: Rc::new(Cell::new(1 << 30)), written, most: 1 << 30 };
    assert!(sentence(&guard.read(&mut [0; 8]).expect_err("too large")).contains("1024 MB"));
}

#[test]
fn captures_are_known_by_their_first_bytes() {
    for magic in ["a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a"] {
        let head: Vec<u8> = (0..4).map(|n| u8::from_str_radix(&magic[2 * n..2 * n + 2], 16).expect("hex")).collect();
        assert!(is_capture(&head), "{magic}");
    }
    assert!(!is_capture(b"text") && !is_capture(b"\xd4\xc3") && is_capture(&plain()));
}
