//! Remote Desktop Protocol, [MS-RDPBCGR], and what it rides on: ISO transport over TCP (TPKT, COTP), which others ride on too, and of
//! ITU-T T.125 (MCS) and T.124 (GCC) the part that it uses.
mod fast_path;
mod gcc;
mod iso;
mod mcs;
mod security;
mod settings;
mod share;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, LayerKind, Next, Problem, Protocol, Reader, Slot, Verdict, count, details, fields,
    joined, layouts, name_of, text,
};
pub(super) use gcc::T124;
pub(super) use iso::{COTP, TPKT};
pub(super) use mcs::T125;

fields! {
    COOKIE: Text => "rdp.rt_cookie", "Routing Token/Cookie";
}

layouts! {
    KIND = [
        Hex(2) => "rdp.neg_type", "Type", 1:
            "1=RDP Negotiation Request|RDP Negotiation Response|RDP Negotiation Failure|6=RDP Correlation Info";
    ]
    LENGTH = [Uint => "rdp.neg_length", "Length", 2;]
    REQUEST = [
        Hex(2) => "rdp.negReq.flags", "Flags", 1;
        Bool => "rdp.negReq.flags.restricted_admin_mode_req", "Restricted admin mode required", &0x01;
        Bool => "rdp.negReq.flags.correlation_info_present", "Correlation info present", &0x08;
    ]
    REQUESTED = [
        Hex(8) => "rdp.negReq.requestedProtocols", "requestedProtocols", 4;
        Bool => "rdp.negReq.requestedProtocols.ssl", "TLS security supported", &0x01;
        Bool => "rdp.negReq.requestedProtocols.hybrid", "CredSSP supported", &0x02;
        Bool => "rdp.negReq.requestedProtocols.rdstls", "RDSTLS supported", &0x04;
        Bool => "rdp.negReq.requestedProtocols.hybrid_ex", "CredSSP with Early User Authorization Result PDU supported", &0x08;
    ]
    RESPONSE = [
        Hex(2) => "rdp.negRsp.flags", "Flags", 1;
        Bool => "rdp.negRsp.flags.extended_client_data_supported", "Extended Client Data Blocks supported", &0x01;
        Bool => "rdp.negRsp.flags.dynvc_gfx_protocol_supported", "Graphics Pipeline Extension Protocol supported", &0x02;
        Bool => "rdp.negRsp.flags.restricted_admin_mode_supported", "Restricted admin mode supported", &0x08;
        Bool => "rdp.negRsp.flags.restricted_authentication_mode_supported", "Restricted authentication mode supported", &0x10;
    ]
    SELECTED = [
        Hex(8) => "rdp.negReq.selectedProtocol", "selectedProtocol", 4: "Standard RDP Security|TLS 1.0, 1.1 or 1.2|CredSSP|4=RDSTLS|\
            8=CredSSP with Early User Authorization Result PDU";
    ]
    FAILED = [Hex(2) => "rdp.negReq.flags", "Flags", 1;]
    FAILURE = [Hex(8) => "rdp.negFailure.failureCode", "failureCode", 4: FAILURES;]
    CORRELATION = [Hex(2) => "rdp.correlationInfo.flags", "Flags", 1;]
    CORRELATED = [
        Bytes => "rdp.correlationInfo.correlationId", "correlationId", 16;
        Bytes => "rdp.correlationInfo.reserved", "Reserved", 16;
    ]
}
const FAILURES: &str = "1=Server requires Enhanced RDP Security with TLS|Server only supports Standard RDP Security|\
    Server does not possess a valid authentication certificate|Client requested security protocols are inconsistent|\
    Server requires Enhanced RDP Security with CredSSP|Server requires Enhanced RDP Security with TLS and certificate-based client authentication";

static ALL_FIELDS: [&Field; ALL_FIELDS_LEN] = joined(FIELD_LISTS);
const FIELD_LISTS: &[&[&Field]] =
    &[FIELDS, fast_path::ALL_FIELDS, settings::ALL_FIELDS, security::ALL_FIELDS, share::ALL_FIELDS];
const ALL_FIELDS_LEN: usize = count(FIELD_LISTS);
static ALL_LAYOUTS: [&[Slot]; ALL_LAYOUTS_LEN] = joined(LAYOUT_LISTS);
const LAYOUT_LISTS: &[&[&[Slot]]] = &[LAYOUTS, fast_path::ALL, settings::ALL, security::ALL, share::ALL];
const ALL_LAYOUTS_LEN: usize = count(LAYOUT_LISTS);

pub(super) static RDP: Protocol = Protocol {
    name: "rdp",
    title: "Remote Desktop Protocol",
    short: "RDP",
    fields: &ALL_FIELDS,
    layouts: &ALL_LAYOUTS,
    probe: Some(|payload| match payload.is_tcp() && iso::is_remote_desktop(&payload.window()) {
        true => Verdict::Certain,
        false => Verdict::NotMine,
    }),
    dissect,
    framing: Some(iso::framing),
    stateful: true,
    ..Protocol::PLAIN
};

const PORT: u16 = 3389;

/// What the parties agreed on.
#[derive(Clone, Copy, Default)]
struct Agreed {
    /// Encryption level of the server's security data is not "none".
    encrypted: bool,
    /// The licensing phase is over.
    licensed: bool,
    /// The channels of the session itself and of messages; and that of the PDU that is being read.
    main: u16,
    messages: u16,
    channel: u16,
}

/// RDP's bytes stand in several places: which one, the layer around them tells. A flow that is RDP's begins with the layers that it
/// rides on, but for the fast path, which has none.
fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let around = d.layers.iter().rev().nth(1).map_or("", |layer| super::protocol(layer.protocol).name);
    let around = if d.through == Claim::Named("rdp") { around } else { "" };
    match around {
        "cotp" => negotiation(d, bytes)?,
        "t124" => settings::dissect(d, bytes)?,
        "t125" => security::send_data(d, bytes)?,
        _ if !iso::is_fast_path(&bytes) => {
            d.context.next = d.layers.last().map(|layer| layer.kind).filter(|kind| *kind != LayerKind::Plain);
            return Ok(Next::Instead(Claim::Named("tpkt"), bytes));
        }
        _ => {
            // Not a layer of its own in the tree, but it was asked first.
            if d.wants() {
                d.mentions.push((d.layers.len().saturating_sub(1), "tpkt"));
            }
            fast_path::dissect(d, bytes)?;
        }
    }
    Ok(Next::End)
}

fn negotiation(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let (mut reader, mut info) = (Reader::little(bytes, 0), Vec::new());
    if bytes.all().starts_with(b"Cookie: ") || bytes.all().starts_with(b"tsv:") {
        let line = text::line(bytes.all());
        if d.wants() {
            d.field(&COOKIE, bytes.span(0..line.len()), text::shown(line));
            info.push(text::shown(line));
        }
        reader.at = line.len().saturating_add(2);
    }
    let result = details(parts(d, &mut reader, &mut info));
    d.info(|| info.join(", "));
    result
}

fn parts(d: &mut Dissection, reader: &mut Reader<'_>, info: &mut Vec<String>) -> Result<(), Problem> {
    while reader.left() >= 8 {
        let kind = reader.peek()?;
        let (title, flags, rest): (_, &'static [Slot], &'static [Slot]) = match kind {
            1 => ("Negotiate Request", REQUEST, REQUESTED),
            2 => ("Negotiate Response", RESPONSE, SELECTED),
            3 => ("Negotiate Failure", FAILED, FAILURE),
            6 => ("", CORRELATION, CORRELATED),
            _ => break,
        };
        for layout in [KIND, flags, LENGTH] {
            reader.layout(d, layout)?;
        }
        let said = reader.layout(d, rest)?;
        if d.wants() && !title.is_empty() {
            info.push(title.to_owned());
        }
        if d.wants() && kind == 3 {
            info.push(format!("failureCode {}", name_of(FAILURES, said)));
        }
        // PROTOCOL_SSL, PROTOCOL_HYBRID, PROTOCOL_HYBRID_EX …: all over TLS.
        if kind == 2 && said != 0 {
            d.switch("tls");
        }
    }
    Ok(())
}
