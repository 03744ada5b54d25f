//! What `www/files.js` does.
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = wireglassOpening, js_name = carried)]
    fn carried_by(data: &DataTransfer) -> Promise;
    #[wasm_bindgen(catch, js_namespace = wireglassOpening, js_name = pick)]
    fn picked() -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = wireglassOpening, js_name = keep)]
    fn keep_all(files: &Array) -> Promise;
    #[wasm_bindgen(js_namespace = wireglassOpening, js_name = recalled)]
    fn recalled_names() -> Promise;
    #[wasm_bindgen(js_namespace = wireglassOpening, js_name = reopen)]
    fn reopened() -> Promise;
    #[wasm_bindgen(js_namespace = wireglassOpening, js_name = forget)]
    fn forget_all() -> Promise;
    #[wasm_bindgen(js_namespace = wireglassOpening, js_name = arrivals)]
    fn on_arrivals(take: &Function);
    #[wasm_bindgen(js_namespace = wireglassOpening, js_name = enter)]
    fn enter_room() -> Promise;
    #[wasm_bindgen(js_namespace = wireglassOpening, js_name = tidy)]
    fn tidy_room(files: &Array) -> Promise;
}

fn files(list: &JsValue) -> Vec<File> {
    Array::from(list).iter().filter_map(|file| file.dyn_into().ok()).collect()
}

/// What was dropped or pasted, and whether folders were among it. Called while the event is handled; awaited later.
pub(super) fn carried(data: &DataTransfer) -> impl Future<Output = Result<(Vec<File>, bool), JsValue>> + use<> {
    let carried = carried_by(data);
    async move {
        let carried = JsFuture::from(carried).await?;
        let folders = Reflect::get(&carried, &"folders".into())?.is_truthy();
        Ok((files(&Reflect::get(&carried, &"files".into())?), folders))
    }
}

/// Whether the browser has a dialog that gives handles.
pub(super) fn has_picker() -> bool {
    let ours = Reflect::get(&js_sys::global(), &"wireglassOpening".into());
    ours.and_then(|ours| Reflect::get(&ours, &"pick".into())).is_ok_and(|pick| pick.is_function())
}

/// What the user picks; nothing when the dialog is closed. Opened at once: the browser wants to see the click.
pub(super) fn pick() -> impl Future<Output = Result<Vec<File>, JsValue>> {
    let picked = picked();
    async move { Ok(files(&JsFuture::from(picked?).await?)) }
}

/// Nothing is remembered any more once this is done.
pub(crate) async fn forget() {
    // A browser that cannot keep anything has nothing to forget.
    drop(JsFuture::from(forget_all()).await);
}

/// The files of the last time, if the user lets the browser read them again. Asked at once, for the same reason.
pub(super) fn reopen() -> impl Future<Output = Result<Vec<File>, JsValue>> {
    let reopened = reopened();
    async move { Ok(files(&JsFuture::from(reopened).await?)) }
}

/// Remembers the files on screen for the next time, where the browser gives handles.
pub(crate) fn keep(files: &[File]) {
    drop(keep_all(&files.iter().collect()));
}

/// Names of the files of the last time.
pub(crate) async fn recalled() -> Vec<String> {
    let names = JsFuture::from(recalled_names()).await.unwrap_or_else(|_| Array::new().into());
    Array::from(&names).iter().filter_map(|name| name.as_string()).collect()
}

pub(super) fn arrivals(take: impl Fn(Vec<File>) + 'static) {
    let take = Closure::<dyn Fn(JsValue)>::new(move |list: JsValue| take(files(&list))).into_js_value();
    on_arrivals(take.unchecked_ref());
}

/// The page's folder for what is unpacked; empty where there is none.
pub(super) async fn enter() -> String {
    JsFuture::from(enter_room()).await.ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// Removes what was unpacked, but for these files.
pub(crate) fn tidy(files: &[File]) {
    drop(tidy_room(&files.iter().collect()));
}
