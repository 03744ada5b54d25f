//! Placeholder worker: says that it is ready.
#[cfg(target_arch = "wasm32")]
mod imp {
    use wasm_bindgen::prelude::*;

    pub(super) fn main() {
        let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        let _ = scope.post_message(&"ready".into());
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    imp::main();
}
