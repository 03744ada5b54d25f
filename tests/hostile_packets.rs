//! Whatever a packet holds: dissecting it ends, without a panic, with layers and fields that lie inside its bytes. Every packet of
//! every test capture is cut at every byte and damaged; every application protocol is fed with every payload there is.
mod support;

use std::collections::BTreeSet;
use support::{Random, captures, read};
use wireglass::engine::dissect::{
    Bytes, Claim, Dissection, Fragment, Frame as Message, Framing, MAX_LAYERS, Payload, ProtocolId, Segment, Stream,
    Wanted,
};
use wireglass::engine::flow::fragments::Fragments;
use wireglass::engine::protocols::{Conversations, Cut, Numbers, PROTOCOLS, Told, protocol, registry, walk_frame};

/// A frame of a test capture.
struct Frame {
    name: String,
    link: u16,
    bytes: Vec<u8>,
    wire_len: u32,
}

/// Every different frame of the test captures: many hold the same ones.
fn frames() -> Vec<Frame> {
    let mut known = BTreeSet::new();
    let mut frames = Vec::new();
    // The experiments hold nothing that the others do not.
    for capture in captures().iter().filter(|capture| !capture.name.starts_with("lab-")) {
        let (session, _) = read(&capture.bytes);
        let store = session.store();
        for id in 0..store.packets.len() {
            let packet = store.packets.get(id).expect("a packet");
            let start = packet.offset as usize;
            let bytes = capture.bytes[start..start + packet.captured as usize].to_vec();
            let link = store.links[store.stacks.interface(packet.stack) as usize];
            if known.insert((link, bytes.clone())) {
                frames.push(Frame {
                    name: format!("{}, packet {}", capture.name, id + 1),
                    link,
                    bytes,
                    wire_len: packet.wire_len,
                });
            }
        }
    }
    assert!(frames.len() > 3000, "only {} different frames", frames.len());
    frames
}

/// Answers the walk's questions with what a probe says, or with one protocol whatever it is.
#[derive(Default)]
struct Anyone {
    always: Option<ProtocolId>,
    fragments: Fragments,
    /// Where the transport's payload was, and how much of it.
    payload: Option<(usize, usize)>,
    framing: Option<Framing>,
}

impl Conversations for Anyone {
    fn speaks(&mut self, d: &mut Dissection, segment: &Segment, payload: &Bytes<'_>) -> Told {
        self.payload = Some((payload.start() as usize, payload.len()));
        let Segment { transport, from_port, to_port, .. } = *segment;
        let known = Payload { bytes: payload.all(), transport, from_port, to_port };
        let app = self.always.or_else(|| registry().identify(&known).0);
        self.framing = app.and_then(|app| protocol(app).framing).filter(|_| segment.tcp.is_some());
        // Either end may be the client, and flows remember all kinds of things.
        d.context.from_client = Some(from_port > to_port);
        d.context.memory = u16::from(payload.u8(0).unwrap_or(0));
        let numbers = segment.tcp.map(|_| Numbers::default());
        Told { app, numbers, ..Told::default() }
    }

    fn cut(&mut self, d: &Dissection, segment: &Segment, payload: &Bytes<'_>, at: usize) -> Cut {
        let left = payload.wire_len().saturating_sub(at);
        if left == 0 {
            return Cut::End;
        }
        let Some(framing) = self.framing.filter(|_| at < payload.len()) else { return Cut::Message(left) };
        let stream = Stream {
            bytes: &payload.all()[at..],
            from_port: segment.from_port,
            to_port: segment.to_port,
            from_client: true,
            memory: d.memory(),
            resume: 0,
        };
        match framing(&stream) {
            Message::Message(length) => Cut::Message(length.clamp(1, left)),
            _ => Cut::Message(left),
        }
    }

    fn fragment(&mut self, _: &Dissection, fragment: &Fragment, bytes: &Bytes<'_>) -> Option<Vec<u8>> {
        Some(self.fragments.add(fragment, bytes, 0)?.bytes)
    }
}

/// Dissects a frame and checks what came out.
fn dissect(d: &mut Dissection, frame: &Frame, bytes: &[u8], anyone: &mut Anyone) {
    anyone.payload = None;
    let name = &frame.name;
    walk_frame(d, frame.link, Bytes::frame(bytes, frame.wire_len), anyone);
    assert!(d.layers.len() <= MAX_LAYERS, "{name}: {} layers", d.layers.len());
    let on_wire = (frame.wire_len as usize).max(bytes.len());
    let length = |buffer: u8, of_frame: usize| match buffer.checked_sub(1) {
        None => of_frame,
        Some(n) => d.buffers.get(usize::from(n)).map_or(0, |buffer| buffer.bytes.len()),
    };
    for layer in &d.layers {
        let (start, len) = (layer.span.start() as usize, layer.span.len() as usize);
        let layer_name = PROTOCOLS[usize::from(layer.protocol)].name;
        assert!(start + len <= length(layer.span.buffer(), on_wire), "{name}: layer {layer_name} has {:?}", layer.span);
    }
    for found in &d.fields {
        let (start, len) = (found.span.start() as usize, found.span.len() as usize);
        let what = found.field.name();
        assert!(usize::from(found.layer) < d.layers.len(), "{name}: {what} is of no layer");
        let end = length(found.span.buffer(), bytes.len());
        // Where nothing is covered, the place says nothing.
        assert!(
            len == 0 || start + len <= end,
            "{name}, {} of {} bytes: {what} has {:?}",
            bytes.len(),
            frame.bytes.len(),
            found.span
        );
    }
}

#[test]
fn every_beginning_of_a_packet_can_be_dissected() {
    let (mut d, mut anyone) = (Dissection::new(Wanted::Everything), Anyone::default());
    for frame in frames() {
        // Beyond headers and first lines every hundredth byte is as good as any.
        for cut in (0..frame.bytes.len()).filter(|cut| *cut < 600 || cut % 100 == 0).chain([frame.bytes.len()]) {
            dissect(&mut d, &frame, &frame.bytes[..cut], &mut anyone);
        }
    }
}

#[test]
fn flipped_bits_in_a_packet_do_no_harm() {
    let (mut d, mut anyone) = (Dissection::new(Wanted::Everything), Anyone::default());
    let mut random = Random::new("packets");
    for frame in frames() {
        for _ in 0..30 {
            let mut bytes = frame.bytes.clone();
            let near = if random.below(2) == 0 { bytes.len() } else { bytes.len().min(80) };
            random.damage(&mut bytes[..near]);
            dissect(&mut d, &frame, &bytes, &mut anyone);
        }
    }
}

/// Protocols that speak on transports: those with a port or a probe.
fn applications() -> Vec<ProtocolId> {
    let on_port = |claim: &Claim| matches!(claim, Claim::TcpPort(_) | Claim::UdpPort(_) | Claim::SctpPort(_));
    let speaking = (0..).zip(PROTOCOLS).filter(|(_, p)| p.probe.is_some() || p.claims.iter().any(on_port));
    let ids: Vec<ProtocolId> = speaking.map(|(id, _)| id).collect();
    assert!(ids.len() > 20, "only {} application protocols", ids.len());
    ids
}

#[test]
fn every_application_withstands_every_payload() {
    let (mut d, mut anyone) = (Dissection::new(Wanted::Everything), Anyone::default());
    let mut random = Random::new("payloads");
    let applications = applications();
    let mut fed = 0;
    for frame in frames() {
        anyone.always = None;
        dissect(&mut d, &frame, &frame.bytes, &mut anyone);
        let Some((start, length)) = anyone.payload.filter(|(_, length)| *length > 0) else { continue };
        // Payloads that only an application knows: what is behind the first bytes is reached by some of the cuts.
        let start = start.min(frame.bytes.len());
        let length = length.min(frame.bytes.len() - start);
        for &application in &applications {
            anyone.always = Some(application);
            let cuts = (0..=length.min(12)).chain([length]).chain((0..4).map(|_| random.below(length + 1)));
            for cut in cuts.collect::<BTreeSet<_>>() {
                dissect(&mut d, &frame, &frame.bytes[..start + cut], &mut anyone);
                fed += 1;
            }
        }
    }
    assert!(fed > 100_000, "only {fed} payloads");
}
