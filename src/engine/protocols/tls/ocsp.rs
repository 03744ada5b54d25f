//! Online Certificate Status Protocol, RFC 6960: whether a certificate is still good, as a body of HTTP's or stapled to a handshake.
use super::x509::{CONTEXT_0, CONTEXT_1, certificate, elements, extension, name, wholes};
use crate::engine::dissect::ber::{self, SEQUENCE};
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol};

pub(in crate::engine::protocols) static OCSP: Protocol = Protocol {
    name: "ocsp",
    title: "Online Certificate Status Protocol",
    short: "OCSP",
    dissect,
    ..Protocol::PLAIN
};

const GENERALIZED_TIME: u8 = 0x18;

/// A response begins with its status (RFC 6960 §4.2.1), a request with what it is about.
fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let inner = ber::element(&bytes).map(|(whole, _)| whole.content);
        let is_response = inner.is_ok_and(|inner| inner.all().first() == Some(&ber::ENUMERATED));
        d.info(|| if is_response { "Response" } else { "Request" }.to_owned());
        if is_response {
            response(d, &bytes);
        }
    }
    Ok(Next::End)
}

/// Who reads a response's parts: its body, the responder's name, extensions, certificates.
pub(super) fn response(d: &mut Dissection, bytes: &Bytes<'_>) {
    let Ok((response, _)) = ber::expect(bytes, SEQUENCE) else { return };
    let Some(body) = elements(response).nth(1).filter(|part| part.tag == CONTEXT_0) else { return };
    let Some(basic) = elements(body.content).flat_map(|sequence| elements(sequence.content)).nth(1) else { return };
    d.mention("ocsp");
    let Ok((basic, _)) = ber::expect(&basic.content, SEQUENCE) else { return };
    let mut parts = elements(basic);
    if let Some(data) = parts.next() {
        // The same tag has the responder by name before the time, and extensions behind it.
        let mut told = elements(data.content);
        let before = told.by_ref().take_while(|part| part.tag != GENERALIZED_TIME);
        let by_name = before.filter(|part| part.tag == CONTEXT_1);
        by_name.flat_map(|part| elements(part.content)).for_each(|sequence| name(d, sequence.content));
        let extensions = told.filter(|part| part.tag == CONTEXT_1).flat_map(|part| elements(part.content));
        for (whole, one) in extensions.flat_map(|list| wholes(list.content)) {
            extension(d, &whole, one.content);
        }
    }
    let certificates = parts.filter(|part| part.tag == CONTEXT_0).flat_map(|part| elements(part.content));
    for list in certificates {
        let mut rest = list.content;
        while let Ok((_, behind)) = ber::element(&rest) {
            if certificate(d, &rest).is_err() {
                return;
            }
            rest = behind;
        }
    }
}
