//! Tags and tunnels: what follows one in the text is asked of what is inside.
use super::code::{Alu, Code, Cond, Op, Size, Test, not, step};
use super::emit::{From, Gen, Made, Place, Refusal, is_unset};
use super::link::{self, kind};
use super::linktype::ether;
use super::ports::{Ports, UDP};
use super::words::Dir;

fn at_most(what: &str, value: u32, most: u32) -> Result<(), Refusal> {
    if value > most { Err(format!("{what} {value} greater than maximum {most}").into()) } else { Ok(()) }
}

impl Gen {
    /// What an inner Ethernet header needs to be there; None where there always is one.
    pub fn has_inner_header(&mut self) -> Result<Option<Code>, Refusal> {
        if self.tunnel {
            // There is none if the inner link layer and its payload begin at the same byte.
            let (Some(header), Some(payload)) = (self.header.cell, self.payload.cell) else { return Ok(None) };
            let steps = vec![step(Op::Mem, header.into()), step(Op::XMem, payload.into())];
            return Ok(Some(not(self.blocks.test(steps, Test { cond: Cond::Eq, x: true, k: 0 }))));
        }
        if self.outer_link == kind::SUNATM {
            // LAN emulation's control frames.
            return self.is(From::Outer, 4, Size::Half, 0xff00).map(not).map(Some);
        }
        Ok(None)
    }

    pub fn vlan(&mut self, id: Option<u32>) -> Made {
        if self.labels > 0 {
            return Err("no VLAN match after MPLS".into());
        }
        if !(link::is_ethernet(self.link)
            || link::is_tagged(self.link)
            || link::is_wlan(self.link) && self.link != kind::PPI)
        {
            return Err(format!("no VLAN support for {}", link::name(self.link)).into());
        }
        let tag = self.carries(0x8100);
        let provider = self.carries(0x88a8);
        let either = self.either(tag, provider);
        let stacked = self.carries(0x9100);
        let mut code = self.either(either, stacked);
        if let Some(id) = id {
            at_most("VLAN tag", id, 0xfff)?;
            let here = self.masked(From::Payload, 0, Size::Half, id, 0xfff);
            code = self.all(code, here);
        }
        for place in [&mut self.payload, &mut self.kind] {
            place.constant = place.constant.wrapping_add(4);
        }
        code
    }

    pub fn mpls(&mut self, label: Option<u32>) -> Made {
        let mut code = if self.labels > 0 {
            self.masked(From::Label, 2, Size::Byte, 0, 1)
        } else {
            match self.link {
                kind::PPP => self.carries(0x281),
                link if link == kind::C_HDLC || link::is_ethernet(link) || link::is_tagged(link) => {
                    self.carries(ether::MPLS)
                }
                link => Err(format!("no MPLS support for {}", link::name(link)).into()),
            }
        };
        if let Some(label) = label {
            at_most("MPLS label", label, 0xf_ffff)?;
            let here = self.masked(From::Payload, 0, Size::Word, label << 12, 0xffff_f000);
            code = self.all(code, here);
        }
        self.plain = self.plain.wrapping_add(4);
        self.network = self.network.wrapping_add(4);
        self.labels += 1;
        code
    }

    pub fn pppoe_session(&mut self, id: Option<u32>) -> Made {
        let mut code = self.carries(0x8864);
        if let Some(id) = id {
            at_most("PPPoE session number", id, 0xffff)?;
            let here = self.masked(From::Payload, 0, Size::Word, id, 0xffff);
            code = self.all(code, here);
        }
        let start = Place { constant: self.network_at().wrapping_add(6), ..self.payload };
        self.enter(kind::PPP, start);
        self.kind = start;
        self.payload.constant = start.constant.wrapping_add(2);
        self.network = 0;
        self.plain = 0;
        code
    }

    /// UDP to a port, whose first byte is as it must be; the second form for IPv6. A = length of the IP header, as X.
    fn tunnel_over(&mut self, v6: bool, port: u32, (first, mask): (u32, u32), id: Option<u32>) -> Made {
        let from = if v6 { From::Transport6 } else { From::Transport4 };
        let mut code = self.ports_over(v6, Ports::One(port), Some(UDP), Dir::Dst);
        let version = self.masked(from, 8, Size::Byte, first, mask);
        code = self.all(code, version);
        if let Some(id) = id {
            let here = self.masked(from, 12, Size::Word, id << 8, 0xffff_ff00);
            code = self.all(code, here);
        }
        let mut steps = if v6 { self.variable(|emit| &mut emit.payload)? } else { self.header_length()? };
        if v6 {
            let variable = !steps.is_empty();
            steps.push(step(Op::Imm, 40));
            if variable {
                steps.push(step(Op::AluX(Alu::Add), 0));
            }
            steps.push(step(Op::Tax, 0));
        } else {
            steps.push(step(Op::Txa, 0));
        }
        let always = self.blocks.test(steps, Test { cond: Cond::Eq, x: true, k: 0 });
        self.all(code, Ok(always))
    }

    /// Adds steps that fill the cells of what is inside; from here on all is asked of it.
    fn tunnel(&mut self, port: u32, first: (u32, u32), id: Option<u32>) -> Result<(Code, [u8; 3]), Refusal> {
        let v4 = self.tunnel_over(false, port, first, id);
        let v6 = self.tunnel_over(true, port, first, id);
        let code = self.either(v4, v6)?;
        Ok((code, [self.cell()?, self.cell()?, self.cell()?]))
    }

    fn enter_tunnel(&mut self, [header, kind, payload]: [u8; 3]) {
        let place = |cell| Place { constant: 0, variable: true, cell: Some(cell) };
        self.enter(kind::ETHERNET, place(header));
        self.kind = place(kind);
        self.payload = place(payload);
        self.network = 0;
        self.tunnel = true;
    }

    pub fn geneve(&mut self, id: Option<u32>) -> Made {
        at_most("Geneve VNI", id.unwrap_or(0), 0xff_ffff)?;
        let (code, cells) = self.tunnel(6081, (0, 0xc0), id)?;
        let [header, kind, payload] = cells;
        let steps = vec![
            step(Op::Alu(Alu::Add), self.network_at().wrapping_add(8)),
            step(Op::Tax, 0),
            // The type is in Geneve's header, unless the inside is Ethernet.
            step(Op::Alu(Alu::Add), 2),
            step(Op::St, kind.into()),
            // Options in words behind eight bytes.
            step(Op::Ind(Size::Byte), 0),
            step(Op::Alu(Alu::And), 0x3f),
            step(Op::Alu(Alu::Mul), 4),
            step(Op::Alu(Alu::Add), 8),
            step(Op::AluX(Alu::Add), 0),
            step(Op::St, header.into()),
            step(Op::Inner { link: header, kind }, payload.into()),
            step(Op::Imm, 0),
        ];
        self.opaque = true;
        self.enter_tunnel(cells);
        let inside = self.test(steps, Cond::Eq, 0);
        Ok(self.and(code, inside))
    }

    pub fn vxlan(&mut self, id: Option<u32>) -> Made {
        at_most("VXLAN VNI", id.unwrap_or(0), 0xff_ffff)?;
        let (code, cells) = self.tunnel(4789, (0x08, u32::MAX), id)?;
        let [header, kind, payload] = cells;
        let steps = vec![
            step(Op::Alu(Alu::Add), self.network_at().wrapping_add(8)),
            step(Op::Alu(Alu::Add), 8),
            step(Op::St, header.into()),
            step(Op::Alu(Alu::Add), 12),
            step(Op::St, kind.into()),
            step(Op::Alu(Alu::Add), 2),
            step(Op::Tax, 0),
            step(Op::StX, payload.into()),
            step(Op::Imm, 0),
        ];
        self.enter_tunnel(cells);
        let inside = self.test(steps, Cond::Eq, 0);
        Ok(self.and(code, inside))
    }

    /// B.A.T.M.A.N. advanced, of a version and of a type whose inner Ethernet frame is at a known place.
    pub fn batadv(&mut self, version: Option<u32>, packet: Option<u32>) -> Made {
        let mut code = self.carries(0x4305);
        let Some(version) = version else { return code };
        if version > 255 || packet.is_some() && !matches!(version, 14 | 15) {
            return Err(format!("batman-adv compatibility version number {version} unsupported: 14 or 15").into());
        }
        let here = self.is(From::Payload, 1, Size::Byte, version);
        code = self.all(code, here);
        let Some(packet) = packet else { return code };
        if packet > 255 {
            return Err(
                format!("batman-adv packet type {packet} unsupported for compatibility version {version}").into()
            );
        }
        let here = self.is(From::Payload, 0, Size::Byte, packet);
        code = self.all(code, here);
        let header = match (version, packet) {
            (14, 0x03) => 10,
            (14, 0x04 | 0x09) => {
                if packet == 0x04 {
                    14
                } else {
                    18
                }
            }
            (14, 0x06) => 20,
            (14, 0x0a) | (15, 0x02) => 46,
            (15, 0x01) => 14,
            (15, 0x40) => 10,
            (15, 0x41) => 20,
            (15, 0x42) => 18,
            _ => return code,
        };
        if !is_unset(self.payload.constant) {
            let start = Place { constant: self.network_at().wrapping_add(header), ..self.payload };
            self.enter(kind::ETHERNET, start);
            self.kind.constant = start.constant.wrapping_add(12);
            self.payload.constant = start.constant.wrapping_add(14);
            self.network = 0;
            self.plain = 3;
        }
        code
    }
}
