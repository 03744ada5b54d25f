//! The page before a capture is open: where to drop, what is read, and why nothing leaves the machine.
use super::drop_zone::open_served;
use super::icon;
use super::privacy::Counted;
use crate::ui::client::Client;
use crate::ui::dom;
use crate::ui::files::Reopen;
use crate::ui::opening;
use crate::ui::say::{fill, t, told};
use crate::ui::share::Awaited;
use crate::ui::state::State;
use leptos::prelude::*;

const SAMPLE: &str = "./samples/shop.pcapng";

#[component]
pub(crate) fn Start() -> impl IntoView {
    let state = expect_context::<State>();
    let client = expect_context::<Client>();
    view! {
        <div class="start">
            <section class="zone" aria-labelledby="start-title">
                <span class="zone-icon" aria-hidden="true">{icon::icon(icon::DROP)}</span>
                <h1 id="start-title">{t("Drop a packet capture here")}</h1>
                <p class="zone-lead">{t("pcap or pcapng, of any size. Flows, protocol hierarchy and round-trip times appear while it is being read.")}</p>
                <div class="zone-buttons">
                    <button type="button" class="button primary" id="open" on:click=move |_| opening::choose(client, state, false)>{t("Choose a file")}</button>
                    <button type="button" class="button" id="sample" on:click=move |_| open_served(client, state, SAMPLE.into())>
                        {t("Try the sample capture")}
                    </button>
                    <FromUrl />
                </div>
                <p class="zone-keys">{t("or paste one with Ctrl V, or press Ctrl O")}</p>
                <div class="zone-state">
                    {move || state.opening.get().map(|name| view! { <p class="opening">{fill("Opening {0} …", &[&name])}</p> })}
                </div>
                <Awaited />
                <RefusalNote />
                <Reopen />
            </section>
            <section class="promise">
                <h2>{icon::icon(icon::LOCK)}{t("Your capture stays on this machine")}</h2>
                <p>
                    {t("Wireglass is a program that runs inside this page. It reads the file where it is; there is no server behind it and nothing is uploaded. See for yourself: the network panel of your browser's developer tools stays empty while a capture is read, the page's security policy forbids it to talk to anyone but its own origin, and once loaded it works offline.")}
                </p>
                <Counted />
            </section>
            <section class="reads">
                <h2>{t("What it reads")}</h2>
                <ul>
                    <li><b>{t("Files")}</b>{t("pcap (µs and ns, both byte orders) and pcapng, several at once, also packed (gz, zst, lz4, xz, bz2, zip)")}</li>
                    <li><b>{t("Links")}</b>{t("Ethernet, VLAN, MPLS, Linux cooked, PPP, loopback, raw IP")}</li>
                    <li><b>{t("Flows")}</b>{t("TCP, UDP, SCTP and ICMP over IPv4 and IPv6, also inside GRE, VXLAN, Geneve and GTP-U")}</li>
                    <li><b>{t("Applications")}</b>{t("named by port and by content: TLS, HTTP, DNS, QUIC, SSH, databases and more")}</li>
                </ul>
            </section>
        </div>
    }
}

/// To the import page, in a window of its own that hands the capture back to this one (www/arrive.js). A page opened from a file has none.
#[component]
pub(crate) fn FromUrl() -> impl IntoView {
    (!dom::page_address().is_empty()).then(|| {
        view! { <a class="button" id="from-url" href="./import.html" target="_blank" rel="opener">{t("From a URL …")}</a> }
    })
}

/// Why the last file was not opened: where it was dropped, whatever is on screen.
#[component]
pub(crate) fn RefusalNote() -> impl IntoView {
    let state = expect_context::<State>();
    move || {
        state.refusal.get().map(|refusal| {
            let (name, message) = (refusal.name, told(&refusal.message));
            let said = match refusal.partly {
                false => fill("{0} was not opened. {1}", &[&name, &message]),
                true => fill("{0} was opened in part. {1}", &[&name, &message]),
            };
            view! {
                <div class="refusal" role="alert">
                    {icon::icon(icon::WARNING)}
                    <p>{said}</p>
                    <button type="button" class="button quiet" aria-label=t("Dismiss") on:click=move |_| state.refusal.set(None)>
                        {icon::icon(icon::CLOSE)}
                    </button>
                </div>
            }
        })
    }
}
