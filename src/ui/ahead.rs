//! What views open with, asked as soon as a capture is read: the worker keeps the answers, and who opens a view finds them made.
use super::client::Client;
use super::state::{Phase, State};
use super::views;
use crate::api::{Experts, Hierarchy, Query, Question, Rtt};
use leptos::prelude::*;

/// Those whose answers are kept (`engine/query/answers.rs`), and that take a while.
fn questions(state: State) -> Vec<Query> {
    let mut questions = vec![Hierarchy {}.query(), Experts::default().query(), Rtt {}.query()];
    questions.extend(views::statistics_of_charts(state).map(Question::query));
    questions
}

/// Asks one after the other: a click waits for one of them at most.
pub(crate) fn ask_ahead(client: Client, state: State) {
    Effect::new(move |before: Option<bool>| {
        let has_ended = !matches!(state.phase(), Phase::Start | Phase::Loading);
        if has_ended && before == Some(false) {
            wasm_bindgen_futures::spawn_local(async move {
                for query in questions(state) {
                    let is_on = untrack(|| state.phase()) != Phase::Loading;
                    if !is_on || client.answer(query).await.is_err() {
                        break;
                    }
                }
            });
        }
        has_ended
    });
}
