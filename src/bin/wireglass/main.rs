//! The engine on the command line: the page's questions, answered in text or JSON.
#[cfg(not(target_arch = "wasm32"))]
mod cli;

fn main() -> std::process::ExitCode {
    #[cfg(not(target_arch = "wasm32"))]
    return cli::run();
    #[cfg(target_arch = "wasm32")]
    std::process::ExitCode::FAILURE
}
