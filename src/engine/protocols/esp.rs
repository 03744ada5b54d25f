//! IP Encapsulating Security Payload, RFC 4303: what stands before the encrypted bytes.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    SPI: Hex(8) => "esp.spi", "ESP SPI";
    SEQUENCE: Uint => "esp.sequence", "ESP Sequence";
}

pub(super) static ESP: Protocol = Protocol {
    name: "esp",
    title: "Encapsulating Security Payload",
    short: "ESP",
    fields: FIELDS,
    claims: &[Claim::Ip(50)],
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let spi = bytes.u32(0)?;
        d.info(|| format!("ESP (SPI=0x{spi:08x})"));
        d.field(&SPI, bytes.span(0..4), spi);
        d.field(&SEQUENCE, bytes.span(4..8), bytes.u32(4)?);
    }
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn the_index_is_told() {
        let mut d = Dissection::new(Wanted::Everything);
        _ = d.enter(0, &Bytes::frame(&[], 0));
        assert!(dissect(&mut d, Bytes::frame(&[0, 0, 0x12, 0x34, 0, 0, 0, 9, 1, 2], 10)).is_ok());
        assert_eq!(d.info_text(), "ESP (SPI=0x00001234)");
    }
}
