"""Adapter: Anthropic's models behind the LanguageModel port. Only `anthropic_model` loads the SDK, a second's work."""
