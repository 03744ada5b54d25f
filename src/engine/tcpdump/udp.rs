//! UDP (RFC 768); the protocols on top are chosen by port.
use super::dns::{self, Kind};
use super::ip::Net;
use super::text::{self, Commands};
use super::{
    Bytes, Out, Printed, bfd, dhcp, ipsec, l2tp, ntp, radius, routing, rpc, services, sflow, small, snmp, tunnels,
};

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>, net: &Net<'_>) -> Printed {
    out.protocol = "udp";
    if bytes.len() < 4 {
        say!(out, "{} > {}: ", net.source(), net.destination());
        out.cut();
        return Ok(());
    }
    let (sport, dport) = (bytes.u16(0)?, bytes.u16(2)?);
    let length = bytes.wire_len();
    if length < 8 {
        net.ends(out, 17, sport, dport);
        say!(out, "truncated-udp {length}");
        return Ok(());
    }
    if bytes.len() < 6 {
        net.ends(out, 17, sport, dport);
        out.cut();
        return Ok(());
    }
    let said = usize::from(bytes.u16(4)?);
    if said < 8 {
        net.ends(out, 17, sport, dport);
        say!(out, "truncated-udplength {said}");
        return Ok(());
    }
    if bytes.len() < 8 {
        net.ends(out, 17, sport, dport);
        out.cut();
        return Ok(());
    }
    let said = said.saturating_sub(8);
    let payload = bytes.from(8).limit(said.min(length.saturating_sub(8)));
    if (sport == 2049 || dport == 2049) && rpc::is_nfs(&payload, dport == 2049) {
        net.ends(out, 17, sport, dport);
        return rpc::nfs(out, payload, dport == 2049);
    }
    net.ends(out, 17, sport, dport);
    if out.verbose() && !net.fragment {
        match (bytes.u16(6)?, net.checksum(17, &bytes)) {
            (0, _) => out.put("[no cksum] "),
            (_, Some(0)) => out.put("[udp sum ok] "),
            (found, Some(sum)) => {
                let should = super::ip::should_be(found, sum);
                say!(out, "[bad udp cksum 0x{found:04x} -> 0x{should:04x}!] ");
            }
            (_, None) => {}
        }
    }
    let is = |port: u16| sport == port || dport == port;
    let any = |ports: &[u16]| ports.iter().any(|&port| is(port));
    if is(53) {
        dns::print(out, payload, Kind::Udp)
    } else if any(&[67, 68]) {
        dhcp::print(out, payload)
    } else if is(69) {
        services::tftp(out, payload)
    } else if any(&[88, 750]) {
        services::kerberos(out, payload)
    } else if is(123) {
        ntp::print(out, payload)
    } else if any(&[161, 162]) {
        snmp::print(out, payload)
    } else if is(520) {
        routing::rip(out, payload)
    } else if is(525) {
        services::timed(out, payload)
    } else if is(654) {
        services::aodv(out, payload)
    } else if any(&[500, 7500, 8500]) {
        ipsec::isakmp(out, payload)
    } else if is(4500) {
        ipsec::nat_traversal(out, payload)
    } else if is(1701) {
        l2tp::l2tp(out, payload)
    } else if any(&[1812, 1813, 1645, 1646, 1700, 3799]) {
        radius::print(out, payload)
    } else if is(1985) {
        routing::hsrp(out, payload)
    } else if any(&[3784, 4784, 6784]) {
        bfd::bfd(out, payload)
    } else if is(3785) {
        bfd::bfd_echo(out, payload)
    } else if (7000..7010).contains(&sport) || (7000..7010).contains(&dport) {
        // AFS: what it says depends on what was asked before.
        out.put(" rx data");
        say!(out, " ({})", payload.wire_len());
        Ok(())
    } else if is(514) {
        services::syslog(out, payload)
    } else if is(546) || is(547) {
        dhcp::v6(out, payload)
    } else if is(521) {
        routing::ripng(out, payload)
    } else if is(5060) {
        text::print(out, "", "sip", payload, Commands::Sip)
    } else if is(646) {
        services::ldp(out, payload)
    } else if is(698) {
        services::olsr(out, payload)
    } else if is(3503) {
        services::lsp_ping(out, payload)
    } else if is(5353) {
        dns::print(out, payload, Kind::Multicast)
    } else if is(6343) {
        sflow::print(out, payload)
    } else if is(8472) {
        tunnels::otv(out, payload)
    } else if is(4789) {
        tunnels::vxlan(out, payload)
    } else if is(4790) {
        tunnels::vxlan_gpe(out, payload)
    } else if is(6081) {
        tunnels::geneve(out, payload)
    } else if is(6635) {
        tunnels::mpls(out, payload)
    } else if any(&[319, 320]) {
        small::ptp(out, payload)
    } else if said > payload.wire_len() && !net.fragment {
        say!(out, "UDP, bad length {said} > {}", payload.wire_len());
        Ok(())
    } else {
        say!(out, "UDP, length {said}");
        Ok(())
    }
}
