//! One line on a terminal's standard error while a long file is read.
use super::numbers::count;
use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};
use wireglass::engine::session::Session;

/// Files that are read faster than this need no progress.
const PATIENCE: Duration = Duration::from_secs(1);
const BETWEEN: Duration = Duration::from_millis(100);

pub struct Progress {
    /// `None`: there is nobody to see it.
    clock: Option<Clock>,
    bytes: u64,
    total: Option<u64>,
}

struct Clock {
    start: Instant,
    next: Duration,
    shown: bool,
}

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "how long reading takes is shown, and changes no answer")]
    pub fn new(total: Option<u64>, quiet: bool) -> Self {
        let watched = !quiet && stderr().is_terminal();
        let clock = watched.then(|| Clock { start: Instant::now(), next: PATIENCE, shown: false });
        Self { clock, bytes: 0, total }
    }

    pub fn read(&mut self, bytes: usize, session: &Session) {
        self.show(bytes, |bytes, total, elapsed| line(bytes, total, session.packets(), elapsed));
    }

    /// Bytes of a compressed file came out.
    pub fn unpack(&mut self, bytes: usize) {
        self.show(bytes, |bytes, _, _| format!("unpacking: {} MB", count(bytes / 1_000_000)));
    }

    fn show(&mut self, bytes: usize, line: impl FnOnce(u64, Option<u64>, Duration) -> String) {
        self.bytes += bytes as u64;
        let Some(clock) = &mut self.clock else { return };
        let elapsed = clock.start.elapsed();
        if elapsed >= clock.next {
            clock.next = elapsed + BETWEEN;
            clock.shown = true;
            let line = line(self.bytes, self.total, elapsed);
            let _ = write!(stderr(), "\r{line}\x1b[K");
        }
    }
}

impl Drop for Progress {
    /// The line goes when reading ends, however it ends.
    fn drop(&mut self) {
        if self.clock.as_ref().is_some_and(|clock| clock.shown) {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}

fn line(bytes: u64, total: Option<u64>, packets: u32, elapsed: Duration) -> String {
    let percent = total.filter(|&total| total >= bytes && total > 0);
    let percent = percent.map(|total| format!("  {} %", bytes * 100 / total)).unwrap_or_default();
    let rate = bytes as f64 / 1e6 / elapsed.as_secs_f64().max(1e-9);
    format!("{} MB{percent}  {} packets  {rate:.0} MB/s", count(bytes / 1_000_000), count(packets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_knows_no_percent_without_a_total() {
        let two = Duration::from_secs(2);
        assert_eq!(line(50_000_000, Some(200_000_000), 1234, two), "50 MB  25 %  1,234 packets  25 MB/s");
        assert_eq!(line(50_000_000, None, 1234, two), "50 MB  1,234 packets  25 MB/s");
    }
}
