//! Files that are merged, compared with a merge that reads them whole.
use super::super::testing::{Capture, none};
use super::*;

/// A record as it was handed out: file, offset in it, time, interface, bytes.
type Out = (usize, u64, Option<i64>, u32, Vec<u8>);

/// What is handed out when the files are read in chunks of `size` bytes, as [`Files::wants`] asks for them.
fn merge_in(size: usize, inputs: &[Vec<u8>], shifts: &[i64]) -> (Files, Vec<Out>) {
    let mut files = Files::new(shifts.iter().enumerate().map(|(n, shift)| (format!("file {n}"), *shift)));
    let (mut out, mut at) = (Vec::new(), vec![0; inputs.len()]);
    let mut take = |record: Record<'_>| {
        let (file, offset) = source::split(record.offset);
        out.push((file, offset, record.time, record.interface, record.bytes.to_vec()));
    };
    while let Some(want) = files.wants() {
        match want {
            Want::Head { file, bytes } => {
                let end = bytes.min(inputs[file].len());
                files.begins(file, &inputs[file][..end], end == inputs[file].len());
            }
            Want::Next { file } if at[file] == inputs[file].len() => {
                files.end(file, &mut take).expect("others can be read");
            }
            Want::Next { file } => {
                let end = (at[file] + size).min(inputs[file].len());
                files.feed(file, &inputs[file][at[file]..end], &mut take).expect("others can be read");
                at[file] = end;
            }
        }
    }
    (files, out)
}

/// The rule, said simply: of the first packets that are left the earliest, and of several such that of the first file.
fn expected(inputs: &[Vec<u8>], shifts: &[i64]) -> Vec<(usize, u64, Option<i64>)> {
    let read = |(bytes, shift): (&Vec<u8>, &i64)| {
        let (mut reader, mut records) = (Reader::new(), VecDeque::new());
        let _ = reader.feed(bytes, |record| records.push_back((record.offset, record.time.map(|time| time + shift))));
        records
    };
    let mut queues: Vec<VecDeque<_>> = inputs.iter().zip(shifts).map(read).collect();
    let mut merged = Vec::new();
    loop {
        let heads = queues.iter().enumerate().filter_map(|(file, queue)| Some((queue.front()?.1, file)));
        let Some((_, file)) = heads.min() else { return merged };
        let (offset, time) = queues[file].pop_front().expect("it has a head");
        merged.push((file, offset, time));
    }
}

/// A pcap file with these times (ms); packets tell which they are, and are the same for the same time.
fn pcap(times: &[u32]) -> Vec<u8> {
    let file = Capture::pcap(false, 0xa1b2_c3d4, 1);
    let add = |file: Capture, time: &u32| {
        let bytes = vec![*time as u8; 20 + *time as usize % 50];
        file.record(1000 + time / 1000, time % 1000 * 1000, 100, &[], &bytes)
    };
    times.iter().fold(file, add).bytes
}

/// The same as pcapng with nanoseconds, two interfaces of other link types, and a packet without a time at the start and the end.
fn pcapng(times: &[u32]) -> Vec<u8> {
    let nanoseconds = |options: Capture| options.option(9, &[9]);
    let file = Capture::default().section(true, none).interface(101, 0, nanoseconds).interface(113, 96, nanoseconds);
    let add = |file: Capture, time: &u32| {
        let ns = 1_000_000_000_000 + u64::from(*time) * 1_000_000 + u64::from(*time % 3);
        file.packet(time % 2, ns, 60, &[*time as u8; 33], &[])
    };
    times.iter().fold(file.simple(4, b"here"), add).simple(4, b"last").bytes
}

fn check(inputs: &[Vec<u8>], shifts: &[i64]) -> (Files, Vec<Out>) {
    let expected = expected(inputs, shifts);
    let facts = |files: &Files| {
        let members: Vec<_> =
            files.members().iter().map(|m| (m.packets, m.duplicates, m.span, m.problem.clone())).collect();
        format!("{members:?} {:?}", files.interfaces())
    };
    let (mut whole, out) = merge_in(usize::MAX / 2, inputs, shifts);
    assert!(out.iter().map(|(file, offset, time, ..)| (*file, *offset, *time)).eq(expected), "{out:?}");
    for (file, offset, _, interface, bytes) in &out {
        let start = *offset as usize;
        assert_eq!(&inputs[*file][start..start + bytes.len()], bytes);
        assert_eq!(whole.interfaces()[*interface as usize].file as usize, *file);
    }
    whole.finish().expect("captures");
    for size in [1, 7, 50, 1000] {
        let (mut files, again) = merge_in(size, inputs, shifts);
        files.finish().expect("captures");
        assert_eq!((facts(&files), again), (facts(&whole), out.clone()), "chunks of {size}");
    }
    (whole, out)
}

#[test]
fn packets_are_merged_by_time() {
    // In order and not, at the same time, one inside the other, empty, and a file that begins behind all others' ends.
    let lists: [&[u32]; 7] = [
        &[1, 2, 3, 10, 11, 12],
        &[2, 2, 4, 11, 30],
        &[40, 20, 41, 5, 42],
        &[],
        &[100, 101, 102],
        &[3],
        &[0, 50, 60, 1, 70, 71, 72, 73, 74],
    ];
    for first in lists {
        for second in lists {
            check(&[pcap(first), pcap(second)], &[0, 0]);
            check(&[pcap(first), pcapng(second), pcap(&[7, 8])], &[0, 0, -5_000_000]);
            check(&[pcapng(first), pcapng(second)], &[0, 20_000_000]);
        }
    }
}

#[test]
fn files_that_follow_one_another_do_not_wait() {
    let inputs = [pcap(&[10, 11]), pcap(&[1, 2]), pcap(&[20])];
    let (files, mut order) = (Files::new(["b", "a", "c"].map(|name| (name.to_owned(), 0))), Vec::new());
    let mut files = files;
    while let Some(want) = files.wants() {
        match want {
            Want::Head { file, .. } => files.begins(file, &inputs[file], true),
            Want::Next { file } => {
                order.push(file);
                files.feed(file, &inputs[file], |_| {}).expect("a capture");
                assert!(files.members()[file].queue.records.is_empty(), "nothing is kept");
                files.end(file, |_| {}).expect("a capture");
            }
        }
    }
    assert_eq!(order, [1, 0, 2]);
}

#[test]
fn interfaces_stand_side_by_side() {
    let (files, out) = check(&[pcap(&[1, 5]), pcapng(&[2, 3]), pcap(&[4])], &[0; 3]);
    // That of a packet without a time comes first.
    let interfaces: Vec<_> = files.interfaces().iter().map(|i| (i.file, i.link, i.packets)).collect();
    assert_eq!(interfaces, [(1, 101, 3), (0, 1, 2), (1, 113, 1), (2, 1, 1)]);
    assert_eq!(out.iter().map(|(_, _, _, interface, _)| *interface).collect::<Vec<_>>(), [0, 1, 0, 2, 0, 3, 1]);
    assert_eq!((files.format(), files.is_capture(), files.bytes_read() > 0), (None, true, true));
}

#[test]
fn packets_of_several_files_are_found() {
    let duplicates = |inputs: &[Vec<u8>]| {
        let (files, _) = check(inputs, &vec![0; inputs.len()]);
        files.members().iter().map(|member| member.duplicates).collect::<Vec<_>>()
    };
    assert_eq!(duplicates(&[pcap(&[1, 2, 3, 3, 4]), pcap(&[3, 3, 4, 5])]), [0, 3]);
    // Twice in one file is no duplicate of another one's only copy.
    assert_eq!(duplicates(&[pcap(&[1, 3]), pcap(&[3, 3])]), [0, 1]);
    assert_eq!(duplicates(&[pcap(&[9]), pcap(&[9]), pcap(&[9])]), [0, 1, 1]);
    assert_eq!(duplicates(&[pcap(&[1, 2]), pcap(&[3, 4])]), [0, 0]);
}

#[test]
fn what_is_no_capture_is_left_out() {
    let text = b"no capture at all".to_vec();
    let (files, out) = merge_in(5, &[text.clone(), pcap(&[1]), pcap(&[])[..10].to_vec()], &[0; 3]);
    assert_eq!(out.len(), 1);
    let problems: Vec<&str> = files.members().iter().filter_map(|member| member.problem.as_deref()).collect();
    assert!(problems[0].contains("but text") && problems[1].contains("ends inside its own header"), "{problems:?}");
    let (mut files, _) = merge_in(5, &[text.clone(), text], &[0; 2]);
    let error = files.finish().expect_err("nothing there").message;
    assert!(error.starts_with("None of the 2 files is a capture that can be read. file 0: This is not"), "{error}");
}

#[test]
fn the_first_packet_may_be_far_into_the_file() {
    let names = vec![b'x'; 200_000];
    let late = Capture::default().section(false, none).interface(1, 0, none).block(0x0bad, &names);
    let late = late.packet(0, 1_000_500_000, 60, &[1; 60], &[]).bytes;
    check(&[pcap(&[1, 900]), late], &[0, 0]);
}
