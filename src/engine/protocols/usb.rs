//! USB requests as Linux's usbmon and Windows' USBPcap see them, and packets on the wire (USB 2.0 §8):
//! <https://www.tcpdump.org/linktypes.html>. Setup data and descriptors: USB 2.0 §9.3 to §9.6.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Slot, Problem, Protocol, Reader, fields, layouts, named, text,
};

fields! {
    PID: Hex(2) => "usbll.pid", "PID";
    SETUP: Label => "usb.setup", "Setup Data";
    LANGUAGE: Hex(4) => "usb.wLANGID", "wLANGID";
    STRING: Text => "usb.bString", "bString";
    UNKNOWN: Bytes => "usb.unknown.data", "Unknown descriptor data";
    FRAGMENT: Bytes => "usb.data_fragment", "Data Fragment";
    LEFT_OVER: Bytes => "usb.capdata", "Leftover Capture Data";
}

/// Of devices, interfaces and functions alike.
const CLASSES: &str = "Device|Audio|Communications and CDC Control|HID|5=Physical|Imaging|Printer|Mass Storage|Hub|CDC-Data|Smart Card|13=Content Security|Video|Personal Healthcare|Audio/Video Devices|220=Diagnostic Device|224=Wireless Controller|239=Miscellaneous|254=Application Specific|Vendor Specific";

layouts! {
    URB = [
        Hex(16) => "usb.urb_id", "URB id", 8;
        Hex(2) => "usb.urb_type", "URB type", 1: "67=URB_COMPLETE ('C')|69=URB_ERROR ('E')|83=URB_SUBMIT ('S')";
        Hex(2) => "usb.transfer_type", "URB transfer type", 1: "URB_ISOCHRONOUS|URB_INTERRUPT|URB_CONTROL|URB_BULK|254=USB IRP Info";
        Hex(2) => "usb.endpoint_address", "Endpoint", 1;
        Uint => "usb.endpoint_address.direction", "Direction", &0x80: "OUT|IN";
        Uint => "usb.endpoint_address.number", "Endpoint number", &0xf;
        Uint => "usb.device_address", "Device", 1;
        Uint => "usb.bus_id", "URB bus id", 2;
        Hex(2) => "usb.setup_flag", "Device setup request", 1: "relevant|45=not relevant";
        Hex(2) => "usb.data_flag", "Data", 1: "present|60=not present ('<')|62=not present ('>')|69=error";
        Uint => "usb.urb_ts_sec", "URB sec", 8;
        Uint => "usb.urb_ts_usec", "URB usec", 4;
        Int => "usb.urb_status", "URB status", 4: "Success";
        Uint => "usb.urb_len", "URB length [bytes]", 4;
        Uint => "usb.data_len", "Data length [bytes]", 4;
    ]
    ISO = [
        Uint => "usb.iso.error_count", "ISO error count", 4;
        Uint => "usb.iso.numdesc", "Number of ISO descriptors", 4;
    ]
    TAIL = [
        Uint => "usb.interval", "Interval", 4;
        Uint => "usb.start_frame", "Start frame", 4;
        Hex(8) => "usb.copy_of_transfer_flags", "Copy of Transfer Flags", 4;
        Bool => "usb.transfer_flags.short_not_ok", "Short not OK", &0x1;
        Bool => "usb.transfer_flags.iso_asap", "ISO ASAP", &0x2;
        Bool => "usb.transfer_flags.no_transfer_dma_map", "No transfer DMA map", &0x4;
        Bool => "usb.transfer_flags.no_fsbr", "No FSBR", &0x20;
        Bool => "usb.transfer_flags.zero_packet", "Zero Packet", &0x40;
        Bool => "usb.transfer_flags.no_interrupt", "No Interrupt", &0x80;
        Bool => "usb.transfer_flags.free_buffer", "Free Buffer", &0x100;
        Bool => "usb.transfer_flags.dir_in", "Dir IN", &0x200;
        Bool => "usb.transfer_flags.dma_map_single", "DMA Map Single", &0x10000;
        Bool => "usb.transfer_flags.dma_map_page", "DMA Map Page", &0x20000;
        Bool => "usb.transfer_flags.dma_map_sg", "DMA Map SG", &0x40000;
        Bool => "usb.transfer_flags.map_local", "Map Local", &0x80000;
        Bool => "usb.transfer_flags.setup_map_single", "Setup Map Single", &0x100000;
        Bool => "usb.transfer_flags.setup_map_local", "Setup Map Local", &0x200000;
        Bool => "usb.transfer_flags.dma_sg_combined", "DMA S-G Combined", &0x400000;
        Bool => "usb.transfer_flags.aligned_temp_buffer", "Aligned Temp Buffer", &0x800000;
        Uint => "usb.iso.numdesc", "Number of ISO descriptors", 4;
    ]
    WINDOWS_URB = [
        Uint => "usb.usbpcap_header_len", "USBPcap pseudoheader length", 2;
        Hex(16) => "usb.irp_id", "IRP ID", 8;
        Hex(8) => "usb.usbd_status", "IRP USBD_STATUS", 4: "USBD_STATUS_SUCCESS";
        Hex(4) => "usb.function", "URB Function", 2: "URB_FUNCTION_SELECT_CONFIGURATION|URB_FUNCTION_SELECT_INTERFACE|URB_FUNCTION_ABORT_PIPE|URB_FUNCTION_TAKE_FRAME_LENGTH_CONTROL|URB_FUNCTION_RELEASE_FRAME_LENGTH_CONTROL|URB_FUNCTION_GET_FRAME_LENGTH|URB_FUNCTION_SET_FRAME_LENGTH|URB_FUNCTION_GET_CURRENT_FRAME_NUMBER|URB_FUNCTION_CONTROL_TRANSFER|URB_FUNCTION_BULK_OR_INTERRUPT_TRANSFER|URB_FUNCTION_ISOCH_TRANSFER|URB_FUNCTION_GET_DESCRIPTOR_FROM_DEVICE";
        Hex(2) => "usb.irp_info", "IRP information", 1;
        Hex(2) => "usb.irp_info.reserved", "Reserved", &0xfe;
        Hex(1) => "usb.irp_info.direction", "Direction", &0x1: "FDO -> PDO|PDO -> FDO";
        Uint => "usb.bus_id", "URB bus id", 2;
        Uint => "usb.device_address", "Device", 2;
        Hex(2) => "usb.endpoint_address", "Endpoint", 1;
        Hex(2) => "usb.transfer_type", "URB transfer type", 1;
        Uint => "usb.data_len", "Data length [bytes]", 4;
    ]
    STAGE = [
        Uint => "usb.control_stage", "Control transfer stage", 1: "Setup|Data|Status|Complete";
    ]
    REQUEST = [
        Hex(2) => "usb.bmRequestType", "bmRequestType", 1;
        Bool => "usb.bmRequestType.direction", "Direction", &0x80: "Host-to-device|Device-to-host";
        Hex(1) => "usb.bmRequestType.type", "Type", &0x60: "Standard|Class|Vendor";
        Hex(2) => "usb.bmRequestType.recipient", "Recipient", &0x1f: "Device|Interface|Endpoint|Other";
    ]
    REQUEST_CODE = [
        Uint => "usb.setup.bRequest", "bRequest", 1: "GET STATUS|CLEAR FEATURE|3=SET FEATURE|5=SET ADDRESS|GET DESCRIPTOR|SET DESCRIPTOR|GET CONFIGURATION|SET CONFIGURATION|GET INTERFACE|SET INTERFACE|SYNCH FRAME|48=SET SEL|SET ISOCH DELAY";
    ]
    VALUES = [
        Hex(4) => "usb.setup.wValue", "wValue", 2;
        Uint => "usb.setup.wIndex", "wIndex", 2;
        Uint => "usb.setup.wLength", "wLength", 2;
    ]
    GET_DESCRIPTOR = [
        Hex(2) => "usb.DescriptorIndex", "Descriptor Index", 1;
        Hex(2) => "usb.bDescriptorType", "bDescriptorType", 1: "1=DEVICE|CONFIGURATION|STRING|INTERFACE|ENDPOINT|DEVICE QUALIFIER|OTHER SPEED CONFIG|INTERFACE POWER|OTG|DEBUG|INTERFACE ASSOCIATION|15=BOS|DEVICE CAPABILITY|48=SUPERSPEED USB ENDPOINT COMPANION|SUPERSPEED PLUS ISOCHRONOUS ENDPOINT COMPANION";
        Hex(4) => "usb.LanguageId", "Language Id", 2: "no language specified";
        Uint => "usb.setup.wLength", "wLength", 2;
    ]
    DESCRIPTOR = [
        Uint => "usb.bLength", "bLength", 1;
        Hex(2) => "usb.bDescriptorType", "bDescriptorType", 1: "1=DEVICE|CONFIGURATION|STRING|INTERFACE|ENDPOINT|DEVICE QUALIFIER|OTHER SPEED CONFIG|INTERFACE POWER|OTG|DEBUG|INTERFACE ASSOCIATION|15=BOS|DEVICE CAPABILITY|48=SUPERSPEED USB ENDPOINT COMPANION|SUPERSPEED PLUS ISOCHRONOUS ENDPOINT COMPANION|33=HID|HID Report|41=HUB";
    ]
    DEVICE = [
        Hex(4) => "usb.bcdUSB", "bcdUSB", 2;
        Hex(2) => "usb.bDeviceClass", "bDeviceClass", 1: CLASSES;
        Uint => "usb.bDeviceSubClass", "bDeviceSubClass", 1;
        Uint => "usb.bDeviceProtocol", "bDeviceProtocol", 1;
        Uint => "usb.bMaxPacketSize0", "bMaxPacketSize0", 1;
        Hex(4) => "usb.idVendor", "idVendor", 2;
        Hex(4) => "usb.idProduct", "idProduct", 2;
        Hex(4) => "usb.bcdDevice", "bcdDevice", 2;
        Uint => "usb.iManufacturer", "iManufacturer", 1;
        Uint => "usb.iProduct", "iProduct", 1;
        Uint => "usb.iSerialNumber", "iSerialNumber", 1;
        Uint => "usb.bNumConfigurations", "bNumConfigurations", 1;
    ]
    CONFIGURATION = [
        Uint => "usb.wTotalLength", "wTotalLength", 2;
        Uint => "usb.bNumInterfaces", "bNumInterfaces", 1;
        Uint => "usb.bConfigurationValue", "bConfigurationValue", 1;
        Uint => "usb.iConfiguration", "iConfiguration", 1;
        Hex(2) => "usb.configuration.bmAttributes", "Configuration bmAttributes", 1;
        Bool => "usb.configuration.legacy10buspowered", "Must be 1", &0x80: "Clear: USB 1.0|Must be 1 for USB 1.1 and higher";
        Bool => "usb.configuration.selfpowered", "Self-Powered", &0x40: "This device is powered from the USB bus|This device is SELF-POWERED";
        Bool => "usb.configuration.remotewakeup", "Remote Wakeup", &0x20: "This device does NOT support remote wakeup|This device supports REMOTE WAKEUP";
        Uint => "usb.bMaxPower", "bMaxPower", 1;
    ]
    INTERFACE = [
        Uint => "usb.bInterfaceNumber", "bInterfaceNumber", 1;
        Uint => "usb.bAlternateSetting", "bAlternateSetting", 1;
        Uint => "usb.bNumEndpoints", "bNumEndpoints", 1;
        Hex(2) => "usb.bInterfaceClass", "bInterfaceClass", 1: CLASSES;
        Hex(2) => "usb.bInterfaceSubClass", "bInterfaceSubClass", 1;
        Hex(2) => "usb.bInterfaceProtocol", "bInterfaceProtocol", 1;
        Uint => "usb.iInterface", "iInterface", 1;
    ]
    ENDPOINT = [
        Hex(2) => "usb.bEndpointAddress", "bEndpointAddress", 1;
        Bool => "usb.bEndpointAddress.direction", "Direction", &0x80: "OUT Endpoint|IN Endpoint";
        Hex(1) => "usb.bEndpointAddress.number", "Endpoint Number", &0xf;
        Hex(2) => "usb.bmAttributes", "bmAttributes", 1;
        Hex(1) => "usb.bmAttributes.transfer", "Transfertype", &0x3: "Control-Transfer|Isochronous-Transfer|Bulk-Transfer|Interrupt-Transfer";
        Hex(1) => "usb.bmAttributes.sync", "Synchronisationtype", &0xc: "No Sync|Asynchronous|Adaptive|Synchronous";
        Hex(1) => "usb.bmAttributes.behaviour", "Behaviourtype", &0x30: "Data-Endpoint|Explicit Feedback-Endpoint|Implicit Feedback-Data-Endpoint|Reserved";
        Uint => "usb.wMaxPacketSize", "wMaxPacketSize", 2;
        Uint => "usb.wMaxPacketSize.slots", "Transactions per microframe", &0x1800: "1|2|3|Reserved";
        Uint => "usb.wMaxPacketSize.size", "Maximum Packet Size", &0x3ff;
        Uint => "usb.bInterval", "bInterval", 1;
    ]
    QUALIFIER = [
        Hex(4) => "usb.bcdUSB", "bcdUSB", 2;
        Hex(2) => "usb.bDeviceClass", "bDeviceClass", 1: CLASSES;
        Uint => "usb.bDeviceSubClass", "bDeviceSubClass", 1;
        Uint => "usb.bDeviceProtocol", "bDeviceProtocol", 1;
        Uint => "usb.bMaxPacketSize0", "bMaxPacketSize0", 1;
        Uint => "usb.bNumConfigurations", "bNumConfigurations", 1;
    ]
    ASSOCIATION = [
        Uint => "usb.bFirstInterface", "bFirstInterface", 1;
        Uint => "usb.bInterfaceCount", "bInterfaceCount", 1;
        Hex(2) => "usb.bFunctionClass", "bFunctionClass", 1: CLASSES;
        Hex(2) => "usb.bFunctionSubClass", "bFunctionSubClass", 1;
        Hex(2) => "usb.bFunctionProtocol", "bFunctionProtocol", 1;
        Uint => "usb.iFunction", "iFunction", 1;
    ]
    HID = [
        Hex(4) => "usbhid.descriptor.hid.bcdHID", "bcdHID", 2;
        Hex(2) => "usbhid.descriptor.hid.bCountryCode", "bCountryCode", 1;
        Uint => "usbhid.descriptor.hid.bNumDescriptors", "bNumDescriptors", 1;
        Hex(2) => "usbhid.descriptor.hid.bDescriptorType", "bDescriptorType", 1;
        Uint => "usbhid.descriptor.hid.wDescriptorLength", "wDescriptorLength", 2;
    ]
    OTHER_CODE = [
        Uint => "usb.setup.bRequest", "bRequest", 1;
    ]
    INDEX_LENGTH = [
        Uint => "usb.setup.wIndex", "wIndex", 2;
        Uint => "usb.setup.wLength", "wLength", 2;
    ]
    ADDRESS = [
        Uint => "usb.device_address", "Device", 2;
    ]
    CONFIGURE = [
        Uint => "usb.bConfigurationValue", "bConfigurationValue", 1;
    ]
    FEATURE = [
        Uint => "usb.setup.wFeatureSelector", "wFeatureSelector", 2;
    ]
}

pub(super) static USB: Protocol = Protocol {
    name: "usb",
    title: "USB",
    short: "USB",
    fields: &[&LANGUAGE, &STRING, &UNKNOWN, &FRAGMENT, &LEFT_OVER],
    layouts: LAYOUTS,
    claims: &[LINUX, MAPPED, WINDOWS],
    dissect,
    ..Protocol::PLAIN
};

pub(super) static USBLL: Protocol = Protocol {
    name: "usbll",
    title: "USB Link Layer",
    short: "USBLL",
    fields: &[&PID],
    claims: &[Claim::Link(288), Claim::Link(293), Claim::Link(294), Claim::Link(295)],
    dissect: dissect_wire,
    ..Protocol::PLAIN
};

const LINUX: Claim = Claim::Link(189);
/// With a longer header.
const MAPPED: Claim = Claim::Link(220);
const WINDOWS: Claim = Claim::Link(249);

/// Names of the descriptors and their tables, by number.
const DESCRIPTORS: [(u8, &str, &[Slot]); 9] = [
    (1, "DEVICE", DEVICE),
    (2, "CONFIGURATION", CONFIGURATION),
    (3, "STRING", &[]),
    (4, "INTERFACE", INTERFACE),
    (5, "ENDPOINT", ENDPOINT),
    (6, "DEVICE QUALIFIER", QUALIFIER),
    (7, "OTHER SPEED CONFIG", CONFIGURATION),
    (11, "INTERFACE ASSOCIATION", ASSOCIATION),
    (0x21, "HID", HID),
];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        describe(d, bytes)?;
    }
    Ok(Next::End)
}

const ISOCHRONOUS: u8 = 0;
const CONTROL: u8 = 2;

fn describe(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let windows = d.through == WINDOWS;
    let at = |linux, windows_at| if windows { windows_at } else { linux };
    let (transfer, endpoint) = (bytes.u8(at(9, 22))?, bytes.u8(at(10, 21))?);
    let asks = if windows { bytes.u8(16)? & 1 == 0 } else { bytes.u8(8)? == b'S' };
    let device = if windows { bytes.u16_le(19)? } else { u16::from(bytes.u8(11)?) };
    let bus = bytes.u16_le(at(12, 17))?;
    // The machine's byte order is not told; more than 255 buses are not seen.
    let big = bus > 0xff;
    let bus = if big { bus.swap_bytes() } else { bus };
    let there = format!("{bus}.{device}.{}", endpoint & 0x7f);
    let host = "host".to_owned();
    d.columns(|| if asks { (host, there) } else { (there, host) });
    let direction = if endpoint & 0x80 != 0 { "in" } else { "out" };
    let kind = named("URB_ISOCHRONOUS|URB_INTERRUPT|URB_CONTROL|URB_BULK", transfer.into()).unwrap_or("URB");
    d.info(|| format!("{kind} {direction}"));
    let mut r = if big { Reader::new(bytes, 0) } else { Reader::little(bytes, 0) };
    let has_setup;
    if windows {
        r.layout(d, WINDOWS_URB)?;
        let header = usize::from(bytes.u16_le(0)?);
        has_setup = transfer == CONTROL && header >= 28;
        if has_setup {
            r.layout(d, STAGE)?;
        }
        r.at = header;
    } else {
        r.layout(d, URB)?;
        has_setup = bytes.u8(14)? == 0;
    }
    // Setup data are little endian on every machine.
    let mut setup = Reader::little(bytes, if windows { r.at } else { 40 });
    if has_setup && asks {
        let asked = request(d, &mut setup)?;
        d.info(|| asked);
        if windows {
            r.at = setup.at;
        }
    }
    if !windows {
        r.at = 40;
        if transfer == ISOCHRONOUS {
            r.layout(d, ISO)?;
        } else {
            r.take(8)?;
        }
        if d.through == MAPPED {
            r.layout(d, TAIL)?;
        }
    }
    let mut data = Reader::little(bytes, r.at);
    if transfer == CONTROL && !asks && data.left() > 0 {
        answer(d, &mut data)?;
    }
    data.rest(d, if transfer == CONTROL { &FRAGMENT } else { &LEFT_OVER });
    Ok(())
}

/// Setup data; what they ask for.
fn request(d: &mut Dissection, r: &mut Reader<'_>) -> Result<String, Problem> {
    let (to, asked) = (r.bytes.u8(r.at)?, r.bytes.u8(r.at.saturating_add(1))?);
    let descriptor = r.bytes.u8(r.at.saturating_add(3))?;
    r.group(
        d,
        &SETUP,
        || "Setup Data".to_owned(),
        |d, r| {
            r.layout(d, REQUEST)?;
            let start = r.at;
            let names = REQUEST_CODE.first().map_or("", |part| part.names);
            let name = if to & 0x60 == 0 { named(names, asked.into()) } else { None };
            r.layout(d, if name.is_some() { REQUEST_CODE } else { OTHER_CODE })?;
            r.at = start.saturating_add(1);
            r.layout(
                d,
                match (name, asked) {
                    (Some(_), 6) => GET_DESCRIPTOR,
                    (Some(_), 1 | 3) => FEATURE,
                    (Some(_), 5) => ADDRESS,
                    (Some(_), 9) => CONFIGURE,
                    _ => VALUES,
                },
            )?;
            if name.is_some() && matches!(asked, 1 | 3 | 5 | 9) {
                r.at = start.saturating_add(3);
                r.layout(d, INDEX_LENGTH)?;
            }
            let end = start.saturating_add(7);
            r.at = end;
            let of = DESCRIPTORS.iter().find(|(number, ..)| *number == descriptor && asked == 6);
            Ok(match (name, of) {
                (Some(name), Some((_, of, _))) => format!("{name} Request {of}"),
                (Some(name), None) => format!("{name} Request"),
                _ => format!("URB_CONTROL {}", if to & 0x80 != 0 { "in" } else { "out" }),
            })
        },
    )
}

/// The request was another packet: what looks like descriptors is taken for them.
fn answer(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    let (size, kind) = (r.peek()?, r.bytes.u8(r.at.saturating_add(1)).unwrap_or_default());
    let fits = match kind {
        1 => size == 18,
        2 | 7 => size == 9,
        3 => usize::from(size) == r.left() && size % 2 == 0,
        6 => size == 10,
        _ => false,
    };
    let Some((_, name, _)) = DESCRIPTORS.iter().find(|(number, ..)| *number == kind && fits) else { return Ok(()) };
    d.info(|| format!("GET DESCRIPTOR Response {name}"));
    while r.left() >= 2 {
        let (size, kind) = (usize::from(r.peek()?), r.bytes.u8(r.at.saturating_add(1))?);
        if size < 2 {
            break;
        }
        // A host that wants only the beginning gets only the beginning.
        let mut one = r.part(size.min(r.left()));
        let known = DESCRIPTORS.iter().find(|(number, ..)| *number == kind);
        let title = known.map_or("UNKNOWN", |(_, name, _)| name);
        one.group(
            d,
            &SETUP,
            || format!("{title} DESCRIPTOR"),
            |d, one| {
                one.layout(d, DESCRIPTOR)?;
                match known {
                    Some((3, ..)) if size == 4 => drop(one.number(d, &LANGUAGE, 2)?),
                    Some((3, ..)) => {
                        let start = one.at;
                        let units = one.take(one.left())?;
                        d.field(&STRING, one.since(start), text::utf16(units));
                    }
                    Some((.., layout)) => drop(one.layout(d, layout)?),
                    None => {}
                }
                one.rest(d, &UNKNOWN);
                Ok(())
            },
        )?;
    }
    Ok(())
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
