//! Bluetooth HCI UART transport (H4), Bluetooth Core Specification volume 4 part A.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    DIRECTION: Hex(2) => "hci_h4.direction", "Direction";
    TYPE: Hex(2) => "hci_h4.type", "HCI Packet Type";
}

/// Whatever is Bluetooth begins with this layer, which has no bytes but the direction that some link types have.
pub(super) static BLUETOOTH: Protocol = Protocol {
    name: "bluetooth",
    title: "Bluetooth",
    short: "",
    fields: &[&DIRECTION],
    claims: &[Claim::Link(187), WITH_DIRECTION],
    probe: None,
    dissect: dissect_any,
    ..Protocol::PLAIN
};

pub(super) static H4: Protocol = Protocol {
    name: "hci_h4",
    title: "Bluetooth HCI H4",
    short: "HCI H4",
    fields: &[&TYPE],
    claims: &[],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const WITH_DIRECTION: Claim = Claim::Link(201);

const COMMAND: u8 = 1;
const ASYNCHRONOUS: u8 = 2;
const SYNCHRONOUS: u8 = 3;
const EVENT: u8 = 4;
const ISOCHRONOUS: u8 = 5;

fn dissect_any<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let h4 = Claim::Named("hci_h4");
    if d.through != WITH_DIRECTION {
        return Ok(Next::Claim(h4, bytes));
    }
    let received = bytes.u32(0)? & 1 != 0;
    d.field(&DIRECTION, bytes.span(0..4), u8::from(received));
    let rest = bytes.from(4);
    if matches!(rest.u8(0)?, ASYNCHRONOUS | SYNCHRONOUS | ISOCHRONOUS) {
        // Names and addresses of the two would be known from events before.
        d.columns(|| {
            let (here, there) = ("localhost ()".to_owned(), "remote ()".to_owned());
            if received { (there, here) } else { (here, there) }
        });
    }
    Ok(Next::Claim(h4, rest))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u8(0)?;
    d.field(&TYPE, bytes.span(0..1), kind);
    let rest = bytes.from(1);
    let name = match kind {
        COMMAND => "bthci_cmd",
        ASYNCHRONOUS => "bthci_acl",
        SYNCHRONOUS => "bthci_sco",
        EVENT => "bthci_evt",
        ISOCHRONOUS => "bthci_iso",
        _ => return Ok(Next::Data(rest)),
    };
    match kind {
        COMMAND => d.columns(|| ("host".to_owned(), "controller".to_owned())),
        EVENT => d.columns(|| ("controller".to_owned(), "host".to_owned())),
        _ => {}
    }
    Ok(Next::Claim(Claim::Named(name), rest))
}
