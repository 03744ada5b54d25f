mod support;
use std::time::Instant;
use wireglass::api::*;
use wireglass::engine::filter::selection::Selection;

#[test]
#[ignore]
fn speed() {
    let Ok(path) = std::env::var("CAP") else { return };
    let bytes = std::fs::read(path).unwrap();
    let (mut session, _) = support::read_in(1 << 18, &bytes);
    let n = session.packets();
    let questions: Vec<(&str, Query)> = vec![
        ("summary", Summary {}.query()), ("timeline", Timeline { buckets: 500 }.query()), ("hierarchy", Hierarchy {}.query()),
        ("flows", Flows { rows: 0..100, ..Flows::default() }.query()),
        ("flows bytes", Flows { rows: 0..100, sort: FlowSort { by: FlowColumn::Bytes, descending: true }, ..Flows::default() }.query()),
        ("flow", Flow { id: 3, packets: 0..100 }.query()),
        ("rtt", Rtt {}.query()), ("datartt", DataRtt {}.query()), ("times", Times { rows: 0..0, ..Times::default() }.query()),
        ("verdicts", Verdicts::default().query()), ("states", States { rows: 0..0, ..States::default() }.query()),
        ("loss", LossSummary {}.query()), ("experts", Experts::default().query()),
    ];
    let mut sels: Vec<(&str, Option<Selection>)> = vec![("none", None), ("again", None)];
    for (v, name) in [(1u64, "all"), (2, "third"), (3, "evenflows"), (4, "few")] {
        let t = Instant::now();
        let mut s = Selection { version: v, ..Selection::default() };
        let store = session.store();
        for id in 0..n {
            let yes = match v { 1 => true, 2 => id % 3 == 0, 3 => store.packets.flow(id).unwrap() % 2 == 0, _ => id % 10007 == 0 };
            if yes { s.add(store, id); }
        }
        println!("select {name}: {:?} {} packets {} flows", t.elapsed(), s.packets.len(), s.flows.len());
        sels.push((name, Some(s)));
    }
    print!("{:12}", "");
    for (name, _) in &sels { print!("{name:>11}"); }
    println!();
    let mut table = vec![String::new(); questions.len()];
    for (_, sel) in &sels {
        for (at, (_, q)) in questions.iter().enumerate() {
            let t = Instant::now();
            match sel {
                None => { session.answer(q, &mut &bytes[..]).unwrap(); }
                Some(s) => { session.answer_about(q, s, &mut &bytes[..]).unwrap(); }
            }
            table[at] += &format!("{:>11.1}", t.elapsed().as_secs_f64() * 1000.0);
        }
    }
    for ((name, _), row) in questions.iter().zip(table) { println!("{name:12}{row}"); }
}
