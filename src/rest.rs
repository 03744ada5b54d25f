//! The rest of this program: what a first visit does not need at once comes behind it (`scripts/rest.js`). Functions that have not come
//! yet keep their callers waiting; who can wait better asks here.
use js_sys::{Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// What to say when it does not come.
pub const LOST: &str = "A part of Wireglass could not be loaded. Reload the page.";

fn coming() -> Option<Promise> {
    let state = Reflect::get(&js_sys::global(), &"wireglassRest".into()).ok()?;
    Reflect::get(&state, &"coming".into()).ok()?.dyn_into().ok()
}

/// Whether all of the program is there, as in a build that was not divided.
pub fn is_there() -> bool {
    coming().is_none()
}

/// Waits until it is.
///
/// # Errors
/// One sentence for the user, when it does not come.
pub async fn there() -> Result<(), String> {
    match coming() {
        Some(coming) => JsFuture::from(coming).await.map(drop).map_err(|_| LOST.to_owned()),
        None => Ok(()),
    }
}
