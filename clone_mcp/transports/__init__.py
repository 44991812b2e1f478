"""How requests come in. Transports answer nothing themselves: tools/, resources/ and the layers do."""
