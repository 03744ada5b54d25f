//! USB requests as Linux's usbmon and Windows' USBPcap see them, and packets on the wire (USB 2.0 §8):
//! <https://www.tcpdump.org/linktypes.html>.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    BUS: Uint => "usb.bus_id", "URB bus id";
    DEVICE: Uint => "usb.device_address", "Device";
    ENDPOINT: Hex(2) => "usb.endpoint_address", "Endpoint";
    TRANSFER: Uint => "usb.transfer_type", "URB transfer type";
    PID: Hex(2) => "usbll.pid", "PID";
}

pub(super) static USB: Protocol = Protocol {
    name: "usb",
    title: "USB",
    short: "USB",
    fields: &[&BUS, &DEVICE, &ENDPOINT, &TRANSFER],
    claims: &[Claim::Link(189), Claim::Link(220), WINDOWS],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

pub(super) static USBLL: Protocol = Protocol {
    name: "usbll",
    title: "USB Link Layer",
    short: "USBLL",
    fields: &[&PID],
    claims: &[Claim::Link(288), Claim::Link(293), Claim::Link(294), Claim::Link(295)],
    probe: None,
    dissect: dissect_wire,
    ..Protocol::PLAIN
};

const WINDOWS: Claim = Claim::Link(249);

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let at = |linux, windows| if d.through == WINDOWS { windows } else { linux };
    let (transfer, endpoint, device, bus) = (at(9, 22), at(10, 21), at(11, 19), at(12, 17));
    let to_device = if d.through == WINDOWS { bytes.u8(16)? & 1 == 0 } else { bytes.u8(8)? == b'S' };
    if !d.wants() {
        return Ok(Next::End);
    }
    let device_number = if d.through == WINDOWS { bytes.u16_le(device)? } else { u16::from(bytes.u8(device)?) };
    let (bus_number, endpoint_address) = (bytes.u16_le(bus)?, bytes.u8(endpoint)?);
    // The machine's byte order is not told; more than 255 buses are not seen.
    let bus_number = if bus_number > 0xff { bus_number.swap_bytes() } else { bus_number };
    d.field(&BUS, bytes.span(bus..bus.saturating_add(2)), bus_number);
    d.field(&DEVICE, bytes.span(device..device.saturating_add(1)), device_number);
    d.field(&ENDPOINT, bytes.span(endpoint..endpoint.saturating_add(1)), endpoint_address);
    d.field(&TRANSFER, bytes.span(transfer..transfer.saturating_add(1)), bytes.u8(transfer)?);
    let there = format!("{bus_number}.{device_number}.{}", endpoint_address & 0x7f);
    let host = "host".to_owned();
    d.columns(|| if to_device { (host, there) } else { (there, host) });
    Ok(Next::End)
}

fn dissect_wire<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let identifier = bytes.u8(0)?;
    d.field(&PID, bytes.span(0..1), identifier);
    // Tokens (OUT, IN, SETUP, PING) name their device: seven bits of address, four of endpoint.
    if matches!(identifier, 0xe1 | 0x69 | 0x2d | 0xb4) {
        let token = bytes.u16_le(1)?;
        d.columns(|| ("host".to_owned(), format!("{}.{}", token & 0x7f, token >> 7 & 0x0f)));
    }
    Ok(Next::End)
}
