//! What a machine should not speak: allow-lists, and what is found outside them.
use super::Severity;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct UnwantedAnswer {
    /// The gravest first; none: nothing was found.
    pub findings: Vec<UnwantedFinding>,
    /// What was looked at and the result, in a sentence.
    pub summary: String,
    /// Flows that were looked at.
    pub flows: u32,
    /// Findings that there are besides those listed.
    pub more: u32,
    /// Packets that could hold a login and are not read yet: ask the same again until there are none.
    pub unread: u32,
    /// Those that never will be, because there are too many.
    pub skipped: u32,
    /// Whose traffic "in" and "out" are meant of.
    pub local: Vec<String>,
    /// Lines of the allow-list that say nothing.
    pub wrong: Vec<WrongLine>,
}

/// What [`super::Unwanted`] reads for an answer when somebody waits for all of it.
pub const LOGINS_AT_ONCE: u32 = 1000;

/// A line of an allow-list that could not be understood.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct WrongLine {
    /// From 1.
    pub line: u32,
    pub message: String,
}

/// One kind of thing at one place: a service, or what one host does.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct UnwantedFinding {
    pub kind: UnwantedKind,
    /// Error: block it; warning: look into it; note: worth knowing.
    pub severity: Severity,
    /// Filter name of the protocol (`bittorrent`); empty when it was not recognised.
    pub protocol: String,
    /// What it is, with its numbers.
    pub sentence: String,
    /// Why that stands out.
    pub because: String,
    /// What else could explain it.
    pub but: String,
    /// As seen from the local hosts.
    pub way: Way,
    /// Where to look and what to block: the server's address where there is one server, else the client's.
    pub address: String,
    /// The server's port where there is one.
    pub port: Option<u16>,
    /// `TCP`, `UDP`, …
    pub transport: String,
    /// The server's name; empty when unknown or when there are several.
    pub name: String,
    /// The other ends, busiest first, at most 20.
    pub peers: Vec<String>,
    /// How many there are.
    pub peer_count: u32,
    pub flows: u32,
    /// Of these flows, as far as they match the filter.
    pub packets: u64,
    /// Whole frames on the wire.
    pub bytes: u64,
    pub first_ns: Option<i64>,
    pub last_ns: Option<i64>,
    /// The busiest one.
    pub flow: u32,
    /// Evidence: packet numbers from 1, at most 20.
    pub evidence: Vec<u32>,
    /// A display filter for it.
    pub filter: String,
    /// What was logged in with; secrets are never told.
    pub logins: Vec<Login>,
    /// Ready commands that block it.
    pub blocks: Vec<Block>,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum UnwantedKind {
    /// Work done for somebody else's coins.
    Mining,
    /// BitTorrent and its like.
    PeerToPeer,
    /// A service for administrators or programs that answers the internet.
    Exposed,
    /// A password that anybody on the way can read.
    PlainLogin,
    /// Not on the allow-list.
    #[default]
    Outside,
    /// A protocol at the port of another, or at none of its own.
    UnusualPort,
    /// DNS past the resolver of one's own network.
    ForeignDns,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Way {
    /// The local host answers.
    In,
    /// The local host asks.
    Out,
    /// Between others, or between local hosts.
    #[default]
    Passing,
}

impl Severity {
    /// What an unwanted thing of this severity asks for.
    pub fn urgency(self) -> &'static str {
        match self {
            Self::Error => "Grave",
            Self::Warning => "Warning",
            _ => "Note",
        }
    }
}

/// A login that was seen in plain text.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct Login {
    /// How it was done: `USER and PASS`.
    pub how: String,
    /// Empty where there is none or it cannot be told.
    pub user: String,
    /// Where the secret stands, from 1.
    pub packet: u32,
}

/// A command that blocks something.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct Block {
    /// `nftables`, `iptables`, `Windows`, `Azure`
    pub tool: String,
    /// One or several lines.
    pub text: String,
}

/// An allow-list to begin with.
pub struct Preset {
    /// Its name in commands.
    pub slug: &'static str,
    pub title: &'static str,
    pub rules: &'static str,
}

/// What stands in every list: how names, addresses, time and errors work.
macro_rules! with_basics {
    ($rules:literal) => {
        concat!(
            "# One rule a line: [no] PROTOCOL [PORTS] [in|out] [with ADDRESS]. Protocols by filter name, * is any.\n",
            "arp\nicmp\nicmpv6\nigmp\ndhcp\ndhcpv6\ndns 53\nntp 123\n",
            $rules
        )
    };
}

/// The first one is used where there is no other.
pub const PRESETS: [Preset; 6] = [
    Preset {
        slug: "usual",
        title: "Anything usual",
        rules: "# One rule a line: [no] PROTOCOL [PORTS] [in|out] [with ADDRESS]. Protocols by filter name, * is any.\n\
                # The last rule that fits decides.\n*\n\
                # Peers that share files and coins.\nno bittorrent\nno gnutella\nno bitcoin\n\
                # Everything readable on the way, or no password at all.\nno telnet\nno tftp\nno vnc\nno x11\nno finger\n\
                # Ways around a firewall, and to malware's masters.\nno socks\nno irc\n",
    },
    Preset {
        slug: "web-server",
        title: "Web server",
        rules: with_basics!(
            "http 80 in\ntls 443 in\nhttp2 443 in\nquic 443 in\nssh 22 in\n# Updates and what the site itself asks.\nhttp 80 out\ntls 443 out\nhttp2 443 out\nquic 443 out\n"
        ),
    },
    Preset {
        slug: "database-server",
        title: "Database server",
        rules: with_basics!(
            "mysql 3306 in\npgsql 5432 in\ntds 1433 in\ntns 1521 in\nmongo 27017 in\nresp 6379 in\ntls 3306,5432,1433,1521,27017,6379 in\nssh 22 in\n\
             # Updates.\nhttp 80 out\ntls 443 out\nhttp2 443 out\n"
        ),
    },
    Preset {
        slug: "desktop",
        title: "Desktop",
        rules: with_basics!(
            "mdns\nllmnr\nnbns\nnbdgm\nssdp\nbrowser\nmailslot\nstun\nrtp\nrtcp\ndtls\nhttp out\nhttp2 out\nwebsocket out\ntls out\nquic out\ngquic out\n\
             ssh 22 out\nrdp 3389 out\nsmb out\nkerberos out\nldap out\ncldap out\ndcerpc out\nsmtp out\npop out\nimap out\n\
             wireguard out\nopenvpn out\nisakmp out\nesp\n"
        ),
    },
    Preset {
        slug: "cloud-vm",
        title: "Cloud VM",
        rules: with_basics!(
            "ssh 22 in\nrdp 3389 in\ntls 3389 in\nhttp 80 in\ntls 443 in\nhttp2 443 in\nquic 443 in\n\
             # The platform: metadata, health probes, agent, licences.\nhttp 80,32526 with 168.63.129.16\nhttp 80 out with 169.254.169.254\ndata 1688 out\n\
             # Updates and services.\nhttp 80 out\ntls 443 out\nhttp2 443 out\nquic 443 out\n"
        ),
    },
    Preset { slug: "nothing", title: "Nothing but the basics", rules: with_basics!("") },
];
