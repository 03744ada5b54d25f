//! Hosts and networks: addresses of IPv4, IPv6, ARP, DECnet and of link layers, as source, as destination or as either.
use super::code::{Code, Size};
use super::emit::{From, Gen, Made, Refusal};
use super::link::{self, kind};
use super::linktype::ether;
use super::words::{Dir, Proto};
use std::net::Ipv6Addr;

/// What is not an address of 802.11 cannot be asked for as one.
fn not_wlan(dir: Dir, what: &str) -> Refusal {
    let (shown, name) = (dir.shown(), dir.name());
    let (a, s) = if shown.ends_with("are") { ("", "s") } else { ("a ", "") };
    format!("{shown} not {a}valid qualifier{s} for {what}: it belongs to 802.11 MAC addresses, \"wlan {name} …\"")
        .into()
}

impl Gen {
    /// Does `make` for the source, the destination, or both, as asked.
    pub fn directed(&mut self, dir: Dir, what: &str, make: &mut dyn FnMut(&mut Self, bool) -> Made) -> Made {
        match dir {
            Dir::Src => make(self, true),
            Dir::Dst => make(self, false),
            Dir::Any | Dir::Or | Dir::And => {
                let (src, dst) = (make(self, true)?, make(self, false)?);
                Ok(if dir == Dir::And { self.and(src, dst) } else { self.or(src, dst) })
            }
            _ => Err(not_wlan(dir, what)),
        }
    }

    fn host4_in(&mut self, address: u32, mask: u32, dir: Dir, carrier: u32, [src, dst]: [u32; 2]) -> Made {
        self.directed(dir, "addresses other than 802.11 MAC addresses", &mut |emit, is_src| {
            let carrier = emit.carries(carrier);
            let address = emit.masked(From::Payload, if is_src { src } else { dst }, Size::Word, address, mask);
            emit.all(carrier, address)
        })
    }

    /// An IPv4 address or network. Without a protocol, ARP and RARP that are about it count as well.
    pub fn host4(&mut self, address: u32, mask: u32, proto: Proto, dir: Dir, what: &str) -> Made {
        match proto {
            Proto::Any => {
                let ip = self.host4(address, mask, Proto::Ip, dir, what)?;
                if self.labels > 0 {
                    return Ok(ip);
                }
                let arp = self.host4(address, mask, Proto::Arp, dir, what)?;
                let both = self.or(ip, arp);
                let rarp = self.host4(address, mask, Proto::Rarp, dir, what)?;
                Ok(self.or(both, rarp))
            }
            Proto::Ip => self.host4_in(address, mask, dir, ether::IPV4, [12, 16]),
            Proto::Arp => self.host4_in(address, mask, dir, ether::ARP, [14, 24]),
            Proto::Rarp => self.host4_in(address, mask, dir, ether::RARP, [14, 24]),
            Proto::Link => {
                Err(format!("link-layer modifier applied to {what}: a MAC address is meant, or \"ip\"").into())
            }
            Proto::Ip6 => Err("'ip6' modifier applied to ip host: an IPv6 address is meant, or \"ip\"".into()),
            _ => Err(misplaced(proto, what)),
        }
    }

    /// An IPv6 address or network.
    pub fn host6(&mut self, address: Ipv6Addr, bits: u32, proto: Proto, dir: Dir, what: &str) -> Made {
        match proto {
            Proto::Any | Proto::Ip6 => {}
            Proto::Link => return Err(format!("link-layer modifier applied to ip6 {what}").into()),
            _ => return Err(misplaced(proto, &format!("ip6 {what}"))),
        }
        let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
        let word = |value: u128, n: u32| (value >> (96 - 32 * n)) as u32;
        let address = address.to_bits();
        self.directed(dir, "addresses other than 802.11 MAC addresses", &mut |emit, is_src| {
            let at = if is_src { 8 } else { 24 };
            let part = |emit: &mut Self, n: u32| {
                emit.masked(From::Payload, at + 4 * n, Size::Word, word(address, n), word(mask, n))
            };
            let mut code = part(emit, 3);
            for n in (0..3).rev() {
                let before = part(emit, n);
                code = emit.all(before, code);
            }
            let carrier = emit.carries(ether::IPV6);
            emit.all(carrier, code)
        })
    }

    /// Data packets of DECnet, with or without a byte of padding, with a long or a short header.
    pub fn decnet_host(&mut self, address: u16, dir: Dir) -> Made {
        let address = u32::from(address.swap_bytes());
        self.directed(dir, "addresses other than 802.11 MAC addresses", &mut |emit, is_src| {
            let (short, long) = if is_src { (3, 15) } else { (1, 7) };
            let carrier = emit.carries(ether::DECNET)?;
            let mut code: Option<Code> = None;
            for (at, flags, size, mask) in [
                (3 + long, 0x8106, Size::Half, 0xff07),
                (2 + long, 0x06, Size::Byte, 0x07),
                (3 + short, 0x8102, Size::Half, 0xff07),
                (2 + short, 0x02, Size::Byte, 0x07),
            ] {
                let form = emit.masked(From::Payload, 2, size, flags, mask);
                let here = emit.is(From::Payload, at, Size::Half, address);
                let this = emit.all(form, here)?;
                code = Some(match code {
                    Some(code) => emit.or(this, code),
                    None => this,
                });
            }
            let code = code.unwrap_or_else(|| emit.constant(false));
            Ok(emit.and(carrier, code))
        })
    }

    /// A MAC address.
    pub fn mac_host(&mut self, address: [u8; 6], dir: Dir) -> Made {
        let [src, dst] = match self.link {
            link if link::is_wlan(link) => return self.wlan_host(address, dir),
            link if link::is_ethernet(link) || link::is_tagged(link) => [6, 0],
            kind::FDDI => [7, 1],
            kind::TOKEN_RING => [8, 2],
            kind::IP_OVER_FC => [10, 2],
            _ => {
                return Err(
                    "ethernet addresses supported only on ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel"
                        .into(),
                );
            }
        };
        if dir.is_wlan() {
            return Err(format!("{} only supported on 802.11 with 802.11 headers", dir.shown()).into());
        }
        let guard = self.has_inner_header()?;
        let code = self
            .directed(dir, "", &mut |emit, is_src| emit.bytes(From::Link, if is_src { src } else { dst }, &address))?;
        Ok(match guard {
            Some(guard) => self.and(guard, code),
            None => code,
        })
    }

    /// An address of one byte: `$c0` on ARCNET and BACnet MS/TP.
    pub fn short_host(&mut self, address: u8, dir: Dir) -> Made {
        let [src, dst] = match self.link {
            kind::ARCNET | kind::ARCNET_LINUX => [0, 1],
            kind::BACNET => [4, 3],
            _ => return Err("aid supported only on ARCnet and BACnet MS/TP".into()),
        };
        self.directed(dir, "addresses other than 802.11 MAC addresses", &mut |emit, is_src| {
            emit.bytes(From::Link, if is_src { src } else { dst }, &[address])
        })
    }

    pub fn broadcast(&mut self, proto: Proto) -> Made {
        match proto {
            Proto::Any | Proto::Link => match self.link {
                kind::ARCNET | kind::ARCNET_LINUX => self.short_host(0, Dir::Dst),
                kind::BACNET => self.short_host(0xff, Dir::Dst),
                link if has_macs(link) => self.mac_host([0xff; 6], Dir::Dst),
                _ => Err("not a broadcast link: only link layers with MAC addresses have them".into()),
            },
            // The bits behind the network's own are none or all.
            Proto::Ip => {
                let Some(netmask) = self.netmask else {
                    return Err("netmask not known, so 'ip broadcast' not supported: write the address".into());
                };
                let carrier = self.carries(ether::IPV4);
                let none = self.masked(From::Payload, 16, Size::Word, 0, !netmask);
                let all = self.masked(From::Payload, 16, Size::Word, !netmask, !netmask);
                let either = self.either(none, all);
                self.all(carrier, either)
            }
            _ => Err("only link-layer/IP broadcast filters supported: \"ether broadcast\" or \"ip broadcast\"".into()),
        }
    }

    pub fn multicast(&mut self, proto: Proto) -> Made {
        match proto {
            Proto::Any | Proto::Link => match self.link {
                kind::ARCNET | kind::ARCNET_LINUX => self.short_host(0, Dir::Dst),
                link if link::is_wlan(link) => {
                    self.wlan_destination(&|emit, at| emit.any_bit(From::Link, at, Size::Byte, 1))
                }
                kind::FDDI => self.any_bit(From::Link, 1, Size::Byte, 1),
                kind::TOKEN_RING | kind::IP_OVER_FC => self.any_bit(From::Link, 2, Size::Byte, 1),
                link if has_macs(link) => {
                    let code = self.any_bit(From::Link, 0, Size::Byte, 1);
                    self.guarded(code)
                }
                _ => Err(NO_MULTICAST.into()),
            },
            Proto::Ip => {
                let carrier = self.carries(ether::IPV4);
                let address =
                    self.compare(From::Payload, 16, Size::Byte, u32::MAX, (super::code::Cond::Ge, false), 224);
                self.all(carrier, address)
            }
            Proto::Ip6 => {
                let carrier = self.carries(ether::IPV6);
                let address = self.is(From::Payload, 24, Size::Byte, 255);
                self.all(carrier, address)
            }
            _ => Err(NO_MULTICAST.into()),
        }
    }
}

const NO_MULTICAST: &str = "link-layer multicast filters supported only on ethernet/FDDI/token ring/ARCNET/802.11/ATM LANE/Fibre Channel: try \"ip multicast\"";

fn has_macs(link: u16) -> bool {
    link::is_ethernet(link)
        || link::is_tagged(link)
        || link::is_wlan(link)
        || matches!(link, kind::FDDI | kind::TOKEN_RING | kind::IP_OVER_FC)
}

/// A protocol in front of an address that is none of its own.
fn misplaced(proto: Proto, what: &str) -> Refusal {
    let name = proto.name();
    match proto {
        Proto::Atalk
        | Proto::Aarp
        | Proto::Lat
        | Proto::Sca
        | Proto::Moprc
        | Proto::Mopdl
        | Proto::Iso
        | Proto::Ipx => format!("{name} host filtering not implemented").into(),
        _ => format!("'{name}' modifier applied to {what}: write \"{name} and {what} …\"").into(),
    }
}
