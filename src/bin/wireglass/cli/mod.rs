//! Arguments in, text out, exit code.
mod facts;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use wireglass::api::Query;
use wireglass::engine::session::Session;

pub fn run() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["facts", "--filters", _, file] | ["facts", file] => {
            load(Path::new(file)).and_then(|mut loaded| facts::print(&mut loaded, &mut std::io::stdout().lock()))
        }
        ["ask", query, file] => load(Path::new(file)).and_then(|mut loaded| ask(&mut loaded, query)),
        ["load", file] => load(Path::new(file)).map(|l| {
            let s = l.session.store();
            println!(
                "{} packets {} flows mem {} pk {} fl {} pa {} st {} na {}",
                s.packets.len(),
                s.flows.len(),
                s.memory(),
                s.packets.memory(),
                s.flows.memory(),
                s.paths.memory(),
                s.stacks.memory(),
                s.names.memory()
            )
        }),
        _ => Err("usage".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("wireglass: {message}");
            ExitCode::from(2)
        }
    }
}

/// A capture that was read to its end, and the file to read packets again from.
pub struct Loaded {
    pub session: Session,
    pub file: File,
}

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;

fn load(path: &Path) -> Result<Loaded, String> {
    let say = |e: std::io::Error| format!("{}: {e}", path.display());
    let mut file = File::open(path).map_err(say)?;
    let mut session = Session::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk).map_err(say)? {
            0 => break,
            n => session.feed(chunk.get(..n).unwrap_or_default())?,
        }
    }
    session.finish()?;
    Ok(Loaded { session, file })
}

fn ask(loaded: &mut Loaded, query: &str) -> Result<(), String> {
    let query: Query = serde_json::from_str(query).map_err(|e| format!("the question is no valid JSON: {e}"))?;
    let answer = loaded.session.answer(&query, &mut loaded.file).map_err(|failure| failure.message)?;
    println!("{}", serde_json::to_string_pretty(&answer).map_err(|e| e.to_string())?);
    Ok(())
}
