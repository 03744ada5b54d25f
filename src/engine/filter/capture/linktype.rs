//! "Is this an IP packet?": the type of what a link layer carries, which each kind says in its own way.
use super::code::{Code, Cond, Size};
use super::emit::{From, Gen, Made, Refusal, is_unset};
use super::link::{self, kind};

pub mod ether {
    pub const IPV4: u32 = 0x0800;
    pub const ARP: u32 = 0x0806;
    pub const RARP: u32 = 0x8035;
    pub const DECNET: u32 = 0x6003;
    pub const ATALK: u32 = 0x809b;
    pub const AARP: u32 = 0x80f3;
    pub const IPX: u32 = 0x8137;
    pub const IPV6: u32 = 0x86dd;
    pub const MPLS: u32 = 0x8847;
}

/// Service access points of 802.2.
pub mod sap {
    pub const IP: u32 = 0x06;
    pub const STP: u32 = 0x42;
    pub const SNAP: u8 = 0xaa;
    pub const IPX: u32 = 0xe0;
    pub const NETBEUI: u32 = 0xf0;
    pub const ISO: u32 = 0xfe;
}

/// The highest number that is a length, not a type.
const LONGEST: u32 = 1500;
/// Linux' types for 802.3 frames with an 802.2 header and for those without.
const SLL_LLC: u32 = 4;
const SLL_PLAIN: u32 = 1;

impl Gen {
    /// Frames whose payload is of a type: an Ethernet type, or a service access point of 802.2 if it is at most 1500.
    pub fn carries(&mut self, kind: u32) -> Made {
        if self.labels > 0 {
            return self.mpls_carries(kind);
        }
        match self.link {
            link if link::is_ethernet(link) || link::is_tagged(link) => {
                let code = self.ether_carries(kind);
                if self.tunnel {
                    return code;
                }
                self.guarded(code)
            }
            kind::C_HDLC => {
                let kind = if kind == sap::ISO { kind << 8 | kind } else { kind };
                self.is(From::Kind, 0, Size::Half, kind)
            }
            link if link::is_wlan(link) => {
                let data = self.is_data_frame();
                let inside = self.llc_carries(kind);
                self.all(data, inside)
            }
            kind::FDDI | kind::TOKEN_RING | kind::ATM | kind::ATM_CLIP | kind::IP_OVER_FC => self.llc_carries(kind),
            kind::SUNATM => {
                let is_llc = self.masked(From::Link, 0, Size::Byte, 2, 0x0f);
                let inside = self.llc_carries(kind);
                self.all(is_llc, inside)
            }
            kind::SLL => self.sll_carries(kind),
            kind::SLIP | kind::SLIP_BSDOS | kind::RAW => match kind {
                ether::IPV4 => self.masked(From::Link, 0, Size::Byte, 0x40, 0xf0),
                ether::IPV6 => self.masked(From::Link, 0, Size::Byte, 0x60, 0xf0),
                _ => Ok(self.constant(false)),
            },
            kind::IPV4 => Ok(self.constant(kind == ether::IPV4)),
            kind::IPV6 => Ok(self.constant(kind == ether::IPV6)),
            kind::LOCALTALK => Ok(self.constant(kind == ether::ATALK)),
            kind::PPP_BSDOS if kind == ether::IPV4 => {
                // Van Jacobson's compression too.
                self.one_of(From::Kind, 0, Size::Half, &[0x21, 0x2d, 0x2f])
            }
            kind::PPP | kind::PPP_PPPD | kind::PPP_HDLC | kind::PPP_ETHER | kind::PPP_BSDOS => {
                self.is(From::Kind, 0, Size::Half, ppp(kind))
            }
            kind::NULL | kind::LOOP | kind::ENC => self.loopback_carries(kind),
            kind::PFLOG => match kind {
                ether::IPV4 => self.is(From::Link, 1, Size::Byte, 2),
                // AF_INET6 of OpenBSD and NetBSD, FreeBSD, Darwin, Linux.
                ether::IPV6 => self.one_of(From::Link, 1, Size::Byte, &[24, 28, 30, 10]),
                _ => Ok(self.constant(false)),
            },
            kind::ARCNET | kind::ARCNET_LINUX => {
                let types: &[u32] = match kind {
                    ether::IPV6 => &[0xc4],
                    ether::IPV4 => &[212, 240],
                    ether::ARP => &[213, 241],
                    ether::RARP => &[214],
                    ether::ATALK => &[0xdd],
                    _ => return Ok(self.constant(false)),
                };
                self.one_of(From::Kind, 0, Size::Byte, types)
            }
            kind::FRAME_RELAY => {
                // A control byte of 3 and the protocol's identifier behind an address of two bytes.
                let types: &[u32] = match kind {
                    ether::IPV4 => &[0x3cc],
                    ether::IPV6 => &[0x38e],
                    sap::ISO => &[0x381, 0x382, 0x383],
                    _ => return Ok(self.constant(false)),
                };
                self.one_of(From::Link, 2, Size::Half, types)
            }
            kind::IPNET => match kind {
                ether::IPV4 => self.is(From::Kind, 0, Size::Byte, 2),
                ether::IPV6 => self.is(From::Kind, 0, Size::Byte, 26),
                _ => Ok(self.constant(false)),
            },
            link if link::is_juniper(link) => self.masked(From::Link, 0, Size::Word, 0x4d47_4300, 0xffff_ff00),
            kind::BACNET => self.masked(From::Link, 0, Size::Word, 0x55ff_0000, 0xffff_0000),
            kind::MFR => Err("Multi-link Frame Relay link-layer type filtering not implemented".into()),
            _ if !is_unset(self.kind.constant) && !link::is_ss7(self.link) => self.is(From::Kind, 0, Size::Half, kind),
            link => Err(self.no_types(link)),
        }
    }

    fn no_types(&self, link: u16) -> Refusal {
        let name = link::name(link);
        format!("{name} link-layer type filtering not implemented: only lengths and bytes such as \"link[0] == 1\" can be asked for")
            .into()
    }

    /// What a field of the link layer must be one of.
    fn one_of(&mut self, from: From, offset: u32, size: Size, values: &[u32]) -> Made {
        let mut code: Option<Code> = None;
        for value in values {
            let next = self.is(from, offset, size, *value)?;
            code = Some(match code {
                Some(code) => self.or(code, next),
                None => next,
            });
        }
        Ok(code.unwrap_or_else(|| self.constant(false)))
    }

    /// In front of what asks for an inner Ethernet header: that there is one.
    pub fn guarded(&mut self, code: Made) -> Made {
        let code = code?;
        Ok(match self.has_inner_header()? {
            Some(guard) => self.and(guard, code),
            None => code,
        })
    }

    /// A length, not a type.
    pub fn is_length(&mut self) -> Made {
        self.compare(From::Kind, 0, Size::Half, u32::MAX, (Cond::Gt, true), LONGEST)
    }

    fn ether_carries(&mut self, kind: u32) -> Made {
        match kind {
            sap::ISO | sap::IP | sap::NETBEUI => {
                let length = self.is_length();
                let points = self.is(From::Llc, 0, Size::Half, kind << 8 | kind);
                self.all(length, points)
            }
            sap::IPX => {
                // Novell had four ways.
                let llc = self.is(From::Llc, 0, Size::Byte, sap::IPX);
                let raw = self.is(From::Llc, 0, Size::Half, 0xffff);
                let inside = self.either(llc, raw);
                let snap = self.snap(0, ether::IPX);
                let inside = self.either(snap, inside);
                let length = self.is_length();
                let inside = self.all(length, inside);
                let plain = self.is(From::Kind, 0, Size::Half, ether::IPX);
                self.either(plain, inside)
            }
            ether::ATALK | ether::AARP => {
                let length = self.is_length();
                let snap = self.apple_snap(kind);
                let inside = self.all(length, snap);
                let plain = self.is(From::Kind, 0, Size::Half, kind);
                self.either(plain, inside)
            }
            _ if kind <= LONGEST => {
                let length = self.is_length();
                let point = self.is(From::Kind, 2, Size::Byte, kind);
                self.all(length, point)
            }
            _ => self.is(From::Kind, 0, Size::Half, kind),
        }
    }

    fn sll_carries(&mut self, kind: u32) -> Made {
        match kind {
            sap::ISO | sap::IP | sap::NETBEUI => {
                let llc = self.is(From::Kind, 0, Size::Half, SLL_LLC);
                let points = self.is(From::Llc, 0, Size::Half, kind << 8 | kind);
                self.all(llc, points)
            }
            sap::IPX => {
                let point = self.is(From::Llc, 0, Size::Byte, sap::IPX);
                let snap = self.snap(0, ether::IPX);
                let inside = self.either(point, snap);
                let llc = self.is(From::Kind, 0, Size::Half, SLL_LLC);
                let inside = self.all(llc, inside);
                let raw = self.is(From::Kind, 0, Size::Half, SLL_PLAIN);
                let inside = self.either(raw, inside);
                let plain = self.is(From::Kind, 0, Size::Half, ether::IPX);
                self.either(plain, inside)
            }
            ether::ATALK | ether::AARP => {
                let llc = self.is(From::Kind, 0, Size::Half, SLL_LLC);
                let snap = self.apple_snap(kind);
                let inside = self.all(llc, snap);
                let plain = self.is(From::Kind, 0, Size::Half, kind);
                self.either(plain, inside)
            }
            _ if kind <= LONGEST => {
                let llc = self.is(From::Kind, 0, Size::Half, SLL_LLC);
                let point = self.is(From::Link, self.payload.constant, Size::Byte, kind);
                self.all(llc, point)
            }
            _ => self.is(From::Kind, 0, Size::Half, kind),
        }
    }

    /// Link layers that always have an 802.2 header.
    fn llc_carries(&mut self, kind: u32) -> Made {
        match kind {
            sap::ISO | sap::IP | sap::NETBEUI => self.is(From::Llc, 0, Size::Half, kind << 8 | kind),
            ether::ATALK => self.snap(0x08_0007, kind),
            _ if kind <= LONGEST => self.is(From::Llc, 0, Size::Byte, kind),
            _ => self.is(From::Llc, 6, Size::Half, kind),
        }
    }

    fn apple_snap(&mut self, kind: u32) -> Made {
        self.snap(if kind == ether::ATALK { 0x08_0007 } else { 0 }, kind)
    }

    fn snap(&mut self, organisation: u32, kind: u32) -> Made {
        let [_, o1, o2, o3] = organisation.to_be_bytes();
        let [_, _, k1, k2] = kind.to_be_bytes();
        self.bytes(From::Llc, 0, &[sap::SNAP, sap::SNAP, 3, o1, o2, o3, k1, k2])
    }

    fn mpls_carries(&mut self, kind: u32) -> Made {
        let version = match kind {
            ether::IPV4 => 0x40,
            ether::IPV6 => 0x60,
            _ => return Err("unsupported protocol over mpls: only ip and ip6 can be told there".into()),
        };
        let bottom = self.masked(From::Payload, 2_u32.wrapping_neg(), Size::Byte, 1, 1);
        let version = self.masked(From::Payload, 0, Size::Byte, version, 0xf0);
        self.all(bottom, version)
    }

    /// An address family in the order of bytes of the machine that captured, which may be either.
    fn loopback_carries(&mut self, kind: u32) -> Made {
        let families: &[u32] = match kind {
            ether::IPV4 => &[2],
            // OpenBSD and NetBSD, FreeBSD, Darwin.
            ether::IPV6 => &[24, 28, 30],
            _ => return Ok(self.constant(false)),
        };
        let mut all = Vec::new();
        for family in families {
            match self.link {
                kind::LOOP => all.push(*family),
                _ => all.extend([family.swap_bytes(), *family]),
            }
        }
        self.one_of(From::Link, 0, Size::Word, &all)
    }

    /// An 802.11 frame that carries data.
    pub fn is_data_frame(&mut self) -> Made {
        self.masked(From::Link, 0, Size::Byte, 0x08, 0x0c)
    }
}

/// PPP's number for an Ethernet type.
fn ppp(kind: u32) -> u32 {
    match kind {
        ether::IPV4 => 0x21,
        ether::IPV6 => 0x57,
        ether::DECNET => 0x27,
        ether::ATALK => 0x29,
        0x0600 => 0x25,
        sap::ISO => 0x23,
        sap::STP => 0x31,
        sap::IPX => 0x2b,
        other => other,
    }
}
