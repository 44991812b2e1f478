"""Who may come in: API keys and their scopes."""
