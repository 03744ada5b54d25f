//! Macros: `$private_ipv4(ip.src)` or `${private_ipv4:ip.src}` stands for a longer filter.

/// Name, how many arguments, and the filter, in which they are `$1`, `$2` ….
pub const MACROS: &[(&str, usize, &str)] = &[
    ("private_ipv4", 1, "($1 == 192.168.0.0/16 or $1 == 172.16.0.0/12 or $1 == 10.0.0.0/8)"),
    ("private_ipv6", 1, "($1 == fc00::/7)"),
    ("private_eth", 1, "($1[0] & 0x02)"),
    ("tcp_conv", 4, "(ip.addr == $1 and ip.addr == $2 and tcp.port == $3 and tcp.port == $4)"),
    ("udp_conv", 4, "(ip.addr == $1 and ip.addr == $2 and udp.port == $3 and udp.port == $4)"),
];

/// The filter that a macro stands for; None if there is none of that name.
pub fn expand(name: &str, arguments: &[&str]) -> Option<Result<String, String>> {
    let (_, count, text) = MACROS.iter().find(|(known, ..)| *known == name)?;
    if arguments.len() != *count {
        return Some(Err(format!("Arguments of the macro {name}: {count}, not {}.", arguments.len())));
    }
    let mut filter = (*text).to_owned();
    for (number, argument) in (1..).zip(arguments) {
        if argument.trim().is_empty() {
            return Some(Err(format!("An argument of the macro {name} is empty.")));
        }
        filter = filter.replace(&format!("${number}"), argument.trim());
    }
    Some(Ok(filter))
}
