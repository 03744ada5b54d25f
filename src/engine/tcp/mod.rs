//! What a connection's segments tell, each idea a fold over them: round trips, turns of speech, stalls.
