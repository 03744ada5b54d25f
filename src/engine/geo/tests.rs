//! Our table against the data it was made of, classes of addresses, and `.mmdb` files: well made, damaged and hostile ones.
use super::*;

fn text(geo: &Geo, address: &str) -> String {
    let place = geo.place(address.parse().expect(address));
    place.map(|place| place.text().to_owned()).unwrap_or_default()
}

/// A thousand addresses, drawn by `scripts/geo` with what the source says of them: first and last of a range, and in between.
#[test]
fn a_thousand_addresses_are_where_the_source_says() {
    let geo = Geo::default();
    let rows = include_str!("../../../tests/geo/addresses.tsv").lines().filter_map(|line| line.split_once('\t'));
    let (mut right, mut wrong) = (0, Vec::new());
    for (address, country) in rows {
        match text(&geo, address) {
            found if found == country => right += 1,
            found => wrong.push(format!("{address}: {found}, not {country}")),
        }
    }
    assert_eq!((right, wrong), (1000, Vec::new()));
    let facts = geo.facts().expect("a table");
    assert_eq!((facts.source.as_str(), facts.date.len(), facts.shipped), ("DB-IP Lite", 10, true));
    assert!(facts.ranges > 600_000, "{}", facts.ranges);
}

#[test]
fn what_is_no_country_is_said_as_such() {
    let geo = Geo::default();
    let cases = [
        ("10.1.2.3", "private"),
        ("172.15.0.1", "US"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("fd00::1", "private"),
        ("100.64.0.1", "shared"),
        ("127.0.0.53", "loopback"),
        ("::1", "loopback"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("224.0.0.251", "multicast"),
        ("ff02::fb", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("192.0.2.1", "documentation"),
        ("198.51.100.9", "documentation"),
        ("203.0.113.9", "documentation"),
        ("2001:db8::1", "documentation"),
        ("0.0.0.0", "unknown"),
        ("198.18.0.1", "unknown"),
        ("240.0.0.1", "unknown"),
        ("::", "unknown"),
        ("5000::1", "unknown"),
        // IPv4 inside IPv6.
        ("::ffff:10.0.0.1", "private"),
        ("64:ff9b::211.45.27.231", "KR"),
        ("211.45.27.231", "KR"),
    ];
    for (address, place) in cases {
        assert_eq!(text(&geo, address), place, "{address}");
    }
    assert_eq!(geo.title(Place::Country(*b"SG")), "Singapore");
    assert_eq!(geo.title(Place::Country(*b"ZZ")), "ZZ");
}

#[test]
fn small_states_have_addresses() {
    let geo = Geo::default();
    let Some(Table::Ranges(ranges)) = geo.table() else { panic!("our table") };
    for letters in [b"SG", b"HK", b"MT", b"BH", b"LU", b"MC", b"VA"] {
        assert!(ranges.name(*letters).is_some(), "{letters:?}");
    }
}

/// An `.mmdb` file of IPv6 with one network, `2a00::/16`, and one of IPv4, `1.0.0.0/8`.
fn file_of(record: u8, keys: &[&str], code: &str) -> Vec<u8> {
    let networks: [(&[u8], usize); 2] = [(&[0x2a, 0], 16), (&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 104)];
    const EMPTY: u32 = u32::MAX;
    const FOUND: u32 = u32::MAX - 1;
    let mut nodes = vec![[EMPTY; 2]];
    for (prefix, length) in networks {
        let mut node = 0;
        for bit in 0..length {
            let side = usize::from(prefix[bit / 8] >> (7 - bit % 8) & 1);
            if bit + 1 == length {
                nodes[node][side] = FOUND;
            } else {
                if nodes[node][side] == EMPTY {
                    nodes.push([EMPTY; 2]);
                    nodes[node][side] = nodes.len() as u32 - 1;
                }
                node = nodes[node][side] as usize;
            }
        }
    }
    let count = nodes.len() as u32;
    let mut file = Vec::new();
    // The first of the records is the code alone: the network's record points to it.
    let text = |text: &str| [&[2 << 5 | text.len() as u8], text.as_bytes()].concat();
    let first = text(code);
    let place = |side: u32| match side {
        EMPTY => count,
        FOUND => count + 16 + first.len() as u32,
        node => node,
    };
    for node in nodes {
        let [low, high] = node.map(|side| place(side).to_be_bytes());
        match record {
            24 => file.extend([&low[1..], &high[1..]].concat()),
            28 => file.extend([&low[1..], &[low[0] << 4 | high[0]], &high[1..]].concat()),
            _ => file.extend([low, high].concat()),
        }
    }
    file.extend([0; 16]);
    file.extend(&first);
    for key in keys {
        // Beside it something to skip: a list of a bool and a pointer.
        file.push(7 << 5 | 2);
        file.extend(text("geoname_id"));
        file.extend([2, 4, 1, 7, 1 << 5, 0]);
        file.extend(text(key));
    }
    file.extend([1 << 5, 0]);
    file.extend(mmdb::MARK);
    file.push(7 << 5 | 5);
    for (name, number) in
        [("node_count", count), ("record_size", record.into()), ("ip_version", 6), ("build_epoch", 1_780_272_000)]
    {
        file.extend(text(name));
        file.push(6 << 5 | 4);
        file.extend(number.to_be_bytes());
    }
    file.extend(text("database_type"));
    file.extend(text("Test-Country"));
    file
}

#[test]
fn mmdb_files_are_read() {
    for record in [24, 28, 32] {
        for keys in [["country", "iso_code"].as_slice(), &["registered_country", "iso_code"], &["country_code"]] {
            let mut geo = Geo::default();
            let facts = geo.load(file_of(record, keys, "KR")).expect("a table");
            assert_eq!(
                (facts.source.as_str(), facts.date.as_str(), facts.shipped),
                ("Test-Country", "2026-06-01", false)
            );
            for (address, place) in
                [("1.2.3.4", "KR"), ("2.2.3.4", "unknown"), ("2a00:1::1", "KR"), ("2a01::1", "unknown")]
            {
                assert_eq!(text(&geo, address), place, "{address} {record} {keys:?}");
            }
            assert_eq!(text(&geo, "10.1.2.3"), "private");
        }
    }
    // What is no country is none.
    let mut geo = Geo::default();
    assert!(geo.load(file_of(24, &["country", "iso_code"], "kr")).is_ok());
    assert_eq!(text(&geo, "1.2.3.4"), "unknown");
}

/// Every byte changed, every length cut, and pointers in circles: no panic, no endless search.
#[test]
fn damaged_tables_do_no_harm() {
    let good = file_of(28, &["country", "iso_code"], "KR");
    let mut geo = Geo::default();
    let mut try_it = |bytes: Vec<u8>| {
        if geo.load(bytes).is_ok() {
            for address in ["1.2.3.4", "255.1.1.1", "2a00::1", "2a01::1"] {
                let _ = geo.place(address.parse().expect("an address"));
            }
        }
    };
    for at in 0..good.len() {
        try_it(good.get(..at).unwrap_or_default().to_vec());
        for value in [0, 0x20, 0x3f, 0xe0, 0xff] {
            let mut bad = good.clone();
            bad[at] = value;
            try_it(bad);
        }
    }
    let own =
        miniz_oxide::inflate::decompress_to_vec(&include_bytes!("../../../www/geo/countries.bin")[10..]).expect("gzip");
    let mut small = own.clone();
    small.truncate(20_000);
    for at in (0..small.len()).step_by(97) {
        let mut bad = small.clone();
        bad[at] ^= 0x55;
        try_it(bad);
        try_it(small.get(..at).unwrap_or_default().to_vec());
    }
    assert!(Geo::default().load(own).is_ok(), "a host may have unpacked it");
    assert!(Geo::default().load(b"nonsense".to_vec()).is_err_and(|message| message.contains(".mmdb")));
}
