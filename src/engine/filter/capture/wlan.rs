//! 802.11: which of its addresses is whose depends on the kind of frame and on where it comes from and goes to.
use super::code::{Code, Size, not};
use super::emit::{From, Gen, Made};
use super::link::{self, kind};
use super::words::Dir;

const TO_DS: u32 = 1;
const FROM_DS: u32 = 2;

impl Gen {
    fn flag(&mut self, bit: u32, set: bool) -> Made {
        let code = self.any_bit(From::Link, 1, Size::Byte, bit);
        if set { code } else { code.map(not) }
    }

    fn kind_bit(&mut self, bit: u32, set: bool) -> Made {
        let code = self.any_bit(From::Link, 0, Size::Byte, bit);
        if set { code } else { code.map(not) }
    }

    /// `set` if the bit is set, else `clear`.
    fn by_flag(&mut self, bit: u32, set: &dyn Fn(&mut Self) -> Made, clear: &dyn Fn(&mut Self) -> Made) -> Made {
        let is_set = self.flag(bit, true);
        let set = set(self);
        let set = self.all(is_set, set);
        let is_clear = self.flag(bit, false);
        let clear = clear(self);
        let clear = self.all(is_clear, clear);
        self.either(clear, set)
    }

    /// Data frames by `data`, management frames by `management`; control frames have no such address.
    fn by_kind(&mut self, data: Made, management: &dyn Fn(&mut Self) -> Made) -> Made {
        let is_data = self.kind_bit(0x08, true);
        let data = self.all(is_data, data);
        let is_management = self.kind_bit(0x08, false);
        let management = management(self);
        let management = self.all(is_management, management);
        let either = self.either(management, data);
        let not_control = self.kind_bit(0x04, false);
        self.all(not_control, either)
    }

    /// A test of the destination, wherever it stands.
    pub fn wlan_destination(&mut self, test: &dyn Fn(&mut Self, u32) -> Made) -> Made {
        let data = self.by_flag(TO_DS, &|emit| test(emit, 16), &|emit| test(emit, 4));
        self.by_kind(data, &|emit| test(emit, 4))
    }

    fn wlan_source(&mut self, test: &dyn Fn(&mut Self, u32) -> Made) -> Made {
        let data = self.by_flag(
            FROM_DS,
            &|emit| emit.by_flag(TO_DS, &|emit| test(emit, 24), &|emit| test(emit, 16)),
            &|emit| test(emit, 10),
        );
        self.by_kind(data, &|emit| test(emit, 10))
    }

    /// Frames with a second address: not CTS, not ACK.
    fn has_second_address(&mut self) -> Result<Code, super::emit::Refusal> {
        let control = self.masked(From::Link, 0, Size::Byte, 0x04, 0x0c).map(not)?;
        let cts = self.masked(From::Link, 0, Size::Byte, 0xc0, 0xf0).map(not)?;
        let ack = self.masked(From::Link, 0, Size::Byte, 0xd0, 0xf0).map(not)?;
        let neither = self.and(cts, ack);
        Ok(self.or(control, neither))
    }

    pub fn wlan_host(&mut self, address: [u8; 6], dir: Dir) -> Made {
        let at = &|emit: &mut Self, at: u32| emit.bytes(From::Link, at, &address);
        match dir {
            Dir::Src => self.wlan_source(at),
            Dir::Dst => self.wlan_destination(at),
            Dir::And | Dir::Or | Dir::Any => {
                let (src, dst) = (self.wlan_source(at)?, self.wlan_destination(at)?);
                Ok(if dir == Dir::And { self.and(src, dst) } else { self.or(src, dst) })
            }
            Dir::Addr1 => at(self, 4),
            Dir::Addr2 => {
                let has = self.has_second_address();
                let here = at(self, 10);
                self.all(has, here)
            }
            Dir::Addr3 => {
                let control = self.masked(From::Link, 0, Size::Byte, 0x04, 0x0c).map(not);
                let here = at(self, 16);
                self.all(control, here)
            }
            Dir::Addr4 => {
                let both = self.masked(From::Link, 1, Size::Byte, 3, 3);
                let here = at(self, 24);
                self.all(both, here)
            }
            Dir::Ra => {
                let data = self.kind_bit(0x08, true);
                let here = at(self, 4);
                self.all(data, here)
            }
            Dir::Ta => {
                let has = self.has_second_address();
                let data = self.kind_bit(0x08, true);
                let has = self.all(data, has);
                let here = at(self, 10);
                self.all(has, here)
            }
        }
    }

    /// Type and subtype of a frame.
    pub fn wlan_type(&mut self, value: u32, mask: u32) -> Made {
        // libpcap knows no 802.11 in PPI here, though it does elsewhere.
        if !link::is_wlan(self.link) || self.link == kind::PPI {
            return Err("802.11 link-layer types supported only on 802.11".into());
        }
        self.masked(From::Link, 0, Size::Byte, value, mask)
    }

    /// To and from the distribution system.
    pub fn wlan_direction(&mut self, value: u32) -> Made {
        if !link::is_wlan(self.link) || self.link == kind::PPI {
            return Err("frame direction supported only with 802.11 headers".into());
        }
        self.masked(From::Link, 1, Size::Byte, value, 3)
    }
}
