//! Functions and operators of the language, with a line of help each.

#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    pub help: &'static str,
}
