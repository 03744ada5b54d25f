//! Fields: what a protocol knows how to say about its bytes.
use super::address::Address;
use super::bytes::Span;

/// A field of a protocol. A `static`; its address is its identity.
pub struct Field {
    /// Names and titles of all the protocol's fields, a line each: together, because thousands of pointers to single texts are
    /// most of what a browser would have to load for fields.
    texts: &'static &'static str,
    /// Where its line begins.
    at: u16,
    pub kind: Kind,
}

impl Field {
    pub const fn new(texts: &'static &'static str, at: u16, kind: Kind) -> Self {
        Self { texts, at, kind }
    }

    /// The field of a line of the texts, which begin where `lines` says.
    pub const fn of_line(texts: &'static &'static str, lines: &[u16], line: usize, kind: Kind) -> Self {
        match lines.split_at_checked(line) {
            Some((_, [at, ..])) => Self::new(texts, *at, kind),
            _ => Self::new(texts, u16::MAX, kind),
        }
    }

    fn words(&self) -> (&'static str, &'static str) {
        let line = self.texts.get(usize::from(self.at)..).and_then(|rest| rest.split('\n').next());
        line.and_then(|line| line.split_once('\t')).unwrap_or_default()
    }

    /// Wireshark's filter name: `tcp.srcport`.
    pub fn name(&self) -> &'static str {
        self.words().0
    }

    /// As a person says it: `Source Port`.
    pub fn title(&self) -> &'static str {
        self.words().1
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?})", self.name(), self.kind)
    }
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
    /// Sixteen bytes, as they are written: `c52f8c2e-0000-0000-4d57-ffae00000000`.
    Guid,
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
            (Value::Bytes(v), Kind::Guid) => guid(v),
            (Value::Bytes(v), _) => v.iter().map(|b| format!("{b:02x}")).collect(),
            (Value::Address(v), _) => v.to_string(),
        }
    }
}

fn guid(bytes: &[u8]) -> String {
    let dash = |at: usize| if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
    bytes.iter().enumerate().map(|(at, byte)| format!("{}{byte:02x}", dash(at))).collect()
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

/// Where the lines of a text begin. For statics: a text that is too long does not compile.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "at compile time")]
pub const fn lines<const N: usize>(text: &str) -> [u16; N] {
    assert!(text.len() <= u16::MAX as usize);
    let (mut starts, mut line, mut at) = ([0; N], 1, 0);
    while line < N {
        at += 1;
        if text.as_bytes()[at - 1] == b'\n' {
            starts[line] = at as u16;
            line += 1;
        }
    }
    starts
}

/// Declares a protocol's fields: a `static` each, and `FIELDS`, the slice of them all.
macro_rules! fields {
    ($($id:ident: $kind:expr => $name:literal, $title:literal;)*) => {
        static FIELD_TEXTS: &str = concat!($($name, "\t", $title, "\n"),*);
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "counts the fields")]
        enum FieldLine { $($id),* }
        const FIELD_LINES: [u16; [$($name),*].len()] = $crate::engine::dissect::lines(FIELD_TEXTS);
        $(static $id: $crate::engine::dissect::Field = {
            #[allow(unused_imports, reason = "a protocol need not use every kind")]
            use $crate::engine::dissect::Kind::*;
            $crate::engine::dissect::Field::of_line(&FIELD_TEXTS, &FIELD_LINES, FieldLine::$id as usize, $kind)
        };)*
        #[allow(dead_code, reason = "a file with several protocols says itself which fields are whose")]
        static FIELDS: &[&$crate::engine::dissect::Field] = &[$(&$id),*];
    };
}
pub(crate) use fields;

/// One field by itself: `static PORT: Field = field!(Uint => "a.port", "Port");`.
macro_rules! field {
    ($kind:expr => $name:expr, $title:expr) => {{
        #[allow(unused_imports, reason = "one kind only")]
        use $crate::engine::dissect::Kind::*;
        $crate::engine::dissect::Field::new(&concat!($name, "\t", $title), 0, $kind)
    }};
}
pub(crate) use field;
