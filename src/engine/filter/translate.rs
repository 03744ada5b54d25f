//! A display filter said in tcpdump's language, where that can say it. The two still differ in what is inside tunnels, VLAN tags and
//! ICMP errors: a display filter sees it, a capture filter does not.
use super::display::{Compare, Datum, Expr, Member, Named, Node, Op, Test};

/// The capture filter that lets the same plain packets pass; `None` where there is none.
pub fn to_capture(node: &Node) -> Option<String> {
    match node {
        Node::Not(inner) => Some(format!("not {}", grouped(inner)?)),
        Node::And(nodes) => joined(nodes, " and "),
        Node::Or(nodes) => joined(nodes, " or "),
        Node::Xor(_) => None,
        Node::Test(test) => said(test),
    }
}

fn grouped(node: &Node) -> Option<String> {
    let text = to_capture(node)?;
    Some(if matches!(node, Node::And(_) | Node::Or(_)) || text.contains(" or ") { format!("({text})") } else { text })
}

fn joined(nodes: &[Node], with: &str) -> Option<String> {
    let texts: Option<Vec<String>> = nodes.iter().map(grouped).collect();
    Some(texts?.join(with))
}

/// What pcap-filter(7) calls Wireshark's protocols.
const PROTOCOLS: &[(&str, &str)] = &[
    ("tcp", "tcp"),
    ("udp", "udp"),
    ("sctp", "sctp"),
    ("icmp", "icmp"),
    ("icmpv6", "icmp6"),
    ("ip", "ip"),
    ("ipv6", "ip6"),
    ("arp", "arp"),
    ("igmp", "igmp"),
    ("pim", "pim"),
    ("vrrp", "vrrp"),
    ("ah", "ah"),
    ("esp", "esp"),
    ("vlan", "vlan"),
    ("mpls", "mpls"),
    ("pppoes", "pppoes"),
    ("pppoed", "pppoed"),
    ("stp", "stp"),
    ("llc", "llc"),
];

/// Fields that a word and a value stand for.
const QUALIFIED: &[(&str, &str)] = &[
    ("ip.addr", "ip host"),
    ("ip.src", "ip src host"),
    ("ip.dst", "ip dst host"),
    ("ipv6.addr", "ip6 host"),
    ("ipv6.src", "ip6 src host"),
    ("ipv6.dst", "ip6 dst host"),
    ("eth.addr", "ether host"),
    ("eth.src", "ether src"),
    ("eth.dst", "ether dst"),
    ("eth.type", "ether proto"),
    ("ip.proto", "ip proto"),
    ("ipv6.nxt", "ip6 proto"),
    ("tcp.port", "tcp port"),
    ("tcp.srcport", "tcp src port"),
    ("tcp.dstport", "tcp dst port"),
    ("udp.port", "udp port"),
    ("udp.srcport", "udp src port"),
    ("udp.dstport", "udp dst port"),
    ("sctp.port", "sctp port"),
    ("vlan.id", "vlan"),
    ("mpls.label", "mpls"),
];

/// Numbers at an offset.
const ARITHMETIC: &[(&str, &str)] = &[
    ("frame.len", "len"),
    ("ip.ttl", "ip[8]"),
    ("ip.len", "ip[2:2]"),
    ("ip.id", "ip[4:2]"),
    ("ipv6.hlim", "ip6[7]"),
    ("tcp.window_size_value", "tcp[14:2]"),
    ("tcp.flags", "(tcp[12:2] & 0xfff)"),
    ("udp.length", "udp[4:2]"),
    ("icmp.type", "icmp[icmptype]"),
    ("icmp.code", "icmp[icmpcode]"),
    ("icmpv6.type", "icmp6[icmp6type]"),
    ("arp.opcode", "arp[6:2]"),
];

const FLAGS: &[(&str, &str)] = &[
    ("tcp.flags.fin", "tcp-fin"),
    ("tcp.flags.syn", "tcp-syn"),
    ("tcp.flags.reset", "tcp-rst"),
    ("tcp.flags.push", "tcp-push"),
    ("tcp.flags.ack", "tcp-ack"),
    ("tcp.flags.urg", "tcp-urg"),
    ("tcp.flags.ece", "tcp-ece"),
    ("tcp.flags.cwr", "tcp-cwr"),
];

fn word(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(display, _)| *display == name).map(|(_, capture)| *capture)
}

fn said(test: &Test) -> Option<String> {
    match test {
        Test::Exists(Expr::Field(field)) if field.layers.is_empty() && matches!(field.names, Named::Protocol(_)) => {
            word(PROTOCOLS, field.name).map(str::to_owned)
        }
        Test::Compare(Compare { left: Expr::Field(field), op, right: Expr::Literal(value), all })
            if field.layers.is_empty() && !field.raw =>
        {
            compared(field.name, *op, value, *all)
        }
        Test::Within { expr: Expr::Field(field), set, all: false } if field.layers.is_empty() => {
            let texts: Option<Vec<String>> = set.iter().map(|member| within(field.name, member)).collect();
            Some(texts?.join(" or "))
        }
        _ => None,
    }
}

fn within(name: &str, member: &Member) -> Option<String> {
    match member {
        Member::One(Expr::Literal(value)) => compared(name, Op::Eq, value, false),
        Member::Range(Expr::Literal(first), Expr::Literal(last)) if name.ends_with("port") => {
            let ports = word(QUALIFIED, name)?.replace("port", "portrange");
            Some(format!("{ports} {}-{}", first.whole()?, last.whole()?))
        }
        _ => None,
    }
}

fn compared(name: &str, op: Op, value: &Datum<'_>, all: bool) -> Option<String> {
    if let Some(flag) = word(FLAGS, name) {
        let is_set = match (op, value.whole()?) {
            (Op::Eq, 1) | (Op::Ne, 0) => true,
            (Op::Eq, 0) | (Op::Ne, 1) => false,
            _ => return None,
        };
        return Some(format!("tcp[tcpflags] & {flag} {} 0", if is_set { "!=" } else { "==" }));
    }
    if let Some(number) = word(ARITHMETIC, name) {
        let sign = match op {
            Op::Eq => "==",
            Op::Ne => "!=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Contains => return None,
        };
        return Some(format!("{number} {sign} {}", value.whole()?));
    }
    let words = word(QUALIFIED, name)?;
    let text = match value {
        Datum::Ipv4(v) => std::net::Ipv4Addr::from(*v).to_string(),
        Datum::Ipv6(v) => std::net::Ipv6Addr::from(*v).to_string(),
        Datum::Net4(v, mask) => format!("{}/{}", std::net::Ipv4Addr::from(*v & *mask), mask.count_ones()),
        Datum::Net6(v, mask) => format!("{}/{}", std::net::Ipv6Addr::from(*v & *mask), mask.count_ones()),
        Datum::Ether(bytes) => bytes.map(|byte| format!("{byte:02x}")).join(":"),
        other => other.whole()?.to_string(),
    };
    let words = if text.contains('/') { words.replace("host", "net") } else { words.to_owned() };
    match op {
        Op::Eq if !all => Some(format!("{words} {text}")),
        // All values differ: the field is there, and none is equal.
        Op::Ne if all => {
            let protocol = words.split(' ').next().filter(|word| *word != "ether")?;
            Some(format!("({protocol} and not {words} {text})"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::filter::display::Filter;

    #[test]
    fn what_tcpdump_can_say_is_said() {
        let cases = [
            ("tcp", Some("tcp")),
            ("tcp.port == 443 && !(ip.addr == 10.0.0.1)", Some("tcp port 443 and not ip host 10.0.0.1")),
            ("ip.addr == 10.0.0.0/8 or ipv6.src == fe80::/10", Some("ip net 10.0.0.0/8 or ip6 src net fe80::/10")),
            ("udp.port in {53, 5000..5010} and udp", Some("(udp port 53 or udp portrange 5000-5010) and udp")),
            (
                "tcp.flags.syn == 1 && tcp.flags.ack == 0",
                Some("tcp[tcpflags] & tcp-syn != 0 and tcp[tcpflags] & tcp-ack == 0"),
            ),
            ("ip.addr != 10.0.0.1", Some("(ip and not ip host 10.0.0.1)")),
            ("frame.len > 1000", Some("len > 1000")),
            ("eth.dst == ff:ff:ff:ff:ff:ff", Some("ether dst ff:ff:ff:ff:ff:ff")),
            ("http.host contains \"x\"", None),
            ("tcp || http", None),
            ("tcp.analysis.flags", None),
        ];
        for (display, capture) in cases {
            let filter = Filter::parse(display).expect(display);
            assert_eq!(to_capture(&filter.root).as_deref(), capture, "{display}");
        }
    }
}
