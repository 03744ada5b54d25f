//! One capture, or several as one: a data set. The packets of several files are merged by time.
//!
//! The rule is mergecap's: of the files' next packets the earliest is taken, a file's own order stays as it is, and a packet without a
//! time does not wait. At the same time the file named earlier comes first (mergecap: later). Files that follow one another, as those
//! of a ring do, are read one after the other at the speed of a single one: a file is not begun before its first packet is due.
//!
//! Fed, not pulled: [`Files::wants`] says what is to be read next. How the files are cut into chunks changes nothing.

use std::collections::VecDeque;
use std::mem;
use std::net::IpAddr;

use super::{Error, Format, Interface, Reader, Record, Section, Warning};
use crate::engine::source;

/// Bytes of a file's start that are looked at first for the time of its first packet, and at most.
const HEAD: usize = 64 << 10;
const LONGEST_HEAD: usize = 512 << 20;
/// More files than this are not opened together.
pub const MOST_FILES: usize = 10_000;

/// What is to be read next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// The first so many bytes of a file, or all of it if it is shorter: for [`Files::begins`]. They will be read again.
    Head { file: usize, bytes: usize },
    /// The bytes of a file that follow those read: for [`Files::feed`], or [`Files::end`] when there are none.
    Next { file: usize },
}

/// A file of a data set.
#[derive(Debug, Default)]
pub struct Member {
    pub name: String,
    /// Added to its times, ns.
    pub shift: i64,
    pub reader: Reader,
    state: State,
    /// Records read that are not due yet.
    queue: Queue,
    /// Numbers in the data set of its interfaces, where they have one.
    interfaces: Vec<Option<u32>>,
    /// Times of its earliest and latest packet handed out, ns since 1970.
    pub span: Option<(i64, i64)>,
    /// Packets handed out, and those that another file of the set had at the same time with the same bytes.
    pub packets: u64,
    pub duplicates: u64,
    /// Why no more of it is read.
    pub problem: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// So many bytes of its start are to be looked at.
    Unknown(usize),
    /// Its first packet's time is known: it is begun when that is due.
    Waiting(i64),
    Reading,
    Ended,
}

impl Default for State {
    fn default() -> Self {
        Self::Unknown(HEAD)
    }
}

/// Packets without a time do not wait.
const AT_ONCE: i64 = i64::MIN;
/// A file without packets is read at the end.
const LAST: i64 = i64::MAX;

impl Member {
    /// When its next packet is due, as far as that is known; `None`: there is none.
    fn due(&self) -> Option<i64> {
        match (self.queue.records.front(), &self.state) {
            (Some(record), _) => Some(self.time(record.time)),
            (None, State::Waiting(time)) => Some(*time),
            (None, State::Unknown(_) | State::Reading) => Some(AT_ONCE),
            (None, State::Ended) => None,
        }
    }

    fn time(&self, time: Option<i64>) -> i64 {
        time.map_or(AT_ONCE, |time| time.saturating_add(self.shift))
    }

    fn fail(&mut self, error: Error) {
        self.problem = Some(error.message);
        self.state = State::Ended;
    }
}

/// Records that wait, with their bytes. A file is fed only when none of its records waits, so they all are of one chunk.
#[derive(Debug, Default)]
struct Queue {
    records: VecDeque<Waiting>,
    bytes: Vec<u8>,
    /// Where the first one's bytes are.
    at: usize,
}

#[derive(Debug)]
struct Waiting {
    offset: u64,
    length: usize,
    wire_len: u32,
    time: Option<i64>,
    clock: Option<i128>,
    interface: u32,
    link: u16,
    comment: Option<usize>,
}

impl Queue {
    fn push(&mut self, record: &Record<'_>) {
        let &Record { offset, bytes, wire_len, time, clock, interface, link, comment } = record;
        if self.records.is_empty() {
            self.bytes.clear();
            self.at = 0;
        }
        self.bytes.extend_from_slice(bytes);
        self.bytes.extend_from_slice(comment.unwrap_or_default());
        let (length, comment) = (bytes.len(), comment.map(<[u8]>::len));
        self.records.push_back(Waiting { offset, length, wire_len, time, clock, interface, link, comment });
    }

    /// Hands the first record out.
    fn pop(&mut self, take: impl FnOnce(Record<'_>)) {
        let Some(waiting) = self.records.pop_front() else { return };
        let Waiting { offset, length, wire_len, time, clock, interface, link, comment } = waiting;
        let end = self.at.saturating_add(length);
        let said = end.saturating_add(comment.unwrap_or(0));
        let bytes = self.bytes.get(self.at..end).unwrap_or_default();
        let comment = comment.and_then(|_| self.bytes.get(end..said));
        self.at = said;
        take(Record { offset, bytes, wire_len, time, clock, interface, link, comment });
    }
}

/// One capture or several.
#[derive(Debug, Default)]
pub struct Files {
    members: Vec<Member>,
    all: All,
}

/// What the members have in common.
#[derive(Debug, Default)]
struct All {
    /// Empty when there is one member: then its own are those of all.
    interfaces: Vec<Interface>,
    /// Files with an interface that just got its number.
    fresh: Vec<usize>,
    /// Records of one time, which several files have: who had them, and what tells their bytes apart.
    same: Vec<(usize, u64)>,
    at: i64,
}

impl Files {
    /// Nothing read yet of these: name, and what is to be added to times (ns).
    pub fn new(files: impl IntoIterator<Item = (String, i64)>) -> Self {
        let member = |(name, shift)| Member { name, shift, ..Member::default() };
        let mut members: Vec<Member> = files.into_iter().take(MOST_FILES).map(member).collect();
        if members.is_empty() {
            members.push(Member::default());
        }
        if let [only] = members.as_mut_slice() {
            only.state = State::Reading;
        }
        Self { members, ..Self::default() }
    }

    /// What is to be read next; `None` when all is read.
    pub fn wants(&self) -> Option<Want> {
        let unknown = self.members.iter().enumerate().find_map(|(file, member)| match member.state {
            State::Unknown(bytes) => Some(Want::Head { file, bytes }),
            _ => None,
        });
        unknown.or_else(|| self.least().map(|(_, file)| Want::Next { file }))
    }

    /// The file whose next packet is due first, and when.
    fn least(&self) -> Option<(i64, usize)> {
        let due = |(file, member): (usize, &Member)| member.due().map(|due| (due, file));
        self.members.iter().enumerate().filter_map(due).min()
    }

    /// The same of all but one.
    fn least_but(&self, but: usize) -> Option<(i64, usize)> {
        let due = |(file, member): (usize, &Member)| member.due().filter(|_| file != but).map(|due| (due, file));
        self.members.iter().enumerate().filter_map(due).min()
    }

    /// The first bytes of a file, as [`Files::wants`] asked for them; `whole`: there are no more.
    pub fn begins(&mut self, file: usize, head: &[u8], whole: bool) {
        let Some(member) = self.members.get_mut(file) else { return };
        let State::Unknown(bytes) = member.state else { return };
        let (mut reader, mut first) = (Reader::new(), None);
        let result = reader.feed(head, |record| first = first.or(Some(member.time(record.time))));
        match (first, result) {
            (Some(time), _) => member.state = State::Waiting(time),
            (None, Err(error)) => member.fail(error),
            (None, Ok(())) if whole || bytes >= LONGEST_HEAD => match reader.finish() {
                Ok(()) => member.state = State::Waiting(LAST),
                Err(error) => member.fail(error),
            },
            (None, Ok(())) => member.state = State::Unknown(bytes.saturating_mul(8)),
        }
    }

    /// Takes the next bytes of a file and hands out every record that is due. Fails only when a single file is no capture; of several
    /// that one is left out, see [`Member::problem`].
    #[inline]
    pub fn feed<F: FnMut(Record<'_>)>(&mut self, file: usize, chunk: &[u8], mut each: F) -> Result<(), Error> {
        if let [only] = self.members.as_mut_slice() {
            let shift = only.shift;
            return only.reader.feed(chunk, |record| each(if shift == 0 { record } else { shifted(record, shift) }));
        }
        self.feed_one(file, chunk, &mut each);
        self.drain(&mut each);
        Ok(())
    }

    fn feed_one(&mut self, file: usize, chunk: &[u8], each: &mut impl FnMut(Record<'_>)) {
        let limit = self.least_but(file);
        let Some(member) = self.members.get_mut(file).filter(|member| member.state != State::Ended) else { return };
        member.state = State::Reading;
        let Member { shift, reader, queue, interfaces, span, packets, duplicates, .. } = member;
        let (shift, all) = (*shift, &mut self.all);
        let mut share = Share { file, shift, next: limit, interfaces, span, packets, duplicates };
        let result = reader.feed(chunk, |record| {
            let due = record.time.map_or(AT_ONCE, |time| time.saturating_add(shift));
            if queue.records.is_empty() && limit.is_none_or(|limit| (due, file) < limit) {
                all.hand_out(&mut share, record, each);
            } else {
                queue.push(&record);
            }
        });
        all.refresh(&member.interfaces, &member.reader);
        if let Err(error) = result {
            member.fail(error);
        }
    }

    /// The file is at its end.
    pub fn end<F: FnMut(Record<'_>)>(&mut self, file: usize, mut each: F) -> Result<(), Error> {
        let is_single = self.members.len() == 1;
        let Some(member) = self.members.get_mut(file).filter(|member| member.state != State::Ended) else {
            return Ok(());
        };
        member.state = State::Ended;
        match member.reader.finish() {
            Err(error) if is_single => return Err(error),
            Err(error) => member.fail(error),
            Ok(()) => {}
        }
        self.drain(&mut each);
        Ok(())
    }

    /// Reading a file failed, for a reason outside of it: what was read of it stays.
    pub fn broke<F: FnMut(Record<'_>)>(&mut self, file: usize, why: &str, mut each: F) {
        if let Some(member) = self.members.get_mut(file) {
            member.fail(Error::new(why));
        }
        self.drain(&mut each);
    }

    /// Hands out queued records up to the first that may not be due: before it another file must be read.
    fn drain(&mut self, each: &mut impl FnMut(Record<'_>)) {
        while let Some((_, file)) = self.least() {
            let limit = self.least_but(file);
            let Self { members, all } = self;
            let Some(member) = members.get_mut(file) else { return };
            if member.queue.records.is_empty() {
                break;
            }
            let Member { shift, queue, interfaces, span, packets, duplicates, .. } = member;
            let mut share = Share { file, shift: *shift, next: limit, interfaces, span, packets, duplicates };
            while let Some(head) = queue.records.front() {
                let due = head.time.map_or(AT_ONCE, |time| time.saturating_add(share.shift));
                if limit.is_some_and(|limit| (due, file) >= limit) {
                    break;
                }
                queue.pop(|record| all.hand_out(&mut share, record, each));
            }
        }
        for file in mem::take(&mut self.all.fresh) {
            if let Some(member) = self.members.get(file) {
                self.all.refresh(&member.interfaces, &member.reader);
            }
        }
    }

    /// All is read: interfaces that captured nothing get their numbers. Of several files at least one must be a capture.
    pub fn finish(&mut self) -> Result<(), Error> {
        if let [only] = self.members.as_mut_slice() {
            if mem::replace(&mut only.state, State::Ended) == State::Ended {
                return Ok(());
            }
            return only.reader.finish();
        }
        for (file, member) in self.members.iter_mut().enumerate() {
            for local in 0..u32::try_from(member.reader.interfaces().len()).unwrap_or(u32::MAX) {
                self.all.interface(file, &mut member.interfaces, local);
            }
            self.all.refresh(&member.interfaces, &member.reader);
        }
        match self.members.first() {
            Some(first) if self.members.iter().all(|member| member.reader.format().is_none()) => {
                let why = first.problem.clone().unwrap_or_default();
                let (count, name) = (self.members.len(), &first.name);
                Err(Error::new(format!("None of the {count} files is a capture that can be read. {name}: {why}")))
            }
            _ => Ok(()),
        }
    }
}

/// A member's part in handing out its record.
struct Share<'m> {
    file: usize,
    shift: i64,
    /// What is due next of the other files.
    next: Option<(i64, usize)>,
    interfaces: &'m mut Vec<Option<u32>>,
    span: &'m mut Option<(i64, i64)>,
    packets: &'m mut u64,
    duplicates: &'m mut u64,
}

/// By a clock that went wrong by so many ns.
#[inline]
fn shifted(record: Record<'_>, shift: i64) -> Record<'_> {
    let time = record.time.map(|time| time.saturating_add(shift));
    let clock = record.clock.map(|clock| clock.saturating_add(shift.into()));
    Record { time, clock, ..record }
}

impl All {
    fn hand_out(&mut self, share: &mut Share<'_>, record: Record<'_>, each: &mut impl FnMut(Record<'_>)) {
        let record = shifted(record, share.shift);
        *share.packets = share.packets.saturating_add(1);
        if let Some(time) = record.time {
            let (first, last) = share.span.unwrap_or((time, time));
            *share.span = Some((first.min(time), last.max(time)));
            self.compare(share, time, &record);
        }
        let interface = self.interface(share.file, share.interfaces, record.interface);
        each(Record { offset: source::place(share.file, record.offset), interface, ..record });
    }

    /// Finds packets that several files hold: they have one time, and so are handed out one after the other.
    #[inline]
    fn compare(&mut self, share: &mut Share<'_>, time: i64, record: &Record<'_>) {
        let comes_again = share.next.is_some_and(|(next, _)| next == time);
        if comes_again || time == self.at && !self.same.is_empty() {
            self.look_for(share, time, record);
        }
    }

    fn look_for(&mut self, share: &mut Share<'_>, time: i64, record: &Record<'_>) {
        use std::hash::{BuildHasher, BuildHasherDefault};
        /// Packets of one time that are compared.
        const MOST: usize = 64;
        if time != self.at {
            self.same.clear();
            self.at = time;
        }
        let alike = BuildHasherDefault::<rustc_hash::FxHasher>::default().hash_one((record.wire_len, record.bytes));
        // The same frame twice in one file is that file's own affair: each of another file is a counterpart once.
        if let Some(found) = self.same.iter_mut().find(|(file, other)| *file != share.file && *other == alike) {
            *share.duplicates = share.duplicates.saturating_add(1);
            found.0 = share.file;
        } else if self.same.len() < MOST {
            self.same.push((share.file, alike));
        }
    }

    /// The number in the data set of a file's interface.
    #[inline]
    fn interface(&mut self, file: usize, known: &mut Vec<Option<u32>>, local: u32) -> u32 {
        let at = local as usize;
        if let Some(Some(number)) = known.get(at) {
            return *number;
        }
        if at >= known.len() {
            known.resize(at.saturating_add(1), None);
        }
        let number = u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX);
        let interface = Interface { file: u32::try_from(file).unwrap_or(u32::MAX), ..Interface::new(0, 0, 0, 0) };
        self.interfaces.push(interface);
        self.fresh.push(file);
        if let Some(place) = known.get_mut(at) {
            *place = Some(number);
        }
        number
    }

    /// Takes over what a file's reader knows of its interfaces.
    fn refresh(&mut self, numbers: &[Option<u32>], reader: &Reader) {
        for (number, interface) in numbers.iter().zip(reader.interfaces()) {
            let Some(known) = number.and_then(|number| self.interfaces.get_mut(number as usize)) else { continue };
            *known = Interface { file: known.file, ..interface.clone() };
        }
    }
}

/// What the files say of themselves.
impl Files {
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The only file; `None` of a data set.
    pub fn single(&self) -> Option<&Reader> {
        match self.members.as_slice() {
            [only] => Some(&only.reader),
            _ => None,
        }
    }

    fn readers(&self) -> impl Iterator<Item = &Reader> {
        self.members.iter().map(|member| &member.reader)
    }

    /// What the files are if they are all alike; `None` also before the first header was read.
    pub fn format(&self) -> Option<Format> {
        let mut formats = self.readers().filter_map(Reader::format);
        let first = formats.next()?;
        formats.all(|format| format == first).then_some(first)
    }

    /// Whether something that is a capture was found.
    pub fn is_capture(&self) -> bool {
        self.readers().any(|reader| reader.format().is_some())
    }

    /// The interfaces of all files so far: those of a data set in the order of their first packets.
    pub fn interfaces(&self) -> &[Interface] {
        self.single().map_or(self.all.interfaces.as_slice(), Reader::interfaces)
    }

    /// The sections of all files.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.readers().flat_map(Reader::sections)
    }

    /// The comments on the sections.
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        self.readers().flat_map(Reader::comments)
    }

    /// Names of addresses that the files bring along.
    pub fn names(&self) -> impl Iterator<Item = &(IpAddr, String)> {
        self.readers().flat_map(Reader::names)
    }

    pub fn has_secrets(&self) -> bool {
        self.readers().any(Reader::has_secrets)
    }

    /// What was wrong, with the file it is about, where there are several.
    pub fn warnings(&self) -> impl Iterator<Item = (Option<&Member>, &Warning)> {
        let is_single = self.members.len() == 1;
        let of = move |member| Some(member).filter(|_| !is_single);
        self.members
            .iter()
            .flat_map(move |member: &Member| member.reader.warnings().iter().map(move |warning| (of(member), warning)))
    }

    pub fn further_warnings(&self) -> u64 {
        self.readers().map(Reader::further_warnings).fold(0, u64::saturating_add)
    }

    /// Bytes fed so far, all files together.
    pub fn bytes_read(&self) -> u64 {
        self.readers().map(Reader::bytes_read).fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests;
