//! A shared link was opened: it asks for its capture, and says when another one is there.
use crate::api::Fingerprint;
use crate::ui::client::ask;
use crate::ui::format;
use crate::ui::parts::icon;
use crate::ui::say::{fill, t};
use crate::ui::state::{FileFacts, Phase, State};
use crate::ui::url::CaptureMark;
use leptos::prelude::*;

/// How a capture fits the one that a link was made for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fit {
    /// The same, or nothing says otherwise so far.
    Same,
    /// Of the same name and size, but with other bytes.
    Changed,
    Other,
}

/// `print`: the capture's fingerprint, once it is known. It decides: a copy may have another name, and another size when it is packed.
fn fit(wanted: &CaptureMark, there: &FileFacts, print: Option<&str>) -> Fit {
    let same_size = there.size == wanted.size;
    match print.filter(|_| !wanted.print.is_empty()) {
        Some(print) if print == wanted.print => Fit::Same,
        Some(_) if same_size && (wanted.name.is_empty() || wanted.name == there.name) => Fit::Changed,
        Some(_) => Fit::Other,
        None if same_size => Fit::Same,
        None => Fit::Other,
    }
}

fn named(mark: &CaptureMark) -> String {
    let size = format::bytes(mark.size);
    if mark.name.is_empty() { fill("a capture of {0}", &[&size]) } else { fill("{0} ({1})", &[&mark.name, &size]) }
}

/// On the start page: which capture to drop.
#[component]
pub(crate) fn Awaited() -> impl IntoView {
    let state = expect_context::<State>();
    let wanted = move || {
        state.shared.get().map(|mark| {
            view! {
                <p class="awaited" id="awaited" role="status">
                    {icon::icon(icon::LINK)}
                    <span>{fill("Drop {0} to see what was shared. The link does not hold the capture itself.", &[&named(&mark)])}</span>
                </p>
            }
        })
    };
    let newer = state.newer_link.then(|| {
        view! {
            <p class="awaited" id="newer-link" role="status">
                {icon::icon(icon::WARNING)}
                <span>{t("The link was made by a newer version of Wireglass. Reload the page and open the link again.")}</span>
            </p>
        }
    });
    view! { {newer} {wanted} }
}

/// Above the views: that the capture is not the one that the link was made for.
#[component]
pub(crate) fn OtherCapture() -> impl IntoView {
    let state = expect_context::<State>();
    let complete = Memo::new(move |_| state.phase() == Phase::Complete);
    let asked = ask(move || (complete.get() && state.shared.with(Option::is_some)).then_some(Fingerprint {}));
    let print = move || asked.answer.with(|a| a.as_ref().map(|(_, answer)| answer.print.clone()));
    let note = move || {
        let (wanted, there) = (state.shared.get()?, state.file.get()?);
        let print = if complete.get() { print() } else { None };
        let text = match fit(&wanted, &there, print.as_deref()) {
            Fit::Same => return None,
            Fit::Changed => fill(
                "The link was made for another {0}: this one has the same name and size, but other bytes. Flows and packets may have other numbers.",
                &[&named(&wanted)],
            ),
            Fit::Other => fill(
                "The link was made for {0}, and this is {1} ({2}). Its flows and packets have other numbers.",
                &[&named(&wanted), &there.name, &format::bytes(there.size)],
            ),
        };
        Some(view! {
            <div class="refusal" id="other-capture" role="alert">
                {icon::icon(icon::WARNING)}
                <p>{text}</p>
                <button type="button" class="button quiet" aria-label=t("Dismiss") on:click=move |_| state.shared.set(None)>{icon::icon(icon::CLOSE)}</button>
            </div>
        })
    };
    view! { {note} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_decides_which_capture_it_is() {
        let mark = |name: &str, print: &str| CaptureMark { name: name.into(), size: 10, print: print.into() };
        let there = |name: &str, size| FileFacts { name: name.into(), size };
        let wanted = mark("a.pcap", "1");
        assert_eq!(fit(&wanted, &there("a.pcap", 10), None), Fit::Same);
        assert_eq!(fit(&wanted, &there("a.pcap", 11), None), Fit::Other);
        assert_eq!(fit(&wanted, &there("b.pcap.gz", 5), Some("1")), Fit::Same);
        assert_eq!(fit(&wanted, &there("a.pcap", 10), Some("2")), Fit::Changed);
        assert_eq!(fit(&wanted, &there("b.pcap", 10), Some("2")), Fit::Other);
        assert_eq!(fit(&mark("", "1"), &there("b.pcap", 10), Some("2")), Fit::Changed);
        assert_eq!(fit(&mark("a.pcap", ""), &there("b.pcap", 10), Some("2")), Fit::Same);
    }
}
