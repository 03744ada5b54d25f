//! Functions and operators of the language, with a line of help each.
use super::datum::Type;

#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    pub does: Does,
    /// Inputs at least and at most.
    pub inputs: (usize, usize),
    pub help: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    Length,
    Count,
    Upper,
    Lower,
    Text,
    Names,
    Largest,
    Smallest,
    Magnitude,
    Float,
    Private,
    Multicast,
    LinkLocal,
    UniqueLocal,
    SpecialName,
    Decimal,
}

impl Does {
    /// The type of its result, where that is not its inputs'.
    pub fn gives(self) -> Option<Type> {
        match self {
            Self::Length | Self::Count => Some(Type::Uint),
            Self::Upper | Self::Lower | Self::Text | Self::Names | Self::SpecialName | Self::Decimal => {
                Some(Type::Text)
            }
            Self::Float => Some(Type::Float),
            Self::Private | Self::Multicast | Self::LinkLocal | Self::UniqueLocal => Some(Type::Bool),
            Self::Largest | Self::Smallest | Self::Magnitude => None,
        }
    }
}

const fn function(name: &'static str, does: Does, inputs: (usize, usize), help: &'static str) -> Function {
    Function { name, does, inputs, help }
}

pub static FUNCTIONS: &[Function] = &[
    function("len", Does::Length, (1, 1), "How long a text (characters) or field (bytes) is"),
    function("count", Does::Count, (1, 1), "How often a field occurs in the packet"),
    function("upper", Does::Upper, (1, 1), "A text in capital letters"),
    function("lower", Does::Lower, (1, 1), "A text in small letters"),
    function("string", Does::Text, (1, 1), "A number or address as text"),
    function("dec", Does::Decimal, (1, 1), "A number as text, in decimal"),
    function("vals", Does::Names, (1, 1), "The name of a value, as the details print it"),
    function("max", Does::Largest, (1, 64), "The largest of all values"),
    function("min", Does::Smallest, (1, 64), "The smallest of all values"),
    function("abs", Does::Magnitude, (1, 1), "A number without its sign"),
    function("float", Does::Float, (1, 1), "A number with fractions"),
    function("double", Does::Float, (1, 1), "A number with fractions"),
    function("ip_rfc1918", Does::Private, (1, 1), "Whether an IPv4 address is private (RFC 1918)"),
    function("ip_multicast", Does::Multicast, (1, 1), "Whether an address is multicast"),
    function("ip_linklocal", Does::LinkLocal, (1, 1), "Whether an address is of the link only"),
    function("ip_ula", Does::UniqueLocal, (1, 1), "Whether an IPv6 address is unique local (RFC 4193)"),
    function(
        "ip_special_name",
        Does::SpecialName,
        (1, 1),
        "What IANA calls an address's block: \"Private-Use\", \"Loopback\" …",
    ),
];

/// Operators, each with its other spellings: sign, words, help.
pub static OPERATORS: &[(&str, &str, &str)] = &[
    ("==", "eq any_eq", "Any value is equal"),
    ("!=", "ne all_ne", "There are values, and all differ"),
    ("===", "all_eq", "All values are equal"),
    ("!==", "any_ne ~=", "Any value differs"),
    (">", "gt", "Greater"),
    (">=", "ge", "Greater or equal"),
    ("<", "lt", "Less"),
    ("<=", "le", "Less or equal"),
    ("contains", "", "Bytes or a text occur in it"),
    ("matches", "~", "A regular expression fits; letters of either case"),
    ("in", "", "One of a set: in {80, 443, 8000..8100}"),
    ("&", "bitand bitwise_and", "Bits that both have"),
    ("&&", "and", "Both"),
    ("||", "or", "One of them, or both"),
    ("^^", "xor", "One of them, not both"),
    ("!", "not", "Not"),
    ("any", "", "For any value of the field"),
    ("all", "", "For all values of the field"),
];

pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}
