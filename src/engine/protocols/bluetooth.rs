//! Bluetooth HCI UART transport (H4), Bluetooth Core Specification volume 4 part A.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    DIRECTION: Hex(2) => "hci_h4.direction", "Direction";
    TYPE: Hex(2) => "hci_h4.type", "HCI Packet Type";
}

pub(super) static H4: Protocol = Protocol {
    name: "hci_h4",
    title: "Bluetooth HCI H4",
    short: "HCI H4",
    fields: FIELDS,
    claims: &[Claim::Link(187), WITH_DIRECTION],
    probe: None,
    dissect,
};

const WITH_DIRECTION: Claim = Claim::Link(201);

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut at = 0_usize;
    if d.through == WITH_DIRECTION {
        let received = bytes.u32(0)? & 1 != 0;
        d.field(&DIRECTION, bytes.span(0..4), u8::from(received));
        let (host, controller) = ("host".to_owned(), "controller".to_owned());
        d.columns(|| if received { (controller, host) } else { (host, controller) });
        at = 4;
    }
    let kind = bytes.u8(at)?;
    let end = at.saturating_add(1);
    d.field(&TYPE, bytes.span(at..end), kind);
    let rest = bytes.from(end);
    Ok(match kind {
        1 => Next::Claim(Claim::Named("bthci_cmd"), rest),
        2 => Next::Claim(Claim::Named("bthci_acl"), rest),
        3 => Next::Claim(Claim::Named("bthci_sco"), rest),
        4 => Next::Claim(Claim::Named("bthci_evt"), rest),
        5 => Next::Claim(Claim::Named("bthci_iso"), rest),
        _ => Next::Data(rest),
    })
}
