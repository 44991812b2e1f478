-- What Clone adds to procrastinate's tables.

CREATE INDEX clone_jobs_tenant ON procrastinate_jobs ((args ->> 'tenant'), id);

-- Tells the workers that listen on a queue to look. Procrastinate does so for new jobs only.
CREATE FUNCTION clone_wake(queue text, job bigint) RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('procrastinate_queue_v1#' || queue, json_build_object('type', 'job_inserted', 'job_id', job)::text);
$$;

-- Adds a job in the caller's transaction; false when one with its dedupe key waits already, which then is due at the
-- earlier of the two times. Nothing here makes the caller's transaction fail but a tenant that is not there.
CREATE FUNCTION clone_enqueue(tenant uuid, kind text, payload jsonb, dedupe text, serialize text, delay interval)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    key text := tenant || ':' || dedupe;
    due timestamptz := clock_timestamp() + delay;
    waiting record;
BEGIN
    PERFORM FROM tenants WHERE id = tenant FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'no such tenant';
    END IF;
    LOOP
        -- Locked, so that no worker takes it before the caller has committed what the job is to see.
        SELECT id, scheduled_at, queue_name INTO waiting
            FROM procrastinate_jobs WHERE queueing_lock = key AND status = 'todo' FOR UPDATE;
        IF FOUND THEN
            IF due < waiting.scheduled_at THEN
                UPDATE procrastinate_jobs SET scheduled_at = due WHERE id = waiting.id;
                PERFORM clone_wake(waiting.queue_name, waiting.id);
            END IF;
            RETURN false;
        END IF;
        BEGIN
            PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
                kind, kind, 0, tenant || ':' || serialize, key,
                jsonb_build_object('tenant', tenant, 'payload', payload), due
            )::procrastinate_job_to_defer_v1]);
            RETURN true;
        EXCEPTION WHEN unique_violation THEN
            NULL; -- somebody else was faster: look again
        END;
    END LOOP;
END;
$$;

-- A job that is taken gives its dedupe key back: what is enqueued from now on is a job of its own, and a retry of this
-- one can't collide with it.
CREATE FUNCTION clone_release_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.queueing_lock := NULL;
    RETURN NEW;
END;
$$;
CREATE TRIGGER clone_release_key BEFORE UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'todo' AND NEW.status <> 'todo') EXECUTE FUNCTION clone_release_key();

-- Jobs go when their tenant goes.
CREATE FUNCTION clone_drop_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM procrastinate_jobs WHERE args ->> 'tenant' = OLD.id::text;
    RETURN OLD;
END;
$$;
CREATE TRIGGER clone_drop_jobs AFTER DELETE ON tenants FOR EACH ROW EXECUTE FUNCTION clone_drop_jobs();

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, procrastinate_workers,
    procrastinate_periodic_defers TO clone_app;
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq
    TO clone_app;
