//! Border Gateway Protocol 4, RFC 4271; capabilities, RFC 5492; further address families, RFC 4760.
mod words;

use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};
use words::*;

fields! {
    CONTINUATION: Bytes => "bgp.continuation", "Continuation";
    MARKER_FIELD: Bytes => "bgp.marker", "Marker";
    LENGTH: Uint => "bgp.length", "Length";
    KIND: Uint => "bgp.type", "Type";
    VERSION: Uint => "bgp.open.version", "Version";
    SYSTEM: Uint => "bgp.open.myas", "My AS";
    HOLD: Uint => "bgp.open.holdtime", "Hold Time";
    IDENTIFIER: Address => "bgp.open.identifier", "BGP Identifier";
    OPTIONS_LENGTH: Uint => "bgp.open.opt.len", "Optional Parameters Length";
    OPTION: Label => "bgp.open.opt.param", "Optional Parameter";
    OPTION_TYPE: Uint => "bgp.open.opt.param.type", "Parameter Type";
    OPTION_LENGTH: Uint => "bgp.open.opt.param.len", "Parameter Length";
    CAPABILITY: Label => "bgp.cap", "Capability";
    CAPABILITY_TYPE: Uint => "bgp.cap.type", "Type";
    CAPABILITY_LENGTH: Uint => "bgp.cap.length", "Length";
    CAPABILITY_AFI: Uint => "bgp.cap.mp.afi", "AFI";
    CAPABILITY_SAFI: Uint => "bgp.cap.mp.safi", "SAFI";
    CAPABILITY_AS4: Uint => "bgp.cap.4as", "AS Number";
    CAPABILITY_RESTART: Hex(4) => "bgp.cap.gr.timers", "Restart Timers";
    WITHDRAWN_LENGTH: Uint => "bgp.update.withdrawn_routes.length", "Withdrawn Routes Length";
    WITHDRAWN: Label => "bgp.update.withdrawn_routes", "Withdrawn Routes";
    ATTRIBUTES_LENGTH: Uint => "bgp.update.path_attributes.length", "Total Path Attribute Length";
    ATTRIBUTES: Label => "bgp.update.path_attributes", "Path attributes";
    ATTRIBUTE: Label => "bgp.update.path_attribute", "Path Attribute";
    FLAGS: Hex(2) => "bgp.update.path_attribute.flags", "Flags";
    OPTIONAL: Bool => "bgp.update.path_attribute.flags.optional", "Optional";
    TRANSITIVE: Bool => "bgp.update.path_attribute.flags.transitive", "Transitive";
    PARTIAL: Bool => "bgp.update.path_attribute.flags.partial", "Partial";
    EXTENDED: Bool => "bgp.update.path_attribute.flags.extended_length", "Extended-Length";
    UNUSED: Hex(1) => "bgp.update.path_attribute.flags.unused", "Unused";
    CODE: Uint => "bgp.update.path_attribute.type_code", "Type Code";
    ATTRIBUTE_LENGTH: Uint => "bgp.update.path_attribute.length", "Length";
    ORIGIN: Uint => "bgp.update.path_attribute.origin", "Origin";
    PATH: Label => "bgp.update.path_attribute.as_path_segment", "AS Path segment";
    PATH_TYPE: Uint => "bgp.update.path_attribute.as_path_segment.type", "Segment type";
    PATH_LENGTH: Uint => "bgp.update.path_attribute.as_path_segment.length", "Segment length (number of ASN)";
    AS2: Uint => "bgp.update.path_attribute.as_path_segment.as2", "AS2";
    AS4: Uint => "bgp.update.path_attribute.as_path_segment.as4", "AS4";
    NEXT_HOP: Address => "bgp.update.path_attribute.next_hop", "Next hop";
    DISCRIMINATOR: Uint => "bgp.update.path_attribute.multi_exit_disc", "Multiple exit discriminator";
    PREFERENCE: Uint => "bgp.update.path_attribute.local_pref", "Local preference";
    AGGREGATOR_AS: Uint => "bgp.update.path_attribute.aggregator_as", "Aggregator AS";
    AGGREGATOR: Address => "bgp.update.path_attribute.aggregator_origin", "Aggregator origin";
    COMMUNITY: Label => "bgp.update.path_attribute.community", "Community";
    COMMUNITY_AS: Uint => "bgp.update.path_attribute.community_as", "Community AS";
    COMMUNITY_VALUE: Uint => "bgp.update.path_attribute.community_value", "Community value";
    ORIGINATOR: Address => "bgp.update.path_attribute.originator_id", "Originator identifier";
    CLUSTER: Address => "bgp.path_attribute.cluster_id", "Cluster ID";
    REACH_AFI: Uint => "bgp.update.path_attribute.mp_reach_nlri.afi", "Address family identifier (AFI)";
    REACH_SAFI: Uint => "bgp.update.path_attribute.mp_reach_nlri.safi", "Subsequent address family identifier (SAFI)";
    REACH_HOP: Bytes => "bgp.update.path_attribute.mp_reach_nlri.next_hop", "Next hop";
    REACH_HOP4: Address => "bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv4", "IPv4 Address";
    REACH_HOP6: Address => "bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv6", "IPv6 Address";
    REACH_POINTS: Uint => "bgp.update.path_attribute.mp_reach_nlri.nbr_snpa", "Number of Subnetwork points of attachment (SNPA)";
    UNREACH_AFI: Uint => "bgp.update.path_attribute.mp_unreach_nlri.afi", "Address family identifier (AFI)";
    UNREACH_SAFI: Uint => "bgp.update.path_attribute.mp_unreach_nlri.safi", "Subsequent address family identifier (SAFI)";
    LARGE: Label => "bgp.large_communities", "Large Communities";
    LARGE_ADMINISTRATOR: Uint => "bgp.large_communities.ga", "Global Administrator";
    LARGE_ONE: Uint => "bgp.large_communities.ldp1", "Local Data Part 1";
    LARGE_TWO: Uint => "bgp.large_communities.ldp2", "Local Data Part 2";
    REACHABLE: Label => "bgp.update.nlri", "Network Layer Reachability Information (NLRI)";
    ROUTE: Label => "bgp.prefix", "BGP Prefix";
    PREFIX_LENGTH: Uint => "bgp.prefix_length", "Prefix Length";
    PREFIX: Address => "bgp.nlri_prefix", "NLRI prefix";
    WITHDRAWN_PREFIX: Address => "bgp.withdrawn_prefix", "Withdrawn prefix";
    REACH_PREFIX4: Address => "bgp.mp_reach_nlri_ipv4_prefix", "MP Reach NLRI IPv4 prefix";
    REACH_PREFIX6: Address => "bgp.mp_reach_nlri_ipv6_prefix", "MP Reach NLRI IPv6 prefix";
    UNREACH_PREFIX4: Address => "bgp.mp_unreach_nlri_ipv4_prefix", "MP Unreach NLRI IPv4 prefix";
    UNREACH_PREFIX6: Address => "bgp.mp_unreach_nlri_ipv6_prefix", "MP Unreach NLRI IPv6 prefix";
    MAJOR: Uint => "bgp.notify.major_error", "Major error Code";
    MINOR: Uint => "bgp.notify.minor_error", "Minor error Code";
    NOTIFIED: Bytes => "bgp.notify.minor_data", "Data";
    SHUTDOWN_LENGTH: Uint => "bgp.notify.communication_length", "BGP Shutdown Communication Length";
    SHUTDOWN: Text => "bgp.notify.communication", "Shutdown Communication";
    REFRESH_AFI: Uint => "bgp.route_refresh.afi", "Address family identifier (AFI)";
    REFRESH_TYPE: Uint => "bgp.route_refresh.subtype", "Subtype";
    REFRESH_SAFI: Uint => "bgp.route_refresh.safi", "Subsequent address family identifier (SAFI)";
}

pub(super) static BGP: Protocol = Protocol {
    name: "bgp",
    title: "Border Gateway Protocol",
    short: "BGP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(179)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const MARKER: [u8; 16] = [0xff; 16];
const HEADER: usize = 19;

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes.split_first_chunk::<16>() {
        Some((&MARKER, [0..=16, _, 1..=5, ..])) if payload.is_tcp() => Verdict::Certain,
        _ => Verdict::possible_if(payload.is_tcp()),
    }
}

fn framing(stream: &Stream<'_>) -> Frame {
    if !stream.bytes.iter().take(16).all(|&byte| byte == 0xff) {
        return Frame::Unframed;
    }
    stream.headed(HEADER, 0xffff, |bytes| bytes.u16(16).ok().map(usize::from))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    if bytes.array(0) != Ok(MARKER) {
        // The end of a message whose beginning is not there.
        d.info_add("", String::new);
        d.field(&CONTINUATION, bytes.span(0..bytes.len()), bytes.all());
        return Ok(Next::End);
    }
    let (length, kind) = (bytes.u16(16)?, bytes.u8(18)?);
    if usize::from(length) < HEADER {
        return Err(Problem::Malformed);
    }
    let name = message_name(kind.into());
    d.info_add(", ", || if name.is_empty() { "Unknown Message".to_owned() } else { name.to_owned() });
    d.read_row(&bytes, 0, &[(&MARKER_FIELD, 16), (&LENGTH, 2)])?;
    d.read_named(&KIND, &bytes, 18..19, message_name)?;
    let body = bytes.limit(length.into()).from(HEADER);
    match kind {
        1 => open(d, &body)?,
        2 => update(d, &body)?,
        3 => notification(d, &body)?,
        5 | 128 => {
            d.read_named(&REFRESH_AFI, &body, 0..2, family_name)?;
            d.read(&REFRESH_TYPE, &body, 2..3)?;
            d.read_named(&REFRESH_SAFI, &body, 3..4, subfamily_name)?;
        }
        _ => {}
    }
    Ok(Next::End)
}

fn open(d: &mut Dissection, body: &Bytes<'_>) -> Result<(), Problem> {
    d.read_row(body, 0, &[(&VERSION, 1), (&SYSTEM, 2), (&HOLD, 2), (&IDENTIFIER, 4), (&OPTIONS_LENGTH, 1)])?;
    let mut rest = body.from(10);
    while rest.wire_len() >= 2 {
        let (kind, length) = (rest.u8(0)?, usize::from(rest.u8(1)?));
        let end = length.saturating_add(2);
        let name = if kind == 2 { "Capability" } else { "Unknown" };
        d.label(&OPTION, rest.span(0..end), || format!("Optional Parameter: {name}"));
        let mut inner = rest.limit(end).from(2);
        d.nest(|d| {
            d.noted(&OPTION_TYPE, rest.span(0..1), kind, name);
            d.field(&OPTION_LENGTH, rest.span(1..2), length);
            while kind == 2 && inner.wire_len() >= 2 {
                let end = usize::from(inner.u8(1)?).saturating_add(2);
                capability(d, &inner.limit(end))?;
                inner = inner.from(end);
            }
            Ok(())
        })?;
        rest = rest.from(end);
    }
    Ok(())
}

fn capability(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let (kind, length) = (bytes.u8(0)?, bytes.u8(1)?);
    let name = capability_name(kind.into());
    d.label(&CAPABILITY, bytes.span(0..bytes.len()), || format!("Capability: {name}"));
    d.nest(|d| {
        d.noted(&CAPABILITY_TYPE, bytes.span(0..1), kind, name);
        d.field(&CAPABILITY_LENGTH, bytes.span(1..2), length);
        match (kind, length) {
            (1, 4) => {
                d.read_named(&CAPABILITY_AFI, bytes, 2..4, family_name)?;
                d.read_named(&CAPABILITY_SAFI, bytes, 5..6, subfamily_name)?;
            }
            (64, 2..) => _ = d.read(&CAPABILITY_RESTART, bytes, 2..4)?,
            (65, 4) => _ = d.read(&CAPABILITY_AS4, bytes, 2..6)?,
            _ => {}
        }
        Ok(())
    })
}

fn update(d: &mut Dissection, body: &Bytes<'_>) -> Result<(), Problem> {
    let withdrawn = usize::try_from(d.read(&WITHDRAWN_LENGTH, body, 0..2)?).unwrap_or_default();
    let at = withdrawn.saturating_add(2);
    if withdrawn > 0 {
        d.label(&WITHDRAWN, body.span(2..at), || "Withdrawn Routes".to_owned());
        d.nest(|d| prefixes(d, &body.limit(at).from(2), 1, [&WITHDRAWN_PREFIX, &WITHDRAWN_PREFIX]))?;
    }
    let start = at.saturating_add(2);
    let length = usize::try_from(d.read(&ATTRIBUTES_LENGTH, body, at..start)?).unwrap_or_default();
    let end = start.saturating_add(length);
    if length > 0 {
        d.label(&ATTRIBUTES, body.span(start..end), || "Path attributes".to_owned());
        d.nest(|d| {
            let mut rest = body.limit(end).from(start);
            while !rest.is_empty() {
                let long = rest.u8(0)? & 0x10 != 0;
                let (head, size) =
                    if long { (4_usize, usize::from(rest.u16(2)?)) } else { (3, usize::from(rest.u8(2)?)) };
                let size = head.saturating_add(size);
                attribute(d, &rest.limit(size), head)?;
                rest = rest.from(size);
            }
            Ok(())
        })?;
    }
    let routes = body.from(end);
    if routes.wire_len() > 0 {
        d.label(&REACHABLE, routes.span(0..routes.len()), || REACHABLE.title().to_owned());
        d.nest(|d| prefixes(d, &routes, 1, [&PREFIX, &PREFIX]))?;
    }
    Ok(())
}

fn attribute(d: &mut Dissection, bytes: &Bytes<'_>, head: usize) -> Result<(), Problem> {
    let (code, value) = (bytes.u8(1)?, bytes.from(head));
    let name = attribute_name(code.into());
    let said = summary(code, &value).unwrap_or_default();
    d.label(&ATTRIBUTE, bytes.span(0..bytes.len()), || format!("Path Attribute - {name}{said}"));
    d.nest(|d| {
        d.read(&FLAGS, bytes, 0..1)?;
        d.read_bits(
            bytes,
            0..1,
            &[(&OPTIONAL, 128), (&TRANSITIVE, 64), (&PARTIAL, 32), (&EXTENDED, 16), (&UNUSED, 15)],
        )?;
        d.noted(&CODE, bytes.span(1..2), code, name);
        d.read(&ATTRIBUTE_LENGTH, bytes, 2..head)?;
        self::value(d, code, &value)
    })
}

fn value(d: &mut Dissection, code: u8, value: &Bytes<'_>) -> Result<(), Problem> {
    let length = value.wire_len();
    match code {
        1 => _ = d.read_named(&ORIGIN, value, 0..1, origin_name)?,
        2 | 17 => path(d, value, code == 17)?,
        3 => _ = d.read(&NEXT_HOP, value, 0..4)?,
        4 => _ = d.read(&DISCRIMINATOR, value, 0..4)?,
        5 => _ = d.read(&PREFERENCE, value, 0..4)?,
        7 | 18 => _ = d.read_row(value, 0, &[(&AGGREGATOR_AS, length.saturating_sub(4)), (&AGGREGATOR, 4)])?,
        8 => {
            for at in (0..length).step_by(4) {
                let one = value.from(at).limit(4);
                let said = community(one.u32(0)?);
                d.label(&COMMUNITY, one.span(0..4), || format!("Community: {said}"));
                d.nest(|d| d.read_row(&one, 0, &[(&COMMUNITY_AS, 2), (&COMMUNITY_VALUE, 2)]))?;
            }
        }
        9 => _ = d.read(&ORIGINATOR, value, 0..4)?,
        10 => {
            for at in (0..length).step_by(4) {
                d.read_row(value, at, &[(&CLUSTER, 4)])?;
            }
        }
        14 => {
            let family = d.read_named(&REACH_AFI, value, 0..2, family_name)?;
            let sub = d.read_named(&REACH_SAFI, value, 2..3, subfamily_name)?;
            let hop = usize::from(value.u8(3)?);
            let end = hop.saturating_add(4);
            let field = match hop {
                4 => &REACH_HOP4,
                16 => &REACH_HOP6,
                _ => &REACH_HOP,
            };
            d.read(field, value, 4..end)?;
            d.read(&REACH_POINTS, value, end..end.saturating_add(1))?;
            if matches!(sub, 1 | 2) && matches!(family, 1 | 2) {
                prefixes(d, &value.from(end.saturating_add(1)), family, [&REACH_PREFIX4, &REACH_PREFIX6])?;
            }
        }
        15 => {
            let family = d.read_named(&UNREACH_AFI, value, 0..2, family_name)?;
            let sub = d.read_named(&UNREACH_SAFI, value, 2..3, subfamily_name)?;
            if matches!(sub, 1 | 2) && matches!(family, 1 | 2) {
                prefixes(d, &value.from(3), family, [&UNREACH_PREFIX4, &UNREACH_PREFIX6])?;
            }
        }
        32 => {
            for at in (0..length).step_by(12) {
                let one = value.from(at).limit(12);
                let said = format!("{}:{}:{}", one.u32(0)?, one.u32(4)?, one.u32(8)?);
                d.label(&LARGE, one.span(0..12), || format!("Large Community: {said}"));
                d.nest(|d| d.read_row(&one, 0, &[(&LARGE_ADMINISTRATOR, 4), (&LARGE_ONE, 4), (&LARGE_TWO, 4)]))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Segments of a path: their kind, how many systems they hold, and those.
fn path(d: &mut Dissection, value: &Bytes<'_>, long: bool) -> Result<(), Problem> {
    let size = if long { 4 } else { system_size(value) };
    let mut rest = *value;
    while !rest.is_empty() {
        let count = usize::from(rest.u8(1)?);
        let end = count.saturating_mul(size).saturating_add(2);
        let segment = rest.limit(end);
        let said = systems(&segment, size);
        d.label(&PATH, segment.span(0..end), || format!("AS Path segment: {said}"));
        d.nest(|d| {
            d.read_named(&PATH_TYPE, &segment, 0..1, segment_name)?;
            d.read(&PATH_LENGTH, &segment, 1..2)?;
            for at in (2..end).step_by(size) {
                d.read_row(&segment, at, &[if size == 4 { (&AS4, 4) } else { (&AS2, 2) }])?;
            }
            Ok(())
        })?;
        rest = rest.from(end);
    }
    Ok(())
}

/// Prefixes of a family: a length in bits, and as many bytes as it needs.
fn prefixes(d: &mut Dissection, bytes: &Bytes<'_>, family: u64, fields: [&'static Field; 2]) -> Result<(), Problem> {
    let mut rest = *bytes;
    while !rest.is_empty() {
        let bits = rest.u8(0)?;
        let end = usize::from(bits).div_ceil(8).saturating_add(1);
        let mut whole = [0; 16];
        whole.iter_mut().zip(rest.take(1..end)?).for_each(|(to, from)| *to = *from);
        let [a, b, c, e, ..] = whole;
        let (field, address) = match (family, fields) {
            (1, [field, _]) => (field, Address::ipv4([a, b, c, e])),
            (_, [_, field]) => (field, Address::ipv6(whole)),
        };
        d.label(&ROUTE, rest.span(0..end), || format!("{address}/{bits}"));
        d.nest(|d| {
            d.field(&PREFIX_LENGTH, rest.span(0..1), bits);
            d.field(field, rest.span(1..end), address);
        });
        rest = rest.from(end);
    }
    Ok(())
}

fn notification(d: &mut Dissection, body: &Bytes<'_>) -> Result<(), Problem> {
    let (major, minor) = (body.u8(0)?, body.u8(1)?);
    let (name, minor_name) = error_names(major, minor);
    d.noted(&MAJOR, body.span(0..1), major, name);
    d.noted(&MINOR, body.span(1..2), minor, minor_name);
    let data = body.from(2);
    if data.is_empty() {
        return Ok(());
    }
    // A shutdown may say why (RFC 9003).
    if major == 6 && matches!(minor, 2 | 4) && usize::from(data.u8(0)?) < data.wire_len() {
        let length = usize::from(data.u8(0)?);
        d.field(&SHUTDOWN_LENGTH, data.span(0..1), length);
        let end = length.saturating_add(1);
        d.field(&SHUTDOWN, data.span(1..end), text::shown(data.take(1..end)?));
    } else {
        d.field(&NOTIFIED, data.span(0..data.len()), data.all());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = (HEADER + body.len()) as u16;
        [&MARKER[..], &length.to_be_bytes(), &[kind], body].concat()
    }

    #[test]
    fn messages_are_read_and_found_in_a_stream() {
        let update = [0, 0, 0, 18, 0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfd, 0xe8, 0x40, 3, 4, 10, 0, 0, 9, 16, 172, 16];
        let table: [(Vec<u8>, &str, &str); 4] = [
            (message(4, &[]), "KEEPALIVE Message", "19"),
            (message(1, &[4, 0xfd, 0xe8, 0, 180, 1, 1, 1, 1, 6, 2, 4, 65, 0, 2, 2]), "OPEN Message", "1.1.1.1"),
            (message(2, &update), "UPDATE Message", "172.16.0.0"),
            (message(3, &[6, 2, 2, b'h', b'i']), "NOTIFICATION Message", "hi"),
        ];
        for (bytes, info, value) in table {
            let stream = Stream { bytes: &bytes, from_port: 179, to_port: 5000, from_client: false, memory: 0, resume: 0 };
            assert_eq!(framing(&stream), Frame::Message(bytes.len()));
            let mut d = Dissection::new(Wanted::Everything);
            _ = dissect(&mut d, Bytes::frame(&bytes, 0));
            assert_eq!(d.info_text(), info);
            assert!(d.fields.iter().any(|found| found.text() == value), "{info}");
        }
    }
}
