//! `wireglass packet`: one packet's tree and bytes.
use super::output::{Out, clean};
use super::{Loaded, Stop};
use wireglass::api::Packet;

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, number: u32, hex: bool) -> Result<(), Stop> {
    let detail = loaded.ask(Packet { id: number.saturating_sub(1) })?;
    if json {
        return out.json(&detail);
    }
    for row in &detail.tree {
        let indent = usize::from(row.depth) * 4;
        out.line(format_args!("{:indent$}{}", "", clean(&row.text)))?;
    }
    if hex {
        for buffer in &detail.buffers {
            out.line("")?;
            out.line(&buffer.title)?;
            out.dump(0, &buffer.bytes)?;
        }
    }
    Ok(())
}
