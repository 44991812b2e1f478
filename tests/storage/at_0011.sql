BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0011');
CREATE TABLE api_keys (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	prefix TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	scope TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_used_at BIGINT, 
	revoked_at BIGINT, 
	CONSTRAINT pk_api_keys PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_api_keys_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE attempts (
	bucket TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_attempts PRIMARY KEY (bucket)
);
CREATE TABLE counters (
	tenant_id CHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (tenant_id, name), 
	CONSTRAINT fk_counters_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE embeddings (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	embedder TEXT NOT NULL, 
	embedding BLOB NOT NULL, 
	CONSTRAINT pk_embeddings PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_embeddings_tenant_id_id FOREIGN KEY(tenant_id, id) REFERENCES events (tenant_id, id) ON DELETE CASCADE
);
CREATE TABLE episodes (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	session_id TEXT, 
	project TEXT, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT NOT NULL, 
	summary TEXT NOT NULL, 
	sources JSON NOT NULL, 
	tags JSON NOT NULL, 
	method TEXT NOT NULL, 
	sketch BLOB NOT NULL, 
	updated_at BIGINT NOT NULL, 
	promoted_at BIGINT, distilled_at BIGINT, 
	CONSTRAINT pk_episodes PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_episodes_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE events (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	type TEXT NOT NULL, 
	source TEXT NOT NULL, 
	source_detail TEXT, 
	label TEXT, 
	author TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	occurred_at BIGINT NOT NULL, 
	received_at BIGINT NOT NULL, 
	redactions INTEGER NOT NULL, 
	payload JSON NOT NULL, sentence TEXT, sketch BLOB, 
	CONSTRAINT pk_events PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_events_tenant_id_session_id FOREIGN KEY(tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE facts (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	text TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	base DOUBLE NOT NULL, 
	decay DOUBLE NOT NULL, 
	importance DOUBLE NOT NULL, 
	tier TEXT NOT NULL, 
	tags JSON NOT NULL, 
	project TEXT, 
	gate TEXT, 
	explicit BOOLEAN NOT NULL, 
	method TEXT NOT NULL, 
	confirmed_at BIGINT, 
	expires_at BIGINT, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_facts_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE, 
	CONSTRAINT uq_facts_tenant_id_key UNIQUE (tenant_id, "key")
);
CREATE TABLE feedback (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	prediction_id TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	actual_response TEXT, 
	"by" TEXT NOT NULL, 
	at BIGINT NOT NULL, event_id TEXT, 
	CONSTRAINT pk_feedback PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_feedback_tenant_id_prediction_id FOREIGN KEY(tenant_id, prediction_id) REFERENCES predictions (tenant_id, id) ON DELETE CASCADE
);
CREATE TABLE fits (
	tenant_id CHAR(32) NOT NULL, 
	predictor TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	a DOUBLE NOT NULL, 
	b DOUBLE NOT NULL, 
	labels INTEGER NOT NULL, 
	fitted_at BIGINT NOT NULL, 
	details JSON NOT NULL, 
	CONSTRAINT pk_fits PRIMARY KEY (tenant_id, predictor, version), 
	CONSTRAINT fk_fits_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE invites (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	email TEXT, 
	role TEXT, 
	digest BLOB NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_invites PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_invites_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE jobs (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	payload JSON NOT NULL, 
	dedupe_key TEXT, 
	serialize_by TEXT, 
	run_at BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, lease_until BIGINT, attempts INTEGER DEFAULT '0' NOT NULL, finished_at BIGINT, error TEXT, 
	CONSTRAINT pk_jobs PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_jobs_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE, 
	CONSTRAINT uq_jobs_tenant_id_dedupe_key UNIQUE (tenant_id, dedupe_key)
);
CREATE TABLE links (
	tenant_id CHAR(32) NOT NULL, 
	citing_layer TEXT NOT NULL, 
	citing_id TEXT NOT NULL, 
	cited_layer TEXT NOT NULL, 
	cited_id TEXT NOT NULL, 
	CONSTRAINT pk_links PRIMARY KEY (tenant_id, citing_layer, citing_id, cited_layer, cited_id), 
	CONSTRAINT fk_links_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE members (
	tenant_id CHAR(32) NOT NULL, 
	user_id TEXT NOT NULL, 
	role TEXT NOT NULL, 
	standing TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	CONSTRAINT pk_members PRIMARY KEY (tenant_id, user_id), 
	CONSTRAINT fk_members_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE, 
	CONSTRAINT fk_members_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE meters (
	tenant_id CHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	period BIGINT NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_meters PRIMARY KEY (tenant_id, name, period), 
	CONSTRAINT fk_meters_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE outcomes (
	tenant_id CHAR(32) NOT NULL, 
	prediction_id TEXT NOT NULL, 
	fact_id TEXT NOT NULL, 
	amount DOUBLE NOT NULL, 
	CONSTRAINT pk_outcomes PRIMARY KEY (tenant_id, prediction_id, fact_id), 
	CONSTRAINT fk_outcomes_tenant_id_fact_id FOREIGN KEY(tenant_id, fact_id) REFERENCES facts (tenant_id, id) ON DELETE CASCADE
);
CREATE TABLE phrases (
	tenant_id CHAR(32) NOT NULL, 
	"key" TEXT NOT NULL, 
	text TEXT NOT NULL, 
	times INTEGER NOT NULL, 
	last_at BIGINT NOT NULL, 
	CONSTRAINT pk_phrases PRIMARY KEY (tenant_id, "key"), 
	CONSTRAINT fk_phrases_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE predictions (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	session_id TEXT, 
	agent_input TEXT NOT NULL, 
	options JSON NOT NULL, 
	k INTEGER NOT NULL, 
	threshold DOUBLE NOT NULL, 
	candidates JSON NOT NULL, 
	decision TEXT NOT NULL, 
	acted_at BIGINT, 
	abstained TEXT, 
	stop_recommended BOOLEAN NOT NULL, 
	model TEXT NOT NULL, 
	cited_facts JSON NOT NULL, 
	snapshot JSON NOT NULL, 
	latency_ms DOUBLE NOT NULL, 
	created_at BIGINT NOT NULL, 
	outcome TEXT, 
	outcome_by TEXT, 
	outcome_at BIGINT, 
	actual_response TEXT, degraded TEXT, usage JSON, fit INTEGER, asked_model TEXT, recency_minutes INTEGER, settled_at BIGINT, stood BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_predictions PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_predictions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE profiles (
	tenant_id CHAR(32) NOT NULL, 
	body TEXT NOT NULL, 
	soul_card TEXT NOT NULL, 
	thresholds JSON NOT NULL, 
	method TEXT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	CONSTRAINT pk_profiles PRIMARY KEY (tenant_id), 
	CONSTRAINT fk_profiles_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE replies (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	question BLOB NOT NULL, 
	previous TEXT, 
	at BIGINT NOT NULL, text TEXT DEFAULT '' NOT NULL, attested BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_replies PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_replies_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE reviews (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	gate TEXT NOT NULL, 
	fact_id TEXT NOT NULL, 
	other_fact_id TEXT, 
	asked_at BIGINT NOT NULL, 
	CONSTRAINT pk_reviews PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_reviews_tenant_id_fact_id FOREIGN KEY(tenant_id, fact_id) REFERENCES facts (tenant_id, id) ON DELETE CASCADE, 
	CONSTRAINT uq_reviews_tenant_id_fact_id_gate UNIQUE (tenant_id, fact_id, gate)
);
CREATE TABLE sessions (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	source_detail TEXT, 
	project TEXT, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	active_at BIGINT NOT NULL, 
	question BLOB, 
	last_key TEXT, 
	told BOOLEAN NOT NULL, summarised_at BIGINT, 
	CONSTRAINT pk_sessions PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_sessions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE sign_ins (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	generation INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	refreshed_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	CONSTRAINT pk_sign_ins PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_sign_ins_tenant_id_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES members (tenant_id, user_id) ON DELETE CASCADE
);
CREATE TABLE standing (
	tenant_id CHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	value JSON NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_standing PRIMARY KEY (tenant_id, name, subject), 
	CONSTRAINT fk_standing_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE tenant_settings (
	tenant_id CHAR(32) NOT NULL, 
	requests_per_minute BIGINT, 
	tokens_per_day BIGINT, 
	stored_bytes BIGINT, 
	model_key BLOB, 
	CONSTRAINT pk_tenant_settings PRIMARY KEY (tenant_id), 
	CONSTRAINT fk_tenant_settings_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE tenants (
	id CHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_tenants PRIMARY KEY (id)
);
CREATE TABLE tombstones (
	tenant_id CHAR(32) NOT NULL, 
	layer TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_tombstones PRIMARY KEY (tenant_id, layer, digest), 
	CONSTRAINT fk_tombstones_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE usage (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	purpose TEXT NOT NULL, 
	model TEXT NOT NULL, 
	input_tokens INTEGER NOT NULL, 
	output_tokens INTEGER NOT NULL, 
	cache_read_tokens INTEGER NOT NULL, 
	cache_write_tokens INTEGER NOT NULL, 
	estimated BOOLEAN NOT NULL, 
	CONSTRAINT pk_usage PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_usage_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE TABLE users (
	id TEXT NOT NULL, 
	tenant_id CHAR(32) NOT NULL, 
	email TEXT, 
	password TEXT, 
	issuer TEXT, 
	subject TEXT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT fk_users_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE, 
	CONSTRAINT uq_users_email UNIQUE (email), 
	CONSTRAINT uq_users_issuer_subject UNIQUE (issuer, subject)
);
CREATE TABLE waitlist (
	email TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_waitlist PRIMARY KEY (email)
);
CREATE TABLE webhooks (
	tenant_id CHAR(32) NOT NULL, 
	id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	name TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	secret BLOB, 
	created_at BIGINT NOT NULL, 
	used_at BIGINT, 
	revoked_at BIGINT, 
	CONSTRAINT pk_webhooks PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_webhooks_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id) ON DELETE CASCADE
);
CREATE INDEX ix_api_keys_prefix ON api_keys (prefix);
CREATE INDEX ix_jobs_tenant_id_run_at ON jobs (tenant_id, run_at);
CREATE INDEX ix_phrases_tenant_id_times_last_at ON phrases (tenant_id, times, last_at);
CREATE INDEX ix_predictions_tenant_id_created_at ON predictions (tenant_id, created_at);
CREATE INDEX ix_predictions_tenant_id_session_id_created_at ON predictions (tenant_id, session_id, created_at);
CREATE INDEX ix_replies_tenant_id_at ON replies (tenant_id, at);
CREATE INDEX ix_replies_tenant_id_key ON replies (tenant_id, "key");
CREATE INDEX ix_sessions_tenant_id_active_at ON sessions (tenant_id, active_at);
CREATE INDEX ix_events_tenant_id_occurred_at ON events (tenant_id, occurred_at);
CREATE INDEX ix_events_tenant_id_session_id_occurred_at ON events (tenant_id, session_id, occurred_at);
CREATE INDEX ix_feedback_tenant_id_prediction_id ON feedback (tenant_id, prediction_id);
CREATE INDEX ix_episodes_tenant_id_ended_at ON episodes (tenant_id, ended_at);
CREATE INDEX ix_episodes_tenant_id_session_id ON episodes (tenant_id, session_id);
CREATE INDEX ix_episodes_tenant_id_updated_at ON episodes (tenant_id, updated_at);
CREATE INDEX ix_facts_tenant_id_expires_at ON facts (tenant_id, expires_at);
CREATE INDEX ix_facts_tenant_id_importance ON facts (tenant_id, importance);
CREATE INDEX ix_links_tenant_id_cited_layer_cited_id ON links (tenant_id, cited_layer, cited_id);
CREATE INDEX ix_outcomes_tenant_id_fact_id ON outcomes (tenant_id, fact_id);
CREATE INDEX ix_jobs_due ON jobs (finished_at, run_at);
CREATE INDEX ix_usage_tenant_id_at ON usage (tenant_id, at);
CREATE INDEX ix_users_tenant_id ON users (tenant_id);
CREATE INDEX ix_members_user_id ON members (user_id);
CREATE INDEX ix_invites_digest ON invites (digest);
CREATE INDEX ix_sign_ins_user_id ON sign_ins (user_id);
CREATE INDEX ix_attempts_expires_at ON attempts (expires_at);
COMMIT;