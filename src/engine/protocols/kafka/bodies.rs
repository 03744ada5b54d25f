//! The bodies of Kafka's common requests and their answers, as tables: kafka.apache.org/protocol. Versions with compact texts and
//! tagged fields are not read.
use crate::engine::dissect::{Dissection, Field, Problem, Reader};

use super::{
    ABORTED, ACKNOWLEDGEMENTS, API, API_KEY, API_MAX, API_MIN, BROKER, CLUSTER, CURRENT_EPOCH, ERROR, FIRST_OFFSET,
    GENERATION, GROUP, HOST, IN_SYNC, INTERNAL, ISOLATION, LEADER, LEADER_EPOCH, MAX_BYTES, MEMBER, MESSAGES,
    MIN_BYTES, NODE, OFFLINE, OFFSET, PARTITION, PARTITION_ID, PORT, PRODUCER, RACK, REPLICA, SESSION, SESSION_EPOCH,
    STABLE, START, THROTTLE, TIME, TIMEOUT, TOPIC, TOPIC_NAME, TRANSACTION, WAIT,
};

use Is::{Bytes, Many, Number, Text};

enum Is {
    Number(u8),
    Text,
    /// Bytes behind a length.
    Bytes,
    Many(&'static [Part]),
}

/// A part of a body: from which version on it is there.
type Part = (i16, &'static Field, Is);

const PRODUCED: &[Part] = &[(0, &PARTITION_ID, Number(4)), (0, &MESSAGES, Bytes)];
const PRODUCE: &[Part] = &[
    (3, &TRANSACTION, Text),
    (0, &ACKNOWLEDGEMENTS, Number(2)),
    (0, &TIMEOUT, Number(4)),
    (0, &TOPIC, Many(&[(0, &TOPIC_NAME, Text), (0, &PARTITION, Many(PRODUCED))])),
];
const PRODUCE_RESULT: &[Part] = &[
    (0, &PARTITION_ID, Number(4)),
    (0, &ERROR, Number(2)),
    (0, &OFFSET, Number(8)),
    (2, &TIME, Number(8)),
    (5, &START, Number(8)),
];
const PRODUCE_ANSWER: &[Part] =
    &[(0, &TOPIC, Many(&[(0, &TOPIC_NAME, Text), (0, &PARTITION, Many(PRODUCE_RESULT))])), (1, &THROTTLE, Number(4))];

const FETCHED: &[Part] = &[
    (0, &PARTITION_ID, Number(4)),
    (9, &CURRENT_EPOCH, Number(4)),
    (0, &OFFSET, Number(8)),
    (5, &START, Number(8)),
    (0, &MAX_BYTES, Number(4)),
];
const FETCH: &[Part] = &[
    (0, &REPLICA, Number(4)),
    (0, &WAIT, Number(4)),
    (0, &MIN_BYTES, Number(4)),
    (3, &MAX_BYTES, Number(4)),
    (4, &ISOLATION, Number(1)),
    (7, &SESSION, Number(4)),
    (7, &SESSION_EPOCH, Number(4)),
    (0, &TOPIC, Many(&[(0, &TOPIC_NAME, Text), (0, &PARTITION, Many(FETCHED))])),
];
const FETCH_RESULT: &[Part] = &[
    (0, &PARTITION_ID, Number(4)),
    (0, &ERROR, Number(2)),
    (0, &OFFSET, Number(8)),
    (4, &STABLE, Number(8)),
    (5, &START, Number(8)),
    (4, &ABORTED, Many(&[(0, &PRODUCER, Number(8)), (0, &FIRST_OFFSET, Number(8))])),
    (11, &REPLICA, Number(4)),
    (0, &MESSAGES, Bytes),
];
const FETCH_ANSWER: &[Part] = &[
    (1, &THROTTLE, Number(4)),
    (7, &ERROR, Number(2)),
    (7, &SESSION, Number(4)),
    (0, &TOPIC, Many(&[(0, &TOPIC_NAME, Text), (0, &PARTITION, Many(FETCH_RESULT))])),
];

const BROKERS: &[Part] = &[(0, &NODE, Number(4)), (0, &HOST, Text), (0, &PORT, Number(4)), (1, &RACK, Text)];
const PLACES: &[Part] = &[
    (0, &ERROR, Number(2)),
    (0, &PARTITION_ID, Number(4)),
    (0, &LEADER, Number(4)),
    (7, &LEADER_EPOCH, Number(4)),
    (0, &REPLICA, Many(&[(0, &REPLICA, Number(4))])),
    (0, &IN_SYNC, Many(&[(0, &IN_SYNC, Number(4))])),
    (5, &OFFLINE, Many(&[(0, &OFFLINE, Number(4))])),
];
const METADATA_ANSWER: &[Part] = &[
    (3, &THROTTLE, Number(4)),
    (0, &BROKER, Many(BROKERS)),
    (2, &CLUSTER, Text),
    (1, &NODE, Number(4)),
    (
        0,
        &TOPIC,
        Many(&[
            (0, &ERROR, Number(2)),
            (0, &TOPIC_NAME, Text),
            (1, &INTERNAL, Number(1)),
            (0, &PARTITION, Many(PLACES)),
        ]),
    ),
];
const OFFSETS: &[Part] = &[
    (0, &REPLICA, Number(4)),
    (2, &ISOLATION, Number(1)),
    (
        0,
        &TOPIC,
        Many(&[
            (0, &TOPIC_NAME, Text),
            (
                0,
                &PARTITION,
                Many(&[(0, &PARTITION_ID, Number(4)), (4, &CURRENT_EPOCH, Number(4)), (0, &TIME, Number(8))]),
            ),
        ]),
    ),
];
const VERSIONS_ANSWER: &[Part] = &[
    (0, &ERROR, Number(2)),
    (0, &API, Many(&[(0, &API_KEY, Number(2)), (0, &API_MIN, Number(2)), (0, &API_MAX, Number(2))])),
    (1, &THROTTLE, Number(4)),
];

/// By what is asked: the last version that is read, the request and the answer.
const BODIES: [(u16, i16, &[Part], &[Part]); 7] = [
    (0, 7, PRODUCE, PRODUCE_ANSWER),
    (1, 11, FETCH, FETCH_ANSWER),
    (2, 5, OFFSETS, &[]),
    (3, 8, &[(0, &TOPIC, Many(&[(0, &TOPIC_NAME, Text)]))], METADATA_ANSWER),
    (10, 2, &[(0, &GROUP, Text)], &[(1, &THROTTLE, Number(4)), (0, &ERROR, Number(2))]),
    (
        12,
        3,
        &[(0, &GROUP, Text), (0, &GENERATION, Number(4)), (0, &MEMBER, Text)],
        &[(1, &THROTTLE, Number(4)), (0, &ERROR, Number(2))],
    ),
    (18, 2, &[], VERSIONS_ANSWER),
];

pub(super) fn tell(
    d: &mut Dissection,
    r: &mut Reader<'_>,
    key: u16,
    version: u16,
    answer: bool,
) -> Result<(), Problem> {
    let version = i16::try_from(version).unwrap_or(i16::MAX);
    let Some((.., asked, told)) = BODIES.iter().find(|(known, last, ..)| *known == key && version <= *last) else {
        return Ok(());
    };
    parts(d, r, if answer { told } else { asked }, version)
}

fn parts(d: &mut Dissection, r: &mut Reader<'_>, table: &'static [Part], version: i16) -> Result<(), Problem> {
    for (since, field, is) in table {
        if version < *since {
            continue;
        }
        match is {
            Number(size) => drop(r.signed(d, field, usize::from(*size))?),
            Text => {
                // Negative: there is none.
                if let Ok(length) = usize::try_from(r.uint(2)? as i16) {
                    r.field(d, field, length)?;
                }
            }
            Bytes => {
                if let Ok(length) = usize::try_from(r.uint(4)? as i32) {
                    r.field(d, field, length)?;
                }
            }
            Many(entry) => {
                let count = r.uint(4)? as i32;
                for _ in 0..count {
                    match entry {
                        [_] => parts(d, r, entry, version)?,
                        _ => r.group(d, field, || field.title().to_owned(), |d, r| parts(d, r, entry, version))?,
                    }
                }
            }
        }
    }
    Ok(())
}
