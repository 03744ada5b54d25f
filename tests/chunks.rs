//! How a file is cut into chunks changes no answer.
mod support;

use support::{ALL, PART, answers, captures, read, read_in};

#[test]
fn read_sizes_change_nothing() {
    for capture in captures() {
        let bytes = &capture.bytes;
        // Every detail of a thousand flows, five times over, tells no more than their rows do.
        let extent = if bytes.len() < 100_000 { &ALL } else { &PART };
        let (mut session, error) = read(bytes);
        let whole = (answers(&mut session, bytes, extent), session.packets(), session.store().memory());
        for size in [1, 7, 4096, 65_536] {
            let (mut session, as_chunks) = read_in(size, bytes);
            assert_eq!(as_chunks, error, "{}: opening in chunks of {size}", capture.name);
            // A file that is refused is not read on, so how much of it was read depends on the chunks.
            if error.is_none() {
                let chunks = (answers(&mut session, bytes, extent), session.packets(), session.store().memory());
                assert!(chunks == whole, "{}: answers in chunks of {size} differ", capture.name);
            }
        }
    }
}
