//! The whole engine to the outside: feed it a capture's bytes, ask it questions.
use super::capture::{Files, Format, Want};
use super::dissect::Address;
use super::filter::matching::Matching;
use super::filter::selection::Selection;
use super::ingest::Ingest;
use super::query::{self, Asked};
use super::source::Source;
use super::store::Store;
use crate::api::{Answer, Failure, Filter, FilterProgress, GeoFacts, NameFrom, OpenFile, Query};
use std::net::IpAddr;

/// One capture, or several as one, from the first byte to the last answer about it.
pub struct Session {
    reader: Files,
    store: Store,
    ingest: Ingest,
    /// Name records of each file already taken over.
    names_taken: Vec<usize>,
    /// Addresses the user says are "us"; `None`: inferred.
    local: Option<Vec<Address>>,
    /// What is kept from question to question.
    kept: query::Kept,
    /// The filters last used, the latest at the end.
    matchings: Vec<Matching>,
    /// The next one's first version.
    version: u64,
}

/// Filters that are kept: that of the page, and those of lines in a graph.
const MOST_MATCHINGS: usize = 8;
/// Packets that are read for a line's own filter each time the line is asked for: some ten milliseconds' work.
const READ_FOR_A_LINE: u32 = 2000;
/// Versions of different filters are so far apart that they never meet.
const VERSIONS: u64 = 1 << 32;

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// For one capture whose name does not matter.
    pub fn new() -> Self {
        Self::of(&[])
    }

    /// For these captures, merged by time: do what [`Session::wants`] says.
    pub fn of(files: &[OpenFile]) -> Self {
        let reader = Files::new(files.iter().map(|file| (file.name.clone(), file.shift_ns)));
        let store = Store { files: files.iter().map(|file| file.name.clone()).collect(), ..Store::default() };
        Self {
            reader,
            store,
            ingest: Ingest::default(),
            names_taken: Vec::new(),
            local: None,
            kept: query::Kept::default(),
            matchings: Vec::new(),
            version: VERSIONS,
        }
    }

    /// What is to be read next; `None`: all was read, [`Session::finish`].
    pub fn wants(&self) -> Option<Want> {
        self.reader.wants()
    }

    /// The start of a file of several, as [`Want::Head`] asks for it; `whole`: it is no longer.
    pub fn begins(&mut self, file: usize, head: &[u8], whole: bool) {
        self.reader.begins(file, head, whole);
    }

    /// Takes the next bytes of the only file, as many as there are.
    ///
    /// # Errors
    /// One sentence for the user, when the file is no capture that can be opened. What was read before stays.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), String> {
        self.feed_of(0, chunk)
    }

    /// Takes the next bytes of a file.
    ///
    /// # Errors
    /// As [`Session::feed`], of a single file.
    pub fn feed_of(&mut self, file: usize, chunk: &[u8]) -> Result<(), String> {
        let Self { reader, store, ingest, .. } = self;
        let result = reader.feed(file, chunk, |record| ingest.packet(store, &record));
        self.take_names();
        result.map_err(|error| error.message)
    }

    /// A file is at its end.
    ///
    /// # Errors
    /// As [`Session::feed`], of a single file.
    pub fn end_of(&mut self, file: usize) -> Result<(), String> {
        let Self { reader, store, ingest, .. } = self;
        let result = reader.end(file, |record| ingest.packet(store, &record));
        result.map_err(|error| error.message)
    }

    /// A file of several cannot be read any further, and why.
    pub fn broke(&mut self, file: usize, why: &str) {
        let Self { reader, store, ingest, .. } = self;
        reader.broke(file, why, |record| ingest.packet(store, &record));
    }

    /// Bodies that could not be decoded can be now: a stream's messages are made again.
    pub fn bodies_are_known(&mut self) {
        self.kept.bodies_are_known();
    }

    /// All is read.
    ///
    /// # Errors
    /// As [`Session::feed`], or when none of several files is a capture.
    pub fn finish(&mut self) -> Result<(), String> {
        self.store.transactions.sort();
        // What flows are told to be may have changed after their packets were decided.
        self.matchings.iter_mut().for_each(Matching::restart);
        self.kept.is_other();
        self.reader.finish().map_err(|error| error.message)
    }

    /// Why a file that is read has no packet at all, if something is wrong with it.
    pub fn came_to_nothing(&self) -> Option<String> {
        let (_, warning) = self.reader.warnings().next().filter(|_| self.packets() == 0)?;
        Some([warning.message.as_str(), "There is no packet in it that can be read."].join(" "))
    }

    /// One step, of a few milliseconds, of the work that views about the whole capture need; whether there is more. For a capture that is
    /// read, while nothing else is to be done: what is not prepared when it is asked for is made then.
    pub fn prepare(&mut self, source: &mut dyn Source) -> bool {
        self.store.transactions.sort();
        let Self { store, reader, local, ingest, kept, .. } = self;
        query::prepare(&asked(store, reader, local.as_deref(), ingest, None), kept, source)
    }

    fn take_names(&mut self) {
        self.names_taken.resize(self.reader.members().len(), 0);
        for (member, taken) in self.reader.members().iter().zip(&mut self.names_taken) {
            for (address, name) in member.reader.names().iter().skip(*taken) {
                self.store.names.name_address(*address, name.clone(), NameFrom::File);
            }
            *taken = member.reader.names().len();
        }
        for interface in self.reader.interfaces().iter().skip(self.store.interfaces.len()) {
            let member = self.reader.members().get(interface.file as usize);
            let is_named =
                member.and_then(|member| member.reader.format()).is_some_and(|format| format == Format::Pcapng);
            let [name, description] = [&interface.name, &interface.description];
            let name = name.as_ref().or(description.as_ref()).map_or("unknown", String::as_str);
            let name = if is_named { name.to_owned() } else { String::new() };
            self.store.interfaces.push([name, description.clone().unwrap_or_default()]);
        }
    }

    /// Whose packets count as sent. Texts that are no IP address are passed over; none at all: infer again.
    pub fn set_local(&mut self, addresses: &[String]) {
        let parsed = addresses.iter().filter_map(|text| text.parse::<IpAddr>().ok());
        let local: Vec<Address> = parsed.map(Address::from).collect();
        self.local = Some(local).filter(|local| !local.is_empty());
        self.kept.is_other();
    }

    /// Takes another table of countries: our own, or an `.mmdb` file.
    ///
    /// # Errors
    /// One sentence, when it is none. The one that was there stays.
    pub fn set_geo(&mut self, table: Vec<u8>) -> Result<GeoFacts, Failure> {
        let facts = self.store.geo.load(table).map_err(|message| Failure { message })?;
        // Filters may ask for countries, and orders of flows go by them.
        self.matchings.iter_mut().for_each(Matching::restart);
        self.kept.has_other_places();
        Ok(facts)
    }

    /// Answers a question about all packets.
    ///
    /// # Errors
    /// One sentence, when what the question names is not there or the file cannot be read again.
    pub fn answer(&mut self, query: &Query, source: &mut dyn Source) -> Result<Answer, Failure> {
        self.answer_within(query, &Filter::default(), source)
    }

    /// Answers a question about the packets that match a filter, as far as they are decided: see [`Session::filter`].
    ///
    /// # Errors
    /// As [`Session::answer`], or when the filter is none.
    pub fn answer_within(
        &mut self,
        query: &Query,
        filter: &Filter,
        source: &mut dyn Source,
    ) -> Result<Answer, Failure> {
        self.store.transactions.sort();
        // A line of the timeline may have a filter of its own, which nobody else works on.
        let own = match query {
            Query::Timeline(question) => question.own.as_ref(),
            _ => None,
        };
        let filter = own.unwrap_or(filter);
        let at = if filter.is_empty() { None } else { Some(self.matching(filter)?) };
        let Self { store, reader, local, ingest, kept, matchings, .. } = self;
        let matching = at.and_then(|at| matchings.get_mut(at));
        let matching = match (matching, own) {
            (Some(matching), Some(_)) => {
                matching.advance(store, source, READ_FOR_A_LINE).map_err(|message| Failure { message })?;
                Some(&*matching)
            }
            (matching, _) => matching.map(|matching| &*matching),
        };
        let asked = asked(store, reader, local.as_deref(), ingest, matching.map(|matching| &matching.selection));
        let mut answer = query::answer(&asked, kept, query, source).map_err(|message| Failure { message })?;
        if let (Answer::Timeline(line), Some(matching), Some(_)) = (&mut answer, matching, own) {
            line.undecided = matching.undecided();
        }
        Ok(answer)
    }

    /// Answers a question about some packets, however they were chosen. No two selections may have the same version, and none that of
    /// a filter: those begin at 2^32.
    ///
    /// # Errors
    /// As [`Session::answer`].
    pub fn answer_about(
        &mut self,
        query: &Query,
        selection: &Selection,
        source: &mut dyn Source,
    ) -> Result<Answer, Failure> {
        self.store.transactions.sort();
        let Self { store, reader, local, ingest, kept, .. } = self;
        let asked = asked(store, reader, local.as_deref(), ingest, Some(selection));
        query::answer(&asked, kept, query, source).map_err(|message| Failure { message })
    }

    /// Which packets match a filter, as far as it was applied.
    pub fn selection(&self, filter: &Filter) -> Option<&Selection> {
        self.matchings.iter().find(|matching| matching.filter == *filter).map(|matching| &matching.selection)
    }

    /// Applies a filter: what columns tell at once, and at most so many packets of those that must be read again. Call it until it is
    /// done; questions may be asked in between.
    ///
    /// # Errors
    /// One sentence, when the text is no filter or the file cannot be read again.
    pub fn filter(&mut self, filter: &Filter, source: &mut dyn Source, most: u32) -> Result<FilterProgress, Failure> {
        let at = self.matching(filter)?;
        let Some(matching) = self.matchings.get_mut(at) else { return Ok(FilterProgress::default()) };
        matching.advance(&self.store, source, most).map_err(|message| Failure { message })?;
        Ok(matching.progress())
    }

    /// Where the filter's matching stands, with all packets there are.
    fn matching(&mut self, filter: &Filter) -> Result<usize, Failure> {
        let matching = match self.matchings.iter().position(|matching| matching.filter == *filter) {
            Some(at) => self.matchings.remove(at),
            None => {
                self.version = self.version.wrapping_add(VERSIONS);
                let matching = Matching::new(filter, self.reader.interfaces(), self.version);
                matching.map_err(|wrong| Failure { message: wrong.message })?
            }
        };
        if self.matchings.len() >= MOST_MATCHINGS {
            self.matchings.remove(0);
        }
        self.matchings.push(matching);
        let at = self.matchings.len() - 1;
        if let Some(matching) = self.matchings.get_mut(at) {
            matching.extend(&self.store);
        }
        Ok(at)
    }

    pub fn packets(&self) -> u32 {
        self.store.packets.len()
    }

    /// Those that the flow table has: what ICMP errors merely quote is none.
    pub fn flows(&self) -> u32 {
        self.store.flows.conversations(None)
    }

    pub fn warnings(&self) -> u32 {
        u32::try_from(self.reader.warnings().count()).unwrap_or(u32::MAX)
    }

    /// What the capture is remembered as, for `facts` and tests.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What the files say about themselves, for `facts` and tests.
    pub fn reader(&self) -> &Files {
        &self.reader
    }
}

fn asked<'a>(
    store: &'a Store,
    reader: &'a Files,
    local: Option<&'a [Address]>,
    ingest: &Ingest,
    selected: Option<&'a Selection>,
) -> Asked<'a> {
    Asked { store, reader, local, given_up_fragments: ingest.fragments.given_up, selected }
}
