//! Saving: window after window from the worker into a sink.
use super::sink::Sink;
use crate::api::{Answer, CaptureFormat, Query, SavePackets, SaveTable, StreamBytes, StreamSide, TextFormat};
use crate::ui::client::Client;
use crate::ui::say::t;
use js_sys::Uint8Array;

/// Bytes of a stream in one window.
const PART: u64 = 4 << 20;

/// What is saved.
pub(crate) enum Job {
    Packets { format: CaptureFormat, flow: Option<u32> },
    Table { of: Query, format: TextFormat, no_formulas: bool },
    Stream { flow: u32, side: StreamSide },
}

/// How far it is.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) struct Done {
    /// Packets, or rows.
    pub count: u64,
    /// Bytes that were written.
    pub bytes: u64,
    /// Where the next window begins: of packets a place in the capture's file.
    pub next: u64,
}

impl Job {
    fn window(&self, from: u64) -> Query {
        match self {
            Job::Packets { format, flow } => Query::SavePackets(SavePackets { format: *format, flow: *flow, from }),
            Job::Table { of, format, no_formulas } => Query::SaveTable(SaveTable {
                of: Some(Box::new(of.clone())),
                format: *format,
                no_formulas: *no_formulas,
                from: from as u32,
            }),
            Job::Stream { flow, side } => {
                Query::StreamBytes(StreamBytes { flow: *flow, side: *side, bytes: from..from.saturating_add(PART) })
            }
        }
    }
}

/// The bytes of a window, its packets or rows, and where the next one begins.
fn taken(answer: &Answer, from: u64) -> Option<(&[u8], u32, Option<u64>)> {
    Some(match answer {
        Answer::SavePackets(saved) => (saved.bytes.as_slice(), saved.packets, saved.next),
        Answer::SaveTable(saved) => (saved.text.as_bytes(), saved.rows, saved.next.map(u64::from)),
        Answer::StreamBytes(saved) => {
            let next = from.saturating_add(saved.bytes.len() as u64);
            (saved.bytes.as_slice(), 0, (!saved.bytes.is_empty() && next < saved.total).then_some(next))
        }
        _ => return None,
    })
}

/// Told after every window; false: stop.
pub(crate) type Tell = Box<dyn Fn(Done) -> bool>;

/// `None`: the user changed their mind; then and after an error nothing of the file stays.
pub(crate) async fn save(client: Client, name: &str, job: Job, tell: Tell) -> Result<Option<Done>, String> {
    let Some(sink) = Sink::open(name).await? else { return Ok(None) };
    let mut result = write(client, &job, &sink, tell).await;
    if let Ok(Some(_)) = result {
        result = sink.close().await.and(result);
    }
    if !matches!(result, Ok(Some(_))) {
        sink.abort().await;
    }
    result
}

async fn write(client: Client, job: &Job, sink: &Sink, tell: Tell) -> Result<Option<Done>, String> {
    let (mut done, about) = (Done::default(), client.about());
    loop {
        // One file holds the packets of one capture that match one filter.
        if client.about() != about {
            return Err(t("The capture or the filter changed meanwhile. Nothing was saved.").to_owned());
        }
        let answer = client.answer(job.window(done.next)).await?;
        let (bytes, count, next) = taken(&answer, done.next).unwrap_or_default();
        done.count += u64::from(count);
        done.bytes += bytes.len() as u64;
        done.next = next.unwrap_or(done.next);
        if !bytes.is_empty() {
            sink.write(&Uint8Array::from(bytes)).await?;
        }
        if !tell(done) {
            return Ok(None);
        }
        if next.is_none() {
            return Ok(Some(done));
        }
    }
}
