//! Trees against what tshark prints of the same captures.
