"""Who may come in: API keys and their scopes. It reads no headers and knows no HTTP: `transports/http/auth.py` does."""
