//! What is looked at as graphs: which connection, what of it, in which direction, and which part of its time.
use super::state::set;
use leptos::prelude::*;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Curve {
    #[default]
    Tcptrace,
    Stevens,
    RoundTrips,
    Throughput,
    Window,
    Ladder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    Both,
    Client,
    Server,
}

/// The part of the page's state that belongs into a link.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct CurvePlace {
    pub flow: Option<u32>,
    pub curve: Curve,
    /// `None`: as many as there is room for.
    pub sides: Option<Sides>,
    /// ns since the capture's first packet; `None`: the whole connection.
    pub span: Option<(i64, i64)>,
}

const CURVES: [(Curve, &str); 6] = [
    (Curve::Tcptrace, "tcptrace"),
    (Curve::Stevens, "stevens"),
    (Curve::RoundTrips, "rtt"),
    (Curve::Throughput, "throughput"),
    (Curve::Window, "window"),
    (Curve::Ladder, "ladder"),
];
const SIDES: [(Sides, &str); 3] = [(Sides::Both, "both"), (Sides::Client, "client"), (Sides::Server, "server")];

impl CurvePlace {
    /// Takes a part of a link, if it is one of these.
    pub(crate) fn read(&mut self, key: &str, value: &str) {
        match key {
            "graph" => self.flow = value.parse().ok(),
            "kind" => self.curve = CURVES.iter().find(|(_, slug)| *slug == value).map_or(Curve::default(), |c| c.0),
            "side" => self.sides = SIDES.iter().find(|(_, slug)| *slug == value).map(|side| side.0),
            "span" => {
                let ends = value.split_once(',').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
                self.span = ends.filter(|(from, to)| from < to);
            }
            _ => {}
        }
    }

    pub(crate) fn print(&self) -> String {
        let Some(flow) = self.flow else { return String::new() };
        let mut out = format!("&graph={flow}");
        if let Some((_, slug)) = CURVES.iter().find(|(curve, _)| *curve == self.curve && *curve != Curve::default()) {
            out += &format!("&kind={slug}");
        }
        if let Some((_, slug)) = SIDES.iter().find(|(sides, _)| self.sides == Some(*sides)) {
            out += &format!("&side={slug}");
        }
        if let Some((from, to)) = self.span {
            out += &format!("&span={from},{to}");
        }
        out
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Curves {
    pub flow: RwSignal<Option<u32>>,
    pub curve: RwSignal<Curve>,
    pub sides: RwSignal<Option<Sides>>,
    pub span: RwSignal<Option<(i64, i64)>>,
}

impl Curves {
    pub(crate) fn new(place: CurvePlace) -> Curves {
        Curves {
            flow: RwSignal::new(place.flow),
            curve: RwSignal::new(place.curve),
            sides: RwSignal::new(place.sides),
            span: RwSignal::new(place.span),
        }
    }

    pub(crate) fn place(&self) -> CurvePlace {
        CurvePlace { flow: self.flow.get(), curve: self.curve.get(), sides: self.sides.get(), span: self.span.get() }
    }

    pub(crate) fn go(&self, place: CurvePlace) {
        set(self.flow, place.flow);
        set(self.curve, place.curve);
        set(self.sides, place.sides);
        set(self.span, place.span);
    }

    /// Another connection, from its beginning to its end.
    pub(crate) fn turn_to(&self, flow: Option<u32>) {
        if self.flow.get_untracked() != flow {
            set(self.span, None);
        }
        set(self.flow, flow);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_survives_a_link() {
        for (curve, _) in CURVES {
            for sides in [None, Some(Sides::Both), Some(Sides::Server)] {
                for span in [None, Some((-5, 7_000_000_000))] {
                    let place = CurvePlace { flow: Some(3), curve, sides, span };
                    let mut read = CurvePlace::default();
                    for (key, value) in place.print().split('&').filter_map(|pair| pair.split_once('=')) {
                        read.read(key, value);
                    }
                    assert_eq!(read, place);
                }
            }
        }
        assert_eq!(CurvePlace::default().print(), "");
    }
}
