//! Questions on screen: asked again whenever what they depend on, or the capture, changes.
use super::Client;
use crate::api::{Answer, Query, Question};
use crate::ui::say::told;
use leptos::prelude::*;

/// A question on screen: the last good answer with the question it belongs to.
pub(crate) struct Asked<Q: Question> {
    pub answer: RwSignal<Option<(Q, Q::Answer)>>,
    pub failure: RwSignal<Option<String>>,
}

impl<Q: Question> Clone for Asked<Q> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q: Question> Copy for Asked<Q> {}

/// What a question's answer, or why there is none, goes into.
type Sink = Box<dyn FnOnce(Result<Answer, String>)>;

#[derive(Default)]
struct Flight {
    outstanding: bool,
    /// What to ask when the outstanding answer is there; later questions replace earlier ones.
    next: Option<(Query, Sink)>,
}

/// Asks, and asks again whenever what the question depends on, or the capture, changes.
/// One outstanding question; the latest wins; the last good answer stays on screen.
pub(crate) fn ask<Q>(question: impl Fn() -> Option<Q> + 'static) -> Asked<Q>
where
    Q: Question + Clone + Send + Sync + 'static,
    Q::Answer: Send + Sync + 'static,
{
    let asked = Asked { answer: RwSignal::new(None), failure: RwSignal::new(None) };
    keep_asking(Box::new(move || {
        let question = question()?;
        let query = question.clone().query();
        // The view may be gone when the answer comes, and its signals with it: then all of this does nothing.
        let sink: Sink = Box::new(move |result| match result.map(Q::take) {
            Ok(Some(answer)) => {
                asked.answer.try_set(Some((question, answer)));
                asked.failure.try_set(None);
            }
            Ok(None) => {}
            Err(message) => {
                asked.failure.try_set(Some(told(&message)));
            }
        });
        Some((query, sink))
    }));
    asked
}

/// The part of [`ask`] that is the same for all questions: compiled once.
fn keep_asking(make: Box<dyn Fn() -> Option<(Query, Sink)>>) {
    let client = expect_context::<Client>();
    let flight = StoredValue::new_local(Flight::default());
    Effect::new(move |_| {
        client.state.revision.track();
        let Some(asked) = make() else { return };
        let now = flight.try_update_value(|flight| {
            if std::mem::replace(&mut flight.outstanding, true) {
                flight.next = Some(asked);
                return None;
            }
            Some(asked)
        });
        if let Some(Some((query, sink))) = now {
            fly(client, flight, query, sink);
        }
    });
}

fn fly(client: Client, flight: StoredValue<Flight, LocalStorage>, query: Query, sink: Sink) {
    client.send(
        query,
        Box::new(move |result| {
            if let Some(result) = result {
                sink(result.map_err(|failure| failure.message));
            }
            let next = flight.try_update_value(|flight| {
                let next = flight.next.take();
                flight.outstanding = next.is_some();
                next
            });
            if let Some(Some((query, sink))) = next {
                fly(client, flight, query, sink);
            }
        }),
    );
}

/// Draws an answer, and again when another comes.
pub(crate) fn drawn<Q>(asked: Asked<Q>, draw: fn(&Q::Answer) -> AnyView) -> AnyView
where
    Q: Question + Send + Sync + 'static,
    Q::Answer: Send + Sync + 'static,
{
    (move || asked.answer.with(|a| a.as_ref().map(|(_, answer)| draw(answer)))).into_any()
}
