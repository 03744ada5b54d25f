//! The files of a data set, and what their order in time tells.
use super::Asked;
use super::links::encapsulation;
use crate::api::{CaptureFile, Warning, count, long};
use crate::engine::capture::{Interface, Member};

/// Nothing for so long between two files is worth saying (ns), if it is also a tenth of the shorter one's time.
const SILENCE: i64 = 1_000_000_000;

/// Empty when there is one file only.
pub fn answer(asked: &Asked<'_>) -> Vec<CaptureFile> {
    if asked.reader.single().is_some() {
        return Vec::new();
    }
    let start = asked.store.start.unwrap_or(0);
    let facts = |(number, member): (u32, &Member)| CaptureFile {
        number,
        name: member.name.clone(),
        format: member.reader.format().map_or("", |format| format.name()).to_owned(),
        encapsulation: kind(member.reader.interfaces()),
        bytes: member.reader.bytes_read(),
        packets: member.packets,
        first_ns: member.span.map(|(first, _)| first.saturating_sub(start)),
        last_ns: member.span.map(|(_, last)| last.saturating_sub(start)),
        shift_ns: member.shift,
        duplicates: member.duplicates,
        problem: member.problem.clone(),
    };
    (1..).zip(asked.reader.members()).map(facts).collect()
}

/// The link type of interfaces, as far as they have one in common.
pub fn kind(interfaces: &[Interface]) -> String {
    let mut links: Vec<u16> = interfaces.iter().map(|interface| interface.link).collect();
    links.dedup();
    match links.as_slice() {
        [] => String::new(),
        [only] => encapsulation(*only),
        _ => "per-packet".to_owned(),
    }
}

/// Files left out, packets counted twice, and holes between files.
pub fn warnings(files: &[CaptureFile]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut say = |message: String| warnings.push(Warning { offset: None, message });
    for file in files {
        if let Some(problem) = &file.problem {
            let extent = if file.packets == 0 { "was left out" } else { "was read in part" };
            say(format!("{} {extent}: {problem}", file.name));
        }
        if file.duplicates > 0 {
            say(format!(
                "{} of {} packets of {} stand in another file as well, with the same time and the same bytes: they count twice.",
                count(file.duplicates),
                count(file.packets),
                file.name
            ));
        }
    }
    missing(files).into_iter().for_each(&mut say);
    let mut spans: Vec<(i64, i64, &str)> =
        files.iter().filter_map(|file| Some((file.first_ns?, file.last_ns?, file.name.as_str()))).collect();
    crate::engine::sort::by(&mut spans, |a, b| a.cmp(b));
    let mut latest: Option<(i64, i64, &str)> = None;
    for (first, last, name) in spans {
        if let Some((began, ended, before)) = latest {
            let (silence, shorter) = (first.saturating_sub(ended), (last - first).min(ended.saturating_sub(began)));
            if silence >= SILENCE && silence >= shorter / 10 {
                let silence = long(silence / SILENCE);
                say(format!("Nothing was captured for {silence} between the end of {before} and the start of {name}."));
            }
        }
        if latest.is_none_or(|(_, ended, _)| last > ended) {
            latest = Some((first, last, name));
        }
    }
    warnings
}

/// Numbers that dumpcap's ring of files left out: `NAME_00007_20240102150405.pcapng`.
fn missing(files: &[CaptureFile]) -> Vec<String> {
    let mut rings: Vec<(&str, u32)> = files.iter().filter_map(|file| ring(&file.name)).collect();
    crate::engine::sort::by(&mut rings, |a, b| a.cmp(b));
    let mut said = Vec::new();
    for (&(name, before), &(next_name, next)) in rings.iter().zip(rings.iter().skip(1)) {
        let missing = next.saturating_sub(before).saturating_sub(1);
        if name == next_name && missing > 0 {
            let (first, last) = (before.saturating_add(1), next.saturating_sub(1));
            said.push(match missing {
                1 => format!("File {first:05} of the ring {name} is missing."),
                _ => format!("Files {first:05} to {last:05} of the ring {name} are missing."),
            });
        }
    }
    said
}

/// Name and number of a file of a ring.
fn ring(name: &str) -> Option<(&str, u32)> {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let (rest, time) = stem.rsplit_once('_')?;
    let (name, number) = rest.rsplit_once('_')?;
    let digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    if time.len() != 14 || number.len() < 5 || !digits(time) || !digits(number) {
        return None;
    }
    Some((name, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_known_by_their_names() {
        assert_eq!(ring("lan_00007_20240102150405.pcapng.gz"), Some(("lan", 7)));
        assert_eq!(ring("a_b_00123_20240102150405"), Some(("a_b", 123)));
        assert_eq!(ring("lan_00007.pcapng"), None);
        assert_eq!(ring("lan_7_20240102150405.pcapng"), None);
        let file = |name: &str| CaptureFile { name: name.to_owned(), ..CaptureFile::default() };
        let names = ["lan_00009_20240102150409.pcap", "lan_00005_20240102150405.pcap", "lan_00006_20240102150406.pcap"];
        let files: Vec<CaptureFile> = names.into_iter().map(file).collect();
        assert_eq!(missing(&files), ["Files 00007 to 00008 of the ring lan are missing."]);
    }
}
