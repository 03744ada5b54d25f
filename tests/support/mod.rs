//! What the tests of whole captures share: the captures, and every answer about one as text.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod text;
pub mod write;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use wireglass::api::{
    Answer, Flow, FlowDetail, FlowPage, Flows, Hierarchy, Packets, Query, Question, Rtt, Summary, Timeline,
};
use wireglass::engine::session::Session;

/// A file of `tests/captures`, the broken ones included.
pub struct Capture {
    /// `http/capture.pcap`.
    pub name: String,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// Every test capture, by name.
pub fn captures() -> Vec<Capture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures");
    let mut files: Vec<PathBuf> =
        entries(&root).iter().filter(|case| case.is_dir()).flat_map(|case| entries(case)).collect();
    files.retain(|file| {
        let case = file.parent().and_then(Path::file_name).unwrap_or_default();
        let kind = file.extension().unwrap_or_default();
        case != "make"
            && (kind == "pcap" || kind == "pcapng" || kind == "snoop" || case == "broken" && kind != "golden")
    });
    files.sort();
    let capture = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
        Capture { name, bytes: fs::read(&path).expect("a capture"), path }
    };
    let found: Vec<Capture> = files.into_iter().map(capture).collect();
    assert!(found.len() > 40, "only {} test captures found", found.len());
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.extension().is_none_or(|kind| kind != "golden")).collect()
}

impl Capture {
    /// A file beside the capture: what belongs to `capture.*` has the plain name.
    pub fn beside(&self, plain: &str, kind: &str) -> PathBuf {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        match self.path.file_stem() {
            Some(stem) if stem == "capture" => self.path.with_file_name(plain),
            _ => self.path.with_file_name(format!("{file}.{kind}")),
        }
    }
}

/// Reads a capture in chunks of a size; the sentence when it could not be opened.
pub fn read_in(size: usize, bytes: &[u8]) -> (Session, Option<String>) {
    let mut session = Session::new();
    let fed = bytes.chunks(size.max(1)).try_for_each(|chunk| session.feed(chunk));
    let ended = fed.and(session.finish());
    (session, ended.err())
}

pub fn read(bytes: &[u8]) -> (Session, Option<String>) {
    read_in(bytes.len(), bytes)
}

/// Asks a question that has an answer.
pub fn ask<Q: Question>(session: &mut Session, bytes: &[u8], question: Q) -> Q::Answer {
    let answer = try_ask(session, bytes, question.query()).expect("an answer");
    Q::take(answer).expect("the answer to the question")
}

pub fn try_ask(session: &mut Session, mut bytes: &[u8], query: Query) -> Result<Answer, String> {
    session.answer(&query, &mut bytes).map_err(|failure| failure.message)
}

/// How much of a capture is asked for.
pub struct Extent {
    pub flows: Range<u32>,
    pub details: u32,
    pub packets: Range<u32>,
}

/// What goldens hold.
pub const PART: Extent = Extent { flows: 0..200, details: 5, packets: 0..60 };
/// Everything there is.
pub const ALL: Extent = Extent { flows: 0..u32::MAX, details: u32::MAX, packets: 0..u32::MAX };

/// Every answer about a capture, as text in which a line changes when an answer does.
pub fn answers(session: &mut Session, bytes: &[u8], extent: &Extent) -> String {
    let mut said = String::new();
    text::section(&mut said, "Summary", &ask(session, bytes, Summary {}), &[]);
    text::section(&mut said, "Timeline", &ask(session, bytes, Timeline { buckets: 20, ..Timeline::default() }), &[]);
    text::section(&mut said, "Hierarchy", &ask(session, bytes, Hierarchy {}), &["title"]);
    let page = flows(session, bytes, extent.flows.clone());
    text::section(&mut said, "Flows", &page, &[]);
    for row in page.rows.iter().take(extent.details as usize) {
        let detail: FlowDetail = ask(session, bytes, Flow { id: row.id, packets: 0..20 });
        assert_eq!(detail.row, *row, "a flow is the same in the table and alone");
        text::section(&mut said, &format!("Flow {}", row.id), &detail, &["row"]);
    }
    text::section(&mut said, "Rtt", &ask(session, bytes, Rtt {}), &[]);
    // The file answers at most 5000 rows at a time.
    text::section(
        &mut said,
        "Packets",
        &ask(session, bytes, Packets { rows: extent.packets.clone(), ..Packets::default() }),
        &[],
    );
    said
}

/// Flows in the order of their first packets.
pub fn flows(session: &mut Session, bytes: &[u8], rows: Range<u32>) -> FlowPage {
    ask(session, bytes, Flows { rows, ..Flows::default() })
}

/// Numbers that look random and are the same every time.
pub struct Random(u64);

impl Random {
    /// Different for every text.
    pub fn new(seed: &str) -> Self {
        Self(
            seed.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
                | 1,
        )
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) % end.max(1) as u64) as usize
    }

    /// Flips one to four bits.
    pub fn damage(&mut self, bytes: &mut [u8]) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << self.below(8);
            }
        }
    }
}
