"""Reading what was said, at record time: what an agent's message waits for, and what kind of reply a reply is."""
