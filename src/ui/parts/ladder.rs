//! A TCP handshake as a ladder: client, capture and server, and how long each half took.
use crate::ui::format;
use crate::ui::say::{fill, t};
use leptos::prelude::*;

/// `server_half` is SYN → SYN/ACK, `client_half` SYN/ACK → ACK, ns.
pub(crate) fn ladder(server_half: i64, client_half: i64, rtt: i64) -> impl IntoView {
    let whole = (server_half + client_half).max(1) as f64;
    // The capture stands between the two ends as far from each as its half of the round trip is long.
    let at = 40.0 + (client_half as f64 / whole).clamp(0.0, 1.0) * 240.0;
    let (top, answered, ended) = (34.0, 34.0 + 70.0 * (server_half as f64 / whole).clamp(0.15, 0.85), 104.0);
    // How far down the way to an end and back goes.
    let (left, right) = (40.0, 280.0);
    let turn_right = (top + answered) / 2.0;
    let turn_left = (answered + ended) / 2.0;
    let out = format!("M{at} {top}L{right} {turn_right}L{at} {answered}");
    let back = format!("M{at} {answered}L{left} {turn_left}L{at} {ended}");
    let words = fill(
        "Handshake of {0}: {1} from the capture to the server and back, {2} to the client and back.",
        &[&format::duration(rtt), &format::duration(server_half), &format::duration(client_half)],
    );
    view! {
        <figure class="ladder">
            <svg viewBox="0 0 320 116" role="img" aria-label=words>
                <path class="ladder-end" d="M40 20V112M280 20V112" />
                <path class="ladder-tap" d=format!("M{at} 20V112") />
                <text class="ladder-name" x="40" y="12" text-anchor="middle">{t("client")}</text>
                <text class="ladder-name" x="280" y="12" text-anchor="middle">{t("server")}</text>
                <path class="ladder-out" d=out />
                <path class="ladder-back" d=back />
                <circle class="ladder-dot" cx=at cy=top r="3" />
                <circle class="ladder-dot" cx=at cy=answered r="3" />
                <circle class="ladder-dot" cx=at cy=ended r="3" />
            </svg>
            <figcaption>
                <span class="key-out">"SYN → SYN/ACK"" "<b>{format::duration(server_half)}</b>" "{t("(server side)")}</span>
                <span class="key-back">"SYN/ACK → ACK"" "<b>{format::duration(client_half)}</b>" "{t("(client side)")}</span>
            </figcaption>
        </figure>
    }
}
