//! What the page knows, as signals. Views meet here and nowhere else.
use super::curves::Curves;
use super::desk::{Desk, Panel};
use super::format;
use super::geo::Geo;
use super::net::Net;
use super::opening::Unpacking;
use super::parts::menu::Menu;
use super::save::Wish;
use super::timeline::Line;
use super::url::{CaptureMark, Route};
use super::wanted::Wanted;
use crate::api::{Filter, FilterProgress, FlowColumn, FlowSort, LoadState, Progress};
use crate::ui::say::{fill, told};
use leptos::prelude::*;

/// Where the page stands with the capture it shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    /// No capture yet.
    Start,
    Loading,
    Complete,
    /// Stopped by the user; what was read stays.
    Cancelled,
    /// Could not be read to its end; what was read stays.
    Broken,
}

/// The capture on screen, as the browser names it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct FileFacts {
    pub name: String,
    pub size: u64,
}

/// A file that could not be opened, and why, in one sentence.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Refusal {
    pub name: String,
    pub message: String,
    /// A part of it was opened all the same.
    pub partly: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct State {
    /// The capture on screen; set when its first numbers are there, so that a bad file never replaces a good one.
    pub file: RwSignal<Option<FileFacts>>,
    /// The files that it is made of, in the order they were opened in.
    pub files: RwSignal<Vec<FileFacts>>,
    /// The next files chosen are added to these.
    pub adding: RwSignal<bool>,
    /// How far a compressed file is unpacked, before it is opened.
    pub unpacking: RwSignal<Option<Unpacking>>,
    /// How far reading it is. The last one tells the end.
    pub progress: RwSignal<Option<Progress>>,
    /// How far the files on screen are read again, with others or with one less.
    pub rereading: RwSignal<Option<Progress>>,
    /// A file was chosen and its first numbers are awaited.
    pub opening: RwSignal<Option<String>>,
    /// The last file chosen was refused.
    pub refusal: RwSignal<Option<Refusal>>,
    /// The engine crashed with this message.
    pub crash: RwSignal<Option<String>>,
    /// Bumped when answers may have changed: every question on screen is asked again.
    pub revision: RwSignal<u32>,
    /// Slug of the view on screen.
    pub view: RwSignal<String>,
    pub sort: RwSignal<FlowSort>,
    pub search: RwSignal<String>,
    /// Everything on screen is about the packets that match it.
    pub filter: RwSignal<Filter>,
    /// How far applying it is.
    pub filtered: RwSignal<Option<FilterProgress>>,
    /// The flow whose details are open.
    pub flow: RwSignal<Option<u32>>,
    /// What is looked at packet by packet.
    pub desk: Desk,
    /// What is looked at as graphs.
    pub curves: Curves,
    /// What is wanted of the tables of connections, requests and findings.
    pub wanted: Wanted,
    /// What is looked at of the network.
    pub net: Net,
    /// What the timeline shows.
    pub line: Line,
    /// Countries of addresses.
    pub geo: Geo,
    /// The context menu that is open.
    pub menu: RwSignal<Option<Menu>>,
    /// The dialog that saves is open, and what it begins with.
    pub saving: RwSignal<Option<Wish>>,
    /// The dialog of reports is open.
    pub reporting: RwSignal<bool>,
    pub help: RwSignal<bool>,
    /// The dialog that makes a link is open.
    pub sharing: RwSignal<bool>,
    /// The dialog that says what leaves this machine is open.
    pub private: RwSignal<bool>,
    /// The capture that the link which was opened was made for.
    pub shared: RwSignal<Option<CaptureMark>>,
    /// The page was opened with a link of a version that it does not know.
    pub newer_link: bool,
    /// Whether keys without Ctrl do something (they can be in the way of assistive technology).
    pub keys: RwSignal<bool>,
}

impl State {
    pub(crate) fn new(route: Route) -> State {
        State {
            file: RwSignal::new(None),
            files: RwSignal::new(Vec::new()),
            adding: RwSignal::new(false),
            unpacking: RwSignal::new(None),
            progress: RwSignal::new(None),
            rereading: RwSignal::new(None),
            opening: RwSignal::new(None),
            refusal: RwSignal::new(None),
            crash: RwSignal::new(None),
            revision: RwSignal::new(0),
            view: RwSignal::new(route.view),
            sort: RwSignal::new(route.sort),
            search: RwSignal::new(route.search),
            filter: RwSignal::new(route.filter),
            filtered: RwSignal::new(None),
            flow: RwSignal::new(route.flow),
            desk: Desk::new(route.desk),
            curves: Curves::new(route.curves),
            wanted: Wanted::new(route.wanted),
            net: Net::new(route.net),
            line: Line::new(route.line),
            geo: Geo::new(),
            menu: RwSignal::new(None),
            saving: RwSignal::new(None),
            reporting: RwSignal::new(false),
            help: RwSignal::new(false),
            sharing: RwSignal::new(false),
            private: RwSignal::new(false),
            shared: RwSignal::new(route.capture),
            newer_link: route.newer,
            keys: RwSignal::new(true),
        }
    }

    pub(crate) fn route(&self) -> Route {
        Route {
            view: self.view.get(),
            sort: self.sort.get(),
            search: self.search.get(),
            filter: self.filter.get(),
            flow: self.flow.get(),
            desk: self.desk.place(),
            curves: self.curves.place(),
            wanted: self.wanted.place(),
            net: self.net.place(),
            line: self.line.place(),
            capture: self.shared.get(),
            newer: false,
        }
    }

    /// The same without following what changes.
    pub(crate) fn route_untracked(&self) -> Route {
        untrack(|| self.route())
    }

    pub(crate) fn go(&self, route: Route) {
        // Signals that keep their value stay silent: a view that is on screen already must not be drawn anew.
        set(self.view, route.view);
        set(self.sort, route.sort);
        set(self.search, route.search);
        set(self.filter, route.filter);
        set(self.flow, route.flow);
        self.desk.go(route.desk);
        self.curves.go(route.curves);
        self.wanted.go(route.wanted);
        self.net.go(route.net);
        self.line.go(route.line);
        set(self.shared, route.capture);
    }

    pub(crate) fn phase(&self) -> Phase {
        self.progress.with(|progress| match progress.as_ref().map(|p| &p.state) {
            None => Phase::Start,
            Some(LoadState::Loading) => Phase::Loading,
            Some(LoadState::Complete) => Phase::Complete,
            Some(LoadState::Cancelled) => Phase::Cancelled,
            Some(LoadState::Failed { .. }) => Phase::Broken,
        })
    }

    /// Drill-down: the flow table with a search.
    pub(crate) fn show_flows(&self, search: impl Into<String>) {
        set(self.flow, None);
        set(self.search, search.into());
        set(self.view, "flows".to_owned());
    }

    /// Drill-down: one flow's details, in the table sorted so that it stands with its like.
    pub(crate) fn show_flow(&self, id: u32, sort: FlowColumn) {
        set(self.search, String::new());
        set(self.sort, FlowSort { by: sort, descending: true });
        set(self.flow, Some(id));
        set(self.view, "flows".to_owned());
    }

    /// One packet (id from 0) in the list of all.
    pub(crate) fn show_packet(&self, id: u32) {
        set(self.desk.of, None);
        self.desk.jump(id);
        set(self.view, "packets".to_owned());
    }

    /// The packets of one flow, beginning with its first.
    pub(crate) fn show_packets_of(&self, flow: u32) {
        set(self.desk.of, Some(flow));
        set(self.desk.packet, None);
        set(self.view, "packets".to_owned());
    }

    /// What the two ends of a flow said, with the flow's packets above it.
    pub(crate) fn follow(&self, flow: u32) {
        set(self.desk.of, Some(flow));
        set(self.desk.followed, Some(flow));
        set(self.desk.panel, Panel::Stream);
        set(self.view, "packets".to_owned());
    }

    /// A TCP connection as graphs.
    pub(crate) fn show_graphs(&self, flow: u32) {
        self.curves.turn_to(Some(flow));
        set(self.view, "graphs".to_owned());
    }

    /// All about one address.
    pub(crate) fn show_host(&self, address: impl Into<String>) {
        set(self.net.host, address.into());
        set(self.view, "address".to_owned());
    }

    /// The requests of one flow, and where their time went.
    pub(crate) fn show_requests_of(&self, flow: u32) {
        set(self.wanted.by_service, false);
        set(self.wanted.requests_of, Some(flow));
        set(self.search, String::new());
        set(self.view, "times".to_owned());
    }

    /// Where reading stands, in one sentence.
    pub(crate) fn sentence(&self) -> String {
        let Some(p) = self.progress.get() else { return String::new() };
        let packets = format::counted(p.packets.into(), "{0} packet", "{0} packets");
        let took = format::duration((p.elapsed_ms * 1e6) as i64);
        let share = format::percent(p.bytes, p.total);
        match p.state {
            LoadState::Loading => fill("{0} so far", &[&packets]),
            LoadState::Complete => fill("{0} in {1}", &[&packets, &took]),
            LoadState::Cancelled => {
                fill("Stopped at {0}: the numbers cover the {1} that were read", &[&share, &packets])
            }
            LoadState::Failed { message } => {
                fill("{0} The numbers cover the {1} read until then ({2}).", &[&told(&message), &packets, &share])
            }
        }
    }
}

/// Sets a signal only when that changes it, and while it is there: what waits for a time may outlive what it was about.
pub(crate) fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|now| *now != value) == Some(true) {
        signal.try_set(value);
    }
}
