//! Ports of TCP, UDP and SCTP, over IPv4 and IPv6. Fragments other than the first have none; extension headers of IPv6 are not passed.
use super::code::{Code, Cond, Size, not};
use super::emit::{From, Gen, Made};
use super::linktype::ether;
use super::words::Dir;

pub const TCP: u32 = 6;
pub const UDP: u32 = 17;
pub const SCTP: u32 = 132;

/// One port, or all from one to another.
#[derive(Clone, Copy, Debug)]
pub enum Ports {
    One(u32),
    Range(u32, u32),
}

impl Gen {
    /// Not a later fragment.
    pub fn is_first_fragment(&mut self) -> Made {
        self.any_bit(From::Payload, 6, Size::Half, 0x1fff).map(not)
    }

    fn port_at(&mut self, from: From, ports: Ports, at: u32) -> Made {
        match ports {
            Ports::One(port) => self.is(from, at, Size::Half, port),
            Ports::Range(a, b) if a == b => self.port_at(from, Ports::One(a), at),
            Ports::Range(a, b) => {
                let low = self.compare(from, at, Size::Half, u32::MAX, (Cond::Ge, false), a.min(b));
                let high = self.compare(from, at, Size::Half, u32::MAX, (Cond::Gt, true), a.max(b));
                self.all(low, high)
            }
        }
    }

    fn ports_of(&mut self, v6: bool, ports: Ports, transport: u32, dir: Dir) -> Made {
        let mut guard = self.is(From::Payload, if v6 { 6 } else { 9 }, Size::Byte, transport)?;
        if !v6 {
            let first = self.is_first_fragment()?;
            guard = self.and(guard, first);
        }
        let from = if v6 { From::Transport6 } else { From::Transport4 };
        let code =
            self.directed(dir, "ports", &mut |emit, is_src| emit.port_at(from, ports, if is_src { 0 } else { 2 }))?;
        Ok(self.and(guard, code))
    }

    /// Over one version of IP; with no transport named, over any of the three.
    pub fn ports_over(&mut self, v6: bool, ports: Ports, transport: Option<u32>, dir: Dir) -> Made {
        let carrier = self.carries(if v6 { ether::IPV6 } else { ether::IPV4 })?;
        let code = match transport {
            Some(transport) => self.ports_of(v6, ports, transport, dir)?,
            None => {
                let tcp = self.ports_of(v6, ports, TCP, dir)?;
                let udp = self.ports_of(v6, ports, UDP, dir)?;
                let code = self.or(tcp, udp);
                let sctp = self.ports_of(v6, ports, SCTP, dir)?;
                self.or(sctp, code)
            }
        };
        Ok(self.and(carrier, code))
    }

    pub fn ports(&mut self, ports: Ports, transport: Option<u32>, dir: Dir) -> Made {
        let v4: Code = self.ports_over(false, ports, transport, dir)?;
        let v6 = self.ports_over(true, ports, transport, dir)?;
        Ok(self.or(v6, v4))
    }
}
