//! Rows as text: CSV (RFC 4180), JSON (RFC 8259), NDJSON.
use super::value::Value;
use std::fmt::Write;

/// The columns of a table, by an example of its rows: fields of fields are columns of their own.
pub fn titles(text: &mut String, example: &Value) {
    title(text, "", example);
    end_line(text);
}

fn title(text: &mut String, path: &str, value: &Value) {
    match value {
        Value::Fields(fields) => {
            for (name, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                title(text, &format!("{path}{dot}{name}"), value);
            }
        }
        _ => cell(text, path, false),
    }
}

/// A row of such a table.
pub fn csv(text: &mut String, example: &Value, row: &Value, no_formulas: bool) {
    cells(text, example, row, no_formulas);
    end_line(text);
}

fn cells(text: &mut String, example: &Value, row: &Value, no_formulas: bool) {
    match (example, row) {
        (Value::Fields(columns), Value::Fields(fields)) => {
            for (name, example) in columns {
                let value = fields.iter().find(|(field, _)| field == name);
                cells(text, example, value.map_or(&Value::Null, |(_, value)| value), no_formulas);
            }
        }
        (Value::Fields(columns), _) => {
            columns.iter().for_each(|(_, example)| cells(text, example, &Value::Null, no_formulas));
        }
        (_, value) => cell(text, &plain(value), no_formulas && matches!(value, Value::Text(_))),
    }
}

/// What stands in a cell: a list of plain values as words, anything deeper as JSON.
pub fn plain(value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Null => {}
        Value::Text(said) => text.push_str(said),
        Value::List(list) if !list.iter().any(|value| matches!(value, Value::List(_) | Value::Fields(_))) => {
            for (nth, value) in list.iter().enumerate() {
                text.push_str(if nth == 0 { "" } else { " " });
                text.push_str(&plain(value));
            }
        }
        other => json(&mut text, other),
    }
    text
}

/// Ends with a comma, which the line's end takes back.
fn cell(text: &mut String, said: &str, no_formulas: bool) {
    // What spreadsheets compute; an apostrophe in front makes it text for them.
    let guard = no_formulas && said.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let quoted = said.contains([',', '"', '\r', '\n']);
    if quoted {
        text.push('"');
    }
    text.push_str(if guard { "'" } else { "" });
    for c in said.chars() {
        text.push_str(if c == '"' { "\"" } else { "" });
        text.push(c);
    }
    text.push_str(if quoted { "\"," } else { "," });
}

fn end_line(text: &mut String) {
    text.pop();
    text.push_str("\r\n");
}

pub fn json(text: &mut String, value: &Value) {
    // Writing into a String does not fail.
    _ = match value {
        Value::Null => text.write_str("null"),
        Value::Bool(v) => write!(text, "{v}"),
        Value::Int(v) => write!(text, "{v}"),
        Value::Uint(v) => write!(text, "{v}"),
        Value::Float(v) if v.is_finite() => write!(text, "{v:?}"),
        Value::Float(_) => text.write_str("null"),
        Value::Text(said) => {
            string(text, said);
            Ok(())
        }
        Value::List(list) => {
            text.push('[');
            for (nth, value) in list.iter().enumerate() {
                text.push_str(if nth == 0 { "" } else { "," });
                json(text, value);
            }
            text.write_char(']')
        }
        Value::Fields(fields) => {
            text.push('{');
            for (nth, (name, value)) in fields.iter().enumerate() {
                text.push_str(if nth == 0 { "" } else { "," });
                string(text, name);
                text.push(':');
                json(text, value);
            }
            text.write_char('}')
        }
    };
}

pub fn string(text: &mut String, said: &str) {
    text.push('"');
    for c in said.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            // Writing into a String does not fail.
            c if c < ' ' => _ = write!(text, "\\u{:04x}", u32::from(c)),
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields<const N: usize>(of: [(&'static str, Value); N]) -> Value {
        Value::Fields(of.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    #[test]
    fn csv_is_quoted_where_it_must_be() {
        let cases: &[(&str, &str, &str)] = &[
            // As it is, as a cell, and as a cell without formulas.
            ("", "", ""),
            ("plain", "plain", "plain"),
            ("a b", "a b", "a b"),
            ("a,b", "\"a,b\"", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\"", "\"two\nlines\""),
            ("cr\rlf", "\"cr\rlf\"", "\"cr\rlf\""),
            ("größe→", "größe→", "größe→"),
            ("=1+1", "=1+1", "'=1+1"),
            ("=HYPERLINK(\"x\",1)", "\"=HYPERLINK(\"\"x\"\",1)\"", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("@SUM(A1)", "@SUM(A1)", "'@SUM(A1)"),
            ("-2", "-2", "'-2"),
            ("+x", "+x", "'+x"),
            ("\tx", "\tx", "'\tx"),
            ("1=1", "1=1", "1=1"),
        ];
        for (said, expected, guarded) in cases {
            for (no_formulas, expected) in [(false, expected), (true, guarded)] {
                let (mut text, row) =
                    (String::new(), Value::Fields(vec![("a".into(), Value::Text((*said).to_owned().into()))]));
                csv(&mut text, &row, &row, no_formulas);
                assert_eq!(text, format!("{expected}\r\n"), "{said:?}");
            }
        }
        let (mut text, row) = (String::new(), Value::Fields(vec![("a".into(), Value::Int(-2))]));
        csv(&mut text, &row, &row, true);
        assert_eq!(text, "-2\r\n", "a number is none");
    }

    #[test]
    fn fields_of_fields_are_columns() {
        let inner = |n| fields([("count", Value::Uint(n)), ("names", Value::List(vec![Value::Text("x".into())]))]);
        let example = fields([("id", Value::Uint(0)), ("of", inner(0)), ("maybe", Value::Null)]);
        let row = fields([("id", Value::Uint(7)), ("of", inner(2)), ("maybe", inner(3))]);
        let mut text = String::new();
        titles(&mut text, &example);
        csv(&mut text, &example, &row, false);
        csv(&mut text, &example, &fields([("id", Value::Uint(8)), ("of", Value::Null)]), false);
        let expected =
            "id,of.count,of.names,maybe\r\n7,2,x,\"{\"\"count\"\":3,\"\"names\"\":[\"\"x\"\"]}\"\r\n8,,,\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn json_is_what_serde_reads() {
        let text = "quote \" slash \\ line \n tab \t null \0 größe \u{2028}";
        let value = fields([
            ("text", Value::Text(text.into())),
            (
                "numbers",
                Value::List(vec![Value::Int(-3), Value::Uint(u64::MAX), Value::Float(1.0), Value::Float(1e300)]),
            ),
            ("nothing", Value::Null),
            ("infinite", Value::Float(f64::INFINITY)),
            ("yes", Value::Bool(true)),
        ]);
        let mut written = String::new();
        json(&mut written, &value);
        let read: serde_json::Value = serde_json::from_str(&written).expect("JSON");
        let numbers = serde_json::json!([-3, u64::MAX, 1.0, 1e300]);
        let expected =
            serde_json::json!({"text": text, "numbers": numbers, "nothing": null, "infinite": null, "yes": true});
        assert_eq!(read, expected);
    }
}
