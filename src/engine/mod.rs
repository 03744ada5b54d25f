
pub mod capture;
pub mod dissect;
pub mod flow;
mod ingest;
pub mod protocols;
pub mod source;
pub mod store;
