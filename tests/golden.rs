//! Every answer about every test capture, as text beside the capture. `UPDATE=1 cargo test --test golden` blesses what is answered
//! now; the diff is then the review.
mod support;

use std::fs;
use support::{PART, answers, captures, read};

/// All goldens together; they are read by people.
const MOST_BYTES: usize = 2_000_000;

#[test]
fn answers_are_as_blessed() {
    let bless = std::env::var_os("UPDATE").is_some();
    let mut total = 0;
    let mut differing = Vec::new();
    for capture in captures() {
        let (mut session, error) = read(&capture.bytes);
        let opened = error.map_or_else(String::new, |sentence| format!("refused: {sentence}\n\n"));
        let now = format!("{opened}{}", answers(&mut session, &capture.bytes, &PART));
        total += now.len();
        let golden = capture.beside("golden.txt", "golden");
        if bless {
            fs::write(&golden, now).expect("writing a golden");
            continue;
        }
        let blessed = fs::read_to_string(&golden).unwrap_or_default();
        if let Some(difference) = first_difference(&blessed, &now) {
            differing.push(format!("{}\n{difference}", golden.display()));
        }
    }
    let count = differing.len();
    assert!(
        differing.is_empty(),
        "{}\n{count} goldens differ. If that is meant: UPDATE=1 cargo test --test golden, and look at git diff.",
        differing.join("\n")
    );
    assert!(total < MOST_BYTES, "the goldens have {total} bytes");
}

/// The first line that differs, with two lines before and what was and is there.
fn first_difference(blessed: &str, now: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (blessed.lines().collect(), now.lines().collect());
    let at = (0..old.len().max(new.len())).find(|&n| old.get(n) != new.get(n))?;
    let heading = new.iter().take(at + 1).rev().find(|line| line.starts_with("##")).unwrap_or(&"");
    let mut said = format!("  line {}, {heading}\n", at + 1);
    for line in &new[at.saturating_sub(2).min(new.len())..at.min(new.len())] {
        said.push_str(&format!("    {line}\n"));
    }
    for (sign, lines) in [('-', &old), ('+', &new)] {
        for line in lines.iter().skip(at).take(2) {
            said.push_str(&format!("  {sign} {line}\n"));
        }
    }
    Some(said)
}

#[test]
fn a_difference_is_told_with_its_place() {
    assert_eq!(first_difference("a\nb", "a\nb"), None);
    let told = first_difference("## X\nb: 1\nc: 1", "## X\nb: 1\nc: 2").expect("a difference");
    assert_eq!(told, "  line 3, ## X\n    ## X\n    b: 1\n  - c: 1\n  + c: 2\n");
    assert!(first_difference("", "a").is_some() && first_difference("a", "").is_some());
}
