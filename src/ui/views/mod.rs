//! The views of the page. A new one is a file and a line in [`VIEWS`].
mod address;
mod columns;
mod conversations;
mod destinations;
mod details;
mod endpoints;
mod expert;
mod flows;
mod graphs;
mod map;
pub(crate) mod network;
mod overview;
mod packets;
mod protocols;
mod rtt;
mod states;
mod statistics;
mod stream;
mod tcp;
mod times;
mod unwanted;
mod verdicts;
mod words;

pub(crate) use details::close as close_details;
pub(crate) use expert::Bullet;
pub(crate) use flows::SEARCH;
pub(crate) use packets::fields as packet_fields;
pub(crate) use statistics::{charts, of_charts as statistics_of_charts, question as statistics_question};
pub(crate) use unwanted::allow_list;

use crate::api::Progress;
use leptos::prelude::*;

pub(crate) struct View {
    /// Its name in links.
    pub slug: &'static str,
    pub title: &'static str,
    /// The heading it stands under; views of a group stand together.
    pub group: &'static str,
    /// The count in its tab, where loading tells one.
    pub count: fn(&Progress) -> Option<u32>,
    /// Whether it fills the window and scrolls inside.
    pub fills: bool,
    pub draw: fn() -> AnyView,
}

pub(crate) const VIEWS: &[View] = &[
    View {
        slug: "overview",
        title: "Overview",
        group: "",
        count: |_| None,
        fills: false,
        draw: || view! { <overview::Overview /> }.into_any(),
    },
    View {
        slug: "flows",
        title: "Flows",
        group: "Traffic",
        count: |p| Some(p.flows),
        fills: true,
        draw: || view! { <flows::FlowsView /> }.into_any(),
    },
    View {
        slug: "packets",
        title: "Packets",
        group: "Traffic",
        count: |p| Some(p.packets),
        fills: true,
        draw: || view! { <packets::PacketsView /> }.into_any(),
    },
    View {
        slug: "protocols",
        title: "Protocols",
        group: "Traffic",
        count: |_| None,
        fills: false,
        draw: || view! { <protocols::Protocols /> }.into_any(),
    },
    View {
        slug: "statistics",
        title: "Statistics",
        group: "Traffic",
        count: |_| None,
        fills: false,
        draw: || view! { <statistics::StatisticsView /> }.into_any(),
    },
    View {
        slug: "destinations",
        title: "Destinations and Ports",
        group: "Network",
        count: |_| None,
        fills: true,
        draw: || view! { <destinations::Destinations /> }.into_any(),
    },
    View {
        slug: "endpoints",
        title: "Endpoints",
        group: "Network",
        count: |_| None,
        fills: true,
        draw: || view! { <endpoints::EndpointsView /> }.into_any(),
    },
    View {
        slug: "conversations",
        title: "Conversations",
        group: "Network",
        count: |_| None,
        fills: true,
        draw: || view! { <conversations::ConversationsView /> }.into_any(),
    },
    View {
        slug: "address",
        title: "Address",
        group: "Network",
        count: |_| None,
        fills: false,
        draw: || view! { <address::Address /> }.into_any(),
    },
    View {
        slug: "map",
        title: "Map",
        group: "Network",
        count: |_| None,
        fills: true,
        draw: || view! { <map::Map /> }.into_any(),
    },
    View {
        slug: "rtt",
        title: "RTT",
        group: "TCP and time",
        count: |_| None,
        fills: false,
        draw: || view! { <rtt::Rtt /> }.into_any(),
    },
    View {
        slug: "times",
        title: "Response times",
        group: "TCP and time",
        count: |_| None,
        fills: true,
        draw: || view! { <times::ResponseTimes /> }.into_any(),
    },
    View {
        slug: "states",
        title: "Connections",
        group: "TCP and time",
        count: |_| None,
        fills: true,
        draw: || view! { <states::Connections /> }.into_any(),
    },
    View {
        slug: "graphs",
        title: "TCP graphs",
        group: "TCP and time",
        count: |_| None,
        fills: true,
        draw: || view! { <graphs::Graphs /> }.into_any(),
    },
    View {
        slug: "expert",
        title: "Expert information",
        group: "What is wrong",
        count: |_| None,
        fills: true,
        draw: || view! { <expert::Expert /> }.into_any(),
    },
    View {
        slug: "unwanted",
        title: "Unwanted protocols",
        group: "What is wrong",
        count: |_| None,
        fills: false,
        draw: || view! { <unwanted::Unwanted /> }.into_any(),
    },
];

/// What a capture opens with; the only one that is there before the rest of the program.
pub(crate) const FIRST: &View = &VIEWS[0];

/// The view a slug stands for; the first for a slug of another version.
pub(crate) fn current(slug: &str) -> &'static View {
    VIEWS.iter().find(|view| view.slug == slug).unwrap_or(FIRST)
}
