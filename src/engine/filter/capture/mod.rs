//! Capture filters (pcap-filter(7)), with libpcap's meaning: a text becomes a program for the BPF machine, which looks at fixed offsets.
//!
//! The rules are those of libpcap 1.10.3 (scanner.l, grammar.y, gencode.c, optimize.c, nametoaddr.c: Copyright (c) 1988-1998 The Regents
//! of the University of California, BSD licence), with words and repairs of its successors; `docs/NOTICES.md` has the licence. The way:
//! `lexer` → `parser` (with `conditions`, `values`, `formulas`) → blocks of code, made by `emit`, `arith`, `linktype`, `hosts`, `ports`, `proto`, `tunnels`,
//! `wlan`, `special` → `optimize`, which tells whether anything can match → `run`.
mod arith;
mod code;
mod conditions;
mod emit;
mod formulas;
mod hosts;
mod lexer;
mod link;
mod linktype;
mod listing;
mod names;
mod optimize;
mod parser;
mod ports;
mod proto;
mod run;
mod special;
#[cfg(test)]
mod tests;
mod translate;
mod tunnels;
mod values;
mod wlan;
mod words;

use super::Wrong;
use code::{Block, End};
use emit::Gen;
use parser::Parser;
use run::Line;

pub use translate::to_display;
/// The words of the language, each with what it is for in one line, the commonest first: what a bar can offer.
pub use words::all as words;

/// The IPv4 mask of the network where packets were captured, which `ip broadcast` asks for. None: not known, so that it is refused.
pub type Netmask = Option<u32>;

/// What tcpdump takes for a file's: no bit of it, so that only 0.0.0.0 and 255.255.255.255 are broadcast addresses.
pub const MASK_OF_FILES: Netmask = Some(0);

/// A capture filter, compiled for one link type.
#[derive(Debug, PartialEq, Eq)]
pub struct Filter {
    lines: Vec<Line>,
}

impl Filter {
    /// Compiles for packets of a link type (`LINKTYPE_`) that were captured on a network with that mask, [`MASK_OF_FILES`] where it was
    /// written down nowhere.
    ///
    /// # Errors
    /// Where the text is no filter, or can match no packet of this link type.
    pub fn compile(text: &str, link: u16, netmask: Netmask) -> Result<Self, Wrong> {
        let (blocks, root, opaque) = blocks(text, link, netmask)?;
        if opaque {
            return Ok(Self { lines: run::lay_out(&blocks, root) });
        }
        let whole = |message: &str| Wrong { message: message.to_owned(), at: 0..text.len() };
        let (blocks, root) = optimize::optimize(&blocks, root).map_err(whole)?.unwrap_or((blocks, root));
        if blocks.get(root).is_some_and(|block| block.end == End::Ret(false)) {
            return Err(whole(
                "expression rejects all packets: its parts exclude each other, or this link layer never has them",
            ));
        }
        Ok(Self { lines: run::lay_out(&blocks, root) })
    }

    /// The same without asking whether any packet can match: what libpcap does when told not to optimise.
    ///
    /// # Errors
    /// Where the text is no filter.
    pub fn as_written(text: &str, link: u16) -> Result<Self, Wrong> {
        let (blocks, root, _) = blocks(text, link, MASK_OF_FILES)?;
        Ok(Self { lines: run::lay_out(&blocks, root) })
    }

    /// Whether a packet matches: its captured bytes, and how many it had on the wire.
    pub fn matches(&self, bytes: &[u8], wire_len: u32) -> bool {
        run::run(&self.lines, bytes, wire_len)
    }

    /// The program, a line each, as `tcpdump -d` prints it.
    pub fn listing(&self) -> String {
        listing::listing(&self.lines)
    }
}

/// The program's blocks, the one to begin with, and whether they are beyond the optimiser.
fn blocks(text: &str, link: u16, netmask: Netmask) -> Result<(Vec<Block>, usize, bool), Wrong> {
    let tokens = lexer::tokens(text)?;
    let mut parser = Parser::new(text, &tokens, Gen::new(link, netmask));
    let code = parser.filter()?;
    let made = parser.emit.finish(code);
    let root = made.map_err(|refusal| Wrong { message: refusal.into_owned(), at: 0..text.len() })?;
    Ok((parser.emit.blocks.0, root, parser.emit.opaque))
}
