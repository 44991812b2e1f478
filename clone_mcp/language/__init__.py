"""Reading what people and agents write: pure functions over text. No I/O, no clock, nothing of who is asking."""
