//! BGP: without `-v` its name only.
use super::{Bytes, Out, Printed};

pub fn print(out: &mut Out<'_>, _: Bytes<'_>) -> Printed {
    out.put(": BGP");
    Ok(())
}
