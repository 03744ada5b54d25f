// Which functions wait until the page is ready (split.mjs): all that opening a capture of everyday traffic, reading it and its overview do
// not need. One that waits by mistake is there when it is called, only later; a browser test tells (tests/browser/start.mjs).

// Any name but these, as part of a pattern.
const but = (...names) => `(?!(?:${names.join("|")})(?![a-z0-9_]))[a-z]`;

const PAGE = [
  // The first entry of VIEWS is the overview.
  `ui::views::${but("current", "expert::__component_bullet", "overview", "statistics::Chart", "verdicts", "words")}`,
  String.raw`ui::views::VIEWS::\{closure#(?![01]\})`,
  "ui::(?:report|figure|share::dialog)::", "ui::save::(?!SaveButton)", "ui::filter::form::", "ui::parts::(?:plot|ladder|drawing|help|table)::",
];

// What servers and their users speak every day, and what the sample has.
const EVERYDAY = ["arp", "bittorrent", "bt_dht", "data", "dhcp", "dns", "ethernet", "frame", "http", "icmp", "icmpv6", "ipv4", "ipv6", "ipv6_extension",
  "json", "leaves", "media", "media_type", "mod", "mysql", "ntp", "null", "numbers", "ours", "pgsql", "quic", "registry",
  "resp", "sll", "ssh", "tcp", "text_lines", "tls", "udp", "vlan", "walk"];
// … but for what only a packet's detail shows.
const DETAILS = "tls::(?:x509|parameters|dtls|ocsp|old)|icmpv6::options|dns::records|http::tell|tcp::(?:analysis|mptcp|experts)";
const WORKER = [
  "engine::query::(?:later|prepare)\\b", "engine::query::(?:complete|measured|network|report|states|times|unwanted|verdicts)::",
  "engine::(?:tcpdump|export|follow|filter)::", "engine::dissect::coding::(?!decode_with)", `engine::protocols::(?:${but(...EVERYDAY)}|${DETAILS})`,
];

// Answers on their way over the border, but those to what the first view asks (`comes_first` in src/engine/query) or is asked ahead
// (src/ui/ahead.rs).
const LATER_ANSWERS = /^<+(?:wireglass::api::values::Value as .*PhantomData<)?wireglass::api::(?:(?:countries|graph|losses|network|packet|report|round_trips|save|states|stream|times|unwanted)::(?!Verdict|RttAnswer)\w+|States|Report|StatsTree)( as serde_core|>>$)/;

// A dialog that is not open is asked whether it is. Memos of one type are one, whoever's, as are questions. What is kept from question to
// question begins empty. Closures of statics say what a protocol sits on.
const STAYS = /as core::default::Default>|engine::protocols::[a-z0-9_:]*[A-Z0-9_]+::\{closure|client::asking::ask<|_(?:dialog|awaited|other_capture)::\{closure#0\}|ArcMemo<(?:bool|usize|wireglass::ui::parts::chart::Plot)>/;

// A function of one of the modules `paths`, or one made for a closure of theirs: their types alone occur everywhere. What is smaller than
// `small` stays: functions that do the same are one, under any one's name, and most of these are small.
function inModules(paths, small) {
  const some = `wireglass::(?:${paths.join("|")})`;
  const own = new RegExp(`^<?&?(?:mut )?${some}`), madeFor = new RegExp(`\\b${some}[^<> ]*(?:\\{closure|__component)`);
  return (name, bytes) => bytes >= small && !STAYS.test(name) && (own.test(name) || madeFor.test(name) || LATER_ANSWERS.test(name));
}

// `isLater(name, bytes)`: whether the function of this name, as Rust writes it, and of this size can wait. `isFirst(name)`: whether it cannot,
// nor what it calls of its kind (`isKin`): every protocol is asked whether a flow is its own.
export const PLANS = {
  app: { isLater: inModules(PAGE, 40), isFirst: () => false, isKin: () => false },
  worker: { isLater: inModules(WORKER, 10), isFirst: name => /\bprotocols::.*::probe[a-z_]*$/.test(name), isKin: name => /\bprotocols::/.test(name) },
};
