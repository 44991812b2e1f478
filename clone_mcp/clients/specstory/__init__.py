"""SpecStory, which keeps the conversations of other clients as Markdown."""
