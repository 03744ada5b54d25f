//! Fields: what a protocol knows how to say about its bytes.
use super::address::Address;
use super::bytes::Span;

/// A field of a protocol. A `static`; its address is its identity.
#[derive(Debug)]
pub struct Field {
    /// Wireshark's filter name: `tcp.srcport`.
    pub name: &'static str,
    /// As a person says it: `Source Port`.
    pub title: &'static str,
    pub kind: Kind,
}

/// How a field's value is typed and printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Uint,
    /// An unsigned integer that people read in hexadecimal, with this many digits.
    Hex(u8),
    Int,
    Float,
    Bool,
    Text,
    Bytes,
    Address,
    /// A duration: ns, printed as seconds with nine digits.
    Seconds,
    /// Number of another packet, from 1.
    Frame,
    /// A line of the tree without a value of its own.
    Label,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nothing,
    Uint(u64),
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
    Address(Address),
    /// ns.
    Nanos(i64),
}

/// A field's occurrence in a packet.
#[derive(Clone, Debug)]
pub struct Found {
    pub field: &'static Field,
    /// Index into the packet's layers.
    pub layer: u8,
    /// How deep below its layer; 0 stands directly under it.
    pub depth: u8,
    /// Computed, not read from the bytes.
    pub generated: bool,
    pub span: Span,
    pub value: Value,
    /// What the value means (`Echo request`), or a label's text.
    pub note: Option<Box<str>>,
}

impl Found {
    /// The value as Wireshark prints it in a column.
    pub fn text(&self) -> String {
        match (&self.value, self.field.kind) {
            (Value::Uint(v), Kind::Hex(digits)) => format!("0x{v:0width$x}", width = usize::from(digits)),
            (Value::Uint(v), _) => v.to_string(),
            (Value::Nothing, _) => String::new(),
            (Value::Int(v), _) => v.to_string(),
            (Value::Float(v), _) => v.to_string(),
            (Value::Nanos(v), _) => seconds(*v),
            (Value::Bool(v), _) => u8::from(*v).to_string(),
            (Value::Text(v), _) => v.clone(),
            (Value::Bytes(v), _) => v.iter().map(|b| format!("{b:02x}")).collect(),
            (Value::Address(v), _) => v.to_string(),
        }
    }
}

/// ns as seconds with all nine digits: `0.061293000`.
pub fn seconds(nanos: i64) -> String {
    const SECOND: u64 = 1_000_000_000;
    let (sign, size) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
    format!("{sign}{}.{:09}", size / SECOND, size % SECOND)
}

macro_rules! value_from {
    ($($from:ty => |$v:ident| $to:expr;)*) => {
        $(impl From<$from> for Value { fn from($v: $from) -> Self { $to } })*
    };
}
value_from! {
    u8 => |v| Value::Uint(v.into());
    u16 => |v| Value::Uint(v.into());
    u32 => |v| Value::Uint(v.into());
    u64 => |v| Value::Uint(v);
    usize => |v| Value::Uint(v as u64);
    i8 => |v| Value::Int(v.into());
    i16 => |v| Value::Int(v.into());
    i32 => |v| Value::Int(v.into());
    i64 => |v| Value::Int(v);
    f32 => |v| Value::Float(v.into());
    f64 => |v| Value::Float(v);
    () => |_v| Value::Nothing;
    Vec<u8> => |v| Value::Bytes(v);
    bool => |v| Value::Bool(v);
    String => |v| Value::Text(v);
    &str => |v| Value::Text(v.to_owned());
    &[u8] => |v| Value::Bytes(v.to_vec());
    Address => |v| Value::Address(v);
}

/// Declares a protocol's fields: a `static` each, and `FIELDS`, the slice of them all.
macro_rules! fields {
    ($($id:ident: $kind:expr => $name:literal, $title:literal;)*) => {
        $(static $id: $crate::engine::dissect::Field = {
            #[allow(unused_imports, reason = "a protocol need not use every kind")]
            use $crate::engine::dissect::Kind::*;
            $crate::engine::dissect::Field { name: $name, title: $title, kind: $kind }
        };)*
        #[allow(dead_code, reason = "a file with several protocols says itself which fields are whose")]
        static FIELDS: &[&$crate::engine::dissect::Field] = &[$(&$id),*];
    };
}
pub(crate) use fields;
