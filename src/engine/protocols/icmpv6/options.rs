//! Options of Neighbor Discovery: RFC 4861 §4.6, RFC 4191, RFC 8106, RFC 8910.
use super::words;
use crate::engine::dissect::{Address, Bytes, Dissection, Field, Problem, Span, fields};

fields! {
    OPTION: Label => "icmpv6.opt", "ICMPv6 Option";
    TYPE: Uint => "icmpv6.opt.type", "Type";
    LENGTH: Uint => "icmpv6.opt.length", "Length";
    LINK: Address => "icmpv6.opt.linkaddr", "Link-layer address";
    PREFIX_LENGTH: Uint => "icmpv6.opt.prefix.length", "Prefix Length";
    PREFIX_FLAGS: Hex(2) => "icmpv6.opt.prefix.flag", "Flag";
    ON_LINK: Bool => "icmpv6.opt.prefix.flag.l", "On-link flag(L)";
    AUTONOMOUS: Bool => "icmpv6.opt.prefix.flag.a", "Autonomous address-configuration flag(A)";
    ROUTER_ADDRESS: Bool => "icmpv6.opt.prefix.flag.r", "Router address flag(R)";
    VALID: Uint => "icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime";
    PREFERRED: Uint => "icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime";
    PREFIX: Address => "icmpv6.opt.prefix", "Prefix";
    MTU: Uint => "icmpv6.opt.mtu", "MTU";
    NONCE: Bytes => "icmpv6.opt.nonce", "Nonce";
    ROUTE_PREFERENCE: Uint => "icmpv6.opt.route_info.flag.route_preference", "Route Preference";
    ROUTE_LIFETIME: Uint => "icmpv6.opt.route_lifetime", "Route Lifetime";
    SERVER_LIFETIME: Uint => "icmpv6.opt.rdnss.lifetime", "Lifetime";
    SERVER: Address => "icmpv6.opt.rdnss", "Recursive DNS Servers";
    SEARCH_LIFETIME: Uint => "icmpv6.opt.dnssl.lifetime", "Lifetime";
    SEARCH: Text => "icmpv6.opt.dnssl", "Domain Names";
    PORTAL: Text => "icmpv6.opt.captive_portal", "Captive Portal";
}

/// For the registry.
pub(super) static ALL: &[&Field] = FIELDS;

/// The options from byte `at` of a message on. Link addresses are told in the Info column.
pub(super) fn read(d: &mut Dissection, bytes: &Bytes<'_>, mut at: usize) -> Result<(), Problem> {
    let advertises = bytes.u8(0)? == 136;
    while at < bytes.wire_len() {
        let option = bytes.from(at);
        let (kind, units) = (option.u8(0)?, option.u8(1)?);
        if units == 0 {
            return Err(Problem::Malformed);
        }
        let length = usize::from(units).saturating_mul(8);
        let option = option.limit(length);
        let what = one(d, &option, kind, units)?;
        if let Some(mac) = what.filter(|_| matches!(kind, 1 | 2)) {
            // The target's own address in an advertisement is its answer.
            let word = if kind == 2 && advertises { "is at" } else { "from" };
            d.info_add("", || format!(" {word} {mac}"));
        }
        at = at.saturating_add(length);
    }
    Ok(())
}

fn one(d: &mut Dissection, option: &Bytes<'_>, kind: u8, units: u8) -> Result<Option<String>, Problem> {
    let ip = |at: usize| option.array(at).map(Address::ipv6);
    let name = words::option(kind);
    let what = match kind {
        1 | 2 if units == 1 => Some(Address::ethernet(option.array(2)?).to_string()),
        3 => Some(format!("{}/{}", ip(16)?, option.u8(2)?)),
        5 => Some(option.u32(4)?.to_string()),
        _ => None,
    };
    let shown = what.as_ref().map_or(String::new(), |what| format!(" : {what}"));
    let all: Span = option.span(0..option.len());
    d.label(&OPTION, all, || format!("ICMPv6 Option ({name}{shown})"));
    d.nest(|d| {
        d.noted(&TYPE, option.span(0..1), kind, name);
        d.noted(&LENGTH, option.span(1..2), units, &format!("{} bytes", u32::from(units).saturating_mul(8)));
        match kind {
            1 | 2 if units == 1 => d.field(&LINK, option.span(2..8), Address::ethernet(option.array(2)?)),
            3 => {
                d.field(&PREFIX_LENGTH, option.span(2..3), option.u8(2)?);
                let flags = option.u8(3)?;
                d.field(&PREFIX_FLAGS, option.span(3..4), flags);
                d.nest(|d| {
                    for (bit, field) in [(0x80, &ON_LINK), (0x40, &AUTONOMOUS), (0x20, &ROUTER_ADDRESS)] {
                        d.field(field, option.span(3..4), flags & bit != 0);
                    }
                });
                d.field(&VALID, option.span(4..8), option.u32(4)?);
                d.field(&PREFERRED, option.span(8..12), option.u32(8)?);
                d.field(&PREFIX, option.span(16..32), ip(16)?);
            }
            5 => d.field(&MTU, option.span(4..8), option.u32(4)?),
            14 => d.field(&NONCE, option.span(2..option.len()), option.from(2).all()),
            24 => {
                d.field(&PREFIX_LENGTH, option.span(2..3), option.u8(2)?);
                let preference = option.u8(3)? >> 3 & 3;
                d.noted(&ROUTE_PREFERENCE, option.span(3..4), preference, words::preference(preference));
                d.field(&ROUTE_LIFETIME, option.span(4..8), option.u32(4)?);
                // Only as many bytes of the prefix are there as are needed.
                let mut prefix = [0; 16];
                prefix.iter_mut().zip(option.from(8).all()).for_each(|(to, from)| *to = *from);
                d.field(&PREFIX, option.span(8..option.len()), Address::ipv6(prefix));
            }
            25 => {
                d.field(&SERVER_LIFETIME, option.span(4..8), option.u32(4)?);
                for at in (8..option.wire_len()).step_by(16) {
                    d.field(&SERVER, option.span(at..at.saturating_add(16)), ip(at)?);
                }
            }
            31 => {
                d.field(&SEARCH_LIFETIME, option.span(4..8), option.u32(4)?);
                names(d, &option.from(8));
            }
            37 => {
                let text = String::from_utf8_lossy(option.from(2).all()).trim_end_matches('\0').to_owned();
                d.field(&PORTAL, option.span(2..option.len()), text);
            }
            _ => {}
        }
        Ok(what)
    })
}

/// Domain names as DNS has them, without pointers; padding is the root.
fn names(d: &mut Dissection, bytes: &Bytes<'_>) {
    let (mut at, mut start, mut name) = (0_usize, 0, String::new());
    while let Ok(length) = bytes.u8(at) {
        let label = at.saturating_add(1)..at.saturating_add(1).saturating_add(length.into());
        at = label.end;
        if length > 0 {
            let Ok(label) = bytes.take(label) else { return };
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&String::from_utf8_lossy(label));
        } else if !name.is_empty() {
            d.field(&SEARCH, bytes.span(start..at), std::mem::take(&mut name));
            start = at;
        }
    }
}
