"""Where a person's history can come from: clients, exports of chat services, messages, webhooks."""
