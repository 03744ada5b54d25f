//! Bodies in codings whose decoders are not in here (brotli, zstd): the page hands them to the worker that unpacks, which is loaded
//! with the first of them, and what was made of them is remembered. A question that looks at such a body is answered once it is known.
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use wireglass::api::{CodedBody, Filter, Query};

/// What is made of all bodies that are remembered.
const MOST: usize = 48 << 20;
/// Who asks for less only wants to know what it is: the pass, which does not wait.
const LOOK: usize = 64 << 10;

/// A body that nobody decoded yet, and the body.
type Body = (u64, CodedBody);

#[derive(Default)]
struct Bodies {
    /// What was made of bodies, the latest at the end; `None`: nothing can be.
    known: Vec<(u64, Option<Vec<u8>>)>,
    /// Those that were looked for in vain, while somebody wants to know.
    missed: Option<Vec<Body>>,
}

thread_local! {
    static BODIES: RefCell<Bodies> = RefCell::default();
}

/// A question that waits for bodies.
pub struct Waiting {
    pub ticket: u32,
    pub query: Query,
    pub filter: Filter,
    bodies: Vec<u64>,
}

fn key(encoding: &str, bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (encoding, bytes).hash(&mut hasher);
    hasher.finish()
}

/// The engine's decoder: what is known, and a note of what is not.
pub fn decoded(encoding: &str, bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    BODIES.with_borrow_mut(|bodies| {
        let Bodies { known, missed } = bodies;
        if known.is_empty() && missed.is_none() {
            return None;
        }
        let key = key(encoding, bytes);
        if let Some((_, made)) = known.iter().find(|(known, _)| *known == key) {
            return made.as_ref().map(|made| made.get(..most).unwrap_or(made).to_vec());
        }
        let missed = missed.as_mut().filter(|missed| most > LOOK && missed.iter().all(|(other, _)| *other != key))?;
        missed.push((key, CodedBody { encoding: encoding.to_owned(), bytes: bytes.to_vec(), most: most as u32 }));
        None
    })
}

/// Whether a question shows bodies.
pub fn shows(query: &Query) -> bool {
    match query {
        Query::Packet(_) => true,
        Query::Stream(stream) => stream.decoded,
        Query::StreamFind(find) => find.decoded,
        _ => false,
    }
}

/// Notes what is looked for from now on.
pub fn begin() {
    BODIES.with_borrow_mut(|bodies| bodies.missed = Some(Vec::new()));
}

/// What was looked for in vain since, and the question that is to be answered again then.
pub fn end(ticket: u32, query: Query, filter: Filter) -> Option<(Waiting, Vec<CodedBody>)> {
    let missed = BODIES.with_borrow_mut(|bodies| bodies.missed.take()).filter(|missed| !missed.is_empty())?;
    let (keys, bodies) = missed.into_iter().unzip();
    Some((Waiting { ticket, query, filter, bodies: keys }, bodies))
}

/// What was made of the bodies that a question waits for.
pub fn learn(waiting: &Waiting, made: Vec<Option<serde_bytes::ByteBuf>>) {
    BODIES.with_borrow_mut(|bodies| {
        let made = made.into_iter().map(|made| made.map(serde_bytes::ByteBuf::into_vec)).chain(std::iter::repeat(None));
        bodies.known.extend(waiting.bodies.iter().copied().zip(made));
        let size = |known: &[(u64, Option<Vec<u8>>)]| {
            known.iter().filter_map(|(_, made)| made.as_ref().map(Vec::len)).sum::<usize>()
        };
        // The last question's own bodies stay, however large.
        while size(&bodies.known) > MOST && bodies.known.len() > waiting.bodies.len() {
            bodies.known.remove(0);
        }
    });
}
