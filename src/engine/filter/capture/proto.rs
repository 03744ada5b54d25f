//! Protocols: `tcp`, `ip proto 47`, `iso proto \isis`, `l1`, `ip6 protochain 58`.
use super::code::{Op, Size, step};
use super::emit::{From, Gen, Made, Refusal};
use super::link::kind;
use super::linktype::{ether, sap};
use super::words::Proto;

const CLNP: u32 = 0x81;
const ESIS: u32 = 0x82;
const ISIS: u32 = 0x83;
/// The kinds of IS-IS PDUs, in the order in which libpcap asks.
const LAN1: u32 = 15;
const LAN2: u32 = 16;
const POINT: u32 = 17;
const LSP1: u32 = 18;
const LSP2: u32 = 20;
const CSNP1: u32 = 24;
const CSNP2: u32 = 25;
const PSNP1: u32 = 26;
const PSNP2: u32 = 27;

impl Gen {
    /// Packets of a protocol.
    pub fn is_proto(&mut self, proto: Proto) -> Made {
        let both = |emit: &mut Self, number: u32| {
            let v4 = emit.proto(number, Proto::Ip);
            let v6 = emit.proto(number, Proto::Ip6);
            emit.either(v4, v6)
        };
        let kinds: &[u32] = match proto {
            Proto::Sctp => return both(self, 132),
            Proto::Tcp => return both(self, 6),
            Proto::Udp => return both(self, 17),
            Proto::Pim => return both(self, 103),
            Proto::Ah => return both(self, 51),
            Proto::Esp => return both(self, 50),
            Proto::Icmp => return self.proto(1, Proto::Ip),
            Proto::Igmp => return self.proto(2, Proto::Ip),
            Proto::Igrp => return self.proto(9, Proto::Ip),
            Proto::Vrrp | Proto::Carp => return self.proto(112, Proto::Ip),
            Proto::Icmp6 => return self.proto(58, Proto::Ip6),
            Proto::Ip => return self.carries(ether::IPV4),
            Proto::Ip6 => return self.carries(ether::IPV6),
            Proto::Arp => return self.carries(ether::ARP),
            Proto::Rarp => return self.carries(ether::RARP),
            Proto::Atalk => return self.carries(ether::ATALK),
            Proto::Aarp => return self.carries(ether::AARP),
            Proto::Decnet => return self.carries(ether::DECNET),
            Proto::Sca => return self.carries(0x6007),
            Proto::Lat => return self.carries(0x6004),
            Proto::Mopdl => return self.carries(0x6001),
            Proto::Moprc => return self.carries(0x6002),
            Proto::Iso => return self.carries(sap::ISO),
            Proto::Stp => return self.carries(sap::STP),
            Proto::Ipx => return self.carries(sap::IPX),
            Proto::Netbeui => return self.carries(sap::NETBEUI),
            Proto::Esis => return self.proto(ESIS, Proto::Iso),
            Proto::Isis => return self.proto(ISIS, Proto::Iso),
            Proto::Clnp => return self.proto(CLNP, Proto::Iso),
            Proto::Link | Proto::Any => {
                return Err(
                    "link layer applied in wrong context: \"ether host …\", \"ether proto …\" or \"ether[0]\" is meant"
                        .into(),
                );
            }
            Proto::Radio => return Err("'radio' is not a valid protocol type: \"radio[2]\" is meant".into()),
            Proto::L1 => &[PSNP1, CSNP1, LSP1, LAN1, POINT],
            Proto::L2 => &[PSNP2, CSNP2, LSP2, LAN2, POINT],
            Proto::Iih => &[POINT, LAN1, LAN2],
            Proto::Lsp => &[LSP1, LSP2],
            Proto::Snp => &[PSNP2, PSNP1, CSNP1, CSNP2],
            Proto::Csnp => &[CSNP1, CSNP2],
            Proto::Psnp => &[PSNP1, PSNP2],
        };
        let mut code = None;
        for kind in kinds {
            let next = self.proto(*kind, Proto::Isis)?;
            code = Some(match code {
                Some(code) => self.or(code, next),
                None => next,
            });
        }
        Ok(code.unwrap_or_else(|| self.constant(false)))
    }

    /// What a protocol carries, by its number.
    pub fn proto(&mut self, number: u32, proto: Proto) -> Made {
        let most = match proto {
            Proto::Any | Proto::Ip | Proto::Ip6 | Proto::Iso => 255,
            Proto::Isis => 31,
            Proto::Link => 65535,
            _ => u32::MAX,
        };
        if number > most {
            return Err(format!("protocol number {number} greater than maximum {most}").into());
        }
        match proto {
            Proto::Any => {
                let v4 = self.proto(number, Proto::Ip);
                let v6 = self.proto(number, Proto::Ip6);
                self.either(v4, v6)
            }
            Proto::Link if (256..=1500).contains(&number) => Err(format!(
                "{number} is neither an Ethernet type (more than 1500) nor a service access point (at most 255)"
            )
            .into()),
            Proto::Link => self.carries(number),
            Proto::Ip => {
                let carrier = self.carries(ether::IPV4);
                let here = self.is(From::Payload, 9, Size::Byte, number);
                self.all(carrier, here)
            }
            Proto::Ip6 => {
                let carrier = self.carries(ether::IPV6);
                let fragment = self.is(From::Payload, 6, Size::Byte, 44);
                let behind = self.is(From::Payload, 40, Size::Byte, number);
                let behind = self.all(fragment, behind);
                let here = self.is(From::Payload, 6, Size::Byte, number);
                let either = self.either(here, behind);
                self.all(carrier, either)
            }
            Proto::Iso => match self.link {
                kind::FRAME_RELAY => self.is(From::Link, 2, Size::Half, 0x300 | number),
                kind::C_HDLC => {
                    let carrier = self.carries(sap::ISO << 8 | sap::ISO);
                    // One byte of filling in front.
                    let here = self.is(From::Plain, 1, Size::Byte, number);
                    self.all(carrier, here)
                }
                _ => {
                    let carrier = self.carries(sap::ISO);
                    let here = self.is(From::Plain, 0, Size::Byte, number);
                    self.all(carrier, here)
                }
            },
            Proto::Isis => {
                let carrier = self.proto(ISIS, Proto::Iso);
                let at = if self.link == kind::C_HDLC { 5 } else { 4 };
                let here = self.is(From::Plain, at, Size::Byte, number);
                self.all(carrier, here)
            }
            Proto::Arp | Proto::Rarp | Proto::Lat | Proto::Sca | Proto::Moprc | Proto::Mopdl => {
                Err(format!("{} does not encapsulate another protocol", proto.name()).into())
            }
            Proto::Atalk | Proto::Decnet => Err(format!("{} encapsulation is not specifiable", proto.name()).into()),
            _ => Err(format!(
                "'{} proto' is bogus: \"ip proto\", \"ip6 proto\", \"ether proto\" and \"iso proto\" are meant",
                proto.name()
            )
            .into()),
        }
    }

    /// A protocol behind any chain of extension headers and authentication headers.
    pub fn proto_chain(&mut self, number: u32, proto: Proto) -> Made {
        let v6 = match proto {
            Proto::Any => {
                let v4 = self.proto_chain(number, Proto::Ip);
                let v6 = self.proto_chain(number, Proto::Ip6);
                return self.either(v4, v6);
            }
            Proto::Ip => false,
            Proto::Ip6 => true,
            _ => {
                return Err(
                    "bad protocol applied for 'protochain': \"ip protochain\" or \"ip6 protochain\" is meant".into()
                );
            }
        };
        if self.payload.variable {
            return Err("'protochain' not supported with variable length headers".into());
        }
        let want = u8::try_from(number)
            .map_err(|_| Refusal::from(format!("protocol number {number} greater than maximum 255")))?;
        self.opaque = true;
        let carrier = self.carries(if v6 { ether::IPV6 } else { ether::IPV4 });
        let chain = vec![step(Op::Chain { v6, want }, self.network_at())];
        let found = self.test(chain, super::code::Cond::Eq, number);
        self.all(carrier, Ok(found))
    }
}
