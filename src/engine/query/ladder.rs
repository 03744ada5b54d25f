//! A TCP connection's packets as messages between its ends.
use super::Asked;
use super::flows::letters;
use super::graph::{endpoint, tcp_flow};
use crate::api::{Ladder, LadderAnswer, LadderRow};
use crate::engine::dissect::tcp_flag::ACK;
use crate::engine::store::flows::Flow;
use crate::engine::store::marks::kinds;
use crate::engine::store::numbers::Segment;
use crate::engine::store::packets::NO_TIME;
use crate::engine::tcp::graph::window;

/// Rows of one answer at most.
const MOST_ROWS: usize = 2000;

/// # Errors
/// When there is no such flow, or it is none of TCP.
pub fn answer(asked: &Asked<'_>, question: &Ladder) -> Result<LadderAnswer, String> {
    let flow = tcp_flow(asked, question.flow)?;
    let rows = &question.rows;
    let count = (rows.end.saturating_sub(rows.start) as usize).min(MOST_ROWS);
    // One more in front, for the gap of the first row.
    let mut segments = asked.store.segments(question.flow).skip((rows.start as usize).saturating_sub(1));
    let mut before = if rows.start == 0 { None } else { segments.next().map(|segment| segment.time) };
    let row = |segment: Segment| {
        let row = row(flow, &segment, before);
        before = Some(segment.time);
        row
    };
    Ok(LadderAnswer {
        total: u32::try_from(flow.total_packets()).unwrap_or(u32::MAX),
        client: endpoint(asked, flow, flow.client),
        server: endpoint(asked, flow, flow.server()),
        rows: segments.take(count).map(row).collect(),
    })
}

fn row(flow: &Flow, segment: &Segment, before: Option<i64>) -> LadderRow {
    let time = Some(segment.time).filter(|&time| time != NO_TIME);
    let base = |end| Flow::by(flow.tcp.base, end).unwrap_or(0);
    LadderRow {
        number: segment.packet.saturating_add(1),
        time_ns: time,
        gap_ns: time.zip(before.filter(|&before| before != NO_TIME)).map(|(now, before)| now.saturating_sub(before)),
        from_client: segment.from == flow.client,
        flags: letters(segment.marks.tcp_flags()),
        seq: segment.header.seq.wrapping_sub(base(segment.from)),
        ack: segment.has(ACK).then(|| segment.header.ack.wrapping_sub(base(1 - segment.from))),
        len: segment.header.len,
        window: window(flow, segment).unwrap_or(segment.header.window.into()),
        findings: kinds(segment.marks).map(|kind| kind.name.to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Answer, Question};
    use crate::engine::testing::talk;

    fn ladder(text: &str, rows: std::ops::Range<u32>) -> LadderAnswer {
        let mut session = talk(text);
        let answer = session.answer(&Ladder { flow: 0, rows }.query(), &mut Vec::<u8>::new().as_slice());
        match answer.expect("an answer") {
            Answer::Ladder(ladder) => ladder,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_relative_and_gaps_are_those_of_the_connection() {
        let text = "> SYN / < SYN ACK +20ms / > ACK +1ms / > 100 +2ms / < 50 +30ms";
        let whole = ladder(text, 0..10);
        let told: Vec<_> =
            whole.rows.iter().map(|row| (row.number, row.from_client, row.seq, row.ack, row.len)).collect();
        let expected = [
            (1, true, 0, None, 0),
            (2, false, 0, Some(1), 0),
            (3, true, 1, Some(1), 0),
            (4, true, 1, Some(1), 100),
            (5, false, 1, Some(101), 50),
        ];
        assert_eq!(told, expected);
        assert_eq!((whole.total, whole.client.as_str()), (5, "10.0.0.1:40000"));
        let gaps: Vec<_> = whole.rows.iter().map(|row| row.gap_ns.map(|gap| gap / 1_000_000)).collect();
        assert_eq!(gaps, [None, Some(20), Some(1), Some(2), Some(30)]);
        assert_eq!(ladder(text, 3..5).rows, whole.rows[3..5]);
    }
}
