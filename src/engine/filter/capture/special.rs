//! What only some link layers know: directions, 802.2's kinds of frames, pf's log, ATM's circuits, SS7's fields.
use super::code::{Cond, Op, Size, not, step};
use super::emit::{Compared, From, Gen, Made};
use super::link::{self, kind};
use super::words::Word;

/// A field of pf's log: its offset and size.
#[derive(Clone, Copy)]
pub enum Pf {
    Action,
    Reason,
    Rule,
    SubRule,
}

impl Gen {
    /// Towards the machine that captured, or from it.
    pub fn bound(&mut self, out: bool) -> Made {
        let link = From::Link;
        match self.link {
            kind::SLIP => self.is(link, 0, Size::Byte, out.into()),
            kind::IPNET => self.is(link, 2, Size::Half, if out { 1 } else { 2 }),
            kind::SLL | kind::SLL2 => {
                let (at, size) = if self.link == kind::SLL { (0, Size::Half) } else { (10, Size::Byte) };
                let code = self.is(link, at, size, 4);
                if out { code } else { code.map(not) }
            }
            kind::PFLOG => self.is(link, 60, Size::Byte, if out { 2 } else { 1 }),
            kind::PPP_PPPD => self.is(link, 0, Size::Byte, out.into()),
            // Broadcom: what the processor sends asks to be switched. Marvell: from the processor, to it.
            kind::DSA_BRCM => self.masked(link, 12, Size::Byte, if out { 0x20 } else { 0 }, 0xe0),
            kind::DSA => self.masked(link, 12, Size::Byte, if out { 0x40 } else { 0 }, 0xc0),
            other if link::is_juniper(other) => self.masked(link, 3, Size::Byte, u32::from(!out), 1),
            other => {
                let name = link::name(other);
                Err(format!("inbound/outbound not supported on {name} when reading savefiles: its packets do not tell")
                    .into())
            }
        }
    }

    pub fn interface(&mut self, index: u32) -> Made {
        match self.link {
            kind::SLL2 => self.is(From::Link, 4, Size::Word, index),
            other => Err(format!("ifindex not supported on {} when reading savefiles", link::name(other)).into()),
        }
    }

    /// Frames with an 802.2 header.
    pub fn llc(&mut self) -> Made {
        match self.link {
            link if link == kind::ETHERNET || link::is_tagged(link) => {
                let length = self.is_length();
                let novell = self.is(From::Llc, 0, Size::Half, 0xffff).map(not);
                self.all(length, novell)
            }
            kind::SUNATM => self.masked(From::Link, 0, Size::Byte, 2, 0x0f),
            kind::TOKEN_RING | kind::FDDI | kind::ATM => Ok(self.constant(true)),
            link if link::is_wlan(link) => self.is_data_frame(),
            link => Err(format!("'llc' not supported for {}", link::name(link)).into()),
        }
    }

    /// By bits of the control field; None: information frames, whose lowest bit is clear.
    pub fn llc_control(&mut self, value: Option<(u32, u32)>) -> Made {
        let llc = self.llc();
        let control = match value {
            Some((value, mask)) => self.masked(From::Llc, 2, Size::Byte, value, mask),
            None => self.any_bit(From::Llc, 2, Size::Byte, 1).map(not),
        };
        self.all(llc, control)
    }

    pub fn pf(&mut self, field: Pf, value: u32) -> Made {
        let (name, at, size) = match field {
            Pf::Action => ("action", 2, Size::Byte),
            Pf::Reason => ("reason", 3, Size::Byte),
            Pf::Rule => ("rnr", 36, Size::Word),
            Pf::SubRule => ("srnr", 40, Size::Word),
        };
        if self.link != kind::PFLOG {
            return Err(format!("{name} supported only on PF linktype").into());
        }
        self.is(From::Link, at, size, value)
    }

    /// The interface's name, or the ruleset's.
    pub fn pf_name(&mut self, ruleset: bool, text: &str) -> Made {
        let (name, at) = if ruleset { ("ruleset", 20) } else { ("ifname", 4) };
        if self.link != kind::PFLOG {
            return Err(format!("{name} supported only on PF linktype").into());
        }
        if text.len() >= 16 {
            return Err(format!("{name} names can only be 15 characters").into());
        }
        self.bytes(From::Link, at, text.as_bytes())
    }

    pub fn length(&mut self, greater: bool, than: u32) -> Made {
        let steps = vec![step(Op::Len, 0)];
        Ok(if greater { self.test(steps, Cond::Ge, than) } else { not(self.test(steps, Cond::Gt, than)) })
    }

    /// `byte 8 & 5`: one byte of the link layer.
    pub fn byte(&mut self, at: u32, operator: u8, value: u32) -> Made {
        use super::code::Alu;
        if value > 255 {
            return Err(format!("byte value {value} greater than maximum 255").into());
        }
        let alu = match operator {
            b'=' => return self.is(From::Link, at, Size::Byte, value),
            b'<' => return self.compare(From::Link, at, Size::Byte, u32::MAX, (Cond::Ge, true), value),
            b'>' => return self.compare(From::Link, at, Size::Byte, u32::MAX, (Cond::Gt, false), value),
            b'|' => Alu::Or,
            _ => Alu::And,
        };
        let mut steps = self.load(From::Link, at, Size::Byte)?;
        steps.push(step(Op::Alu(alu), value));
        Ok(not(self.test(steps, Cond::Eq, 0)))
    }

    fn atm_only(&self, word: &str) -> Result<(), super::emit::Refusal> {
        // Inside of LAN emulation it is Ethernet to all but these.
        if self.outermost == kind::SUNATM { Ok(()) } else { Err(format!("'{word}' supported only on raw ATM").into()) }
    }

    /// The virtual channel, or the virtual path.
    pub fn atm(&mut self, channel: bool, how: Compared, value: u32) -> Made {
        self.atm_only(if channel { "vci" } else { "vpi" })?;
        let (at, size, most) = if channel { (2, Size::Half, 0xffff) } else { (1, Size::Byte, 0xff) };
        if value > most {
            return Err(
                format!("{} value {value} greater than maximum {most}", if channel { "vci" } else { "vpi" }).into()
            );
        }
        self.compare(From::Link, at, size, u32::MAX, how, value)
    }

    fn circuit(&mut self, channels: &[u32]) -> Made {
        let path = self.atm(false, (Cond::Eq, false), 0);
        let mut code = None;
        for channel in channels {
            let next = self.atm(true, (Cond::Eq, false), *channel)?;
            code = Some(match code {
                Some(code) => self.or(code, next),
                None => next,
            });
        }
        match code {
            Some(code) => self.all(path, Ok(code)),
            None => path,
        }
    }

    pub fn atm_word(&mut self, word: Word, name: &str) -> Made {
        self.atm_only(name)?;
        match word {
            Word::Circuit(channel) => self.circuit(&[channel.into()]),
            Word::Oam => self.circuit(&[3, 4]),
            Word::Connect(meta) => {
                // Q.2931's messages: set-up, proceeding, connect, its acknowledgement, release, its completion.
                let messages: &[u32] =
                    if meta { &[0x5a, 0x4d, 0x07, 0x05, 0x02] } else { &[0x5a, 0x4d, 0x0f, 0x07, 0x05, 0x02] };
                let mut code = None;
                for message in messages {
                    let next = self.is(From::Link, 9, Size::Byte, *message)?;
                    code = Some(match code {
                        Some(code) => self.or(code, next),
                        None => next,
                    });
                }
                let circuit = self.circuit(&[if meta { 1 } else { 5 }]);
                match code {
                    Some(code) => self.all(circuit, Ok(code)),
                    None => circuit,
                }
            }
            // LAN emulation: from here on it is Ethernet.
            _ => {
                let code = self.masked(From::Link, 0, Size::Byte, 1, 0x0f);
                let start = super::emit::Place { constant: 6, ..Default::default() };
                self.enter(kind::ETHERNET, start);
                self.kind.constant = 18;
                self.payload.constant = 20;
                self.network = 0;
                self.plain = 3;
                code
            }
        }
    }

    fn ss7_at(&self) -> Option<u32> {
        Some(match self.link {
            kind::MTP2 => 2,
            kind::MTP2_PHDR => 6,
            kind::ERF => 22,
            _ => return None,
        })
    }

    /// Signal units by their length: none, one or two, more.
    pub fn ss7_unit(&mut self, fast: bool, unit: u8, name: &str) -> Made {
        let Some(start) = self.ss7_at() else {
            return Err(format!("'{name}' supported only on MTP2{}", if fast { "_HSL" } else { "" }).into());
        };
        let (at, size, mask, two) =
            if fast { (start + 2, Size::Half, 0xff80, 0x100) } else { (start, Size::Byte, 0x3f, 2) };
        let mut length = |how, than| self.compare(From::Packet, at, size, mask, how, than);
        match unit {
            0 => length((Cond::Eq, false), 0),
            1 => {
                let short = length((Cond::Gt, true), two);
                let some = length((Cond::Gt, false), 0);
                self.all(some, short)
            }
            _ => length((Cond::Gt, false), two),
        }
    }

    /// A field of MTP3 behind the length.
    pub fn ss7(&mut self, (fast, field): (bool, u8), how: Compared, value: u32) -> Made {
        let names = ["sio", "opc", "dpc", "sls"];
        let name = names.get(usize::from(field)).copied().unwrap_or_default();
        let Some(start) = self.ss7_at() else { return Err(format!("'{name}' supported only on SS7").into()) };
        let (at, most, size, mask) = match field {
            0 => (1, 255, Size::Byte, u32::MAX),
            1 => (2, 16383, Size::Word, 0x00c0_ff0f),
            2 => (2, 16383, Size::Word, 0xff3f_0000),
            _ => (5, 15, Size::Byte, 0xf0),
        };
        if value > most {
            return Err(format!("{name} value {value} too big; max value = {most}").into());
        }
        // As the point codes lie in the bytes.
        let value = match field {
            1 => (value & 0x3c00) >> 10 | (value & 0x03fc) << 6 | (value & 3) << 22,
            2 => (value & 0xff) << 24 | (value & 0x3f00) << 8,
            3 => value << 4,
            _ => value,
        };
        self.compare(From::Packet, start + at + if fast { 3 } else { 0 }, size, mask, how, value)
    }
}
