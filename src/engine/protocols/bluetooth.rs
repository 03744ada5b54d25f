//! Bluetooth HCI UART transport (H4), Bluetooth Core Specification volume 4 part A.
mod att;
mod hci;
mod l2cap;
mod le;

pub(super) use att::ATT;
pub(super) use hci::{HCI_ACL, HCI_COMMAND, HCI_EVENT, HCI_SCO};
pub(super) use l2cap::{L2CAP, PAIRINGS};
pub(super) use le::{BTLE, COMMON, RADIO_HEADER};

use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Value, fields};

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
    claims: &[Claim::Link(187), WITH_DIRECTION, LOW_ENERGY, LOW_ENERGY_RADIO],
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
const LOW_ENERGY: Claim = Claim::Link(251);
const LOW_ENERGY_RADIO: Claim = Claim::Link(256);

const COMMAND: u8 = 1;
const ASYNCHRONOUS: u8 = 2;
const SYNCHRONOUS: u8 = 3;
const EVENT: u8 = 4;
const ISOCHRONOUS: u8 = 5;

fn dissect_any<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    match d.through {
        LOW_ENERGY => return Ok(Next::Claim(Claim::Named("btle"), bytes)),
        LOW_ENERGY_RADIO => return Ok(Next::Claim(Claim::Named("btle_rf"), bytes)),
        _ => {}
    }
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

/// Which way a packet of data went, where the capture says so.
fn way(d: &Dissection) -> &'static str {
    match d.fields.iter().find(|found| std::ptr::eq(found.field, &raw const DIRECTION)).map(|found| &found.value) {
        Some(Value::Uint(0)) => "Sent ",
        Some(_) => "Rcvd ",
        None => "",
    }
}
