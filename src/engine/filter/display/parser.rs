//! From the text to the tree: who binds tighter (`or`, `xor`, `and`, `not`, comparisons, `&`, sums, products, signs).
use super::super::Wrong;
use super::lexer::{Kind, Token, tokens, wrong};
use super::literal::Written;
use super::tree::{Cut, FieldRef, Layers, Math, Node, Op, Test};
use super::typing::{self, Part, Quantifier, Raw};
use super::{macros, names, words};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A filter that nests deeper is refused.
const DEEPEST: usize = 200;
/// Nobody writes longer ones.
const LONGEST: usize = 64 << 10;

pub struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Macros do not stand in what macros stand for.
    in_macro: bool,
    /// Names looked up so far.
    known: FxHashMap<&'t str, Option<FieldRef>>,
    pub doubts: Vec<Wrong>,
}

impl<'t> Parser<'t> {
    /// # Errors
    /// Where the text is no sequence of words and signs.
    pub fn new(text: &'t str) -> Result<Self, Wrong> {
        if text.len() > LONGEST {
            return wrong(0..text.len(), "The filter is too long: 65,536 bytes are the most.");
        }
        let tokens = tokens(text)?;
        Ok(Self { text, tokens, at: 0, depth: 0, in_macro: false, known: FxHashMap::default(), doubts: Vec::new() })
    }

    /// The whole filter. An empty one lets everything pass.
    /// # Errors
    /// Where it is none.
    pub fn filter(&mut self) -> Result<Node, Wrong> {
        if self.tokens.is_empty() {
            return Ok(Node::And(Vec::new()));
        }
        let node = self.any_of()?;
        match self.peek() {
            None => Ok(node),
            Some(token) => {
                let at = token.at.clone();
                let word = &self.text[at.clone()];
                wrong(at, format!("\"{word}\" is not expected here. Tests are joined by and, or, xor."))
            }
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// The word or sign that comes next.
    fn next_is(&self) -> &str {
        match self.peek() {
            Some(Token { kind: Kind::Word | Kind::Sign(_), at }) => &self.text[at.clone()],
            _ => "",
        }
    }

    fn skip(&mut self, wanted: &[&str]) -> bool {
        let found = wanted.contains(&self.next_is());
        self.at += usize::from(found);
        found
    }

    /// Where the next token stands, or the end.
    fn here(&self) -> Range<usize> {
        self.peek().map_or(self.text.len()..self.text.len(), |token| token.at.clone())
    }

    /// Where the token stands that was read last.
    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.at.end)
    }

    fn expect(&mut self, sign: &str, opened: &Range<usize>) -> Result<(), Wrong> {
        if self.skip(&[sign]) {
            return Ok(());
        }
        match self.peek() {
            None => wrong(opened.clone(), format!("{sign} is missing: the filter ends before it.")),
            Some(token) => wrong(token.at.clone(), format!("{sign} is expected here.")),
        }
    }

    fn deeper<R>(&mut self, read: impl FnOnce(&mut Self) -> Result<R, Wrong>) -> Result<R, Wrong> {
        if self.depth >= DEEPEST {
            return wrong(self.here(), "The filter nests too deep.");
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn any_of(&mut self) -> Result<Node, Wrong> {
        let start = self.at;
        let (node, several) = self.chain(&["or", "||"], Node::Or, |parser| {
            let (node, _) = parser.chain(&["xor", "^^"], Node::Xor, |parser| {
                let (node, _) = parser.chain(&["and", "&&"], Node::And, Self::unary)?;
                Ok(node)
            })?;
            Ok(node)
        })?;
        if several && let Some(at) = self.mixed(start) {
            let message = "and binds tighter than or: parentheses would say what is meant.".to_owned();
            self.doubts.push(Wrong { message, at });
        }
        Ok(node)
    }

    /// The first `and` since that token which stands beside an `or` without parentheses between them.
    fn mixed(&self, start: usize) -> Option<Range<usize>> {
        let mut depth = 0_usize;
        self.tokens[start..self.at].iter().find_map(|token| {
            match &token.kind {
                Kind::Sign("(") => depth += 1,
                Kind::Sign(")") => depth = depth.saturating_sub(1),
                _ => {}
            }
            (depth == 0 && matches!(&self.text[token.at.clone()], "and" | "&&")).then(|| token.at.clone())
        })
    }

    /// One or several with a word between them; and whether they were several.
    fn chain(
        &mut self,
        between: &[&str],
        join: fn(Vec<Node>) -> Node,
        mut read: impl FnMut(&mut Self) -> Result<Node, Wrong>,
    ) -> Result<(Node, bool), Wrong> {
        let first = read(self)?;
        if !between.contains(&self.next_is()) {
            return Ok((first, false));
        }
        let mut nodes = vec![first];
        while self.skip(between) {
            nodes.push(read(self)?);
        }
        Ok((join(nodes), true))
    }

    fn unary(&mut self) -> Result<Node, Wrong> {
        let mut negated = false;
        while self.skip(&["not", "!"]) {
            negated = !negated;
        }
        let opened = self.here();
        let node = if self.skip(&["("]) {
            let node = self.deeper(Self::any_of)?;
            self.expect(")", &opened)?;
            if matches!(
                self.next_is(),
                "==" | "!=" | ">" | "<" | ">=" | "<=" | "contains" | "matches" | "in" | "+" | "-" | "*" | "/"
            ) {
                return wrong(self.here(), "Parentheses hold tests; values are grouped by braces: {a + b} * 2.");
            }
            node
        } else if let Some(expanded) = self.macro_call() {
            let text = expanded.map_err(|message| Wrong { message, at: opened.clone() })?;
            // Places in what a macro stands for mean nothing: the macro itself is wrong.
            let at = opened.start..self.last_end();
            let node = Parser::new(&text).and_then(|mut inner| {
                inner.in_macro = true;
                inner.filter()
            });
            node.map_err(|wrong| Wrong { at, ..wrong })?
        } else {
            self.test()?
        };
        Ok(if negated { Node::Not(Box::new(node)) } else { node })
    }

    /// The text that a macro stands for, if one is called here: `$name(a, b)`, `${name:a;b}`.
    fn macro_call(&mut self) -> Option<Result<String, String>> {
        let Token { kind: Kind::Reference(inside), at } = self.peek().filter(|_| !self.in_macro)? else { return None };
        let (name, end) = (&self.text[inside.clone()], at.end);
        if let Some((name, arguments)) = name.split_once([':', ';']) {
            let expanded = macros::expand(name, &arguments.split(';').collect::<Vec<_>>());
            self.at += usize::from(expanded.is_some());
            return expanded;
        }
        let is_called =
            self.tokens.get(self.at + 1).is_some_and(|next| next.kind == Kind::Sign("(") && next.at.start == end);
        let length = is_called.then(|| self.text[end..].find(')')).flatten()?;
        let inside = &self.text[end + 1..end + length];
        let arguments: Vec<_> = if inside.trim().is_empty() { Vec::new() } else { inside.split(',').collect() };
        let expanded = macros::expand(name, &arguments).unwrap_or_else(|| Err(format!("There is no macro {name}.")));
        while self.peek().is_some_and(|token| token.at.start <= end + length) {
            self.at += 1;
        }
        Some(expanded)
    }

    /// Values and how they compare: `1 < a < b` is two tests.
    fn test(&mut self) -> Result<Node, Wrong> {
        let quantifier = match self.next_is() {
            "any" => Some(Quantifier::Any),
            "all" => Some(Quantifier::All),
            _ => None,
        };
        let quantified = self.here();
        self.at += usize::from(quantifier.is_some());
        let mut left = self.sum(0)?;
        let mut tests = Vec::new();
        loop {
            let at = self.here();
            let negated = self.next_is() == "not"
                && self.tokens.get(self.at + 1).is_some_and(|next| &self.text[next.at.clone()] == "in");
            self.at += usize::from(negated);
            if self.skip(&["in"]) {
                let set = self.set()?;
                let test = typing::within(&mut self.doubts, left, set, quantifier)?;
                let test = Node::Test(test);
                return Ok(if negated { Node::Not(Box::new(test)) } else { test });
            }
            if self.skip(&["matches", "~"]) {
                let pattern = self.sum(0)?;
                return Ok(Node::Test(typing::matching(left, &pattern, quantifier)?));
            }
            let Some((op, all)) = operator(self.next_is()) else { break };
            self.at += 1;
            let right = self.sum(0)?;
            // What follows may be compared with the right side in turn.
            let chained = op != Op::Contains && operator(self.next_is()).is_some_and(|(next, _)| next != Op::Contains);
            let next = chained.then(|| right.clone());
            let test = typing::compare(&mut self.doubts, left, (op, all), &at, right, quantifier)?;
            tests.push(Node::Test(Test::Compare(test)));
            match next {
                Some(next) => left = next,
                None => return Ok(if tests.len() == 1 { tests.remove(0) } else { Node::And(tests) }),
            }
        }
        match quantifier {
            Some(_) => wrong(quantified, "any and all stand before a comparison: any tcp.port > 1024."),
            None => Ok(Node::Test(typing::alone(left)?)),
        }
    }

    /// `{80, 443, 8000..8100}`.
    fn set(&mut self) -> Result<Vec<(Part, Option<Part>)>, Wrong> {
        let opened = self.here();
        if !self.skip(&["{"]) {
            return wrong(opened, "A set is expected here: {80, 443, 8000..8100}.");
        }
        let mut set = Vec::new();
        loop {
            let first = self.sum(0)?;
            let last = if self.skip(&[".."]) { Some(self.sum(0)?) } else { None };
            set.push((first, last));
            if self.skip(&["}"]) {
                return Ok(set);
            }
            if !self.skip(&[","]) {
                let message = "Elements of a set have commas between them: {80, 443}.";
                return if self.peek().is_some() {
                    wrong(self.here(), message)
                } else {
                    wrong(opened, "} is missing.")
                };
            }
        }
    }

    /// Sums and products, tighter ones first.
    fn sum(&mut self, tighter_than: u8) -> Result<Part, Wrong> {
        let mut left = self.signed()?;
        let mut links = 0;
        while let Some((math, binds)) = math(self.next_is())
            && binds > tighter_than
        {
            links += 1;
            if links > DEEPEST {
                return wrong(self.here(), "The sum is too long.");
            }
            self.at += 1;
            let right = self.sum(binds)?;
            let at = left.at.start..right.at.end;
            left = Part { raw: Raw::Math(math, Box::new(left), Box::new(right)), at };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Part, Wrong> {
        let start = self.here();
        if self.skip(&["+"]) {
            return self.deeper(Self::signed);
        }
        if self.skip(&["-"]) {
            let inner = self.deeper(Self::signed)?;
            let at = start.start..inner.at.end;
            return Ok(Part { raw: Raw::Minus(Box::new(inner)), at });
        }
        let (mut part, mut slices) = (self.value()?, 0);
        while let Some(Token { kind: Kind::Slice(inside), at }) = self.peek() {
            let (inside, at) = (inside.clone(), part.at.start..at.end);
            self.at += 1;
            slices += 1;
            if slices > 9 {
                return wrong(at, "Slices of slices end at the ninth.");
            }
            let cuts = cuts(self.text, inside)?;
            part = Part { raw: Raw::Slice(Box::new(part), cuts), at };
        }
        Ok(part)
    }

    fn value(&mut self) -> Result<Part, Wrong> {
        let at = self.here();
        let Some(token) = self.peek() else {
            let message =
                if self.at == 0 { "A test is expected here." } else { "The filter ends where a value is expected." };
            return wrong(self.last_end()..self.text.len().max(self.last_end()), message);
        };
        let raw = match token.kind.clone() {
            Kind::Text(text) => Raw::Written(Written::Text(text)),
            Kind::Char(byte) => Raw::Written(Written::Char(byte)),
            Kind::Reference(inside) => {
                self.at += 1;
                return Ok(Part { raw: self.reference(inside)?, at });
            }
            Kind::Sign("{") => {
                self.at += 1;
                let mut inner = self.deeper(|parser| parser.sum(0))?;
                self.expect("}", &at)?;
                inner.at = at.start..self.last_end();
                return Ok(inner);
            }
            Kind::Sign("@") => {
                self.at += 1;
                return self.field(at.start, true);
            }
            Kind::Word if !is_operator(self.next_is()) => {
                let followed = self.tokens.get(self.at + 1);
                if followed.is_some_and(|next| next.kind == Kind::Sign("(") && next.at.start == at.end) {
                    return self.deeper(Self::call);
                }
                return self.field(at.start, false);
            }
            Kind::Word | Kind::Sign(_) | Kind::Slice(_) => {
                let word = &self.text[at.clone()];
                return wrong(at, format!("A field or value is expected here, not {word}."));
            }
        };
        self.at += 1;
        Ok(Part { raw, at })
    }

    /// A field, if the next word is one; else a literal.
    fn field(&mut self, start: usize, raw: bool) -> Result<Part, Wrong> {
        let at = self.here();
        let word = &self.text[at.clone()];
        if !matches!(self.peek(), Some(Token { kind: Kind::Word, .. })) {
            return wrong(at, "A field is expected here.");
        }
        self.at += 1;
        let literal = word.starts_with(':') || word.ends_with(':');
        let found = self.known.entry(word).or_insert_with(|| if literal { None } else { names::find(word) }).clone();
        let Some(mut field) = found else {
            if raw || self.next_is() == "#" {
                return Err(typing::unknown(word, at));
            }
            return Ok(Part { raw: Raw::Written(Written::Word(word.to_owned())), at });
        };
        if let Some(new) = names::renamed(word) {
            let message = format!("{word} is an old name: it is {new} today.");
            self.doubts.push(Wrong { message, at: at.clone() });
        }
        field.raw = raw;
        if self.skip(&["#"]) {
            field.layers = self.layers()?;
        }
        Ok(Part { raw: Raw::Field(field), at: start..self.last_end() })
    }

    /// `#2`, `#-1`, `#[1-2,4]`.
    fn layers(&mut self) -> Result<Vec<Layers>, Wrong> {
        let at = self.here();
        if let Some(Token { kind: Kind::Slice(inside), .. }) = self.peek() {
            let inside = inside.clone();
            self.at += 1;
            return layers(self.text, inside);
        }
        let negative = self.skip(&["-"]);
        let number = self.next_is().parse::<i32>().ok().filter(|number| *number > 0);
        self.at += 1;
        match number {
            Some(number) => {
                let number = if negative { -number } else { number };
                Ok(vec![(number, number)])
            }
            None => wrong(at, "The number of a layer is expected here, from 1: ip.addr#2."),
        }
    }

    fn call(&mut self) -> Result<Part, Wrong> {
        let at = self.here();
        let name = self.next_is();
        let Some(function) = words::find(name) else {
            let all: Vec<_> = words::FUNCTIONS.iter().map(|function| function.name).collect();
            return wrong(at, format!("There is no function {name}. There are {}.", all.join(", ")));
        };
        self.at += 2;
        let mut inputs = Vec::new();
        if !self.skip(&[")"]) {
            loop {
                inputs.push(self.sum(0)?);
                if self.skip(&[")"]) {
                    break;
                }
                if !self.skip(&[","]) {
                    self.expect(")", &at)?;
                }
            }
        }
        let whole = at.start..self.last_end();
        let (least, most) = function.inputs;
        if inputs.len() < least || inputs.len() > most {
            let wanted = if most > 1 { "at least one value" } else { "one value" };
            return wrong(whole, format!("{} takes {wanted} between its parentheses.", function.name));
        }
        Ok(Part { raw: Raw::Call(function, inputs), at: whole })
    }

    /// What stands in `${…}` or behind `$`.
    fn reference(&mut self, inside: Range<usize>) -> Result<Raw, Wrong> {
        let text = &self.text[inside.clone()];
        let Ok(mut inner) = Parser::new(text) else { return Err(typing::unknown(text, inside)) };
        let raw = inner.skip(&["@"]);
        let part = inner.field(0, raw);
        let rest = inner.peek().is_some();
        match part {
            Ok(Part { raw: Raw::Field(mut field), .. }) if !rest => {
                // Behind `$name` the layer stands outside.
                if field.layers.is_empty() && self.skip(&["#"]) {
                    field.layers = self.layers()?;
                }
                Ok(Raw::Reference(field))
            }
            _ => Err(typing::unknown(text, inside)),
        }
    }
}

/// A comparison; and whether it holds for all pairs of values (`None`: as usual).
fn operator(word: &str) -> Option<(Op, Quantifier)> {
    use Quantifier::{All, Any};
    Some(match word {
        "==" | "eq" | "any_eq" => (Op::Eq, Any),
        "===" | "all_eq" => (Op::Eq, All),
        "!=" | "ne" | "all_ne" => (Op::Ne, All),
        "!==" | "~=" | "any_ne" => (Op::Ne, Any),
        ">" | "gt" => (Op::Gt, Any),
        ">=" | "ge" => (Op::Ge, Any),
        "<" | "lt" => (Op::Lt, Any),
        "<=" | "le" => (Op::Le, Any),
        "contains" => (Op::Contains, Any),
        _ => return None,
    })
}

/// Arithmetic, and how tight it binds.
fn math(word: &str) -> Option<(Math, u8)> {
    Some(match word {
        "&" | "bitand" | "bitwise_and" => (Math::And, 1),
        "+" => (Math::Add, 2),
        "-" => (Math::Subtract, 2),
        "*" => (Math::Multiply, 3),
        "/" => (Math::Divide, 3),
        "%" => (Math::Modulo, 3),
        _ => return None,
    })
}

fn is_operator(word: &str) -> bool {
    operator(word).is_some()
        || math(word).is_some()
        || matches!(word, "and" | "or" | "xor" | "not" | "in" | "matches" | "any" | "all")
}

/// A number, and what stands behind it.
fn number(text: &str) -> Option<(i32, &str)> {
    let sign = usize::from(text.starts_with('-'));
    let end = text[sign..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |end| sign + end);
    Some((text[..end].parse().ok()?, text[end..].trim_start()))
}

/// `0:2`, `0-1`, `5`, `-2`, `:4`, `4:`, with commas between them.
fn cuts(text: &str, inside: Range<usize>) -> Result<Vec<Cut>, Wrong> {
    let mut start = inside.start;
    let mut cuts = Vec::new();
    for piece in text[inside].split(',') {
        let at = start..start + piece.len();
        start = at.end + 1;
        match cut(piece.trim()) {
            Some(cut) => cuts.push(cut),
            None => {
                let message = "A slice is [from:length], [from-to], [from:], [:length] or [one], and not empty; a negative number counts from the end.";
                return wrong(at, message);
            }
        }
    }
    Ok(cuts)
}

fn cut(piece: &str) -> Option<Cut> {
    if let Some(length) = piece.strip_prefix(':') {
        let (length, rest) = number(length.trim_start())?;
        return (rest.is_empty() && length > 0).then_some(Cut::Length(0, length as u32));
    }
    if let Some(last) = piece.strip_prefix('-').filter(|_| !piece[1..].starts_with(|c: char| c.is_ascii_digit())) {
        let (last, rest) = number(last.trim_start())?;
        return rest.is_empty().then_some(Cut::Through(0, last));
    }
    let (from, rest) = number(piece)?;
    match rest.as_bytes() {
        [] => Some(Cut::Length(from, 1)),
        [b':'] => Some(Cut::From(from)),
        [b':', ..] => {
            let (length, rest) = number(rest[1..].trim_start())?;
            (rest.is_empty() && length > 0).then_some(Cut::Length(from, length as u32))
        }
        [b'-', ..] => {
            let (last, rest) = number(rest[1..].trim_start())?;
            let turned = (from < 0) == (last < 0) && last < from;
            (rest.is_empty() && !turned).then_some(Cut::Through(from, last))
        }
        _ => None,
    }
}

/// `1-2,4`: numbers of layers.
fn layers(text: &str, inside: Range<usize>) -> Result<Vec<Layers>, Wrong> {
    let cuts = cuts(text, inside)?;
    Ok(cuts
        .into_iter()
        .map(|cut| match cut {
            Cut::Length(from, 1) => (from, from),
            Cut::Length(from, length) => (from, from.saturating_add(length as i32 - 1)),
            Cut::Through(first, last) => (first, last),
            Cut::From(first) => (first, if first < 0 { -1 } else { i32::MAX }),
        })
        .collect())
}
